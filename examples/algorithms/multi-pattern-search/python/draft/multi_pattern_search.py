"""Search a text for many words at once, with the algorithm of Aho and Corasick."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["EmptyWordError", "Match", "Searcher"]

_ROOT = 0


@dataclass(frozen=True, slots=True)
class Match:
    """An occurrence of a word: ``text[start:end]`` is the word at ``index``."""

    index: int
    start: int
    end: int


class EmptyWordError(ValueError):
    """The word at ``index`` is empty."""

    index: int

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index

    def __str__(self) -> str:
        return f"the word at index {self.index} is empty"


class Searcher:
    """Finds all occurrences of a list of words in a text.

    The words are prepared once, here; a searcher does not change afterwards.
    Raises EmptyWordError for the first word that is empty.
    """

    def __init__(self, words: Iterable[str]) -> None:
        # The trie of the words; a node is an index into these lists.
        self._children: list[dict[str, int]] = [{}]
        self._depth: list[int] = [0]
        # The indices of the words that end at the node, ascending.
        self._indices: list[list[int]] = [[]]

        for index, word in enumerate(words):
            if not word:
                raise EmptyWordError(index)
            self._insert(index, word)

        # The node of the longest proper suffix of the node's string.
        self._suffix: list[int] = [_ROOT] * len(self._children)
        # The first node at which a word ends, from the node itself along the
        # suffixes; the root if there is none.
        self._report: list[int] = [_ROOT] * len(self._children)
        self._link()

    def search(self, text: str) -> list[Match]:
        """Return all occurrences of the words in the text.

        They are ordered by end, then by start, then by index.
        """
        depth = self._depth
        indices = self._indices
        suffix = self._suffix
        report = self._report
        matches: list[Match] = []
        state = _ROOT
        for end, char in enumerate(text, 1):
            state = self._step(state, char)
            node = report[state]
            while node != _ROOT:
                start = end - depth[node]
                for index in indices[node]:
                    matches.append(Match(index, start, end))
                node = report[suffix[node]]
        return matches

    def _insert(self, index: int, word: str) -> None:
        node = _ROOT
        for depth, char in enumerate(word, 1):
            child = self._children[node].get(char)
            if child is None:
                child = len(self._children)
                self._children[node][char] = child
                self._children.append({})
                self._depth.append(depth)
                self._indices.append([])
            node = child
        self._indices[node].append(index)

    def _link(self) -> None:
        # Breadth first, so that the nodes of shorter strings are complete.
        queue = deque([_ROOT])
        while queue:
            node = queue.popleft()
            suffix = self._suffix[node]
            self._report[node] = node if self._indices[node] else self._report[suffix]
            for char, child in self._children[node].items():
                if node != _ROOT:
                    self._suffix[child] = self._step(suffix, char)
                queue.append(child)

    def _step(self, state: int, char: str) -> int:
        children = self._children
        while True:
            child = children[state].get(char)
            if child is not None:
                return child
            if state == _ROOT:
                return _ROOT
            state = self._suffix[state]
