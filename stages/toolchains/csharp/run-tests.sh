#!/bin/sh
# Compiles all C# files of the working directory into an assembly and runs its tests; its report is /tmp/report.tsv.
set -eu
here=${0%/*}/..
if [ "${1-}" = --version ]; then
    compiler=$(mcs --version)
    echo "mono mcs ${compiler##* }, nunit $(mono "$here/lib/Runner.exe" --version)"
    exit
fi
mkdir /tmp/build
mcs -target:library -out:/tmp/build/tests.dll -r:"$here/lib/nunit.framework.dll" -r:System.Numerics.dll $(find . -name '*.cs' ! -path '*/testdata/*')
exec mono --aot-path="$here/aot" "$here/lib/Runner.exe" /tmp/build/tests.dll /tmp/report.tsv
