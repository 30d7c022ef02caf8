"""Faults that clients are told about."""

_KNOWN = {
    "digest_mismatch": (400, "Content-Digest is not the SHA-256 of the content."),
    "unauthorized": (401, "Authorization must hold the key of an owner."),
    "not_found": (404, "There is nothing at this path."),
    "quota_exceeded": (409, "The files of this owner would be too large together."),
    "too_large": (413, "The file is too large."),
    "unsupported_type": (415, "Only PNG, JPEG, PDF and plain text in UTF-8 are stored."),
    "range_not_satisfiable": (416, "The range begins beyond the end of the file."),
    "invalid_name": (422, "The name must be 1 to 100 characters and no path."),
    "internal_error": (500, "The server failed to answer this request."),
}


class ProblemError(Exception):
    """A request that is refused.

    Attributes:
        status: The status of the response.
        headers: More headers of the response.
    """

    def __init__(self, code: str, **headers: str) -> None:
        """``headers`` are named with ``_`` in place of ``-``."""
        self.status, self._title = _KNOWN[code]
        super().__init__(self._title)
        self._code = code
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def document(self) -> dict[str, str | int]:
        """The body of the response, a problem document of RFC 9457."""
        return {"type": f"/problems/{self._code}", "title": self._title, "status": self.status}
