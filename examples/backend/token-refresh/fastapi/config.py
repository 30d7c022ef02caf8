"""What the environment configures."""

import re
import secrets
from collections.abc import Mapping
from typing import NamedTuple

MIN_SECRET_BYTES = 32
DEFAULT_ACCESS_SECONDS = 300
MAX_ACCESS_SECONDS = 3600


class Config(NamedTuple):
    """The configuration of one application."""

    database_path: str
    secret: bytes
    old_secret: bytes | None
    access_seconds: int


def read_config(environment: Mapping[str, str]) -> Config:
    """Read and check the variables; an empty one counts as unset.

    Raises:
        ValueError: a variable has a value that it must not have.
    """
    return Config(
        environment.get("DATABASE_PATH") or ":memory:",
        _secret(environment, "APP_JWT_SECRET") or secrets.token_bytes(MIN_SECRET_BYTES),
        _secret(environment, "APP_JWT_OLD_SECRET"),
        _access_seconds(environment.get("APP_ACCESS_TTL_SECONDS") or str(DEFAULT_ACCESS_SECONDS)),
    )


def _secret(environment: Mapping[str, str], name: str) -> bytes | None:
    secret = environment.get(name, "").encode()
    if secret and len(secret) < MIN_SECRET_BYTES:
        raise ValueError(f"{name} must have at least {MIN_SECRET_BYTES} bytes")
    return secret or None


def _access_seconds(text: str) -> int:
    if not re.fullmatch("[0-9]{1,4}", text) or not 1 <= int(text) <= MAX_ACCESS_SECONDS:
        raise ValueError(f"APP_ACCESS_TTL_SECONDS must be from 1 to {MAX_ACCESS_SECONDS}")
    return int(text)
