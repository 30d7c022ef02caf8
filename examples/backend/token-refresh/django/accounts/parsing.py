"""Reading JSON that strangers sent."""

import json
from typing import Any, NoReturn


def json_object(content: bytes) -> dict[str, Any]:
    """Read a JSON object in UTF-8.

    Raises:
        ValueError: it is none.
    """
    try:
        # Decoded first: json.loads would take other encodings of Unicode too.
        value = json.loads(content.decode(), parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("too many levels") from error
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
