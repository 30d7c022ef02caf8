"""JSON objects, read strictly."""

import json
from typing import Any, NoReturn


def parse_object(content: bytes) -> dict[str, Any]:
    """Read a JSON object in UTF-8.

    Raises:
        ValueError: it is something else.
    """
    try:
        # Decoded first, because json.loads takes bytes for UTF-16 if they look like it.
        value = json.loads(content.decode(), parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
