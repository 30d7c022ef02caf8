"""Password hashes: scrypt with a random salt."""

import hashlib
import hmac
import secrets

_COST = {"n": 16_384, "r": 8, "p": 1}
_SALT_BYTES = 16

UNKNOWN = f"{'00' * _SALT_BYTES}:"
"""In place of the hash of a user who does not exist: no password has it, but to find out takes as long."""


def hash_password(password: str) -> str:
    """Hash a password with a new salt."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"{salt.hex()}:{_derive(password, salt)}"


def is_password(password: str, stored: str) -> bool:
    """Tell whether ``stored`` is a hash of the password."""
    salt, _, key = stored.partition(":")
    return hmac.compare_digest(_derive(password, bytes.fromhex(salt)), key)


def _derive(password: str, salt: bytes) -> str:
    return hashlib.scrypt(password.encode(), salt=salt, **_COST).hex()
