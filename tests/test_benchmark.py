"""Workloads in every language, what is measured of them, and what is said of it."""

from __future__ import annotations

import json
import math
import random
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest

from stages.all_languages import LANGUAGES
from stages.core import bench
from stages.core import comparison
from stages.core import energy
from stages.core import files
from stages.core import measuring
from stages.core import packages
from stages.core import sandbox
from stages.core import scaffold
from stages.core import toolchain
from stages.core import verification
from stages.core.bench import Bench
from stages.core.bench import BenchFailed
from stages.core.examples import Reader
from stages.core.params import Limits

WORKLOADS = Path(__file__).parent / 'workloads'
FILES = {
    'c': 'bench_clamp.c',
    'cpp': 'bench_clamp.cpp',
    'csharp': 'ClampBench.cs',
    'go': 'clamp_bench_test.go',
    'java': 'src/test/java/ClampBench.java',
    'javascript': 'bench_clamp.js',
    'php': 'bench_clamp.php',
    'python': 'bench_clamp.py',
    'ruby': 'bench_clamp.rb',
    'rust': 'benches/bench_clamp.rs',
    'typescript': 'bench_clamp.ts',
}
SLOW = 'def clamp(value, low, high):\n    for _ in range(40):\n        pass\n    if low > high:\n        raise ValueError(low)\n    return max(low, min(value, high))\n'
WORKLOAD = """from clamp import clamp


def clamped(n, random):
    values = [random(1_000) for _ in range(n)]
    return lambda: sum(clamp(value, 250, 750) for value in values), lambda result: result > 0


WORKLOADS = {'clamped': (1_000, clamped)}
"""
QUICK = 'benchmark: {seconds: 60, pairs: 10, values: 2, alone: 2, memory: 2, growth: 5}\n'


@pytest.fixture
def make(tmp_path):
    """An example of a language as the scaffold writes it, with a workload file; other files on top."""

    def make(language, more=()):
        root = tmp_path / 'examples'
        shutil.rmtree(root, ignore_errors=True)
        scaffold.write(root, f'numeric/clamp/{language}', LANGUAGES)
        folder = root / 'numeric/clamp' / language
        file = folder / FILES[language]
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(WORKLOADS / file.name, file)
        for path, content in dict(more).items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(content)
        if (folder / 'draft').exists():
            with (folder / 'example.yaml').open('a') as text:
                text.write('draft: {model: none, date: 2026-11-01}\n')
        reader = Reader(root, LANGUAGES)
        example = reader.read(f'numeric/clamp/{language}')
        assert example is not None, reader.problems
        return Bench(example, LANGUAGES[language], Limits())

    return make


def test_every_driver_is_tried_here():
    assert set(FILES) == {name for name, adapter in LANGUAGES.items() if adapter.DRIVER}


@pytest.mark.parametrize('language', FILES)
def test_workload_gets_the_same_numbers_in_every_language(language, make):
    bench = make(language)
    assert bench.workloads()['clamped'] == 1_000
    # With 1,000 values the check compares the sum with one that is the same in all of them.
    report = bench.run('solution', 'clamped', (1_000, 2_000), 2)
    assert report.checks == {1_000: True, 2_000: True}
    assert [value.size for value in report.values] == [1_000, 1_000, 2_000, 2_000]
    assert all(value.cpu >= 0.1 * bench.driver.least_ms * 1e6 for value in report.values), report.values
    assert all(value.wall > 0 and value.loops >= 1 for value in report.values)
    assert sum(value.cpu for value in report.warmups) >= 0.9 * bench.driver.warmup_ms * 1e6
    loops = report.values[0].loops
    again = bench.run('solution', 'clamped', (1_000,), 1, loops)
    assert [value.loops for value in again.values] == [loops]


