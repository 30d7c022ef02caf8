"""Password hashes: scrypt with a random salt, as PHC strings."""

import base64
import hashlib
import hmac
import secrets

LOG_N, R, P = 14, 8, 1
SALT_BYTES = 16


def hash_password(password: str) -> str:
    """Return ``$scrypt$ln=14,r=8,p=1$SALT$KEY``, with Base64 without padding."""
    salt = secrets.token_bytes(SALT_BYTES)
    key = hashlib.scrypt(password.encode(), salt=salt, n=2**LOG_N, r=R, p=P)
    return f"$scrypt$ln={LOG_N},r={R},p={P}${_encode(salt)}${_encode(key)}"


def verify_password(password: str, stored: str) -> bool:
    """Tell whether the stored hash, whatever its cost, is of this password."""
    _, _, cost, salt, key = stored.split("$")
    log_n, r, p = (int(parameter.partition("=")[2]) for parameter in cost.split(","))
    derived = hashlib.scrypt(password.encode(), salt=_decode(salt), n=2**log_n, r=r, p=p)
    return hmac.compare_digest(derived, _decode(key))


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


def _decode(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4))
