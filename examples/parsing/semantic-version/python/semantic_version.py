"""Versions that follow Semantic Versioning 2.0.0: their parts and their order."""

import re
from dataclasses import dataclass

_NUMBER = "0|[1-9][0-9]*"
_PRERELEASE_IDENTIFIER = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_BUILD_IDENTIFIER = "[0-9A-Za-z-]+"
_VERSION = re.compile(
    rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})"
    rf"(?:-({_PRERELEASE_IDENTIFIER}(?:\.{_PRERELEASE_IDENTIFIER})*))?"
    rf"(?:\+({_BUILD_IDENTIFIER}(?:\.{_BUILD_IDENTIFIER})*))?"
)


class InvalidVersionError(ValueError):
    """A text that is no version; the text is the only argument, so that copies of the error keep it."""

    @property
    def text(self) -> str:
        """The text exactly as given."""
        return self.args[0]

    def __str__(self) -> str:
        return f"not a semantic version: {self.text!r}"


@dataclass(frozen=True)
class Version:
    """The parts of a version; pre-release and build metadata are empty if there are none."""

    major: int
    minor: int
    patch: int
    prerelease: str
    build: str


def parse(text: str) -> Version:
    """Return the parts of a version.

    Raises:
        InvalidVersionError: the text is no version.
    """
    major, minor, patch, prerelease, build = _parts(text)
    return Version(int(major), int(minor), int(patch), prerelease, build)


def compare(first: str, second: str) -> int:
    """Return -1, 0 or 1 as the first version has lower, equal or higher precedence than the second.

    Raises:
        InvalidVersionError: one of the texts is no version; the first of two.
    """
    first_key, second_key = _precedence(first), _precedence(second)
    return (first_key > second_key) - (first_key < second_key)


def sort(versions: list[str]) -> list[str]:
    """Return the versions in a new list, the lowest precedence first; equal ones keep their order.

    Raises:
        InvalidVersionError: the first text of the list that is no version.
    """
    return sorted(versions, key=_precedence)


def _parts(text: str) -> tuple[str, ...]:
    match = _VERSION.fullmatch(text)
    if match is None:
        raise InvalidVersionError(text)
    return match.groups("")


def _precedence(text: str) -> tuple[int, int, int, bool, list[tuple[bool, int | str]]]:
    """What versions are compared by. False comes before True: a pre-release before the release, a number before text."""
    major, minor, patch, prerelease, _ = _parts(text)
    identifiers = prerelease.split(".") if prerelease else []
    return (
        int(major),
        int(minor),
        int(patch),
        not identifiers,
        [(False, int(part)) if part.isdigit() else (True, part) for part in identifiers],
    )