@pytest.mark.parametrize('language', ['python', 'c', 'javascript'])
def test_memory_of_one_call_is_seen(language, make):
    grabs = {
        'python': (
            'bench_clamp.py',
            'WORKLOADS = {"grab": (64, lambda n, random: (lambda: sum(bytearray(n << 20)[::4096]), lambda result: result == 0))}\n',
        ),
        'c': (
            'bench_clamp.c',
            '#include <stdlib.h>\n#include <string.h>\n#include "workload.h"\nstatic volatile char last;\nstatic size_t n;\n'
            'static void *prepare(size_t size, workload_random random) { (void)random; n = size; return malloc(1); }\n'
            'static void run(void *given) { (void)given; char *all = malloc(n << 20); memset(all, 1, n << 20); last = all[n]; free(all); }\n'
            'static bool check(void *given) { (void)given; return last == 1; }\n'
            'const struct workload workloads[] = {{"grab", 64, prepare, run, check, free}, {0}};\n',
        ),
        'javascript': (
            'bench_clamp.js',
            'export const workloads = { grab: [64, (n) => [() => new Uint8Array(n << 20).fill(1), (result) => result[n] === 1]] };\n',
        ),
    }
    name, code = grabs[language]
    bench = make(language, {name: code})
    with_call = bench.run('solution', 'grab', (64,), 0, 1).peaks[64]
    without = bench.run('solution', 'grab', (64,), 0, 0).peaks[64]
    assert 60 * 1024 < with_call - without < 80 * 1024


def test_wrong_result_and_crash_have_a_reason(make):
    wrong = WORKLOAD.replace('result > 0', 'result < 0')
    with pytest.raises(BenchFailed, match='check says that the result is wrong'):
        make('python', {'bench_clamp.py': wrong}).run('solution', 'clamped', (100,), 1)
    crash = WORKLOAD.replace('return lambda: sum', 'return lambda: 1 / 0 + sum')
    with pytest.raises(BenchFailed, match='ZeroDivisionError'):
        make('python', {'bench_clamp.py': crash}).run('solution', 'clamped', (100,), 1)
    with pytest.raises(BenchFailed, match='can not be built'):
        make('c', {'bench_clamp.c': 'int nothing'}).workloads()


def test_rival_that_fails_on_the_way_is_out_and_the_rest_is_told(make, monkeypatch):
    files = {'bench_clamp.py': WORKLOAD, 'draft/clamp.py': SLOW, 'draft/prompt.md': 'Write it.\n'}
    made = make('python', files)
    run, ran = made.run, Counter()

    def failing(variant, *arguments, **options):
        ran[variant] += 1
        if variant == 'draft' and ran[variant] > 3:
            raise BenchFailed('draft: clamped: exited, exit code 1\nsome output')
        return run(variant, *arguments, **options)

    monkeypatch.setattr(made, 'run', failing)
    found = measuring.measure(made, 'clamped', 100, measuring.Settings(alone=5, memory=2))
    assert found.comparisons['draft'].reason == found.variants['draft'].reason == 'draft: clamped: exited, exit code 1'
    assert found.comparisons['draft'].verdict is None
    assert len(found.variants['solution'].cpu) == 5


@pytest.mark.parametrize(('calibrated', 'used'), [((1024, 2048), (2048, 2048)), ((16, 1024), (16, 1024))])
def test_variants_that_are_near_have_values_of_as_many_calls(calibrated, used):
    class Calibrated:
        variants = ('solution', 'draft')
        example = SimpleNamespace(path='numeric/clamp/python')

        def run(self, variant, *arguments):
            value = bench.Value(100, calibrated[self.variants.index(variant)], 1, 1, 0)
            return bench.Report((), (value,), {}, {}, {})

    taken = measuring.Taken(Calibrated(), 'clamped', 100, measuring.Settings())
    assert tuple(taken.loops.values()) == used


@pytest.mark.skipif(not bench.same_layout(), reason='this machine does not allow it')
def test_memory_is_laid_out_the_same_in_every_process():
    def stack(*prefix):
        job = sandbox.Job((*prefix, 'grep', 'stack', '/proc/self/maps'), {}, environment={'PATH': '/usr/bin:/bin'})
        return sandbox.run(job, Limits()).stdout

    assert stack(*bench.same_layout()) == stack(*bench.same_layout())
    assert stack() != stack()


def test_interval_is_exact():
    ten = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    # Of 2 ** 10 orders of signs one has the lowest rank sum: the first level that ten pairs allow is 2 / 1024.
    assert comparison.signed_rank_interval(ten, 2 / 1024) == pytest.approx((0.1, 0.55, 1.0))
    assert comparison.signed_rank_interval(ten, 1.9 / 1024) is None
    # As R's wilcox.test(ten, conf.int = TRUE, exact = TRUE) has it at its 95.1 %.
    assert comparison.signed_rank_interval(ten, 0.05) == pytest.approx((0.35, 0.55, 0.75), abs=0.051)


