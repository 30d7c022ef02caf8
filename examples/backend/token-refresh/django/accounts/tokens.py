"""Access tokens: JWTs with HS256, signed and verified with the keys of ``settings.TOKENS``."""

import hashlib
import hmac
import json
import re
import time
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode

from accounts.models import Session
from accounts.parsing import json_object

ISSUER = "auth.example.com"

# The decoder is lenient: it would skip dots and whatever else is not base64.
_JWT = re.compile(r"(([\w-]+)\.([\w-]+))\.([\w-]+)", re.ASCII)


class InvalidTokenError(Exception):
    """A text is not an access token that this server trusts."""


def sign_access_token(session: Session, now: int) -> str:
    """Make a token for a session; its life begins now."""
    secret = settings.TOKENS.secret
    header = {"alg": "HS256", "typ": "JWT", "kid": _key_id(secret)}
    claims = {
        "iss": ISSUER,
        "sub": session.user_id,
        "sid": session.key,
        "iat": now,
        "exp": now + settings.TOKENS.access_seconds,
        "jti": str(uuid4()),
    }
    text = ".".join(urlsafe_base64_encode(json.dumps(part).encode()) for part in (header, claims))
    return f"{text}.{_signature(text, secret)}"


def verify_access_token(token: str) -> tuple[str, str]:
    """The user's id and the session's key that a token names; they need not exist any more.

    Raises:
        InvalidTokenError: the token is forged, expired or of another issuer.
    """
    match = _JWT.fullmatch(token)
    if match is None:
        raise InvalidTokenError
    text, header, claims, signature = match.groups()
    if not constant_time_compare(signature, _signature(text, _verifying_secret(_decode(header)))):
        raise InvalidTokenError
    return _checked_subject(_decode(claims))


def _verifying_secret(header: dict[str, Any]) -> bytes:
    if header.get("alg") == "HS256" and "crit" not in header:
        for secret in (settings.TOKENS.secret, settings.TOKENS.old_secret):
            # An empty secret is none: anybody could sign with it.
            if secret and header.get("kid") == _key_id(secret):
                return secret
    raise InvalidTokenError


def _checked_subject(claims: dict[str, Any]) -> tuple[str, str]:
    subject = claims.get("sub"), claims.get("sid")
    if claims.get("iss") != ISSUER or not all(isinstance(part, str) for part in subject):
        raise InvalidTokenError
    expiry = claims.get("exp")
    if not isinstance(expiry, int) or expiry <= int(time.time()):
        raise InvalidTokenError
    return subject


def _key_id(secret: bytes) -> str:
    return hmac.digest(secret, b"kid", hashlib.sha256).hex()[:16]


def _signature(text: str, secret: bytes) -> str:
    return urlsafe_base64_encode(hmac.digest(secret, text.encode(), hashlib.sha256))


def _decode(part: str) -> dict[str, Any]:
    try:
        return json_object(urlsafe_base64_decode(part))
    except ValueError:
        raise InvalidTokenError from None
