"""Positions in the results of a query, signed so that clients can only give back what they were given."""

import hashlib
import hmac


def issue(key: bytes, query: str, score: int, slug: str) -> str:
    """A cursor that continues the query after a score and slug."""
    position = f"{slug}.{score}"
    return f"{_sign(key, query, position)}.{position}"


def redeem(key: bytes, query: str, cursor: str) -> tuple[int, str] | None:
    """The score and slug that a cursor holds; None when it was not issued with this key for this query."""
    signature, _, position = cursor.partition(".")
    # compare_digest takes text only if it is ASCII, but bytes of any kind.
    if not hmac.compare_digest(signature.encode(), _sign(key, query, position).encode()):
        return None
    slug, score = position.split(".")
    return int(score), slug


def _sign(key: bytes, query: str, position: str) -> str:
    # A position has no space, so the first one ends it.
    return hmac.new(key, f"{position} {query}".encode(), hashlib.sha256).hexdigest()
