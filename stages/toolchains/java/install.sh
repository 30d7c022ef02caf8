# A Java 17 runtime with JUnit and our runner built in, and an archive of the classes that most runs load. Called as: sh install.sh FOLDER, in this folder.
set -eu
for home in "${JAVA_HOME:-}" /usr/lib/jvm/*17* none; do
    if grep -qs '^JAVA_VERSION="17' "$home/release" && [ -d "$home/jmods" ]; then break; fi
done
if [ "$home" = none ]; then
    echo 'no JDK 17; install it with apt-get or set JAVA_HOME' >&2
    exit 1
fi
mkdir -p "$1/bin" "$1/build/classes"
cp run-tests.sh "$1/bin/run-tests"
chmod 755 "$1/bin/run-tests"
JAVA_HOME=$home mvn --batch-mode --quiet --strict-checksums org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies "-DoutputDirectory=$1/build/jars"
hashes=$PWD/jars.sha256
(cd "$1/build/jars" && sha256sum --quiet --check "$hashes")
"$home/bin/javac" -XDstringConcat=inline -p "$1/build/jars" -d "$1/build/proven" runner/module-info.java runner/proven/Runner.java
"$home/bin/jlink" --no-header-files --no-man-pages -p "$1/build/jars:$1/build/proven" --output "$1/jdk" --add-modules \
    java.se,jdk.charsets,jdk.compiler,jdk.crypto.ec,jdk.httpserver,jdk.localedata,jdk.net,jdk.unsupported,jdk.zipfs,org.apiguardian.api,org.jspecify,org.junit.jupiter,org.junit.jupiter.engine,proven
ln -s ../jdk/bin/java ../jdk/bin/javac "$1/bin"
cd warmup
# One of its tests fails.
! "$1/bin/java" -Xshare:off -XX:+UseSerialGC "-XX:DumpLoadedClassList=$1/build/list" -cp "$1/build/classes" proven.Runner "$1/build/classes" "$1/build/report.tsv" WarmupTest.java 2>/dev/null
[ "$(grep -c ^passed "$1/build/report.tsv")" = 9 ]
"$1/bin/java" -Xshare:dump "-XX:SharedClassListFile=$1/build/list" -cp "$1/none" >"$1/build/log" 2>&1
rm -r "$1/build"
"$1/bin/java" -Xshare:on -cp /tmp proven.Runner --version
