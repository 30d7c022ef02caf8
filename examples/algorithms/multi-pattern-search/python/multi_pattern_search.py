"""Search for many words in a text at once, with the automaton of Aho and Corasick over the bytes of UTF-8."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

# Which bytes begin a character; all others continue one.
_BEGINS = bytes(byte & 0xC0 != 0x80 for byte in range(256))

# In the row of a state: the first word that ends there, then the state after each class of bytes.
_WORD = 0
_OTHER_BYTE = 1


@dataclass(frozen=True, slots=True)
class Match:
    """An occurrence of a word: `text[start:end]` is the word at `index`."""

    index: int
    start: int
    end: int


class EmptyWordError(ValueError):
    """The word at `index` is empty."""

    def __init__(self, index: int) -> None:
        super().__init__(f"word {index} is empty")
        self.index = index


class Searcher:
    """Finds all occurrences of the words of a list, in any number of texts."""

    def __init__(self, words: Iterable[str]) -> None:
        """Prepare the words.

        Raises:
            EmptyWordError: a word is empty; it names the first.
        """
        words = list(words)
        if "" in words:
            raise EmptyWordError(words.index(""))
        self._lengths = [len(word) for word in words]
        encoded = [_encode(word) for word in words]
        self._classes = _classes(encoded)
        # What else ends where a word ends: the next equal word, or the longest of those that are shorter.
        self._next_word: list[int | None] = [None] * len(words)
        self._root = self._link(self._trie(encoded))

    def search(self, text: str) -> list[Match]:
        """Return all occurrences of the words, ordered by end, start and index."""
        lengths, next_word = self._lengths, self._next_word
        matches = []
        row = self._root
        encoded = _encode(text)
        ends = accumulate(encoded.translate(_BEGINS))
        for symbol, end in zip(encoded.translate(self._classes), ends):
            row = row[symbol]
            index = row[_WORD]
            while index is not None:
                matches.append(Match(index, end - lengths[index], end))
                index = next_word[index]
        return matches

    def _trie(self, encoded: list[bytes]) -> dict:
        """Nested dicts by class of byte; at `_WORD` is the first of the equal words that end there."""
        trie: dict = {}
        for index in reversed(range(len(encoded))):
            node = trie
            for symbol in encoded[index].translate(self._classes):
                node = node.setdefault(symbol, {})
            self._next_word[index] = node.get(_WORD)
            node[_WORD] = index
        return trie

    def _link(self, trie: dict) -> list:
        """Turn the trie into rows that have a next state for every byte; return that of the root."""
        root: list = []
        # A row begins as that of the longest proper suffix, which is complete by then: shorter strings come first.
        # That of the root begins with no word, and with every byte leading back to the root.
        queue = [(trie, root, [None] + [root] * max(self._classes))]
        for node, row, suffix in queue:
            row.extend(suffix)
            for symbol, child in node.items():
                if symbol == _WORD:
                    row[_WORD] = child
                    self._next_word[self._last_equal(child)] = suffix[_WORD]
                else:
                    row[symbol] = []
                    queue.append((child, row[symbol], suffix[symbol]))
        return root

    def _last_equal(self, index: int) -> int:
        while (following := self._next_word[index]) is not None:
            index = following
        return index


def _classes(encoded: list[bytes]) -> bytes:
    """The class of each byte: one of its own for those of the words, and `_OTHER_BYTE` for the rest."""
    classes = bytearray([_OTHER_BYTE]) * 256
    for symbol, byte in enumerate(sorted(set().union(*encoded)), _OTHER_BYTE + 1):
        classes[byte] = symbol
    return bytes(classes)


def _encode(text: str) -> bytes:
    """The text in UTF-8; a lone surrogate, which a `str` may hold, is no error."""
    return text.encode("utf-8", "surrogatepass")
