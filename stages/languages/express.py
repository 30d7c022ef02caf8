"""Express: `app.js` makes the app, `server.js` listens on `PORT`; native tests with node's own runner."""

from __future__ import annotations

from stages.core import language
from stages.core import syntax

LANGUAGE = 'javascript'
FRAMEWORK = 'express'
TOOLCHAIN = 'node'
PACKAGES = None
DRIVER = None
VERSION_CMD = (*language.NODE_VERSION_CMD, 'express')
BENCHMARKS = ('bench_*.js', 'bench_*.mjs')
TESTS = ('*.test.js', '*.test.mjs')
SOLUTION = ('*.js', '*.mjs', '*.sql', 'package.json')
MANIFEST = 'package.json'
SUFFIXES = ('.js', '.mjs')
GRAMMAR = syntax.JAVASCRIPT
TEST_NAME = language.NODE_TEST_NAME
ENVIRONMENT = language.NO_ENVIRONMENT
REPORT = language.JUNIT_REPORT
COVERAGE = None
SERVE_CMD = ('node', 'server.js')

test_cmd = language.node_test_cmd
shuffled = language.shuffled_node
read_report = language.read_node_junit
stub = syntax.stub_javascript
