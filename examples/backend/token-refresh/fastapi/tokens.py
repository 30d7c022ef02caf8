"""Access tokens: JWTs signed with HMAC-SHA-256, by a key that can be replaced."""

import base64
import hashlib
import hmac
import json
import re
from typing import Any, NamedTuple
from uuid import uuid4

from json_objects import parse_object

ISSUER = "auth.example.com"
ALGORITHM = "HS256"

# Base64 decoders skip padding and other characters, dots too, so the form is checked before.
_FORM = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)")


class InvalidTokenError(Exception):
    """A text is not a valid access token."""


class Subject(NamedTuple):
    """Whom an access token speaks for."""

    user_id: str
    session_id: str


class KeyRing:
    """The key that signs, and the one before it, which only verifies."""

    def __init__(self, secret: bytes, old_secret: bytes | None) -> None:
        self._current = _key_id(secret)
        self._secrets = {self._current: secret}
        if old_secret is not None:
            self._secrets.setdefault(_key_id(old_secret), old_secret)

    def sign(self, subject: Subject, now: int, seconds: int) -> str:
        """Make an access token that is valid for some seconds from now on."""
        header = {"alg": ALGORITHM, "typ": "JWT", "kid": self._current}
        claims = {
            "iss": ISSUER,
            "sub": subject.user_id,
            "sid": subject.session_id,
            "iat": now,
            "exp": now + seconds,
            "jti": str(uuid4()),
        }
        text = f"{_encode_json(header)}.{_encode_json(claims)}"
        return f"{text}.{_signature(text, self._secrets[self._current])}"

    def verify(self, token: str, now: int) -> Subject:
        """Tell whom a token speaks for; whether the session still exists is not known here.

        Raises:
            InvalidTokenError: the token is forged, expired or none of ours.
        """
        form = _FORM.fullmatch(token)
        if form is None:
            raise InvalidTokenError
        header_part, claims_part, signature = form.groups()
        secret = self._secret_for(_decode_json(header_part))
        if not hmac.compare_digest(_signature(f"{header_part}.{claims_part}", secret), signature):
            raise InvalidTokenError
        return _check_claims(_decode_json(claims_part), now)

    def _secret_for(self, header: dict[str, Any]) -> bytes:
        key_id = header.get("kid")
        known = isinstance(key_id, str) and key_id in self._secrets
        # The header is still unverified: it chooses among the keys, but never the algorithm.
        if header.get("alg") != ALGORITHM or "crit" in header or not known:
            raise InvalidTokenError
        return self._secrets[key_id]


def _check_claims(claims: dict[str, Any], now: int) -> Subject:
    expiry, user_id, session_id = claims.get("exp"), claims.get("sub"), claims.get("sid")
    if claims.get("iss") != ISSUER or not isinstance(expiry, int) or expiry <= now:
        raise InvalidTokenError
    if not isinstance(user_id, str) or not isinstance(session_id, str):
        raise InvalidTokenError
    return Subject(user_id, session_id)


def _key_id(secret: bytes) -> str:
    return hmac.digest(secret, b"kid", hashlib.sha256).hex()[:16]


def _signature(text: str, secret: bytes) -> str:
    return _encode(hmac.digest(secret, text.encode(), hashlib.sha256))


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _encode_json(value: dict[str, Any]) -> str:
    return _encode(json.dumps(value, separators=(",", ":")).encode())


def _decode_json(part: str) -> dict[str, Any]:
    try:
        return parse_object(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except ValueError:
        raise InvalidTokenError from None
