"""A manifest says just what the lock of its toolchain has, or the difference is told, line by line."""

from __future__ import annotations

from pathlib import Path

import pytest

from stages.all_languages import LANGUAGES
from stages.core import manifests
from stages.core import scaffold
from stages.core.errors import ProblemsFound
from stages.core.examples import read_all

TEMPLATES = Path(manifests.__file__).parents[1] / 'templates/example'


@pytest.mark.parametrize(
    ('name', 'toolchain', 'source', 'problems'),
    [
        ('requirements.txt', 'python', '# web\nFlask==3.1.3\npsycopg[binary]==3.3.9  # database\n', []),
        ('requirements.txt', 'python', 'flask\n', [('flask', 'any version')]),
        ('requirements.txt', 'python', 'flask>=3\nnumpy==2\n', [('flask', 'is >=3'), ('numpy', 'is not in the python')]),
        ('requirements.txt', 'python', 'flask==1.0\n', [('flask', 'write flask==3.1.3')]),
        ('requirements.txt', 'python', 'not a requirement!\n', [('', 'mend it')]),
        ('package.json', 'node', '{"dependencies": {"express": "5.3.0"}, "devDependencies": {"vitest": "5.1.1"}}', []),
        ('package.json', 'node', '{"dependencies": {"express": "^5.3.0"}}', [('express', 'write "express": "5.3.0"')]),
        ('package.json', 'node', '{"devDependencies": {"lodash": "4.17.21"}}', [('lodash', 'is not in the node')]),
        ('package.json', 'node', '[]', [('', 'no object')]),
        ('package.json', 'node', '{', [('', 'can not be read')]),
        ('go.mod', 'go', 'module example.com/a\n\ngo 1.26.0\n\nrequire github.com/gin-gonic/gin v1.12.0 // direct\n', []),
        ('go.mod', 'go', 'require (\n\tgithub.com/gin-gonic/gin v1.9.0\n\texample.org/x v1.0.0 // indirect\n)\n',
         [('example.org/x', 'is not in'), ('github.com/gin-gonic/gin', 'is v1.9.0')]),
        ('Cargo.toml', 'rust', '[dependencies]\nserde_json = "1"\nrand = "=0.9.0"\n', [('rand', 'is not in'), ('serde_json', 'is 1,')]),
        ('Cargo.toml', 'rust', '[dependencies\n', [('', 'can not be read')]),
    ],
)  # fmt: skip
def test_problems(name, toolchain, source, problems):
    found = list(manifests.problems(name, source, toolchain))
    assert [field for field, _ in found] == [field for field, _ in problems]
    for (_, message), (_, part) in zip(found, problems, strict=True):
        assert part in message


@pytest.mark.parametrize('name', LANGUAGES)
def test_what_the_scaffold_writes_agrees_with_the_lock(name):
    adapter = LANGUAGES[name]
    for path in (TEMPLATES / name).rglob('*.in'):
        manifest = path.name.removesuffix('.in')
        if manifest in manifests.MANIFESTS:
            assert list(manifests.problems(manifest, path.read_text(), adapter.TOOLCHAIN)) == []
    if adapter.MANIFEST:
        assert (TEMPLATES / name / f'{adapter.MANIFEST}.in').exists()
        assert adapter.MANIFEST in manifests.MANIFESTS


def test_problems_are_told_with_file_and_field(tmp_path):
    root = tmp_path / 'examples'
    root.mkdir()
    scaffold.write(root, 'backend/greet/flask', LANGUAGES)
    scaffold.write(root, 'backend/greet/express', LANGUAGES)
    (root / 'backend/greet/flask/requirements.txt').write_text('flask==0.1\n')
    (root / 'backend/greet/express/package.json').unlink()
    with pytest.raises(ProblemsFound) as raised:
        read_all(root, LANGUAGES)
    told = {(problem.path, problem.field) for problem in raised.value.problems}
    assert told == {
        ('examples/backend/greet/flask/requirements.txt', 'flask'),
        ('examples/backend/greet/express/package.json', ''),
    }
