#!/bin/sh
# Builds each test_*.c as a program with all other sources but main.c, and runs it; one report after the other in /tmp/report.xml.
# With COVERAGE set, what gcov tells of these sources goes to the file that it names.
set -eu
here=${0%/*}/..
# Leaks are not looked for: that needs ptrace.
export CK_DEFAULT_TIMEOUT=0 ASAN_OPTIONS=detect_leaks=0:abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=0:abort_on_error=1
mkdir /tmp/build
count=0
for source in $(find . -name '*.c' ! -name 'test_*.c' ! -name main.c ! -path '*/testdata/*'); do
    count=$((count + 1))
    gcc "@$here/flags" ${COVERAGE:+--coverage} -I. -c "$source" -o "/tmp/build/$count.o"
done
programs=
for test in "$@"; do
    case $test in *.h) continue ;; esac
    count=$((count + 1))
    gcc "@$here/flags" -isystem "$here/include" -I. "$test" $(ls /tmp/build/*.o 2>/dev/null) ${COVERAGE:+--coverage} -lcheck -lsubunit -lm -lrt -o "/tmp/build/$count"
    programs="$programs /tmp/build/$count"
done
failed=0
for program in $programs; do
    CK_XML_LOG_FILE_NAME=$program.xml "$program" || failed=1
    # Without an end to its report the program was left in the middle of a test.
    grep -q '</testsuites>' "$program.xml" || kill -KILL $$
    cat "$program.xml" >>/tmp/report.xml
done
[ -z "${COVERAGE-}" ] || gcov --json-format --stdout /tmp/build/*.gcda >"$COVERAGE"
exit $failed
