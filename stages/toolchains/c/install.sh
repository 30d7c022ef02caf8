# The way to build and run tests with Check, its header precompiled; gcc and Check are the system's. Called as: sh install.sh FOLDER, in this folder.
set -eu
mkdir -p "$1/bin" "$1/include"
cp flags "$1/flags"
cp run-tests.sh "$1/bin/run-tests"
chmod 755 "$1/bin/run-tests"
cp /usr/include/check.h "$1/include/"
gcc @flags -x c-header "$1/include/check.h"
