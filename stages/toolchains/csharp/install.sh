# NUnit with our runner, both compiled ahead of time, and the settings of the system's Mono. Called as: sh install.sh FOLDER, in this folder.
set -eu
PATH=/usr/bin:/bin # the Mono of the box, which does not see /etc/mono
mkdir -p "$1/bin" "$1/lib" "$1/aot" "$1/etc/mono/4.5"
cp /etc/mono/config "$1/etc/mono"
cp /etc/mono/4.5/machine.config "$1/etc/mono/4.5"
cp run-tests.sh "$1/bin/run-tests"
chmod 755 "$1/bin/run-tests"
for name in nunit.core nunit.core.interfaces nunit.framework; do
    cp "$(echo /usr/lib/mono/gac/$name/2.6.*/$name.dll)" "$1/lib"
done
mcs -out:"$1/lib/Runner.exe" -r:"$1/lib/nunit.core.dll" -r:"$1/lib/nunit.core.interfaces.dll" -r:System.Core.dll Runner.cs
for file in "$1"/lib/* /usr/lib/mono/4.5/System.Core.dll /usr/lib/mono/4.5/System.dll; do
    mono --aot=outfile="$1/aot/${file##*/}.so" "$file" >/dev/null
done
mono --aot-path="$1/aot" "$1/lib/Runner.exe" --version
