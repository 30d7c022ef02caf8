#!/bin/sh
# Compiles all Java files of the working directory and runs those given as tests, in one process; its report is /tmp/report.tsv.
here=${0%/*}/..
mkdir /tmp/classes
exec "$here/jdk/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -Xmx512m \
    -cp "/tmp/classes:src/test/resources:src/main/resources${CLASSPATH:+:$CLASSPATH}" proven.Runner /tmp/classes /tmp/report.tsv "$@"