def test_same_code_is_seldom_called_different_and_a_tenth_is_found():
    chance = random.Random(7)

    def verdict(shift):
        pairs = []
        while len(pairs) < comparison.LOOKS[-1]:
            pairs.append(chance.gauss(shift, 0.04))
            if comparison.is_decided(pairs, math.log(1.03)):
                break
        found = comparison.look(pairs)
        return found is not None and (found.below(math.log(1.03)) or found.above(math.log(1.03)))

    assert sum(verdict(0.0) for _ in range(300)) <= 3
    assert sum(verdict(math.log(1.1)) for _ in range(100)) >= 90
    assert all(verdict(math.log(2)) for _ in range(100))


def test_few_pairs_tell_only_large_differences():
    assert comparison.look([0.7] * 4) is None
    assert comparison.look([0.69, 0.70, 0.71, 0.70, 0.69]) is not None
    assert comparison.look([0.2, 0.21, 0.2, 0.19, 0.2]) is None
    assert comparison.look([0.1, 1.4, 0.1, 1.4, 0.7]) is None


@pytest.mark.parametrize('power', [0, 1, 2, 3])
def test_exponent_is_that_of_a_power(power):
    points = [(2**i, 5e3 * 2 ** (i * power)) for i in range(4, 13)]
    assert comparison.exponent(points) == pytest.approx(power)
    rounds = [[(size, time * (1 + 0.01 * number)) for size, time in points] for number in range(6)]
    assert comparison.exponent_interval(rounds) == pytest.approx((power, power, power))
    assert comparison.exponent(points[:3]) is None
    assert comparison.exponent_interval(rounds[:4]) is None


@pytest.fixture
def refined(tree, add_draft, run_stage):
    """The tree, the Python example of it with a slower draft, a workload, and a note that says so."""
    add_draft(tree, code=SLOW)
    folder = tree / 'numeric/clamp/python'
    (folder / 'bench_clamp.py').write_text(WORKLOAD)
    meta = folder / 'example.yaml'
    note = 'changes:\n  - {kind: performance, benchmark: clamped, text: {en: No needless loop.}}\n'
    meta.write_text(meta.read_text().partition('changes:')[0] + note)
    Path('params.yaml').write_text(QUICK)
    assert run_stage('index') == 0
    assert run_stage('verify') == 0
    return folder


def row_of(path='proofs/timings.jsonl'):
    (row,) = files.read_rows(Path(path))
    return row


def test_faster_solution_proves_its_note(refined, run_stage, capsys):
    assert run_stage('benchmark') == 0
    (workload,) = row_of()['workloads']
    found = workload['comparisons']['draft']
    assert found['verdict'] == 'faster'
    assert 'clock' not in found  # CPU time
    low, middle, high = found['ratio']
    assert 0 < low < middle < high < 1
    assert 'memory' not in found  # two processes tell nothing
    solution = workload['variants']['solution']
    assert len(solution['cpu']) == found['pairs']
    assert all(len(values) == 2 for values in solution['cpu'])
    assert 0.5 < solution['exponent'][1] < 1.6
    assert [size for size, _ in solution['growth']][:2] == [62, 125]
    facts = row_of()['machine']
    assert facts['cores'] >= 1
    assert facts['cpu']
    assert facts['aslr'] in ('off', 'on')
    assert facts['energy']
    assert 'energy_joules' not in solution or facts['energy'].startswith('RAPL')
    assert 'solution against draft: faster' in capsys.readouterr().err
    before = Path('proofs/timings.jsonl').read_bytes()
    assert run_stage('benchmark') == 0
    assert 'benchmark: 0 run' in capsys.readouterr().out
    assert Path('proofs/timings.jsonl').read_bytes() == before


def test_changed_workload_alone_is_measured_again(refined, run_stage, capsys):
    assert run_stage('benchmark') == 0
    (refined / 'bench_clamp.py').write_text(WORKLOAD.replace('1_000)', '500)'))
    assert run_stage('index') == 0
    assert run_stage('verify') == 0
    assert 'verify: 0 run' in capsys.readouterr().out
    assert run_stage('benchmark') == 0
    assert 'benchmark: 1 run' in capsys.readouterr().out


