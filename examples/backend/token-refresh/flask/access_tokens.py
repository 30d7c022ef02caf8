"""Access tokens: JWTs with HS256 signatures. Their keys are a mapping from key ids to secrets."""

import hashlib
import hmac
import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

ISSUER = "auth.example.com"

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
    signed, _, signature = token.rpartition(".")
    header, _, claims = signed.partition(".")
    secret = keys[_trusted_key_id(keys, _unpack(header))]
    # As bytes, because compare_digest takes no texts beyond ASCII.
    if not hmac.compare_digest(signature.encode(), _signature(secret, signed).encode()):
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
        value = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        raise InvalidTokenError("encoding") from None
    if not isinstance(value, dict):
        raise InvalidTokenError("no object")
    return value
