"""What `proven new` writes, under the names of the new example: one that passes, from `templates/example/`.

For a task that is there with requirements of its own, tests are written that name each of them and fail until they are
written (`templates/tests/`). With code of somebody's, its files are copied by their roles. What only the author can say
is left as `<…>`, which `proven check` refuses.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Any
from typing import NamedTuple

from stages.core import files
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.examples import IGNORED
from stages.core.examples import KEBAB
from stages.core.examples import MAX_EXAMPLE_BYTES
from stages.core.examples import TASK_ID
from stages.core.examples import role_of
from stages.core.language import Language
from stages.core.models import CATEGORIES

TEMPLATES = Path(__file__).parents[1] / 'templates' / 'example'
TESTS = TEMPLATES.with_name('tests')
LETTERS = 'abcdefghjkmnpqrstvwxyz'
SLUG_WORDS = 7
# Of the template: what the code of another task or author has otherwise.
INTERFACE = re.compile(r'^interface: \|\n(?:  .*\n)+', re.MULTILINE)
SUMMARY = re.compile(r'^summary:\n(?:  .*\n)+', re.MULTILINE)
ORIGIN = re.compile(r'^origin: .*\n', re.MULTILINE)
AUTHORS = re.compile(r'^authors: .*\n', re.MULTILINE)
NEW_TASK = """\
id: $id
title: {en: "$title"}
statement:
  en: <what is asked, whatever the language, with names, inputs, results and errors>
requirements:
  - id: R1
    text: {en: <one thing that the code must do>}
level: intermediate
topics: ["$kebab"]
"""


class Imported(NamedTuple):
    """Files of a folder that have a role, and the paths of those that have none."""

    content: Mapping[str, bytes]
    left: Sequence[str]


class Author(NamedTuple):
    """Whose code it is; None as the template has it."""

    origin: str | None = None
    name: str | None = None


def write(
    root: Path,
    path: str,
    languages: Mapping[str, Language],
    imported: Imported | None = None,
    author: Author | None = None,
) -> list[Path]:
    """Write the files of a new example, and of its task if that is new too; their paths.

    Raises:
        ProblemsFound: the path does not fit, or there is something already.
    """
    category, task, implementation = _parts(root, path, languages)
    adapter = languages[implementation]
    folder = root / category / task
    camel = ''.join(word.capitalize() for word in task.split('-'))
    names = {
        'kebab': task,
        'snake': task.replace('-', '_'),
        'package': task.replace('-', ''),
        'camelname': camel,
        'title': task.replace('-', ' ').capitalize(),
        'id': new_id(root),
    }
    example = _tree(TEMPLATES / implementation, names)
    template = _tree(TEMPLATES / _task_template(adapter), names)
    content: dict[str, bytes] = {}
    known = _requirements(folder / 'task.yaml')
    if imported is not None:
        example = _filled(example, imported, adapter)
        template = {'task.yaml': Template(NEW_TASK).substitute(names).encode()}
    elif known is not None and known != _requirements_of(template['task.yaml']):
        example = _for_task(example, known, adapter, implementation, names)
    if known is None:
        content |= template
    example['example.yaml'] = _signed(example['example.yaml'].decode(), author or Author()).encode()
    content |= {f'{implementation}/{name}': data for name, data in example.items()}
    return _place(folder, content)


def _parts(root: Path, path: str, languages: Mapping[str, Language]) -> list[str]:
    parts = path.strip('/').split('/')
    problems = []
    if len(parts) != 3:
        raise ProblemsFound([Problem(path, '', 'has to be CATEGORY/TASK/IMPLEMENTATION')])
    category, task, implementation = parts
    if category not in CATEGORIES:
        problems.append(Problem(path, 'category', f'{category!r} is not known; use one of {", ".join(CATEGORIES)}'))
    if not KEBAB.fullmatch(task):
        problems.append(Problem(path, 'task', f'{task!r} is not kebab-case (lower-case words with hyphens)'))
    if implementation not in languages:
        problems.append(
            Problem(path, 'implementation', f'{implementation!r} is not known; use one of {", ".join(languages)}')
        )
    elif (root / category / task / implementation).exists():
        problems.append(Problem(str(root / path), '', 'is there already; choose another name'))
    for other in root.glob(f'*/{task}'):
        if other.parent.name != category:
            problems.append(Problem(str(other), '', 'has the same task name; add to it or choose another name'))
    if problems:
        raise ProblemsFound(problems)
    return parts


def _task_template(adapter: Language) -> str:
    if adapter.FRAMEWORK is None:
        return 'task'
    return 'task-backend' if adapter.SERVE_CMD else 'task-ui'


def _requirements(file: Path) -> dict[str, str] | None:
    """Id and English text of each requirement of a task; None if there is no such task.

    Raises:
        ProblemsFound: its file can't be read.
    """
    if not file.exists():
        return None
    try:
        return _requirements_of(file.read_bytes())
    except (ValueError, LookupError, TypeError) as error:
        raise ProblemsFound([Problem(str(file), '', 'can not be read; proven check tells why')]) from error


def _requirements_of(source: bytes) -> dict[str, str]:
    task: Any = files.load_yaml(source.decode())
    return {str(one['id']): str(one['text']['en']) for one in task['requirements']}


def _for_task(
    example: Mapping[str, bytes],
    known: Mapping[str, str],
    adapter: Language,
    implementation: str,
    names: Mapping[str, str],
) -> dict[str, bytes]:
    """The template with tests of a task's own requirements; a backend's lie beside it, and one of its own is enough."""
    tests = [path for path in example if role_of(path, adapter) == 'test']
    wanted = dict(list(known.items())[:1]) if adapter.SERVE_CMD else known
    found = {path: data for path, data in example.items() if path not in tests}
    found['example.yaml'] = _unsaid(example['example.yaml'].decode()).encode()
    file = TESTS / f'{implementation}.in'
    skeleton = file if file.exists() else TESTS / f'{adapter.LANGUAGE}.in'
    stem = tests[0].rpartition('/')[2].split('.')[0]
    package = {'stem': stem, 'package': 'main' if adapter.SERVE_CMD else names['package']}
    found[tests[0]] = _tests(skeleton.read_text(encoding='utf-8'), wanted, {**names, **package}).encode()
    return found


def _tests(skeleton: str, requirements: Mapping[str, str], names: Mapping[str, str]) -> str:
    """A test file: every second part of the skeleton comes once for each requirement."""
    told = []
    for index, part in enumerate(skeleton.split('%%\n')):
        if index % 2 == 0:
            told.append(Template(part).substitute(names))
            continue
        for name, text in requirements.items():
            words = re.findall(r'[a-z0-9]+', text.lower())[:SLUG_WORDS]
            camel = ''.join(word.capitalize() for word in words)
            mine = {'id': name, 'slug': '_'.join(words) or 'it', 'camel': camel, 'words': ' '.join(words)}
            told.append(Template(part).substitute({**names, **mine}))
    return ''.join(told)


def _unsaid(metadata: str) -> str:
    """`example.yaml` without what only holds for the template's code."""
    metadata = INTERFACE.sub('interface: <what tests call, as code without bodies>\n', metadata)
    return SUMMARY.sub('summary:\n  en: <what the code does and how>\n', metadata)


