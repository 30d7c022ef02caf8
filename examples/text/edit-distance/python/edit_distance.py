"""The edit distance (Levenshtein distance) of two texts, by the bits of whole numbers."""

from collections.abc import Iterable

# Each distinct code point of a block has a number with as many bits, so this bounds the memory that they take.
_BLOCK = 1024


def edit_distance(first: str, second: str) -> int:
    """Return how many code points have to be inserted, deleted or replaced to turn one text into the other.

    Raises:
        TypeError: an argument is not a string.
    """
    for text in (first, second):
        if not isinstance(text, str):
            raise TypeError(f"{type(text).__name__} is not str")
    start = _common_prefix(first, second)
    first, second = first[start:], second[start:]
    end = _common_prefix(reversed(first), reversed(second))
    shorter, longer = sorted((first[: len(first) - end], second[: len(second) - end]), key=len)
    if not shorter:
        return len(longer)

    # The last row so far of the table of distances, as differences between neighbours. In the first row they are 1.
    steps = [1] * len(shorter)
    for start in range(0, len(longer), _BLOCK):
        steps = _steps_below(steps, longer[start : start + _BLOCK], shorter)
    return len(longer) + sum(steps)


def _common_prefix(first: Iterable[str], second: Iterable[str]) -> int:
    length = 0
    for one, other in zip(first, second):
        if one != other:
            break
        length += 1
    return length


def _steps_below(steps: list[int], block: str, text: str) -> list[int]:
    """Return the steps in the last row of a block, from those in the row above the block.

    A column is done at a time, with a bit for each of its rows.
    """
    positions: dict[str, int] = {}
    bit = 1
    for character in block:
        positions[character] = positions.get(character, 0) | bit
        bit <<= 1
    rows = bit - 1
    last = len(block) - 1

    # The rows whose distance is one more, or one less, than that of the row above.
    higher, lower = rows, 0
    below = []
    for character, step in zip(text, steps):
        equal = positions.get(character, 0)
        if step < 0:
            equal |= 1
        # Where the distance is that of the row above in the column before.
        same = (((equal & higher) + higher) ^ higher | equal | lower) & rows
        # Where it is one more, or one less, than in the column before.
        up = lower | rows ^ (same | higher)
        down = same & higher
        below.append((up >> last) - (down >> last))
        up <<= 1
        down <<= 1
        if step > 0:
            up |= 1
        elif step < 0:
            down |= 1
        higher = (down | rows ^ (same | up)) & rows
        lower = up & same
    return below
