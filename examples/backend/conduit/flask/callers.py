"""Who calls: decorators of views that look at the token."""

import functools
import sqlite3
from collections.abc import Callable

from flask import current_app, g, request
from flask.typing import ResponseReturnValue

from database import first
from errors import unauthorized

View = Callable[..., ResponseReturnValue]


def caller_allowed(view: View) -> View:
    """Let anybody in, but no wrong tokens; ``g.caller`` is the user's row or None."""

    @functools.wraps(view)
    def checked(**arguments: str) -> ResponseReturnValue:
        g.caller = _find_caller()
        return view(**arguments)

    return checked


def caller_required(view: View) -> View:
    """Let users in only; ``g.caller`` is the user's row."""

    @functools.wraps(view)
    def checked(**arguments: str) -> ResponseReturnValue:
        g.caller = _find_caller()
        if g.caller is None:
            raise unauthorized()
        return view(**arguments)

    return checked


def caller_id() -> int | None:
    """The id of the caller, None of nobody."""
    return g.caller["id"] if g.caller else None


def _find_caller() -> sqlite3.Row | None:
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    subject = current_app.extensions["signer"].subject(token)
    user = first("SELECT * FROM users WHERE id = :id", id=subject)
    if user is None or scheme.lower() != "token":
        raise unauthorized()
    return user
