"""What is configured."""

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class Settings(BaseModel):
    """How an application works; without a key nobody can publish."""

    model_config = ConfigDict(frozen=True)

    database_path: str = ":memory:"
    publish_key: SecretStr = SecretStr("")
    heartbeat_ms: int = Field(15_000, ge=10, le=60_000)
    retry_ms: int = Field(2_000, ge=1, le=600_000)
    history: int = Field(100, ge=1, le=10_000)
    max_listeners: int = Field(100, ge=1, le=1_000)
    queue: int = Field(100, ge=1, le=1_000)

    @field_validator("heartbeat_ms", "retry_ms", "history", "max_listeners", "queue", mode="before")
    @classmethod
    def _has_only_digits(cls, value: object) -> object:
        # Pydantic would take 1_0 and 10.0 for numbers.
        if isinstance(value, str) and not (value.isascii() and value.isdigit()):
            raise ValueError("must have digits only")
        return value


def settings_from(environ: Mapping[str, str]) -> Settings:
    """Read ``DATABASE_PATH`` and ``APP_…``; an empty variable is as good as none.

    Raises:
        ValueError: a number is none, or outside of its range.
    """
    variables = {name: f"APP_{name.upper()}" for name in Settings.model_fields}
    variables["database_path"] = "DATABASE_PATH"
    return Settings.model_validate(
        {name: environ[variable] for name, variable in variables.items() if environ.get(variable)}
    )
