"""Search for many words in a text at once, with the package ahocorapy."""

from collections.abc import Iterable
from dataclasses import dataclass

from ahocorapy.keywordtree import KeywordTree


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
        """Prepare the words; raise EmptyWordError for the first that is empty."""
        self._indexes: dict[str, list[int]] = {}
        self._tree = KeywordTree()
        for index, word in enumerate(words):
            if not word:
                raise EmptyWordError(index)
            if word not in self._indexes:
                self._tree.add(word)
            self._indexes.setdefault(word, []).append(index)
        self._tree.finalize()

    def search(self, text: str) -> list[Match]:
        """Return all occurrences of the words, ordered by end, start and index."""
        return [
            Match(index, start, start + len(word))
            for word, start in self._tree.search_all(text)
            for index in self._indexes[word]
        ]