def _signed(metadata: str, author: Author) -> str:
    if author.origin:
        metadata = ORIGIN.sub(f'origin: {author.origin}\n', metadata)
    if author.name:
        metadata = AUTHORS.sub(lambda _: f'authors: [{json.dumps(author.name, ensure_ascii=False)}]\n', metadata)
    return metadata


def _filled(example: Mapping[str, bytes], imported: Imported, adapter: Language) -> dict[str, bytes]:
    """Files of somebody's with the metadata and, if they have none, the manifest of the template."""
    kept = {'example.yaml': _unsaid(example['example.yaml'].decode()).encode()}
    if adapter.MANIFEST and adapter.MANIFEST not in imported.content:
        kept[adapter.MANIFEST] = example[adapter.MANIFEST]
    return {**kept, **imported.content}


def read_folder(folder: Path, adapter: Language) -> Imported:
    """The files of a folder of code, those of tools and links left out.

    Raises:
        ProblemsFound: no such folder, none of its files is code of this language, or it is too big.
    """
    if not folder.is_dir():
        raise ProblemsFound([Problem(str(folder), '', 'is no folder; name the one that has the code')])
    content: dict[str, bytes] = {}
    left: list[str] = []
    total = 0
    for above, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in IGNORED and not name.startswith('.'))
        for name in sorted(names):
            file = Path(above, name)
            path = file.relative_to(folder).as_posix()
            if role_of(path, adapter) is None or file.is_symlink() or name == 'example.yaml':
                left.append(path)
                continue
            total += file.stat().st_size
            if total > MAX_EXAMPLE_BYTES:
                told = f'has more than {MAX_EXAMPLE_BYTES} bytes; name the folder of one program'
                raise ProblemsFound([Problem(str(folder), '', told)])
            content[path] = file.read_bytes()
    if not any(role_of(path, adapter) == 'solution' and path.endswith(adapter.SUFFIXES) for path in content):
        raise ProblemsFound(
            [Problem(str(folder), '', f'has no solution; files of one are {", ".join(adapter.SOLUTION)}')]
        )
    return Imported(content, left)


def _place(folder: Path, content: Mapping[str, bytes]) -> list[Path]:
    """Write all files, or none."""
    folder.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder, prefix='.new-'))
    try:
        for name, data in content.items():
            target = scratch / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        for entry in sorted(scratch.iterdir()):
            entry.rename(folder / entry.name)
        return [folder / name for name in content]
    finally:
        shutil.rmtree(scratch)


def _tree(folder: Path, names: Mapping[str, str]) -> dict[str, bytes]:
    """Template files under their names, without the suffix that keeps tools from taking them for code."""
    return {
        Template(path.relative_to(folder).as_posix().removesuffix('.in')).substitute(names): Template(
            path.read_text(encoding='utf-8')
        )
        .substitute(names)
        .encode()
        for path in sorted(folder.rglob('*.in'))
    }


def new_id(root: Path) -> str:
    """An id that no task here has: six letters and digits, a letter first, so that YAML never takes it for a number."""
    taken = {match[1].decode() for file in root.glob('*/*/task.yaml') if (match := TASK_ID.search(file.read_bytes()))}
    while True:
        name = secrets.choice(LETTERS) + ''.join(secrets.choice(LETTERS + '0123456789') for _ in range(5))
        if name not in taken:
            return name
