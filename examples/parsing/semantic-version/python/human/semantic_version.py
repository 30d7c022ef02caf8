"""Versions that follow Semantic Versioning 2.0.0, read and ordered by the package semver."""

from dataclasses import dataclass

import semver


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
    """Return the parts of a version; raise InvalidVersionError if the text is none."""
    found = _parse(text)
    return Version(found.major, found.minor, found.patch, found.prerelease or "", found.build or "")


def compare(first: str, second: str) -> int:
    """Return -1, 0 or 1 as the first version has lower, equal or higher precedence than the second."""
    return _parse(first).compare(_parse(second))


def sort(versions: list[str]) -> list[str]:
    """Return the versions in a new list, the lowest precedence first; equal ones keep their order."""
    return sorted(versions, key=_parse)


def _parse(text: str) -> semver.Version:
    try:
        return semver.Version.parse(text)
    except ValueError:
        raise InvalidVersionError(text) from None
