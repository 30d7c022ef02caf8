"""Access tokens: JWTs with HS256 signatures. Their keys are a mapping from key ids to secrets."""

import hashlib
import hmac
import json
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from strict_json import load_object

ISSUER = "auth.example.com"

# To be looked at before decoding, which skips what is no base64, padding and dots included.
_PART = "([A-Za-z0-9_-]+)"
_TOKEN = re.compile(rf"{_PART}\.{_PART}\.{_PART}")

Keys = Mapping[str, bytes]


class InvalidTokenError(ValueError):
    """A text is no valid access token."""


def key_id(secret: bytes) -> str:
    """The id under which tokens name a secret."""
    return hmac.new(secret, b"kid", hashlib.sha256).hexdigest()[:16]


def issue(keys: Keys, kid: str, user_id: str, session_id: str, now: int, seconds: int) -> str:
    """Make a token for a session, signed by one of the keys and valid for some seconds."""
    header = {"alg": "HS256", "typ": "JWT", "kid": kid}
    claims = {
        "iss": ISSUER,
        "sub": user_id,
        "sid": session_id,
        "iat": now,
        "exp": now + seconds,
        "jti": str(uuid4()),
    }
    signed = f"{_pack(header)}.{_pack(claims)}"
    return f"{signed}.{_signature(keys[kid], signed)}"


def verify(keys: Keys, token: str) -> tuple[str, str]:
    """The ids of user and session that a token is for; whether they exist is not known here.

    Raises:
        InvalidTokenError: the token is forged, expired or of another issuer.
    """
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        raise InvalidTokenError("form")
    header, claims, signature = parts.groups()
    secret = keys[_trusted_key_id(keys, _unpack(header))]
    if not hmac.compare_digest(signature, _signature(secret, f"{header}.{claims}")):
        raise InvalidTokenError("signature")
    return _subject(_unpack(claims))


def _trusted_key_id(keys: Keys, header: dict[str, Any]) -> str:
    match header:
        case {"crit": _}:
            raise InvalidTokenError("extension")
        case {"alg": "HS256", "kid": str(kid)} if kid in keys:
            return kid
    raise InvalidTokenError("key")


def _subject(claims: dict[str, Any]) -> tuple[str, str]:
    match claims:
        case {"iss": issuer, "exp": int(expiry), "sub": str(user_id), "sid": str(session_id)}:
            if issuer == ISSUER and expiry > int(time.time()):
                return user_id, session_id
    raise InvalidTokenError("claims")


def _signature(secret: bytes, text: str) -> str:
    return _base64url(hmac.digest(secret, text.encode(), hashlib.sha256))


def _base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _pack(value: dict[str, Any]) -> str:
    return _base64url(json.dumps(value, separators=(",", ":")).encode())


def _unpack(part: str) -> dict[str, Any]:
    try:
        return load_object(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        raise InvalidTokenError("encoding") from None