def test_pyperf_reads_every_file(refined, run_stage):
    assert run_stage('benchmark') == 0
    folder = Path('build/benchmarks/pyperf/numeric/clamp/python')
    names = {path.name for path in folder.iterdir()}
    assert names == {
        f'{variant}.{what}.json' for variant in ('solution', 'draft') for what in ('cpu', 'wall', 'memory')
    }

    def pyperf(*arguments):
        done = subprocess.run([sys.executable, '-m', 'pyperf', *arguments], capture_output=True, text=True, check=False)
        assert 'Traceback' not in done.stderr
        return done.stdout + done.stderr

    told = pyperf('compare_to', str(folder / 'draft.cpu.json'), str(folder / 'solution.cpu.json'))
    assert 'faster' in told
    assert 'clamped[n=1000]' in pyperf('show', '-m', str(folder / 'solution.wall.json'))
    assert 'Total number of values' in pyperf('stats', str(folder / 'solution.cpu.json'))
    assert pyperf('hist', str(folder / 'solution.cpu.json'))
    assert pyperf('check', str(folder / 'solution.cpu.json'))
    assert 'KiB' in pyperf('show', str(folder / 'solution.memory.json'))


def test_figures_and_plots_follow_from_the_rows(refined, run_stage):
    assert run_stage('benchmark') == 0
    folder = Path('build/benchmarks')
    metrics = json.loads((folder / 'metrics.json').read_text())
    assert metrics['draft']['comparisons'] == 1
    assert metrics['draft']['faster'] == 1
    (ratio,) = json.loads((folder / 'ratios.json').read_text())
    assert ratio['low'] < ratio['ratio'] < ratio['high'] < 1
    assert {row['variant'] for row in json.loads((folder / 'growth.json').read_text())} == {'solution', 'draft'}
    accuracy = json.loads((folder / 'accuracy.json').read_text())
    assert [(row['variant'], row['share']) for row in accuracy] == [('solution', 1.0), ('draft', 1.0)]
    before = {path: path.read_bytes() for path in folder.rglob('*.json')}
    shutil.rmtree(folder)
    assert run_stage('benchmark') == 0
    assert {path: path.read_bytes() for path in folder.rglob('*.json')} == before


def test_note_that_timings_do_not_prove_is_held_back(refined, run_stage):
    (refined / 'draft/clamp.py').write_text((refined / 'clamp.py').read_text())
    for stage in ('index', 'verify', 'mutate', 'flakiness', 'measure', 'benchmark', 'dedupe'):
        assert run_stage(stage) == 0, stage
    row = next(row for row in files.read_rows(Path('proofs/verdicts.jsonl')) if row['example'].endswith('python'))
    assert row['verdict'] == 'passed'
    assert row_of()['workloads'][0]['comparisons']['draft']['verdict'] in ('no_difference_shown', None)
    Path('build/contamination.jsonl').write_text(
        ''.join(
            json.dumps({'example': row['example'], 'hits': []}) + '\n'
            for row in files.read_rows(Path('proofs/index.jsonl'))
        )
    )
    assert run_stage('gate') == 0
    reasons = {row['example']: row.get('reasons', []) for row in files.read_rows(Path('proofs/gate.jsonl'))}
    assert reasons['numeric/clamp/python'] == ['performance_unproven:clamped']


def test_note_on_performance_names_a_workload_there_is(refined, run_stage, capsys):
    (refined / 'bench_clamp.py').write_text(
        WORKLOAD.replace("'clamped'", "'other'").replace('clamped(', 'other(').replace(', clamped)', ', other)')
    )
    assert run_stage('index') == 1
    assert 'changes[0].benchmark: no benchmark file names a workload' in capsys.readouterr().err
    meta = refined / 'example.yaml'
    meta.write_text(meta.read_text().replace('benchmark: clamped', 'requirement: R1'))
    assert run_stage('index') == 1
    assert 'a note of kind performance names a benchmark and no requirement' in capsys.readouterr().err


HUMAN = 'import semver\n\n\ndef clamp(value, low, high):\n    if low > high:\n        raise ValueError(low)\n    assert semver.Version\n    return max(low, min(value, high))\n'
LOCKED = 'pypi:semver==3.1.1'


def with_human(make, code=HUMAN, package=LOCKED, license_='BSD-3-Clause'):
    bench = make(
        'python',
        {'human/clamp.py': code, 'bench_clamp.py': WORKLOAD, 'example.yaml': EXAMPLE.format(package, license_)},
    )
    return bench.example


EXAMPLE = (
    'paradigms: [functional]\norigin: ai\nauthors: [somebody]\nsummary: {{en: It clamps.}}\n'
    'human: {{package: "{}", symbol: semver.Version, license: {}}}\n'
)


