"""What comparing N rows costs: our exact join, and plain calls of the libraries for it, in wall seconds and MiB.

    uv run --with datasketch --with setsimilaritysearch python benchmarks/dedupe.py [N ...]     default: 10000 100000

Rows are made of the functions of our own examples, varied: five of them each; every twentieth is a copy of another row
with 5 % of its shingles gone. Each method has a process of its own. Recall is against the exact answer. The libraries
are no dependencies of the project: what is not installed is left out.
"""

from __future__ import annotations

import importlib.util
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from stages.all_languages import LANGUAGES
from stages.core import tokens
from stages.core.fingerprints import functions_in
from stages.core.similarity import similar_pairs
from stages.core.tokens import Hashes

EXAMPLES = Path(__file__).parents[1] / 'examples'
LEAST = 0.7
PATIENCE = 600  # seconds for each method
LIBRARIES = {'ours': 'numpy', 'setsimilaritysearch': 'SetSimilaritySearch', 'datasketch': 'datasketch'}


def functions() -> list[Hashes]:
    """The shingles of all functions of the examples that have at least twenty."""
    found = []
    for adapter in LANGUAGES.values():
        for suffix in adapter.SUFFIXES:
            for path in sorted(EXAMPLES.glob(f'*/*/*/*{suffix}')):
                for node in functions_in(path.read_text(), adapter.GRAMMAR):
                    shingles = tokens.of_tree(node).shingles()
                    if len(shingles) >= 20:
                        found.append(shingles)
    return found


def rows(count: int) -> list[Hashes]:
    """``count`` sets of shingles; seeded, so that each process makes the same."""
    chance = np.random.default_rng(5)
    pool = functions()
    varied = [pool[index % len(pool)] ^ np.uint64(index // len(pool)) for index in range(max(len(pool), count // 4))]
    made: list[Hashes] = []
    for number in range(count):
        if number % 20 == 19:
            base = made[int(chance.integers(number))]
            made.append(base[chance.random(len(base)) > 0.05])
        else:
            made.append(np.unique(np.concatenate([varied[i] for i in chance.integers(len(varied), size=5)])))
    return made


def pairs_of(method: str, sets: list[Hashes]) -> set[tuple[int, int]]:
    if method == 'ours':
        return {(low, high) for low, high, _ in similar_pairs(sets, LEAST)}
    if method == 'setsimilaritysearch':
        from SetSimilaritySearch import all_pairs

        found = all_pairs([one.tolist() for one in sets], 'jaccard', LEAST)
        return {(min(x, y), max(x, y)) for x, y, _ in found}
    from datasketch import MinHash
    from datasketch import MinHashLSH

    index = MinHashLSH(threshold=LEAST, num_perm=128)
    hashes = MinHash.bulk([[value.tobytes() for value in one] for one in sets], num_perm=128)
    for number, one in enumerate(hashes):
        index.insert(number, one)
    return {(min(a, b), max(a, b)) for a, one in enumerate(hashes) for b in index.query(one) if a != b}


def child(method: str, count: int) -> None:
    sets = rows(count)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    found = pairs_of(method, sets)
    seconds = time.perf_counter() - began
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held) // 1024
    chance = random.Random(0)
    sample = chance.sample(sorted(found), min(200, len(found)))
    right = sum(np.intersect1d(sets[a], sets[b]).size / np.union1d(sets[a], sets[b]).size >= LEAST for a, b in sample)
    print(f'{seconds:.1f} {more} {len(found)} {right / max(1, len(sample)):.3f} {sum(map(len, sets)) // count}')


def main() -> None:
    if len(sys.argv) == 3 and sys.argv[1] in LIBRARIES:
        child(sys.argv[1], int(sys.argv[2]))
        return
    for count in [int(word) for word in sys.argv[1:]] or [10_000, 100_000]:
        exact = 0
        for method, module in LIBRARIES.items():
            if importlib.util.find_spec(module) is None:
                print(f'{count} rows, {method}: not installed')
                continue
            command = [sys.executable, __file__, method, str(count)]
            try:
                done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                print(f'{count} rows, {method}: more than {PATIENCE} s', flush=True)
                continue
            if done.returncode:
                print(f'{count} rows, {method}: failed: {done.stderr.strip().splitlines()[-1:]}')
                continue
            seconds, more, found, right, size = done.stdout.split()
            exact = exact or int(found)
            print(
                f'{count} rows of {size} shingles, {method}: {seconds} s, {more} MiB more, {found} pairs, '
                f'{float(right):.1%} of a sample right, recall {int(found) * float(right) / max(1, exact):.3f}',
                flush=True,
            )


if __name__ == '__main__':
    main()
