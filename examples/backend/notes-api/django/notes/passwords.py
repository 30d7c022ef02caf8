"""Password hashes: scrypt with a random salt, as text that says how it was made."""

import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode

COST = 2**14
BLOCK_SIZE = 8
PARALLELISM = 1
SALT_BYTES = 16
KEY_BYTES = 32


def hash_password(password: str) -> str:
    """Return ``scrypt$N$r$p$SALT$KEY`` with a new random salt.

    Raises:
        ValueError: the password has U+0000 or an unpaired surrogate, so no hash can stand for it alone.
    """
    if "\0" in password:
        raise ValueError("a password must not contain U+0000")
    salt = secrets.token_bytes(SALT_BYTES)
    key = _derive_key(password.encode(), salt, COST, BLOCK_SIZE, PARALLELISM)
    return _format(salt, key)


def verify_password(password: str, stored: str) -> bool:
    """Tell whether ``stored``, a result of `hash_password`, was made from this password."""
    _, cost, block_size, parallelism, salt, key = stored.split("$")
    # An unpaired surrogate becomes bytes that are no UTF-8, which equal those of no password that was hashed.
    encoded = password.encode("utf-8", "surrogatepass")
    derived = _derive_key(encoded, b64decode(salt), int(cost), int(block_size), int(parallelism))
    # "secret" and "secret\0" have the same key, because scrypt fills its input up with zero bytes.
    return hmac.compare_digest(derived, b64decode(key)) and "\0" not in password


def _derive_key(password: bytes, salt: bytes, cost: int, block_size: int, parallelism: int) -> bytes:
    return hashlib.scrypt(password, salt=salt, n=cost, r=block_size, p=parallelism, dklen=KEY_BYTES)


def _format(salt: bytes, key: bytes) -> str:
    return f"scrypt${COST}${BLOCK_SIZE}${PARALLELISM}${b64encode(salt).decode()}${b64encode(key).decode()}"


# Takes as long to verify as any other hash, but no known password has this key.
UNMATCHABLE_HASH = _format(bytes(SALT_BYTES), bytes(KEY_BYTES))
