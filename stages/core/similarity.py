"""Which sets are alike: all pairs at or above a Jaccard similarity, exactly.

Method: prefix filtering (Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007). With the elements of each
set in order of rarity, two sets of similarity ``t`` share one of the first ``n - ceil(t * n) + 1``; only those that do
are compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stages.core.tokens import Hashes


def similar_pairs(sets: Sequence[Hashes], least: float) -> Iterator[tuple[int, int, float]]:
    """Index of the one, of the other (the lower first) and their similarity, for all pairs of at least ``least``.

    ``sets`` are sorted and without repeats, as `numpy.unique` gives them; empty ones are like nothing.
    """
    sizes = np.array([len(one) for one in sets])
    if sizes.sum() == 0:
        return
    values, counts = np.unique(np.concatenate(list(sets)), return_counts=True)
    elements, owners = [], []
    for owner, one in enumerate(sets):
        keep = len(one) - math.ceil(least * len(one)) + 1
        if len(one):
            rarity = counts[np.searchsorted(values, one)]
            elements.append(one[np.lexsort((one, rarity))[:keep]])
            owners.append(np.full(keep, owner))
    for low, high in _candidates(np.concatenate(elements), np.concatenate(owners), sizes, least):
        shared = np.intersect1d(sets[low], sets[high], assume_unique=True).size
        similarity = shared / (len(sets[low]) + len(sets[high]) - shared)
        if similarity >= least:
            yield int(low), int(high), similarity


def _candidates(
    elements: Hashes, owners: NDArray[np.int64], sizes: NDArray[np.int64], least: float
) -> Iterator[tuple[int, int]]:
    """Pairs of owners that share an element and are near enough in size; each once, in order."""
    order = np.lexsort((owners, elements))
    elements, owners = elements[order], owners[order]
    starts = np.flatnonzero(np.concatenate(([True], elements[1:] != elements[:-1])))
    lengths = np.diff(np.append(starts, len(elements)))
    found = []
    for start, length in zip(starts[lengths > 1], lengths[lengths > 1], strict=True):
        group = owners[start : start + length]
        low, high = np.triu_indices(length, 1)
        found.append(group[low] * len(sizes) + group[high])
        if len(found) > 1 << 16:
            found = [np.unique(np.concatenate(found))]
    if not found:
        return
    pairs = np.unique(np.concatenate(found))
    low, high = pairs // len(sizes), pairs % len(sizes)
    near = np.minimum(sizes[low], sizes[high]) >= least * np.maximum(sizes[low], sizes[high])
    yield from zip(low[near].tolist(), high[near].tolist(), strict=True)
