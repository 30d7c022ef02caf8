"""What contributing costs: a script acts as a new contributor, in a clone with an environment and hooks of its own.

    python benchmarks/contributor.py [--count N] [IMPLEMENTATION ...]     default: python go java express

For each implementation: scaffold, write, verify, break it in five ways (each must be told with its file), mend, commit
through the hooks, push. Prints wall seconds and commands of each step. Then the hooks: a commit that touches one
example with N (default 1,000; 0 leaves it out) in the tree, with all hooks, without the one for examples, and without
any. What is committed here is what is cloned. `./setup` fetches what its caches do not have.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).parents[1]
ROUNDS = 5
NO_ENVIRONMENT: Mapping[str, str] = {}


class Kind(NamedTuple):
    """Of one implementation: where code and tests are, a bug, and what a comment begins with."""

    path: str
    code: str
    test: str
    bug: tuple[str, str]
    comment: str


KINDS = {
    'python': Kind('numeric/limit-py', 'limit_py.py', 'test_limit_py.py', ('low > high', 'low >= high'), '#'),
    'javascript': Kind('numeric/limit-js', 'limit-js.js', 'limit-js.test.js', ('low > high', 'low >= high'), '//'),
    'go': Kind('numeric/limit-go', 'limit_go.go', 'limit_go_test.go', ('low > high', 'low >= high'), '//'),
    'java': Kind(
        'numeric/limit-java',
        'src/main/java/Limit.java',
        'src/test/java/LimitTest.java',
        ('low > high', 'low >= high'),
        '//',
    ),
    'express': Kind('backend/greeting', 'app.js', 'app.test.js', ('> MAX_NAME', '>= MAX_NAME'), '//'),
}


class Step(NamedTuple):
    name: str
    commands: int
    seconds: float


class Contributor:
    """A clone of the repository, and what was done in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.steps: list[Step] = []
        self.environment = {name: value for name, value in os.environ.items() if name != 'PYTHONPATH'}

    def run(self, *command: str, fails: bool = False, extra: Mapping[str, str] = NO_ENVIRONMENT) -> str:
        """What a command prints; it must fail or succeed as expected."""
        environment = {**self.environment, **extra}
        done = subprocess.run(
            command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        if bool(done.returncode) != fails:
            raise SystemExit(f'{" ".join(command)} ends with {done.returncode}:\n{done.stdout}')
        return done.stdout

    def step(self, name: str, *commands: Sequence[str]) -> None:
        began = time.monotonic()
        for command in commands:
            self.run(*command)
        self.note(name, len(commands), time.monotonic() - began)

    def note(self, name: str, commands: int, seconds: float) -> None:
        self.steps.append(Step(name, commands, seconds))
        print(f'| {name} | {commands} | {seconds:.1f} |', flush=True)


def set_up(scratch: Path) -> Contributor:
    """Clone and `./setup`; the clone can be pushed to its origin."""
    origin = scratch / 'origin.git'
    contributor = Contributor(scratch / 'clone')
    subprocess.run(('git', 'clone', '-q', '--bare', str(REPOSITORY), str(origin)), check=True)
    contributor.folder.mkdir()
    contributor.step('clone', ('git', 'clone', '-q', str(origin), '.'))
    contributor.run('git', 'switch', '-q', '-C', 'main')
    contributor.run('git', 'config', 'user.name', 'Ann Example')
    contributor.run('git', 'config', 'user.email', 'ann@example.com')
    contributor.step('set up', ('./setup', 'pre-commit', 'install'))
    path = f'{contributor.folder}/.venv/bin{os.pathsep}{contributor.environment["PATH"]}'
    contributor.environment |= {'PATH': path, 'VIRTUAL_ENV': f'{contributor.folder}/.venv'}
    return contributor


def contribute(contributor: Contributor, name: str) -> None:
    kind = KINDS[name]
    folder = contributor.folder / 'examples' / kind.path / name
    shown = f'examples/{kind.path}/{name}'
    contributor.step(f'{name}: scaffold', ('proven', 'new', f'{kind.path}/{name}'))
    began = time.monotonic()
    _write(folder.parent)
    contributor.note(f'{name}: write', 0, time.monotonic() - began)
    contributor.step(f'{name}: verify', ('proven', 'verify', shown))
    contributor.step(f'{name}: branch', ('git', 'switch', '-qc', f'add-{name}'), ('git', 'add', 'examples'))
    _break(contributor, kind, folder, shown, name)
    commit = ('git', 'commit', '-qsm', f'Add {shown}')
    contributor.step(f'{name}: commit, hooks', ('git', 'add', 'examples'), commit)
    contributor.step(f'{name}: push, hooks', ('git', 'push', '-q', '-u', 'origin', f'add-{name}'))
    contributor.step(f'{name}: diff', ('proven', 'diff', 'main'))


def _write(folder: Path) -> None:
    """An example of one's own: the template with another name."""
    for path in sorted(folder.rglob('*'), reverse=True):
        if path.is_file():
            text = path.read_text().replace('clamp', 'limit').replace('Clamp', 'Limit')
            path.write_text(text)
            if 'Clamp' in path.name:
                path.rename(path.with_name(path.name.replace('Clamp', 'Limit')))


def _break(contributor: Contributor, kind: Kind, folder: Path, shown: str, name: str) -> None:
    """Five faults one after the other; of each the right file is told, and it is mended again."""
    code, test, meta = folder / kind.code, folder / kind.test, folder / 'example.yaml'
    address = f'{kind.comment} ask someone@{"gmail"}.com'  # put together, so that no scanner takes this file for one
    check, verify = ('proven', 'check', shown), ('proven', 'verify', shown)
    commit = ('git', 'commit', '-qsm', 'Add')
    # What is done to which file, the command that tells, and a part of what it must say.
    faults = (
        ('line ends', code, ('\n', '\r\n'), commit, 'has a carriage return in line 1'),
        ('unknown requirement', test, ('R2', 'R9'), check, 'names R9, which is not in task.yaml'),
        ('misspelt key', meta, ('paradigms:', 'paradigm:'), check, 'paradigm: is not a known key'),
        ('personal data', code, ('\n', f'\n{address}\n'), check, 'may be an address of someone'),
        ('bug', code, kind.bug, verify, 'solution_failed'),
    )
    for what, file, (old, new), command, told in faults:
        source = file.read_bytes()
        changed = source.decode().replace(old, new, 1 if what == 'personal data' else -1)
        assert changed != source.decode(), (what, file)
        file.write_bytes(changed.encode())
        began = time.monotonic()
        if command == commit:
            contributor.run('git', 'add', 'examples')
        said = contributor.run(*command, fails=True)
        seconds = time.monotonic() - began
        where = str(file.relative_to(contributor.folder)) if command != verify else f'{kind.path}/{name}'
        if told not in said or where not in said:
            raise SystemExit(f'{what}: {told!r} or {where} is not told:\n{said}')
        file.write_bytes(source)
        contributor.note(f'{name}: broken: {what}', 2 if command == commit else 1, seconds)
    contributor.step(f'{name}: mended', verify)


def time_hooks(contributor: Contributor, count: int) -> None:
    """Commits that touch one of ``count`` examples, in turns."""
    contributor.run('git', 'switch', '-q', 'main')
    file = _fill(contributor, count)
    ways: tuple[tuple[str, tuple[str, ...], Mapping[str, str]], ...] = (
        ('all hooks', (), {}),
        ('no example hook', (), {'SKIP': 'proven-check'}),
        ('no hooks', ('--no-verify',), {}),
    )
    taken: dict[str, list[float]] = {name: [] for name, _, _ in ways}
    for turn in range(ROUNDS):
        for name, options, extra in ways:
            file.write_text(f'{file.read_text()}# {turn} {name}\n')
            contributor.run('git', 'add', 'examples')
            began = time.monotonic()
            contributor.run('git', 'commit', '-qsm', name, *options, extra=extra)
            taken[name].append(time.monotonic() - began)
    there = len(list(contributor.folder.glob('examples/*/*/*/example.yaml')))
    print(f'\nA commit that touches one of {there} examples, median of {ROUNDS}, in seconds:\n')
    print('| hooks | median | least | most |\n|---|---:|---:|---:|')
    for name, seconds in taken.items():
        print(f'| {name} | {statistics.median(seconds):.2f} | {min(seconds):.2f} | {max(seconds):.2f} |')


def _fill(contributor: Contributor, count: int) -> Path:
    """Clones of a template, each a task of its own; the solution of one."""
    examples = contributor.folder / 'examples'
    contributor.run('proven', 'new', 'numeric/filler/python')
    original = examples / 'numeric/filler'
    there = len(list(examples.glob('*/*/*/example.yaml')))
    for number in range(count - there):
        clone = examples / f'numeric/filler-{number}'
        shutil.copytree(original, clone)
        task = clone / 'task.yaml'
        task.write_text(re.sub(r'(?m)^id: .*', f'id: z{number:05}', task.read_text()))
    contributor.run('git', 'add', 'examples')
    contributor.run('git', 'commit', '-qm', 'fill', '--no-verify')
    return original / 'python/filler.py'


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--count', type=int, default=1000)
    parser.add_argument('names', nargs='*', metavar='IMPLEMENTATION', help=', '.join(KINDS))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        print('| step | commands | s |\n|---|---:|---:|')
        contributor = set_up(Path(scratch))
        for name in arguments.names or ('python', 'go', 'java', 'express'):
            contributor.run('git', 'switch', '-q', 'main')
            contribute(contributor, name)
        commands, seconds = (sum(column) for column in list(zip(*contributor.steps, strict=True))[1:])
        print(f'| all | {commands} | {seconds:.1f} |')
        if arguments.count:
            time_hooks(contributor, arguments.count)
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
