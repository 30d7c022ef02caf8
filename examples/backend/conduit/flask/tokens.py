"""JSON Web Tokens of one kind: HS256, a subject and an end."""

import hmac
import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode

LIFETIME = 86_400
"""Seconds."""

MIN_SECRET_BYTES = 32


def _encode(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


_HEADER = _encode(b'{"alg":"HS256","typ":"JWT"}')


class TokenSigner:
    """Issues tokens and knows its own again."""

    def __init__(self, secret: str | None) -> None:
        """Take a secret; without one a random one is made.

        Raises:
            ValueError: the secret is shorter than 32 bytes.
        """
        self._key = secret.encode() if secret else secrets.token_bytes(MIN_SECRET_BYTES)
        if len(self._key) < MIN_SECRET_BYTES:
            raise ValueError(f"the secret of the tokens must have at least {MIN_SECRET_BYTES} bytes")

    def issue(self, user_id: int) -> str:
        """Make a token for a user, valid from now on."""
        claims = {"sub": str(user_id), "exp": int(time.time()) + LIFETIME}
        signed = f"{_HEADER}.{_encode(json.dumps(claims).encode())}"
        return f"{signed}.{self._signature(signed)}"

    def subject(self, token: str) -> str | None:
        """The subject of a token that is genuine and has not expired, None of any other."""
        signed, _, signature = token.rpartition(".")
        header, _, payload = signed.partition(".")
        genuine = hmac.compare_digest(signature.encode(), self._signature(signed).encode())
        # The header decides nothing: there is only one that is accepted.
        if not genuine or header != _HEADER or "." in payload:
            return None
        try:
            claims = json.loads(urlsafe_b64decode(f"{payload}=="))
        except ValueError:
            return None
        match claims:
            case {"sub": str(subject), "exp": int(end)} if end > time.time():
                return subject
        return None

    def _signature(self, signed: str) -> str:
        return _encode(hmac.digest(self._key, signed.encode(), "sha256"))
