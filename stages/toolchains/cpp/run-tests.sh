#!/bin/sh
# Builds one program of all sources but main.cpp, with doctest's main function, and runs it; its report is /tmp/report.xml.
# With COVERAGE set, what gcov tells of the solution goes to the file that it names.
set -eu
here=${0%/*}/..
# Leaks are not looked for: that needs ptrace.
export ASAN_OPTIONS=detect_leaks=0:abort_on_error=1 UBSAN_OPTIONS=print_stacktrace=0:abort_on_error=1
mkdir /tmp/build
count=0
for source in $(find . -name '*.cpp' ! -name 'test_*.cpp' ! -name main.cpp ! -path '*/testdata/*'); do
    count=$((count + 1))
    g++ "@$here/flags" ${COVERAGE:+--coverage} -I. -c "$source" -o "/tmp/build/$count.o"
done
for test in "$@"; do
    case $test in *.hpp) continue ;; esac
    count=$((count + 1))
    # With the header included already, DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN has no effect in the test.
    g++ "@$here/flags" ${COVERAGE:+--coverage} -isystem "$here/include" -I. -include doctest/doctest.h -c "$test" -o "/tmp/build/$count.o"
done
g++ "@$here/flags" ${COVERAGE:+--coverage} /tmp/build/*.o "$here/main.o" -o /tmp/build/tests
failed=0
/tmp/build/tests -r=junit -o=/tmp/report.xml ${SEED:+--order-by=rand --rand-seed=$SEED} || failed=1
# doctest writes its report at the end: without one it was left in the middle of a test.
grep -q '</testsuites>' /tmp/report.xml || kill -KILL $$
[ -z "${COVERAGE-}" ] || gcov --json-format --stdout /tmp/build/*.gcda >"$COVERAGE"
exit $failed
