"""Signed positions in the answer to a query."""

import base64
import hashlib
import hmac


def seal(key: bytes, query: str, score: int, slug: str) -> str:
    """The cursor that stands after an item of the query's answer."""
    position = f"{score}.{slug}"
    return f"{position}.{_signature(key, query, position)}"


def unseal(key: bytes, query: str, cursor: str) -> tuple[int, str]:
    """Score and slug of the item after which a cursor stands.

    Raises:
        ValueError: the cursor was not sealed with this key for this query.
    """
    position, _, signature = cursor.rpartition(".")
    # As bytes, because compare_digest takes no other text than ASCII.
    if not hmac.compare_digest(signature.encode(), _signature(key, query, position).encode()):
        raise ValueError("not a cursor of this query")
    score, _, slug = position.partition(".")
    return int(score), slug


def _signature(key: bytes, query: str, position: str) -> str:
    # A query has no control characters, so the line feed cannot be moved.
    digest = hmac.digest(key, f"{query}\n{position}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
