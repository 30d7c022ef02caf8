"""What a box costs: 50 pairs of a bare command and the same command in a box, in turn; medians in milliseconds.

python benchmarks/sandbox.py [PAIRS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from stages.core import sandbox
from stages.core.params import Limits


def milliseconds(function) -> float:
    began = time.perf_counter()
    function()
    return (time.perf_counter() - began) * 1000


def main() -> None:
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    sandbox.require()
    for command in (('true',), (sandbox.interpreter()[0], '-c', 'pass')):
        job = sandbox.Job(command, {'example/a.txt': b'a'})
        bare, boxed = [], []
        for _ in range(pairs):
            bare.append(milliseconds(lambda command=command: subprocess.run(command, check=True)))
            boxed.append(milliseconds(lambda job=job: sandbox.run(job, Limits())))
        extra = statistics.median(b - a for a, b in zip(bare, boxed, strict=True))
        name = command[0].rpartition('/')[2]
        print(f'{name}: bare {statistics.median(bare):.1f}, boxed {statistics.median(boxed):.1f}, overhead {extra:.1f}')


if __name__ == '__main__':
    main()
