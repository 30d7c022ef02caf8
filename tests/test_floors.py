"""Imports point down, stand at the top of the file, and adapters and stages never import each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

STAGES = Path(__file__).parents[1] / 'stages'
FILES = [path for path in sorted(STAGES.rglob('*.py')) if 'templates' not in path.parts]


def module_of(path):
    return '.'.join(path.relative_to(STAGES.parent).with_suffix('').parts).removesuffix('.__init__')


def floor_of(module):
    name = module.removeprefix('stages').removeprefix('.')
    if name.startswith('core') or not name:
        return 0
    if name.startswith('languages'):
        return 1
    return {'all_languages': 2, 'commands': 4, 'cli': 5}.get(name, 3)


def ours(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if alias.name.split('.')[0] == 'stages']
    if isinstance(node, ast.ImportFrom) and (node.module or '').split('.')[0] == 'stages':
        modules = {module_of(path) for path in FILES}
        return [f'{node.module}.{a.name}' if f'{node.module}.{a.name}' in modules else node.module for a in node.names]
    return []


@pytest.mark.parametrize('path', FILES, ids=module_of)
def test_imports_point_down(path):
    module = module_of(path)
    for node in ast.walk(ast.parse(path.read_text())):
        for imported in ours(node):
            same_drawer = floor_of(imported) == floor_of(module) == 0
            assert same_drawer or floor_of(imported) < floor_of(module), f'{module} imports {imported}'


@pytest.mark.parametrize('path', FILES, ids=module_of)
def test_imports_stand_at_the_top(path):
    tree = ast.parse(path.read_text())
    nested = [
        node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) and node not in tree.body
    ]
    assert not nested, f'line {nested[0].lineno}'


def test_core_has_no_import_cycle():
    graph = {
        module_of(path): {name for node in ast.walk(ast.parse(path.read_text())) for name in ours(node)}
        for path in FILES
    }

    def visit(module, above):
        assert module not in above, f'cycle: {" → ".join([*above, module])}'
        for imported in sorted(graph.get(module, ())):
            visit(imported, [*above, module])

    for module in graph:
        visit(module, [])


def test_only_the_sandbox_and_our_own_tools_start_processes():
    starters = {
        path.relative_to(STAGES).as_posix()
        for path in FILES
        if any(word in path.read_text() for word in ('subprocess', 'os.exec', 'os.fork', 'os.system', 'pty.'))
    }
    # git and publish ask git what changed; toolchain runs our own install scripts.
    assert starters == {'core/git.py', 'core/sandbox.py', 'core/supervisor.py', 'core/toolchain.py', 'publish.py'}
