"""Which sets are alike: all pairs at or above a Jaccard similarity, exactly.

Method: prefix filtering (Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007). With the elements of each
set in order of rarity, two sets of similarity ``t`` share one of the first ``n - ceil(t * n) + 1``; only those that do
are compared.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stages.core.tokens import Hashes


def similar_pairs(sets: Sequence[Hashes], least: float) -> Iterator[tuple[int, int, float]]:
    """Index of the one, of the other (the lower first) and their similarity, for all pairs of at least ``least``.

    ``sets`` are sorted and without repeats, as `numpy.unique` gives them; empty ones are like nothing.
    """
    sizes = np.array([len(one) for one in sets], dtype=np.int64)
    if sizes.sum() == 0:
        return
    ends = np.cumsum(sizes)
    starts = ends - sizes
    values, counts = np.unique(np.concatenate(list(sets)), return_counts=True)
    ranks = np.searchsorted(values, np.concatenate(list(sets)))
    owners = np.repeat(np.arange(len(sets)), sizes)
    rarest = np.lexsort((ranks, counts[ranks], owners))
    kept = np.arange(len(ranks)) - starts[owners] < (sizes - np.ceil(least * sizes).astype(np.int64) + 1)[owners]
    lows, highs = _candidates(ranks[rarest][kept], owners[kept], sizes, least)
    marked = np.zeros(len(values), dtype=np.int32)
    for group in np.split(np.arange(len(lows)), np.flatnonzero(np.diff(lows)) + 1) if len(lows) else ():
        low, others = lows[group[0]], highs[group]
        mine = ranks[starts[low] : ends[low]]
        marked[mine] = 1
        first = np.cumsum(sizes[others]) - sizes[others]
        theirs = np.concatenate([ranks[starts[high] : ends[high]] for high in others])
        shared = np.add.reduceat(marked[theirs], first)
        marked[mine] = 0
        similarities = shared / (sizes[low] + sizes[others] - shared)
        for place in np.flatnonzero(similarities >= least):
            yield int(low), int(others[place]), float(similarities[place])


@functools.lru_cache(1024)
def _couples(count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every two of so many, as places."""
    return np.triu_indices(count, 1)


def _candidates(
    elements: Hashes, owners: NDArray[np.int64], sizes: NDArray[np.int64], least: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Lower and higher owner of all pairs that share an element and are near enough in size; each once, in order."""
    order = np.lexsort((owners, elements))
    elements, owners = elements[order], owners[order]
    starts = np.flatnonzero(np.concatenate(([True], elements[1:] != elements[:-1])))
    lengths = np.diff(np.append(starts, len(elements)))
    found = []
    for start, length in zip(starts[lengths > 1], lengths[lengths > 1], strict=True):
        group = owners[start : start + length]
        low, high = _couples(int(length))
        found.append(group[low] * len(sizes) + group[high])
        if len(found) > 1 << 16:
            found = [np.unique(np.concatenate(found))]
    if not found:
        return owners[:0], owners[:0]
    pairs = np.unique(np.concatenate(found))
    low, high = pairs // len(sizes), pairs % len(sizes)
    near = np.minimum(sizes[low], sizes[high]) >= least * np.maximum(sizes[low], sizes[high])
    return low[near], high[near]
