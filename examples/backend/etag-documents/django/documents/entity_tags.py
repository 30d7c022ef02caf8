"""Entity tags and the request headers that hold them."""

import re

TAG = r'(?:W/)?"[\x21\x23-\x7e]*"'
TAG_LIST = re.compile(rf"{TAG}(?: *, *{TAG})*")


def entity_tag(version: int) -> str:
    """The strong entity tag of a version."""
    return f'"{version}"'


def is_strong_match(header: str, version: int) -> bool:
    """Whether a header is ``*`` or has the entity tag of the version, not weak."""
    return header == "*" or entity_tag(version) in _tags(header)


def is_weak_match(header: str, version: int) -> bool:
    """Whether a header is ``*`` or has the entity tag of the version, weak or not."""
    return is_strong_match(header, version) or f"W/{entity_tag(version)}" in _tags(header)


def _tags(header: str) -> list[str]:
    return re.findall(TAG, header) if TAG_LIST.fullmatch(header) else []
