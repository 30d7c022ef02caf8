#!/bin/sh
# Puts the verified solution into the working directory.
set -eu
cp -R "${0%/*}/files/." .
