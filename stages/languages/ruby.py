"""Ruby, tested with minitest (its `Test` classes or its `Spec` blocks); all test files run in one process."""

from __future__ import annotations

import re

import tree_sitter_ruby

from stages.core import language
from stages.core import syntax

LANGUAGE = 'ruby'
FRAMEWORK = None
TOOLCHAIN = 'ruby'
PACKAGES = None
DRIVER = 'ruby'
VERSION_CMD = (
    'ruby',
    '--disable=gems',
    f'-I{language.TOOLCHAINS}/ruby/lib',
    '-rminitest',
    '-e',
    'puts "ruby #{RUBY_VERSION}, minitest #{Minitest::VERSION}"',
)
BENCHMARKS = ('bench_*.rb',)
TESTS = ('test_*.rb', '*_test.rb', '*_spec.rb', 'spec_helper.rb')
SOLUTION = ('*.rb', '*.sql', 'Gemfile', 'Rakefile')
MANIFEST = None
SUFFIXES = ('.rb',)
GRAMMAR = syntax.Grammar('ruby', tree_sitter_ruby.language, frozenset({'method', 'singleton_method'}))
TEST_NAME = re.compile(
    r'^[ \t]*(?:def[ \t]+(test_\w+[?!]?)'
    r'|class[ \t]+(?:\w+::)*(Test\w*|\w+(?:Test|Spec))\b'
    r'|(?:describe|it|specify)\b[ \t]*\(?[ \t]*(?:\w+,[ \t]*)?(?:"((?:[^"\\\n]|\\.)+)"|\'((?:[^\'\\\n]|\\.)+)\'))',
    re.MULTILINE,
)
ENVIRONMENT = {'MT_NO_PLUGINS': '1', 'SEED': '0'}
REPORT = language.LINES_REPORT
COVERAGE = language.Coverage(
    lambda tests: ('env', f'COVERAGE={language.LCOV_REPORT}', *test_cmd(tests)),
    language.LCOV_REPORT,
    language.read_lcov,
)
SERVE_CMD = None

shuffled = language.shuffled_own
read_report = language.read_lines


def test_cmd(tests: tuple[str, ...]) -> language.Command:
    folder = f'{language.TOOLCHAINS}/ruby'
    return ('ruby', '--disable=gems', f'-I{folder}/lib', f'{folder}/run.rb', REPORT, *tests)


def stub(source: str) -> str:
    """Every outermost method and lambda returns nil."""
    kinds = frozenset({'method', 'singleton_method', 'lambda'})
    edits = []
    for function, body in syntax.functions(tree_sitter_ruby.language, source, kinds):
        if function.type == 'lambda':
            edits.append(syntax.Edit(body.start_byte, body.end_byte, '{}'))
        elif body.type == 'body_statement':
            edits.append(syntax.Edit(body.start_byte, body.end_byte, 'nil'))
        else:
            # The text of a heredoc may come after `def f = <<~TEXT`.
            edits.append(syntax.Edit(body.start_byte, body.start_byte, '(return nil; '))
            edits.append(syntax.Edit(body.end_byte, body.end_byte, ')'))
    return syntax.apply(source, edits)
