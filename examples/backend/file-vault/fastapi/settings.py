"""What the environment configures."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_PAIR = re.compile(r"([a-z0-9-]+):([A-Za-z0-9_-]{16,})")
_SIZE = re.compile(r"[1-9][0-9]{0,11}")


@dataclass(frozen=True)
class Settings:
    """Where the data is, who owns it and how much of it there may be.

    Attributes:
        database_path: The SQLite file; empty for a temporary one.
        keys: The key of each owner.
        max_file_bytes: The largest size of a file.
        quota_bytes: How much the files of one owner may take together.
    """

    database_path: str
    keys: Mapping[str, str]
    max_file_bytes: int
    quota_bytes: int


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings that an environment makes.

    Raises:
        ValueError: a variable has a value of wrong form.
    """
    return Settings(
        database_path=environment.get("DATABASE_PATH", ""),
        keys=_keys(environment.get("APP_KEYS", "")),
        max_file_bytes=_size(environment, "APP_MAX_FILE_BYTES", 1_048_576),
        quota_bytes=_size(environment, "APP_QUOTA_BYTES", 10_485_760),
    )


def _keys(text: str) -> dict[str, str]:
    keys = {}
    for pair in text.split(",") if text else []:
        match = _PAIR.fullmatch(pair)
        if not match:
            # The message must not repeat a key.
            raise ValueError("APP_KEYS must consist of pairs name:key")
        keys[match[1]] = match[2]
    return keys


def _size(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not _SIZE.fullmatch(text):
        raise ValueError(f"{name} must be a positive number of bytes")
    return int(text)
