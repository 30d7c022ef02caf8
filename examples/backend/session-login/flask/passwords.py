"""Password hashes, and the throttle of those who guess passwords."""

import hashlib
import math
import os
from base64 import b64decode, b64encode
from hmac import compare_digest
from time import time

from flask import current_app

from database import transaction
from problems import Kind, Refused

MAX_FAILURES = 5
BLOCK_SIZE = 8


def hash_password(password: str) -> str:
    """Hash a password with a new salt, at the cost that the app is configured with."""
    return _scrypt_hash(password, os.urandom(16), current_app.config["PASSWORD_COST"])


def verify(username: str, password: str) -> str | None:
    """Try the password of an account; without an account it takes as long.

    Returns:
        The stored hash if the password is right, None if it is wrong or there is no such account.

    Raises:
        Refused: too many attempts with this username have failed.
    """
    _take_attempt(username)
    with transaction() as connection:
        query = "SELECT password_hash FROM accounts WHERE username = ?"
        account = connection.execute(query, (username,)).fetchone()
    if account is None:
        hash_password(password)
        return None
    stored: str = account["password_hash"]
    cost, salt, _ = stored.split(":")
    if not compare_digest(_scrypt_hash(password, b64decode(salt), int(cost)), stored):
        return None
    with transaction() as connection:
        connection.execute("DELETE FROM attempts WHERE username = ?", (username,))
    return stored


def _take_attempt(username: str) -> None:
    # Counted before the password is tried: otherwise many attempts at the same time would all find a low count.
    now = time()
    with transaction() as connection:
        connection.execute("DELETE FROM attempts WHERE expires <= ?", (now,))
        query = "SELECT failures, expires FROM attempts WHERE username = ?"
        found = connection.execute(query, (username,)).fetchone()
        if found and found["failures"] >= MAX_FAILURES:
            raise Refused(Kind.TOO_MANY_ATTEMPTS, retry_after=math.ceil(found["expires"] - now))
        statement = """
            INSERT INTO attempts VALUES (?, 1, ?)
            ON CONFLICT DO UPDATE SET failures = failures + 1, expires = excluded.expires
        """
        connection.execute(statement, (username, now + current_app.config["LOGIN_LOCK_SECONDS"]))


def _scrypt_hash(password: str, salt: bytes, cost: int) -> str:
    memory = 256 * cost * BLOCK_SIZE  # twice what is needed
    key = hashlib.scrypt(password.encode(), salt=salt, n=cost, r=BLOCK_SIZE, p=1, maxmem=memory)
    return f"{cost}:{b64encode(salt).decode()}:{b64encode(key).decode()}"
