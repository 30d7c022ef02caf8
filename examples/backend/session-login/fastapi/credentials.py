"""Passwords and tokens, and what of them may be stored."""

import hashlib
import hmac
import os
import secrets

_TOKEN_BYTES = 32
_SALT_BYTES = 16
_BLOCK_SIZE = 8


def hash_password(password: str, cost: int) -> str:
    """Hash a password with scrypt and a new salt; takes tens of milliseconds on purpose.

    Args:
        password: as the client sent it.
        cost: N of scrypt, a power of two.
    """
    salt = os.urandom(_SALT_BYTES)
    return f"{cost}${salt.hex()}${_scrypt(password, salt, cost).hex()}"


def is_password(password: str, stored: str) -> bool:
    """Whether a password is the one that was hashed."""
    cost, salt, key = stored.split("$")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt), int(cost)), bytes.fromhex(key))


def new_token() -> str:
    """A token that nobody can guess, for a cookie."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def digest_of(token: str) -> str:
    """What is stored of a token. A random one needs neither salt nor a slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def csrf_token_of(token: str) -> str:
    """The CSRF token of the session with a token; who has only one of the two cannot compute the other."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def _scrypt(password: str, salt: bytes, cost: int) -> bytes:
    memory = 256 * cost * _BLOCK_SIZE  # twice what scrypt needs
    return hashlib.scrypt(password.encode(), salt=salt, n=cost, r=_BLOCK_SIZE, p=1, maxmem=memory)
