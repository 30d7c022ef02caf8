"""Requests, checked before anything is sent."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

_REPEATABLE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})
_METHODS = _REPEATABLE_METHODS | {"POST", "PATCH"}
_BODILESS_METHODS = frozenset({"GET", "HEAD"})
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST_AND_PORT = re.compile(r"(\[[^\[\]]+\]|[^\[\]:]+)(:[0-9]*)?")
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]+")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FIELD_VALUE = re.compile(r"[\t\x20-\x7e]*")


@dataclass(frozen=True)
class Request:
    """A valid request, in the parts in which it is sent. It shares nothing with the caller that could change."""

    method: str
    scheme: str
    authority: str  # host and port as in the URL
    host: str
    port: int
    target: str  # path and query
    headers: dict[str, str]
    body: bytes

    @classmethod
    def checked(cls, method: str, url: str, headers: Mapping[str, str], body: bytes) -> "Request":
        """Create a request.

        Raises:
            ValueError: the method, the URL, a header or the body is not allowed.
        """
        method = _checked_method(method)
        if body and method in _BODILESS_METHODS:
            raise ValueError(f"a {method} request has no body")
        parts = _checked_url(url)
        return cls(
            method=method,
            scheme=parts.scheme,
            authority=parts.netloc,
            host=parts.hostname or "",
            port=parts.port or _DEFAULT_PORTS[parts.scheme],
            target=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
            headers=_checked_headers(headers),
            body=bytes(body),
        )

    def is_safe_to_repeat(self) -> bool:
        """Tell whether sending the request twice has the effect of sending it once."""
        return self.method in _REPEATABLE_METHODS or any(
            name.lower() == "idempotency-key" and value.strip() for name, value in self.headers.items()
        )


def _checked_method(method: str) -> str:
    upper = method.upper()
    # Some other letters, such as the long s, have an ASCII letter as upper case.
    if not method.isascii() or upper not in _METHODS:
        raise ValueError(f"method {method!r} is not supported")
    return upper


def _checked_url(url: str) -> SplitResult:
    # First, because urlsplit() silently removes white space and control characters.
    if not _VISIBLE_ASCII.fullmatch(url):
        raise ValueError("the URL has characters other than visible ASCII")
    parts = urlsplit(url)
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise ValueError("the URL is not an absolute one with scheme http or https and a host")
    if "@" in parts.netloc:
        raise ValueError("the URL has user information")
    if not _HOST_AND_PORT.fullmatch(parts.netloc):  # urlsplit() drops what stands between "]" and the port
        raise ValueError("the URL has a malformed host or port")
    if parts.port == 0:  # reading a port above 65535 raises a ValueError
        raise ValueError("the URL has port 0")
    return parts


def _checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    copy = dict(headers)
    for name, value in copy.items():
        if not _TOKEN.fullmatch(name):
            raise ValueError(f"header name {name!r} is not a token")
        if not _FIELD_VALUE.fullmatch(value):
            raise ValueError(f"the value of header {name} has characters other than visible ASCII, space and tab")
    return copy
