#!/bin/sh
# Builds the library and each tests/*_test.rs against it, as Cargo.toml says, and runs the tests; their events are standard output.
set -eu
crates=${0%/*}/../crates
section= package= version=0.0.0 edition=2015 library= path=src/lib.rs externs=
while IFS= read -r line || [ -n "$line" ]; do
    key=${line%%[ =]*}
    value=${line#*\"}
    value=${value%%\"*}
    case $line in '' | '#'*) continue ;; '['*) section=$line && continue ;; esac
    case $section$key in
    '[package]name') package=$value ;;
    '[package]version') version=$value ;;
    '[package]edition') edition=$value ;;
    '[lib]name') library=$value ;;
    '[lib]path') path=$value ;;
    '[dependencies]'* | '[dev-dependencies]'*)
        case $line in *version*) value=${line#*version*\"} && value=${value%%\"*} ;; esac
        if ! grep -qx "$key $value" "$crates/versions"; then
            echo "Cargo.toml: $key $value is not among the crates of the toolchain:" >&2
            cat "$crates/versions" >&2
            exit 1
        fi
        name=$(echo "$key" | tr - _)
        externs="$externs --extern $name=$(echo "$crates/lib$name-"*.rlib)"
        ;;
    esac
done <Cargo.toml
[ -n "$library" ] || library=$(echo "$package" | tr - _)
[ -z "$externs" ] || externs="-L dependency=$crates $externs"
export CARGO_MANIFEST_DIR="$PWD" CARGO_PKG_NAME="$package" CARGO_PKG_VERSION="$version"
mkdir /tmp/build
options="--edition $edition -C debuginfo=0 -C debug-assertions=on -C overflow-checks=on $externs"
rustc $options --crate-name "$library" --crate-type lib -o "/tmp/build/lib$library.rlib" "$path"
programs=
for test in "$@"; do
    name=${test#tests/}
    case $name in */*) continue ;; esac
    name=${name%.rs}
    rustc $options -C strip=debuginfo --test --crate-name "$name" --extern "$library=/tmp/build/lib$library.rlib" -o "/tmp/build/$name" "$test"
    programs="$programs /tmp/build/$name"
done
failed=0
for program in $programs; do
    RUSTC_BOOTSTRAP=1 "$program" -Z unstable-options --format=json || failed=1
done
exit $failed
