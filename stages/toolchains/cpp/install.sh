# The way to build and run tests with doctest: its header precompiled, its main function built; g++ and doctest are the system's. Called as: sh install.sh FOLDER, in this folder.
set -eu
mkdir -p "$1/bin" "$1/include/doctest"
cp flags "$1/flags"
cp run-tests.sh "$1/bin/run-tests"
chmod 755 "$1/bin/run-tests"
cp /usr/include/doctest/doctest.h "$1/include/doctest/"
g++ @flags -x c++-header "$1/include/doctest/doctest.h"
printf "#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN\n#include <doctest/doctest.h>\n" | g++ @flags -x c++ -c - -o "$1/main.o"
