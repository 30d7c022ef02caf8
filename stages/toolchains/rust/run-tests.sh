#!/bin/sh
# Builds the library and each tests/*_test.rs against it, as Cargo.toml says, and runs the tests; their events are standard output.
# Crates that a human variant adapts are in $PACKAGES. With --driver SOURCE PROGRAM it builds a benchmark instead.
set -eu
crates=${0%/*}/../crates${PACKAGES:+ $PACKAGES/crates} # folders
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
        name=$(echo "$key" | tr - _)
        found=
        for folder in $crates; do
            if grep -qx "$key $value" "$folder/versions"; then found=$(echo "$folder/lib$name-"*.rlib); fi
        done
        if [ -z "$found" ]; then
            echo "Cargo.toml: $key $value is not among the crates of the toolchain:" >&2
            for folder in $crates; do cat "$folder/versions" >&2; done
            exit 1
        fi
        externs="$externs --extern $name=$found"
        ;;
    esac
done <Cargo.toml
[ -n "$library" ] || library=$(echo "$package" | tr - _)
for folder in $crates; do externs="-L dependency=$folder $externs"; done
export CARGO_MANIFEST_DIR="$PWD" CARGO_PKG_NAME="$package" CARGO_PKG_VERSION="$version"
mkdir /tmp/build
options="--edition $edition -C debuginfo=0 $externs"
if [ "${1-}" = --driver ]; then
    options="$options -C opt-level=3"
else
    options="$options -C debug-assertions=on -C overflow-checks=on"
fi
rustc $options --crate-name "$library" --crate-type lib -o "/tmp/build/lib$library.rlib" "$path"
if [ "${1-}" = --driver ]; then
    sed "s|BENCH_FILE|$PWD/$BENCH_FILE|" "$2" >/tmp/build/driver.rs
    exec rustc $options -C strip=debuginfo --crate-name driver --extern "$library=/tmp/build/lib$library.rlib" -o "$3" /tmp/build/driver.rs
fi
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
