"""Salted password hashes, as text that can be stored."""

import base64
import hashlib
import hmac
import secrets
import threading

N, R, P = 2**14, 8, 1
SALT_BYTES = 16
KEY_BYTES = 32

# Each hash takes 16 MiB while it is computed, so a burst of logins must not compute them all at once.
_slots = threading.BoundedSemaphore(4)


def hash_password(password: str) -> str:
    """Return ``scrypt$N$r$p$SALT$KEY`` with a new random salt.

    Raises:
        ValueError: the password has U+0000 or an unpaired surrogate, so no hash can stand for it alone.
    """
    if "\0" in password:
        raise ValueError("a password must not contain U+0000")
    salt = secrets.token_bytes(SALT_BYTES)
    return _as_text(salt, _derive(password.encode(), salt, N, R, P))


def verify_password(password: str, stored: str) -> bool:
    """Tell whether ``stored``, a result of `hash_password`, was made from this password."""
    _, n, r, p, salt, key = stored.split("$")
    # A surrogate must not raise here: it makes bytes that are no UTF-8 and hence equal no password that was hashed.
    encoded = password.encode("utf-8", "surrogatepass")
    derived = _derive(encoded, base64.b64decode(salt), int(n), int(r), int(p))
    # scrypt pads short passwords with zero bytes, so "secret" and "secret\0" give the same key.
    return hmac.compare_digest(derived, base64.b64decode(key)) and "\0" not in password


def _derive(password: bytes, salt: bytes, n: int, r: int, p: int) -> bytes:
    with _slots:
        return hashlib.scrypt(password, salt=salt, n=n, r=r, p=p, dklen=KEY_BYTES)


def _as_text(salt: bytes, key: bytes) -> str:
    return "$".join(("scrypt", str(N), str(R), str(P), base64.b64encode(salt).decode(), base64.b64encode(key).decode()))


# Looks like any other hash, and takes as long to verify, but no known password matches it.
UNMATCHABLE_HASH = _as_text(bytes(SALT_BYTES), bytes(KEY_BYTES))
