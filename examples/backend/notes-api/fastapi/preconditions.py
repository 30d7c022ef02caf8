"""Entity tags of notes and the header If-Match (RFC 9110, sections 8.8.3 and 13.1.1)."""

import re
from typing import Annotated

from fastapi import Depends, Request

ENTITY_TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
ENTITY_TAGS = re.compile(rf"{ENTITY_TAG.pattern}(?:[ \t]*,[ \t]*{ENTITY_TAG.pattern})*")


def entity_tag(version: int) -> str:
    """The entity tag of a note that has this version."""
    return f'"{version}"'


def matches(if_match: str, version: int) -> bool:
    """Tell whether the header's value is well-formed and matches a note that has this version."""
    value = if_match.strip(" \t")
    if value == "*":
        return True
    return ENTITY_TAGS.fullmatch(value) is not None and entity_tag(version) in ENTITY_TAG.findall(value)


async def _if_match(request: Request) -> str | None:
    lines = request.headers.getlist("If-Match")
    return ", ".join(lines) if lines else None


IfMatch = Annotated[str | None, Depends(_if_match)]