def test_package_is_in_reach_of_the_human_variant_only(make):
    example = with_human(make)
    verdict, _ = verification.verify_example(example, LANGUAGES['python'], Limits(), '')
    assert verdict.verdict == 'passed', verdict
    assert verdict.human is not None
    assert verdict.human.status == 'passed'
    assert verdict.package is not None
    assert (verdict.package.license, verdict.package.other_language) == ('BSD-3-Clause', False)
    assert 'semver' in verdict.package.url
    bench = Bench(example, LANGUAGES['python'], Limits())
    assert bench.variants == ['solution', 'human']
    assert bench.run('human', 'clamped', (100,), 1).checks == {100: True}
    spoilt = example._replace(files={**example.files, 'clamp.py': HUMAN.encode()})
    verdict, output = verification.verify_example(spoilt, LANGUAGES['python'], Limits(), '')
    assert verdict.reasons == ('solution_not_built',)
    assert "No module named 'semver'" in output


def test_stated_licence_is_held_to_the_package(make):
    verdict, _ = verification.verify_example(with_human(make, license_='MIT'), LANGUAGES['python'], Limits(), '')
    assert verdict.reasons == ('package_license:BSD-3-Clause',)


@pytest.mark.parametrize(
    ('package', 'message'),
    [
        ('pypi:no-such==1.0', 'no-such is not in stages/toolchains/python-packages'),
        ('pypi:semver==1.0', 'semver is 1.0, stages/toolchains/python-packages has 3.1.1'),
        ('npm:semver==7.8.6', 'npm has no packages for python'),
    ],
)
def test_package_that_the_lock_has_not_is_a_problem(make, package, message):
    with pytest.raises(AssertionError, match=message):
        with_human(make, package=package)


def test_every_locked_package_tells_what_it_is():
    roots = {
        'cargo': ('rust-packages', 'Cargo.toml'),
        'go': ('go-packages', 'go.mod'),
        'maven': ('java-packages', 'pom.xml'),
        'npm': ('node-packages', 'package.json'),
        'pypi': ('python-packages', 'requirements.in'),
    }
    for row in files.read_rows(Path(__file__).parents[1] / 'proofs/verdicts.jsonl'):
        if 'package' in row:
            ecosystem = packages.split(row['package']['package'])[0]
            found = packages.provenance(row['package']['package'], toolchain.folder(roots[ecosystem][0]))
            assert found is not None, row['package']
            assert found.license, row['package']
            assert '@' not in ' '.join(found.authors)


def rapl(root, energy_=1_000_000, limit=10_000_000, name='package-0'):
    domain = root / 'intel-rapl:0'
    domain.mkdir(parents=True)
    (domain / 'name').write_text(f'{name}\n')
    (domain / 'energy_uj').write_text(str(energy_))
    (domain / 'max_energy_range_uj').write_text(str(limit))
    return domain / 'energy_uj'


def test_energy_is_measured_above_idle_and_never_guessed(tmp_path):
    assert energy.meter(tmp_path) == (None, 'this machine has no energy counters (RAPL); virtual machines have none')
    rapl(tmp_path / 'dram', name='dram')
    assert energy.meter(tmp_path / 'dram')[0] is None
    counter = rapl(tmp_path / 'real', limit=10**12)
    meter, reason = energy.meter(tmp_path / 'real')
    assert (meter is not None, reason) == (True, '')
    assert meter.joules((10,), (30,)) == pytest.approx(20e-6)
    assert meter.joules((10**12,), (9,)) == pytest.approx(10e-6)

    def spend(joules):
        counter.write_text(str(int(counter.read_text()) + int(joules * 1e6)))

    def others(seconds):
        spend(5 * seconds)  # idle power of 5 W
        return 0.0

    def run(calls):
        wall = 1.0 + calls * 0.1
        spend(5 * wall + 2 * calls)  # 2 J a call above it
        return wall

    assert energy.joules_per_call(meter, run, 0.1, others) == (pytest.approx(2.0), '')
    assert energy.joules_per_call(meter, run, 0.1, lambda seconds: 0.5) == (None, 'other processes use the CPU')


def test_share_of_the_cpu_that_others_use(tmp_path):
    stat = tmp_path / 'stat'
    stat.write_text('cpu  100 0 0 900 0 0 0\n')
    assert energy.busy(0.0, stat) == 1.0
    assert 0.0 <= energy.busy(0.05) <= 1.0
