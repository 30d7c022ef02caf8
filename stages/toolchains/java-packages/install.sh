# Maven packages that human variants adapt. Called as: sh install.sh FOLDER, in this folder.
set -eu
mvn --batch-mode --quiet --strict-checksums org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies "-DoutputDirectory=$1/lib" -DincludeScope=runtime -Dmdep.copyPom=true
hashes=$PWD/jars.sha256
(cd "$1/lib" && sha256sum --quiet --check "$hashes")
