"""Settings, from environment variables."""

import re
import secrets
from collections.abc import Mapping

MIN_SECRET_BYTES = 32
MAX_ACCESS_SECONDS = 3600


def read_settings(environment: Mapping[str, str]) -> dict[str, object]:
    """Settings for ``app.config``; an empty variable counts as unset.

    Raises:
        ValueError: a variable has a value that it must not have.
    """
    seconds = environment.get("APP_ACCESS_TTL_SECONDS") or "300"
    if not re.fullmatch("[0-9]{1,4}", seconds) or not 1 <= int(seconds) <= MAX_ACCESS_SECONDS:
        raise ValueError(f"APP_ACCESS_TTL_SECONDS must be from 1 to {MAX_ACCESS_SECONDS}")
    made_secret = secrets.token_bytes(MIN_SECRET_BYTES)
    return {
        "DATABASE_PATH": environment.get("DATABASE_PATH", ""),
        "JWT_SECRET": _secret(environment, "APP_JWT_SECRET") or made_secret,
        "JWT_OLD_SECRET": _secret(environment, "APP_JWT_OLD_SECRET"),
        "ACCESS_SECONDS": int(seconds),
    }


def _secret(environment: Mapping[str, str], name: str) -> bytes:
    secret = environment.get(name, "").encode()
    if 0 < len(secret) < MIN_SECRET_BYTES:
        raise ValueError(f"{name} must have at least {MIN_SECRET_BYTES} bytes")
    return secret
