"""Sort file names the way people expect: ``file2`` before ``file10``."""

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["natural_sort"]

# A run of decimal digits, or any single other character.
_TOKEN = re.compile(r"\d+|\D")


def natural_sort(names: Iterable[str]) -> list[str]:
    """Return a new list of the names in natural order; the input is unchanged.

    * A run of digits counts as one whole number, of any length. Dots and
      hyphens separate numbers: they are not decimal points or minus signs,
      so ``v1.2`` comes before ``v1.10``.
    * Upper and lower case are treated alike.
    * A dot comes before any other character, so ``file.txt`` comes before
      ``file (1).txt`` and ``file1.txt``.
    * Otherwise characters go in Unicode order, with accented letters next to
      their base letter. The locale is not consulted.
    * Names still equal after that (``a1``, ``A1``, ``a01``) go in plain string
      order, so the result never depends on the order of the input.
    """
    return sorted(names, key=_key)


def _key(name: str) -> tuple[list[tuple[str, int, str]], str]:
    # Decomposing (NFD) makes the two spellings of an accented letter, one code
    # point or two, compare alike, and puts the letter next to its base letter.
    # Case folding can undo the decomposition, so it is done again afterwards.
    text = unicodedata.normalize("NFD", name).casefold()
    text = unicodedata.normalize("NFD", text)
    return [_token_key(token) for token in _TOKEN.findall(text)], name


def _token_key(token: str) -> tuple[str, int, str]:
    # All tokens have keys of the same shape, so any two can be compared.
    if token[0].isdecimal():
        # Without leading zeros, the longer number is the larger, and numbers
        # of one length compare as text. int() would refuse very long runs.
        digits = "".join(str(unicodedata.decimal(c)) for c in token).lstrip("0")
        return "0", len(digits), digits
    if token == ".":
        return "", 0, ""
    return token, 0, ""
