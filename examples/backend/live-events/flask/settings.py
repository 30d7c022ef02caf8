"""What is configured."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields


def _number(default: int, least: int, most: int) -> int:
    return field(default=default, metadata={"range": range(least, most + 1)})


@dataclass(frozen=True)
class Settings:
    """How an application works; without a key nobody can publish."""

    database_path: str = ":memory:"
    publish_key: str = ""
    heartbeat_ms: int = _number(15_000, 10, 60_000)
    retry_ms: int = _number(2_000, 1, 600_000)
    history: int = _number(100, 1, 10_000)
    max_listeners: int = _number(100, 1, 1_000)
    queue: int = _number(100, 1, 1_000)


def settings_from(environ: Mapping[str, str]) -> Settings:
    """Read ``DATABASE_PATH`` and ``APP_…``; an empty variable is as good as none.

    Raises:
        ValueError: a number is none, or outside of its range.
    """
    values: dict[str, str | int] = {}
    for item in fields(Settings):
        variable = "DATABASE_PATH" if item.name == "database_path" else f"APP_{item.name.upper()}"
        text = environ.get(variable)
        if not text:
            continue
        allowed = item.metadata.get("range")
        # Not only int(), which takes 1_0 and digits of all scripts for numbers.
        if allowed and not (text.isascii() and text.isdigit() and int(text) in allowed):
            raise ValueError(f"{variable} must be {allowed.start} to {allowed.stop - 1}")
        values[item.name] = int(text) if allowed else text
    return Settings(**values)
