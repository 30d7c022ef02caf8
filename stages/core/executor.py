"""Maps a function over examples, several at a time. Each call waits for boxes of its own, so threads are enough."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import as_completed
from typing import TypeVar

from tqdm import tqdm

Item = TypeVar('Item')
Result = TypeVar('Result')


def run_all(
    function: Callable[[Item], Result], items: Iterable[Item], label: str, workers: int = 0
) -> Iterator[Result]:
    """Results as they come, with a progress bar on a terminal and a line each tenth elsewhere.

    ``workers`` 0 means one more than there are cores. The first exception ends it; calls not yet begun are dropped.
    """
    todo = list(items)
    pool = ThreadPoolExecutor(workers or (os.cpu_count() or 1) + 1)
    terminal = sys.stderr.isatty()
    try:
        futures = [pool.submit(function, item) for item in todo]
        for done, future in enumerate(tqdm(as_completed(futures), label, len(todo), disable=not terminal), 1):
            yield future.result()
            if not terminal and (done == len(todo) or done * 10 // len(todo) > (done - 1) * 10 // len(todo)):
                print(f'{label}: {done}/{len(todo)}', file=sys.stderr, flush=True)
    finally:
        pool.shutdown(cancel_futures=True)
