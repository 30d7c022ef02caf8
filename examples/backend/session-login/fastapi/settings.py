"""What whoever runs the server can choose."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Settings of an app.

    Attributes:
        database_path: the SQLite file; "" for a database in memory.
        password_cost: N of scrypt, a power of two.
        lock_seconds: how long a username stays locked after too many failed attempts.
        cookie_secure: whether browsers send the cookie over HTTPS only.
    """

    database_path: str = ""
    password_cost: int = 16384
    lock_seconds: int = 60
    cookie_secure: bool = True

    @classmethod
    def from_environment(cls) -> "Settings":
        """Settings from the environment variables; what is unset or empty there has its default."""
        return cls(
            database_path=os.environ.get("DATABASE_PATH", ""),
            password_cost=int(os.environ.get("PASSWORD_COST") or cls.password_cost),
            lock_seconds=int(os.environ.get("LOGIN_LOCK_SECONDS") or cls.lock_seconds),
            cookie_secure=os.environ.get("COOKIE_SECURE") != "0",
        )
