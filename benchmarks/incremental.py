"""What a change costs: N small examples in a temporary repository, `dvc repro` cold, idle and with one file touched.

    python benchmarks/incremental.py [N ...]          default: 16 1000

The examples are those of `proven new` (python, javascript, go), cloned under new names and ids, as one family. Prints
wall seconds and how many examples were verified. Fewer mutants and shuffled runs than usual; 1,000 examples take long.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from stages.all_languages import LANGUAGES
from stages.core import scaffold

REPOSITORY = Path(__file__).parents[1]
PARTS = (
    'dvc.yaml',
    'LICENSE',
    'README.md',
    'proofs/published.json',
    'params.yaml',
    'uv.lock',
    '.dvcignore',
    '.gitignore',
    '.dvc/config',
    '.dvc/.gitignore',
    'fingerprints',
    'stages',
)
IMPLEMENTATIONS = ('python', 'javascript', 'go')


def make(folder: Path, count: int) -> Path:
    """A repository of ``count`` examples; the path of one Python solution in it."""
    for part in PARTS:
        target = folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if (REPOSITORY / part).is_dir():
            shutil.copytree(REPOSITORY / part, target, ignore=shutil.ignore_patterns('__pycache__'))
        else:
            shutil.copy(REPOSITORY / part, target)
    examples = folder / 'examples'
    for name in IMPLEMENTATIONS:
        scaffold.write(examples, f'numeric/clamp/{name}', LANGUAGES)
    original = examples / 'numeric/clamp'
    for number in range(1, -(-count // len(IMPLEMENTATIONS))):
        clone = examples / f'numeric/clamp-{number}'
        shutil.copytree(original, clone)
        task = clone / 'task.yaml'
        own = re.search(r'^id: (\w+)', task.read_text(), re.MULTILINE)
        assert own is not None
        # One family: copies of another one would be refused.
        told = f'id: c{number:05}\nrelated: [{own[1]}]'
        text = re.sub(r'^related: .*\n', '', task.read_text(), flags=re.MULTILINE)
        task.write_text(re.sub(r'^id: .*', told, text))
    for extra in sorted(examples.glob('*/*/*/example.yaml'))[count:]:
        shutil.rmtree(extra.parent)
    settings = folder / 'params.yaml'
    text = settings.read_text()
    for old, new in (('budget: 12', 'budget: 2'), ('most: 60', 'most: 8'), ('runs: 5', 'runs: 1')):
        assert old in text
        text = text.replace(old, new)
    settings.write_text(text)
    for command in ('git init -q', 'git add -A', 'git -c user.name=a -c user.email=a@example.com commit -qm all'):
        subprocess.run(command.split(), cwd=folder, check=True)
    return original / 'python/clamp.py'


def repro(folder: Path, label: str) -> float:
    """One `dvc repro`; wall seconds."""
    path = f'{Path(sys.executable).parent}{os.pathsep}{os.environ["PATH"]}'
    environment = {**os.environ, 'PYTHONPATH': str(folder), 'PATH': path}
    began = time.perf_counter()
    done = subprocess.run(
        [str(Path(sys.executable).with_name('dvc')), 'repro'],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    told = re.findall(r'^verify: (\d+ run, .*)$', done.stdout, re.MULTILINE)
    print(f'  {label}: {seconds:.1f} s; verify: {told[0] if told else "skipped"}', flush=True)
    return seconds


def main() -> None:
    for count in [int(word) for word in sys.argv[1:]] or [16, 1000]:
        with tempfile.TemporaryDirectory(prefix='proven-bench-') as name:
            folder = Path(name)
            touched = make(folder, count)
            print(f'{count} examples', flush=True)
            cold = repro(folder, 'cold')
            idle = repro(folder, 'idle')
            touched.write_text(touched.read_text() + '# touched\n')
            one = repro(folder, 'one touched')
            print(f'  cold / one touched: {cold / one:.0f}; one touched / idle: {one / idle:.1f}', flush=True)


if __name__ == '__main__':
    main()
