"""Which sets are alike: all pairs at or above a Jaccard similarity, exactly.

Method: prefix filtering (Chaudhuri, Ganti and Kaushik 2006; Bayardo, Ma and Srikant 2007). With the elements of each
set in order of rarity, two sets of similarity ``t`` share one of the first ``n - ceil(t * n) + 1``; how many of them
they share bounds what they share in all (Xiao et al. 2008), and only those for which that is enough are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stages.core.tokens import Hashes

# Couples that are looked at together: what memory is needed beside the sets.
TOGETHER = 1 << 20


class _Sets(NamedTuple):
    """Sets end to end: of each its elements, the rarest first, as numbers by rarity; where it starts and ends; of how
    many of its elements one must be shared.
    """

    elements: NDArray[np.int32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    prefixes: NDArray[np.int64]

    @property
    def sizes(self) -> NDArray[np.int64]:
        return self.ends - self.starts


def similar_pairs(sets: Sequence[Hashes], least: float) -> Iterator[tuple[int, int, float]]:
    """Index of the one, of the other (the lower first) and their similarity, for all pairs of at least ``least``.

    ``sets`` are sorted and without repeats, as `numpy.unique` gives them; empty ones are like nothing.
    """
    if not any(map(len, sets)):
        return
    joined = _join(sets, least)
    marked = np.zeros(int(joined.elements.max()) + 1, dtype=np.int32)
    for lows, highs in _candidates(joined, least):
        for group in np.split(np.arange(len(lows)), np.flatnonzero(np.diff(lows)) + 1) if len(lows) else ():
            low, others = int(lows[group[0]]), highs[group]
            mine = joined.elements[joined.starts[low] : joined.ends[low]]
            marked[mine] = 1
            sizes = joined.sizes[others]
            theirs = np.concatenate([joined.elements[joined.starts[high] : joined.ends[high]] for high in others])
            shared = np.add.reduceat(marked[theirs], np.cumsum(sizes) - sizes)
            marked[mine] = 0
            similarities = shared / (len(mine) + sizes - shared)
            for place in np.flatnonzero(similarities >= least):
                yield low, int(others[place]), float(similarities[place])


def _join(sets: Sequence[Hashes], least: float) -> _Sets:
    sizes = np.array([len(one) for one in sets], dtype=np.int64)
    ends = np.cumsum(sizes)
    starts = ends - sizes
    sorted_ = np.concatenate(list(sets))
    sorted_.sort()
    firsts = np.flatnonzero(np.concatenate(([True], sorted_[1:] != sorted_[:-1])))
    values, counts = sorted_[firsts], np.diff(np.append(firsts, len(sorted_)))
    del sorted_
    rarity = np.empty(len(values), dtype=np.int32)
    rarity[np.argsort(counts, kind='stable')] = np.arange(len(values), dtype=np.int32)
    elements = np.empty(int(ends[-1]), dtype=np.int32)
    for start, end, one in zip(starts, ends, sets, strict=True):
        elements[start:end] = np.sort(rarity[np.searchsorted(values, one)])
    return _Sets(elements, starts, ends, np.where(sizes, sizes - np.ceil(least * sizes - 1e-6).astype(np.int64) + 1, 0))


def _candidates(sets: _Sets, least: float) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Lower and higher index of the pairs that can be alike; each once, in order, some at a time."""
    count, sizes, prefixes = len(sets.sizes), sets.sizes, sets.prefixes
    owners = np.repeat(np.arange(count), prefixes)
    places = np.arange(len(owners)) - np.repeat(np.cumsum(prefixes) - prefixes, prefixes) + sets.starts[owners]
    elements = sets.elements[places]
    # A list for each element of who has it; an entry's partners are those after it.
    order = np.lexsort((owners, elements))
    holders, held = owners[order], elements[order]
    list_ends = np.flatnonzero(np.concatenate((held[1:] != held[:-1], [True]))) + 1
    partners = np.repeat(list_ends, np.diff(np.concatenate(([0], list_ends)))) - np.arange(len(held)) - 1
    by_owner = np.argsort(holders, kind='stable')
    totals = np.cumsum(np.bincount(holders, weights=partners, minlength=count).astype(np.int64))
    ends = np.cumsum(prefixes)
    last = sets.elements[np.maximum(sets.starts + prefixes - 1, 0)]
    done = 0
    while done < count:
        before = int(totals[done - 1]) if done else 0
        after = max(done + 1, int(np.searchsorted(totals, before + TOGETHER, side='right')))
        entries = by_owner[int(ends[done - 1]) if done else 0 : int(ends[after - 1])]
        done = after
        entries = entries[partners[entries] > 0]
        lengths = partners[entries]
        low = np.repeat(holders[entries], lengths)
        steps = np.arange(len(low)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        high = holders[np.repeat(entries, lengths) + 1 + steps]
        near = np.minimum(sizes[low], sizes[high]) >= least * np.maximum(sizes[low], sizes[high])
        pairs, shared = np.unique(low[near] * count + high[near], return_counts=True)
        low, high = pairs // count, pairs % count
        # Up to where the one that ends sooner ends, all that they share is known.
        sooner = np.where(last[low] <= last[high], low, high)
        most = shared + sizes[sooner] - prefixes[sooner]
        enough = most * (1 + least) >= least * (sizes[low] + sizes[high]) - 1e-6
        yield low[enough], high[enough]
