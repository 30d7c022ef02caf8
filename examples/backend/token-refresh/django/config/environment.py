"""Configuration by environment variables."""

import re
import secrets
from collections.abc import Mapping
from typing import NamedTuple

MIN_SECRET_BYTES = 32
MAX_ACCESS_SECONDS = 3600


class TokenSettings(NamedTuple):
    """How access tokens are signed and how long they live."""

    secret: bytes
    old_secret: bytes
    """Empty if there is none."""
    access_seconds: int


def read_token_settings(environment: Mapping[str, str]) -> TokenSettings:
    """Read and check the APP_ variables; an empty one counts as unset.

    Raises:
        ValueError: a variable has a value that it must not have.
    """
    seconds = environment.get("APP_ACCESS_TTL_SECONDS") or "300"
    if not re.fullmatch("[0-9]{1,4}", seconds) or not 1 <= int(seconds) <= MAX_ACCESS_SECONDS:
        raise ValueError(f"APP_ACCESS_TTL_SECONDS must be from 1 to {MAX_ACCESS_SECONDS}")
    secret = _read_secret(environment, "APP_JWT_SECRET")
    return TokenSettings(
        secret or secrets.token_bytes(MIN_SECRET_BYTES),
        _read_secret(environment, "APP_JWT_OLD_SECRET"),
        int(seconds),
    )


def _read_secret(environment: Mapping[str, str], name: str) -> bytes:
    secret = environment.get(name, "").encode()
    if 0 < len(secret) < MIN_SECRET_BYTES:
        raise ValueError(f"{name} must have at least {MIN_SECRET_BYTES} bytes")
    return secret
