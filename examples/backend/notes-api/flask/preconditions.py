"""Entity tags and If-Match (RFC 9110); werkzeug's own parser also takes tags without quotes."""

import re

ENTITY_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
ENTITY_TAGS = re.compile(rf"{ENTITY_TAG.pattern}(?:[ \t]*,[ \t]*{ENTITY_TAG.pattern})*")


def entity_tag(version: int) -> str:
    """The entity tag of a note with this version."""
    return f'"{version}"'


def matches(if_match: str, version: int) -> bool:
    """Tell whether the value of If-Match is well-formed and allows changing a note with this version."""
    value = if_match.strip(" \t")
    if value == "*":
        return True
    return ENTITY_TAGS.fullmatch(value) is not None and entity_tag(version) in ENTITY_TAG.findall(value)
