"""JSON as bodies and tokens must have it."""

import json
from typing import Any, NoReturn


def load_object(content: bytes) -> dict[str, Any]:
    """The JSON object that the bytes are, in UTF-8.

    Raises:
        ValueError: they are no such thing.
    """
    try:
        # Decoded here, because json.loads guesses the encoding of bytes.
        value = json.loads(content.decode(), parse_constant=_refuse)
    except RecursionError:
        raise ValueError("too deep") from None
    if not isinstance(value, dict):
        raise ValueError("no object")
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")
