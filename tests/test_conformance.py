"""One suite for every adapter: what `proven new` writes is run as it is and spoilt in each way, and judged rightly.

All runs of an adapter × case are done side by side at the start; the tests look at what came out.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from stages.all_languages import LANGUAGES
from stages.core import scaffold
from stages.core import toolchain
from stages.core import trial
from stages.core import verification
from stages.core.examples import Reader
from stages.core.executor import run_all
from stages.core.language import requirement_ids
from stages.core.params import Limits

LIMITS = Limits(cpu_seconds=8)
CASES = ('passes', 'fails', 'broken', 'crash', 'exit0', 'endless', 'loud', 'no_tests', 'stub', 'shuffled', 'coverage')


class Ways(NamedTuple):
    """How to spoil the example of an adapter: text of a file and what is put after it, or in its place."""

    file: str
    after: str
    crash: str
    exit0: str
    endless: str
    loud: str
    wrong: tuple[str, str]
    broken: str
    no_tests: str
    extra: dict[str, str] = {}


NODE_NO_TESTS = 'export const nothing = 1;\n'
PYTEST_NO_TESTS = 'HELPER = 1\n'
GO_EXTRA = 'package {}\n\nimport (\n\t"fmt"\n\t"os"\n\t"strings"\n\t"sync"\n\t"syscall"\n)\n\nfunc abort() {{ syscall.Kill(syscall.Getpid(), syscall.SIGABRT); select {{}} }}\nfunc exit0() {{ os.Exit(0) }}\nvar loud = sync.OnceFunc(func() {{ fmt.Println(strings.Repeat("x", 10_000_000)) }})\n'
PYTHON_BACKEND = {
    'crash': '    import os; os.abort()\n',
    'exit0': '    import os; os._exit(0)\n',
    'endless': '    while True: pass\n',
    'loud': '    print("x" * 10_000_000)\n',
    'wrong': ('MAX_NAME = 40', 'MAX_NAME = 39'),
    'broken': 'def (:\n',
    'no_tests': PYTEST_NO_TESTS,
}
NODE = {
    'crash': 'process.abort();\n',
    'exit0': 'process.exit(0);\n',
    'endless': 'for (;;) {}\n',
    'broken': 'export function (\n',
    'no_tests': NODE_NO_TESTS,
}
GO = {
    'crash': '\n\tabort()\n',
    'exit0': '\n\texit0()\n',
    'endless': '\n\tfor i := 0; i >= 0; i = (i + 1) % 7 {\n\t}\n',
    'loud': '\n\tloud()\n',
    'broken': 'func (\n',
}
WAYS = {
    'c': Ways(
        file='clamp.c',
        after='{\n    if (low > high)',
        crash='abort();',
        exit0='exit(0);',
        endless='for (;;) {}',
        loud="static int once; if (once++ == 0) for (int i = 0; i < 10000000; i++) putchar('x');",
        wrong=('low > high', 'low < high'),
        broken='\n}',
        no_tests='#include <check.h>\n\nint main(void)\n{\n    SRunner *runner = srunner_create(suite_create("none"));\n    srunner_run_all(runner, CK_ENV);\n    srunner_free(runner);\n    return 0;\n}\n',
        extra={'': '#include <stdlib.h>\n#include <stdio.h>\n'},
    ),
    'cpp': Ways(
        file='clamp.cpp',
        after='{\n    if (low > high)',
        crash='std::abort();',
        exit0='std::exit(0);',
        endless='for (volatile int i = 0;;) { i = 1; }',
        loud="static int once; if (once++ == 0) for (int i = 0; i < 10000000; i++) std::putchar('x');",
        wrong=('low > high', 'low < high'),
        broken='\n}',
        no_tests='#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN\n#include <doctest/doctest.h>\n',
        extra={'': '#include <cstdlib>\n#include <cstdio>\n'},
    ),
    'csharp': Ways(
        'Clamp.cs',
        'double high)\n    {\n',
        crash='System.Diagnostics.Process.GetCurrentProcess().Kill();\n',
        exit0='Environment.Exit(0);\n',
        endless='while (low < 100) { low = 1; }\n',
        loud="if (value == 4) Console.WriteLine(new string('x', 10000000));\n",
        wrong=('low > high', 'low < high'),
        broken='\n}',
        no_tests='[NUnit.Framework.TestFixture]\npublic class ClampTests\n{\n}\n',
    ),
    'django': Ways('greetings/views.py', 'def health(request: HttpRequest) -> JsonResponse:\n', **PYTHON_BACKEND),
    'express': Ways(
        'app.js',
        'app.get("/health", (request, response) => {\n',
        loud='console.log("x".repeat(10_000_000));\n',
        wrong=('MAX_NAME = 40', 'MAX_NAME = 39'),
        **NODE,
    ),
    'fastapi': Ways('main.py', 'def health() -> dict[str, str]:\n', **PYTHON_BACKEND),
    'flask': Ways('main.py', 'def health() -> ResponseReturnValue:\n', **PYTHON_BACKEND),
    'gin': Ways(
        'main.go',
        'router.GET("/health", func(c *gin.Context) {',
        wrong=('maxName = 40', 'maxName = 39'),
        no_tests='package main\n',
        extra={'chaos.go': GO_EXTRA.format('main')},
        **GO,
    ),
    'go': Ways(
        'clamp.go',
        '(float64, error) {',
        wrong=('low > high', 'low < high'),
        no_tests='package clamp\n',
        extra={'chaos.go': GO_EXTRA.format('clamp')},
        **GO,
    ),
    'java': Ways(
        'src/main/java/Clamp.java',
        'double high) {\n',
        crash='Runtime.getRuntime().halt(134);\n',
        exit0='System.exit(0);\n',
        endless='while (low < 100) { low = 1; }\n',
        loud='if (value == 4) System.out.println("x".repeat(10_000_000));\n',
        wrong=('low > high', 'low < high'),
        broken='\n}',
        no_tests='class ClampTest {\n}\n',
    ),
    'javascript': Ways(
        'clamp.js',
        'function clamp(value, low, high) {\n',
        loud='if (value === 4) console.log("x".repeat(10_000_000));\n',
        wrong=('low > high', 'low < high'),
        **NODE,
    ),
    'nestjs': Ways(
        'app.module.ts',
        'health(): { status: string } {\n',
        loud='console.log("x".repeat(10_000_000));\n',
        wrong=('MAX_NAME = 40', 'MAX_NAME = 39'),
        **NODE,
    ),
    'php': Ways(
        file='clamp.php',
        after='function clamp(float $value, float $low, float $high): float\n{\n',
        crash='posix_kill(posix_getpid(), 6); sleep(5);\n',
        exit0='exit(0);\n',
        endless='while (true) {\n}\n',
        loud='if ($value == 4) { echo str_repeat("x", 10_000_000); }\n',
        wrong=('$low > $high', '$low < $high'),
        broken='function (\n',
        no_tests='<?php\nuse PHPUnit\\Framework\\TestCase;\nfinal class ClampTest extends TestCase\n{\n}\n',
    ),
    'python': Ways(
        'clamp.py',
        'float) -> float:\n',
        crash='    import os; os.abort()\n',
        exit0='    import os; os._exit(0)\n',
        endless='    while True: pass\n',
        loud='    if value == 4: print("x" * 10_000_000)\n',
        wrong=('low > high', 'low < high'),
        broken='def (:\n',
        no_tests=PYTEST_NO_TESTS,
    ),
    'react': Ways(
        'ClampedField.jsx',
        'function ClampedField({ label, low, high, onChange }) {\n',
        loud='if (!globalThis.once) console.log("x".repeat(10_000_000));\nglobalThis.once = true;\n',
        wrong=('Math.min(value, high)', 'Math.min(value, low)'),
        **NODE,
    ),
    'ruby': Ways(
        file='clamp.rb',
        after='def clamp(value, low, high)\n',
        crash='Process.kill(:ABRT, Process.pid); sleep 5\n',
        exit0='exit!(0)\n',
        endless='loop { }\n',
        loud='print "x" * 10_000_000 if value == 4\n',
        wrong=('low > high', 'low < high'),
        broken='def clamp(\n',
        no_tests="require 'minitest/autorun'\nclass TestClamp < Minitest::Test\nend\n",
    ),
    'rust': Ways(
        file='src/lib.rs',
        after='{\n    if low > high',
        crash='std::process::abort();',
        exit0='std::process::exit(0);',
        endless='loop { std::hint::black_box(0); }',
        loud='println!("{}", "x".repeat(10_000_000));',
        wrong=('low > high', 'low < high'),
        broken='\n}',
        no_tests='#[allow(dead_code)]\nfn helper() {}\n',
    ),
    'typescript': Ways(
        'clamp.ts',
        'high: number): number {\n',
        loud='if (value === 4) console.log("x".repeat(10_000_000));\n',
        wrong=('low > high', 'low < high'),
        **NODE,
    ),
}


def spoilt(example, case):
    """The files that are replaced."""
    ways = WAYS[example.implementation]
    source = example.files[ways.file].decode()
    assert ways.after in source
    assert ways.wrong[0] in source
    head, mark, rest = source.partition(ways.after)
    if ways.after.startswith('{\n'):  # the mark is a whole first line: what is put in comes before it
        mark, rest = '{\n', ways.after[2:] + rest
    include = ways.extra.get('', '')
    files = {path: text for path, text in ways.extra.items() if path}
    if case == 'fails':
        files = {ways.file: source.replace(*ways.wrong)}
    elif case == 'broken':
        files = {ways.file: source + ways.broken}
    elif case == 'no_tests':
        files = dict.fromkeys(example.of_role('test'), ways.no_tests)
    else:
        files[ways.file] = f'{include}{head}{mark}{getattr(ways, case)}{rest}'
    return {path: text.encode() for path, text in files.items()}


def run(case, examples):
    name, kind = case
    example, adapter = examples[name], LANGUAGES[name]
    if kind == 'stub':
        return case, trial.try_stub(example, adapter, LIMITS)[0]
    if kind == 'shuffled':
        return case, trial.native_suite(example, adapter, {}, LIMITS, adapter.shuffled(7))
    if kind == 'coverage':
        return case, trial.coverage(example, adapter, LIMITS)
    replaced = {} if kind == 'passes' else spoilt(example, kind)
    return case, trial.native_suite(example, adapter, replaced, LIMITS)


@pytest.fixture(scope='module')
def suites(tmp_path_factory):
    root = tmp_path_factory.mktemp('conformance') / 'examples'
    root.mkdir()
    reader = Reader(root, LANGUAGES)
    examples = {}
    for name, adapter in LANGUAGES.items():
        assert toolchain.is_installed(adapter.TOOLCHAIN), f'proven doctor --install {adapter.TOOLCHAIN}'
        kind = adapter.FRAMEWORK is None
        path = f'numeric/clamp/{name}' if kind else f'backend/greet-{name}/{name}'
        scaffold.write(root, path, LANGUAGES)
        examples[name] = reader.read(path)
    assert reader.problems == []
    cases = [(name, case) for name in LANGUAGES for case in CASES]
    return dict(run_all(lambda case: run(case, examples), cases, 'conformance', 0))


def ids_that_pass(suite):
    """The requirements that would count as proven."""
    named = {id for name in suite.tests for id in requirement_ids(name)}
    return {id for id in named if verification.proofs(id, suite)}


@pytest.mark.parametrize('name', LANGUAGES)
def test_passes_and_names_its_requirements(suites, name):
    suite = suites[name, 'passes']
    assert suite.status == 'passed', suite.output
    assert ids_that_pass(suite) == {'R1', 'R2'}
    assert not any(word in test for test in suite.tests for word in ('/box', '/tmp', '.test.'))


@pytest.mark.parametrize('name', LANGUAGES)
def test_fails(suites, name):
    suite = suites[name, 'fails']
    assert suite.status == 'failed'
    assert ids_that_pass(suite) != {'R1', 'R2'}
    assert suite.tests.keys() == suites[name, 'passes'].tests.keys()


@pytest.mark.parametrize('name', LANGUAGES)
def test_does_not_compile(suites, name):
    suite = suites[name, 'broken']
    assert suite.status == ('failed' if name == 'django' else 'not_built')  # Django loads views when a request comes
    assert ids_that_pass(suite) == set()
    assert suite.output


@pytest.mark.parametrize('name', LANGUAGES)
@pytest.mark.parametrize('case', ['crash', 'exit0'])
def test_process_that_ends_in_a_test_never_passes(suites, name, case):
    suite = suites[name, case]
    assert suite.status in ('failed', 'crashed', 'not_built', 'no_tests')
    assert 'R1' not in ids_that_pass(suite)


@pytest.mark.parametrize('name', LANGUAGES)
def test_never_ends(suites, name):
    assert suites[name, 'endless'].status == 'timed_out'


@pytest.mark.parametrize('name', LANGUAGES)
def test_prints_10_megabytes(suites, name):
    suite = suites[name, 'loud']
    assert suite.status == 'passed', suite.output
    assert suite.tests == suites[name, 'passes'].tests


@pytest.mark.parametrize('name', LANGUAGES)
def test_has_no_tests(suites, name):
    suite = suites[name, 'no_tests']
    assert suite.cases == ()
    assert suite.status == 'no_tests' or (name == 'react' and 'No test suite found' in suite.output)


@pytest.mark.parametrize('name', LANGUAGES)
def test_stub_runs_and_fails(suites, name):
    suite = suites[name, 'stub']
    assert suite.status == 'failed', suite.output
    assert ids_that_pass(suite) != {'R1', 'R2'}


@pytest.mark.parametrize('name', LANGUAGES)
def test_same_tests_run_again_have_the_same_names(suites, name):
    assert suites[name, 'loud'].tests == suites[name, 'passes'].tests


@pytest.mark.parametrize('name', LANGUAGES)
def test_shuffled_tests_are_the_same_tests(suites, name):
    suite = suites[name, 'shuffled']
    assert suite.status == 'passed', suite.output
    assert sorted(suite.cases) == sorted(suites[name, 'passes'].cases)


@pytest.mark.parametrize('name', LANGUAGES)
def test_coverage_is_that_of_the_solution_or_unknown(suites, name):
    found = suites[name, 'coverage']
    if LANGUAGES[name].COVERAGE is None:
        assert found is None
    else:
        reached, there_are = found
        assert reached == there_are > 2
