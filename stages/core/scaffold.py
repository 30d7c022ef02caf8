"""What `proven new` writes: a small example that passes, from `templates/example/`, under the names of the new one."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from string import Template

from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.examples import KEBAB
from stages.core.examples import TASK_ID
from stages.core.language import Language
from stages.core.models import CATEGORIES

TEMPLATES = Path(__file__).parents[1] / 'templates' / 'example'
LETTERS = 'abcdefghjkmnpqrstvwxyz'


def write(root: Path, path: str, languages: Mapping[str, Language]) -> list[Path]:
    """Write the files of a new example, and of its task if that is new too; their paths.

    Raises:
        ProblemsFound: the path does not fit, or there is something already.
    """
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
    names = {'kebab': task, 'snake': task.replace('-', '_'), 'package': task.replace('-', ''), 'id': new_id(root)}
    sources = {f'{implementation}/{name}': source for name, source in _tree(TEMPLATES / implementation).items()}
    if not (root / category / task / 'task.yaml').exists():
        sources |= _tree(TEMPLATES / _task_template(languages[implementation]))
    return _place(root / category / task, sources, names)


def _task_template(adapter: Language) -> str:
    if adapter.FRAMEWORK is None:
        return 'task'
    return 'task-backend' if adapter.SERVE_CMD else 'task-ui'


def _place(folder: Path, sources: Mapping[str, Path], names: Mapping[str, str]) -> list[Path]:
    """Write all files under their names, or none."""
    folder.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=folder, prefix='.new-'))
    try:
        written = []
        for name, source in sources.items():
            target = scratch / Template(name).substitute(names)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(
                Template(source.read_text(encoding='utf-8')).substitute(names), encoding='utf-8', newline='\n'
            )
            written.append(folder / target.relative_to(scratch))
        for entry in sorted(scratch.iterdir()):
            entry.rename(folder / entry.name)
        return written
    finally:
        shutil.rmtree(scratch)


def _tree(folder: Path) -> dict[str, Path]:
    """Template files by their path, without the suffix that keeps tools from taking them for code."""
    return {path.relative_to(folder).as_posix().removesuffix('.in'): path for path in sorted(folder.rglob('*.in'))}


def new_id(root: Path) -> str:
    """An id that no task here has: six letters and digits, a letter first, so that YAML never takes it for a number."""
    taken = {match[1].decode() for file in root.glob('*/*/task.yaml') if (match := TASK_ID.search(file.read_bytes()))}
    while True:
        name = secrets.choice(LETTERS) + ''.join(secrets.choice(LETTERS + '0123456789') for _ in range(5))
        if name not in taken:
            return name
