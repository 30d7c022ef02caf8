"""The edit distance of two texts, by textdistance."""

from operator import eq

import textdistance

# Neither C libraries that happen to be installed nor the package's own, slower comparison of items.
_LEVENSHTEIN = textdistance.Levenshtein(external=False, test_func=eq)


def edit_distance(first: str, second: str) -> int:
    """Return how many code points have to be inserted, deleted or replaced to turn one text into the other.

    Raises:
        TypeError: an argument is not a string.
    """
    for text in (first, second):
        if not isinstance(text, str):
            raise TypeError(f"{type(text).__name__} is not str")
    return _LEVENSHTEIN(first, second)
