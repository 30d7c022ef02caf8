"""How far verdicts of the benchmark stage can be believed: false alarms, and slowdowns found, beside plain pyperf.

    python benchmarks/compare.py [--same 100] [--slower 40] [--pyperf 24] [--idle]

A/A compares code with itself, A/B with the same code that does 10 % more, and twice as much, in Python, JavaScript, Go and
C, while another process keeps one core busy (not with --idle). `pyperf compare_to` is given as many runs of the same
programs one after the other, 20 processes of 3 values of at least 100 ms, as pyperf itself would do.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pyperf

from stages.all_languages import LANGUAGES
from stages.core import bench
from stages.core import measuring
from stages.core import scaffold
from stages.core.examples import Reader
from stages.core.models import Comparison
from stages.core.params import Limits

SIZE = 20_000
# Language → solution's file, its code for `spin(rounds)`, the workload file and its name.
PROGRAMS = {
    'python': (
        'clamp.py',
        'def spin(n):\n    x = 1\n    for _ in range(ROUNDS):\n        x = (x * 1103515245 + 12345) % 2147483648\n    return x\n',
        'bench_clamp.py',
        'from clamp import spin\n\nWORKLOADS = {"spin": (SIZE, lambda n, random: (lambda: spin(n), lambda result: result > 0))}\n',
    ),
    'javascript': (
        'clamp.js',
        'export function spin(n) {\n  let x = 1;\n  for (let i = 0; i < ROUNDS; i += 1) x = (Math.imul(x, 1103515245) + 12345) >>> 0;\n  return x;\n}\n',
        'bench_clamp.js',
        'import { spin } from "./clamp.js";\nexport const workloads = { spin: [SIZE, (n) => [() => spin(n), (result) => result > 0]] };\n',
    ),
    'go': (
        'clamp.go',
        'package clamp\n\nfunc Spin(n int) uint32 {\n\tx := uint32(1)\n\tfor range ROUNDS {\n\t\tx = x*1103515245 + 12345\n\t}\n\treturn x\n}\n',
        'clamp_bench_test.go',
        'package clamp\n\nvar workloads = []struct {\n\tName    string\n\tSize    int\n\tPrepare func(n int, random func(int) int) (func(), func() bool)\n}'
        '{{"spin", SIZE, func(n int, _ func(int) int) (func(), func() bool) {\n\tvar x uint32\n\treturn func() { x = Spin(n) }, func() bool { return x > 0 }\n}}}\n',
    ),
    'c': (
        'clamp.c',
        '#include "clamp.h"\n\nunsigned spin(unsigned n)\n{\n    unsigned x = 1;\n    for (unsigned i = 0; i < ROUNDS; i++) x = x * 1103515245u + 12345u;\n    return x;\n}\n',
        'bench_clamp.c',
        '#include <stdlib.h>\n#include "clamp.h"\n#include "workload.h"\nunsigned spin(unsigned n);\nstruct input { unsigned n, x; };\n'
        'static void *prepare(size_t n, workload_random random) { struct input *i = malloc(sizeof *i); i->n = (unsigned)n; (void)random; return i; }\n'
        'static void run(void *i) { ((struct input *)i)->x = spin(((struct input *)i)->n); }\nstatic bool check(void *i) { return ((struct input *)i)->x > 0; }\n'
        'const struct workload workloads[] = {{"spin", SIZE, prepare, run, check, free}, {0}};\n',
    ),
}
SLOWER = {'same': 'n', 'by 10 %': 'n + n / 10', 'twice': '2 * n'}


def example_of(root: Path, language: str, slower: str) -> bench.Bench:
    """An example whose draft does ``slower`` rounds."""
    file, code, bench_file, workload = PROGRAMS[language]
    scaffold.write(root, f'numeric/clamp/{language}', LANGUAGES)
    folder = root / 'numeric/clamp' / language
    rounds = SLOWER[slower].replace(' / ', ' // ') if language == 'python' else SLOWER[slower]
    # What the scaffold wrote stays: its tests are about it.
    rest = (folder / file).read_text()
    package = 'package clamp\n\n' if language == 'go' else ''
    own = code.removeprefix(package)
    if language == 'c':
        rest = rest + '\n' + own.removeprefix('#include "clamp.h"\n\n')
        (folder / file).write_text(rest.replace('ROUNDS', 'n'))
        draft = rest.replace('ROUNDS', rounds)
    else:
        (folder / file).write_text(rest + '\n' + own.replace('ROUNDS', 'n'))
        draft = rest + '\n' + own.replace('ROUNDS', rounds)
    (folder / bench_file).write_text(workload.replace('SIZE', str(SIZE if language != 'python' else SIZE // 20)))
    (folder / 'draft').mkdir()
    (folder / 'draft' / file).write_text(draft)
    (folder / 'draft/prompt.md').write_text('Write it.\n')
    with (folder / 'example.yaml').open('a') as text:
        text.write('draft: {model: none, date: 2026-11-01}\n')
    reader = Reader(root, LANGUAGES)
    example = reader.read(f'numeric/clamp/{language}')
    if example is None:
        raise SystemExit('\n'.join(map(str, reader.problems)))
    return bench.Bench(example, LANGUAGES[language], Limits())


def compare(one: bench.Bench, number: int) -> tuple[Comparison, float]:
    """One comparison as the stage makes it, and the wall seconds that it took; each has an order of its own."""
    began = time.monotonic()
    settings = measuring.Settings()
    size = one.workloads()['spin']
    taken = measuring.Taken(one, 'spin', size, settings)
    taken.order = str(number)
    taken.take()
    return measuring.time_comparison(taken, 'draft'), time.monotonic() - began


def by_pyperf(one: bench.Bench, folder: Path, count: int) -> list[pyperf.Benchmark]:
    """``count`` runs one after the other, of the solution and of the draft in turns, as pyperf files."""
    size = one.workloads()['spin']
    found = []
    for number in range(count):
        variant = ('solution', 'draft')[number % 2]
        loops = one.run(variant, 'spin', (size,), 1).values[0].loops * max(1, 100 // one.driver.least_ms)
        runs = []
        for _ in range(20):
            report = one.run(variant, 'spin', (size,), 3, loops)
            values = [value.wall / value.loops / 1e9 for value in report.values]
            runs.append(pyperf.Run(values, metadata={'name': 'spin'}, collect_metadata=False))
        found.append(pyperf.Benchmark(runs))
        found[-1].dump(str(folder / f'{number}.json'), replace=True)
    return found


def pyperf_says(folder: Path, one: int, other: int) -> str:
    command = (sys.executable, '-m', 'pyperf', 'compare_to', f'{folder}/{one}.json', f'{folder}/{other}.json')
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return (
        'no difference'
        if 'not significant' in told
        else 'slower'
        if 'slower' in told
        else 'faster'
        if 'faster' in told
        else told.strip()
    )


def burn() -> None:
    while True:
        pass


def share(part: int, whole: int) -> str:
    return f'{part} of {whole} ({part / whole:.1%})' if whole else 'none'


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--same', type=int, default=100, help='comparisons of code with itself')
    parser.add_argument('--slower', type=int, default=40, help='comparisons with each slower program')
    parser.add_argument('--pyperf', type=int, default=24, help='runs by pyperf for each of: the same, 10 % slower')
    parser.add_argument('--idle', action='store_true')
    arguments = parser.parse_args()
    load = multiprocessing.Process(target=burn, daemon=True)
    if not arguments.idle:
        load.start()
    with tempfile.TemporaryDirectory() as name:
        for slower, count in (('same', arguments.same), ('by 10 %', arguments.slower), ('twice', arguments.slower)):
            benches = {
                language: example_of(Path(name) / slower.replace(' ', '') / language / 'examples', language, slower)
                for language in PROGRAMS
            }
            counts: dict[str, Counter[str]] = {language: Counter() for language in PROGRAMS}
            seconds = []
            for number in range(count):
                language = list(PROGRAMS)[number % len(PROGRAMS)]
                found, took = compare(benches[language], number)
                counts[language][found.verdict or 'no verdict'] += 1
                seconds.append(took)
                print(
                    f'{slower} {language}: {found.verdict} {found.ratio} {found.pairs} pairs {took:.1f} s',
                    file=sys.stderr,
                    flush=True,
                )
            told = sum(counts.values(), Counter())
            wrong = (
                count - told['no_difference_shown'] - told['no verdict'] if slower == 'same' else count - told['faster']
            )
            print(
                f'ours, {slower}: {dict(told)}; {"false alarms" if slower == "same" else "missed"} {share(wrong, count)};'
                f' seconds a comparison: median {statistics.median(seconds):.1f}, most {max(seconds):.1f}'
            )
            for language, some in counts.items():
                print(f'  {language}: {dict(some)}')
            if slower == 'twice' or not arguments.pyperf:
                continue
            said: Counter[str] = Counter()
            began = time.monotonic()
            for language, one in benches.items():
                folder = Path(name) / f'pyperf-{slower.replace(" ", "")}-{language}'
                folder.mkdir()
                runs = max(2, arguments.pyperf // len(benches))
                by_pyperf(one, folder, runs)
                said.update(
                    pyperf_says(folder, number, number + 1)
                    if number % 2 == 0
                    else {'slower': 'faster', 'faster': 'slower'}.get(
                        answer := pyperf_says(folder, number, number + 1), answer
                    )
                    for number in range(runs - 1)
                )
            whole = sum(said.values())
            wrong = whole - said['no difference'] if slower == 'same' else whole - said['slower']
            print(
                f'pyperf compare_to, {slower}: {dict(said)}; {"false alarms" if slower == "same" else "missed or wrong"} {share(wrong, whole)};'
                f' seconds a comparison: {(time.monotonic() - began) / whole:.1f}'
            )


if __name__ == '__main__':
    main()
