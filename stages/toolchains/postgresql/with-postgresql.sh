#!/bin/sh
# Starts PostgreSQL on 127.0.0.1:5432 (user and database `box`, no password) with its data in /tmp, then becomes the command given.
set -eu
here=${0%/*}/..
cp -r "$here/cluster" /tmp/postgresql
chmod -R u+w,go-rwx /tmp/postgresql
"$here/postgresql/bin/pg_ctl" --pgdata=/tmp/postgresql --log=/tmp/postgresql.log --silent --wait start >&2 || { cat /tmp/postgresql.log >&2; exit 1; }
"$here/postgresql/bin/createdb" --host=127.0.0.1 --username=box box
exec "$@"
