# Crates that human variants adapt, built by the machine's own rustc as in ../rust. Called as: sh install.sh FOLDER, in this folder.
set -eu
for rustc in rustc rustc-1.85 none; do
    case $("$rustc" --version 2>/dev/null) in
    'rustc 1.8'[5-9]* | 'rustc 1.9'[0-9]* | 'rustc 1.'[1-9][0-9][0-9]* | 'rustc '[2-9].*) break ;;
    esac
done
if [ $rustc = none ]; then
    echo 'no rustc 1.85 or later; install it with rustup or apt-get' >&2
    exit 1
fi
sysroot=$($rustc --print sysroot)
cargo=$sysroot/bin/cargo
[ -x "$cargo" ] || cargo=cargo
mkdir -p "$1/crates" "$1/build" "$1/sources"
cp Cargo.toml Cargo.lock "$1/build/"
cd "$1/build"
touch lib.rs
"$cargo" vendor --quiet --locked "$1/sources" >"$1/vendor.toml"
RUSTC=$sysroot/bin/rustc "$cargo" build --quiet --locked --offline --release --config "$1/vendor.toml"
cp target/release/deps/*.rlib "$1/crates/"
sed -n '/^\[dependencies\]/,$s/^\([a-z0-9-]*\) = .*"=\([^"]*\)".*/\1 =\2/p' Cargo.toml >"$1/crates/versions"
cd "$1"
rm -r build vendor.toml crates/libproven_packages_rust-*
