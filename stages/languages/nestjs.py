"""NestJS: `main.ts` listens on `PORT`; compiled with its decorators by the TypeScript compiler, tested with node's own
runner and `@nestjs/testing`.
"""

from __future__ import annotations

from stages.core import language
from stages.core import syntax

LANGUAGE = 'typescript'
FRAMEWORK = 'nestjs'
TOOLCHAIN = 'node'
PACKAGES = None
DRIVER = None
VERSION_CMD = (*language.NODE_VERSION_CMD, '@nestjs/core', 'typescript')
BENCHMARKS = ('bench_*.ts',)
TESTS = ('*.test.ts',)
SOLUTION = ('*.ts', '*.sql', 'package.json', 'tsconfig.json')
MANIFEST = 'package.json'
SUFFIXES = ('.ts',)
GRAMMAR = syntax.TYPESCRIPT
TEST_NAME = language.NODE_TEST_NAME
ENVIRONMENT = language.NO_ENVIRONMENT
REPORT = language.JUNIT_REPORT
COVERAGE = None
_BUILD = (
    f'mkdir /tmp/out && cp -r . /tmp/out && ln -s {language.BOX}/node_modules /tmp/node_modules && '
    f'{" ".join(language.TSC)} --experimentalDecorators --emitDecoratorMetadata --rewriteRelativeImportExtensions '
    '--outDir /tmp/out $(find . -name "*.ts") && cd /tmp/out'
)
SERVE_CMD = ('sh', '-c', f'{_BUILD} && exec node main.js')

shuffled = language.shuffled_node
read_report = language.read_node_junit
stub = syntax.stub_typescript


def test_cmd(tests: tuple[str, ...]) -> language.Command:
    compiled = tuple(test.removesuffix('ts') + 'js' for test in tests)
    return ('sh', '-c', f'{_BUILD} && exec {" ".join(language.node_test_cmd(()))} "$@"', 'sh', *compiled)
