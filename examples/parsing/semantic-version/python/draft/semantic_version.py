"""Versions that follow Semantic Versioning 2.0.0."""

import re
from dataclasses import dataclass

_NUMBER = r"(?:0|[1-9][0-9]*)"
_PRERELEASE_IDENTIFIER = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_BUILD_IDENTIFIER = r"[0-9A-Za-z-]+"
_VERSION = re.compile(
    rf"({_NUMBER})\.({_NUMBER})\.({_NUMBER})"
    rf"(?:-({_PRERELEASE_IDENTIFIER}(?:\.{_PRERELEASE_IDENTIFIER})*))?"
    rf"(?:\+({_BUILD_IDENTIFIER}(?:\.{_BUILD_IDENTIFIER})*))?"
)


class InvalidVersionError(ValueError):
    """A text is not a semantic version."""

    text: str

    def __init__(self, text: str) -> None:
        super().__init__(f"invalid version: {text!r}")
        self.text = text


@dataclass(frozen=True)
class Version:
    """The parts of a version; prerelease and build are empty if absent."""

    major: int
    minor: int
    patch: int
    prerelease: str
    build: str


def parse(text: str) -> Version:
    """Return the parts of the version; raise InvalidVersionError if it is none."""
    match = _VERSION.fullmatch(text)
    if match is None:
        raise InvalidVersionError(text)
    major, minor, patch, prerelease, build = match.groups(default="")
    return Version(int(major), int(minor), int(patch), prerelease, build)


def compare(first: str, second: str) -> int:
    """Return -1, 0 or 1 as first has lower, equal or higher precedence."""
    first_key = _precedence(first)
    second_key = _precedence(second)
    return (first_key > second_key) - (first_key < second_key)


def sort(versions: list[str]) -> list[str]:
    """Return a new list, lowest precedence first; equal ones keep their order."""
    return sorted(versions, key=_precedence)


def _precedence(text: str) -> tuple:
    """Return a key that orders versions by precedence."""
    version = parse(text)
    identifiers = version.prerelease.split(".") if version.prerelease else []
    return (
        version.major,
        version.minor,
        version.patch,
        not identifiers,
        tuple(_identifier_key(identifier) for identifier in identifiers),
    )


def _identifier_key(identifier: str) -> tuple[int, int, str]:
    """Return a key that puts numbers, by value, before other identifiers."""
    if identifier.isdigit():
        return (0, int(identifier), "")
    return (1, 0, identifier)
