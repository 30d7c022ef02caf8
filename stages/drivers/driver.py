"""Runs a workload of `bench_*.py` and reports what it took; see `stages/core/driver.py` for the protocol."""

import importlib.util
import os
import sys
import time

SETTINGS = {name: os.environ.get(f'BENCH_{name}', '') for name in ('FILE', 'SIZES', 'WORKLOAD')}
LEAST, LOOPS, MOST, VALUES, WARMUP = (
    int(os.environ[f'BENCH_{name}']) for name in ('LEAST_NS', 'LOOPS', 'MOST_NS', 'VALUES', 'WARMUP_NS')
)


def seeded():
    state = 2463534242

    def random(below):
        nonlocal state
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        return state % below

    return random


def status(field):
    with open('/proc/self/status') as file:
        return next(int(line.split()[1]) for line in file if line.startswith(field))


def main(tell):
    sys.path.insert(0, os.getcwd())
    specification = importlib.util.spec_from_file_location('bench', SETTINGS['FILE'])
    bench = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(bench)
    if not SETTINGS['WORKLOAD']:
        for name, (size, _) in bench.WORKLOADS.items():
            tell('workload', name, size)
        return
    prepare = bench.WORKLOADS[SETTINGS['WORKLOAD']][1]
    for size in map(int, SETTINGS['SIZES'].split()):
        run, check = prepare(size, seeded())
        result = None

        def measure(kind, loops):
            nonlocal result
            switches = status('voluntary_ctxt_switches')
            wall, cpu = time.perf_counter_ns(), time.process_time_ns()
            for _ in range(loops):
                result = run()
            cpu, wall = time.process_time_ns() - cpu, time.perf_counter_ns() - wall
            tell(kind, size, loops, cpu, wall, status('voluntary_ctxt_switches') - switches)
            return max(cpu, 1), wall

        loops, spent, slowest = LOOPS or 1, 0, 0
        if not VALUES:
            for _ in range(LOOPS):
                result = run()
        while VALUES and (spent < WARMUP or (not LOOPS and slowest < LEAST)):
            cpu, wall = measure('warmup', loops)
            spent, slowest = spent + max(cpu, wall // 50), max(cpu, wall // 50)
            if not LOOPS and slowest < LEAST:
                loops *= 2
        once = 0
        for _ in range(VALUES):
            once = max(once, measure('value', loops)[1] // loops)
        tell('peak', size, status('VmHWM'))
        if VALUES or LOOPS:
            tell('check', size, int(bool(check(result))))
        if once > MOST:
            return


with open('/tmp/bench.tsv', 'w') as file:
    main(lambda *fields: print(*fields, sep='\t', file=file))
