# The machine's own rustc, 1.85 or later, and the crates that examples may use, built once. Called as: sh install.sh FOLDER, in this folder.
set -eu
for name in rustc rustc-1.85 none; do
    case $("$name" --version 2>/dev/null) in
    'rustc 1.8'[5-9]* | 'rustc 1.9'[0-9]* | 'rustc 1.'[1-9][0-9][0-9]* | 'rustc '[2-9].*) break ;;
    esac
done
if [ $name = none ]; then
    echo 'no rustc 1.85 or later; install it with rustup or apt-get' >&2
    exit 1
fi
sysroot=$($name --print sysroot)
mkdir -p "$1/bin" "$1/crates" "$1/host"
ln -s "$sysroot/bin/rustc" "$1/bin/rustc"
# What is not below /usr has to be shown in the box.
case $sysroot in /usr*) ;; *) ln -s "$sysroot" "$1/host/rust" ;; esac
cp run-tests.sh "$1/bin/run-tests"
chmod 755 "$1/bin/run-tests"
mkdir "$1/build"
cp Cargo.toml Cargo.lock "$1/build/"
cd "$1/build"
touch lib.rs
cargo=$sysroot/bin/cargo
[ -x "$cargo" ] || cargo=cargo
RUSTC=$1/bin/rustc "$cargo" build --quiet --locked --release
cp target/release/deps/*.rlib target/release/deps/*.so "$1/crates/"
for crate in libc serde serde_json; do
    sed -n "/^name = \"$crate\"/{n;s/version = \"\(.*\)\"/$crate =\1/p;}" Cargo.lock
done >"$1/crates/versions"
cd "$1"
rm -r build crates/libproven_toolchain_rust-*
