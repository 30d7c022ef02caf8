#!/bin/sh
# Builds one program of all sources but main.cpp, with doctest's main function, and runs it; its report is /tmp/report.xml.
set -eu
here=${0%/*}/..
# Leaks are not looked for: that needs ptrace.
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=0:abort_on_error=1
mkdir /tmp/build
count=0
for source in $(find . -name '*.cpp' ! -name 'test_*.cpp' ! -name main.cpp ! -path '*/testdata/*'); do
    count=$((count + 1))
    g++ "@$here/flags" -I. -c "$source" -o "/tmp/build/$count.o"
done
for test in "$@"; do
    case $test in *.hpp) continue ;; esac
    count=$((count + 1))
    # With the header included already, DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN has no effect in the test.
    g++ "@$here/flags" -isystem "$here/include" -I. -include doctest/doctest.h -c "$test" -o "/tmp/build/$count.o"
done
g++ "@$here/flags" /tmp/build/*.o "$here/main.o" -o /tmp/build/tests
failed=0
/tmp/build/tests -r=junit -o=/tmp/report.xml || failed=1
# doctest writes its report at the end: without one it was left in the middle of a test.
grep -q '</testsuites>' /tmp/report.xml || kill -KILL $$
exit $failed
