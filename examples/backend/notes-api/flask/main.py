"""An HTTP API for private notes, with login and optimistic concurrency."""

import os
from collections.abc import Callable
from datetime import UTC, datetime

from flask import Flask
from flask.typing import ResponseReturnValue

import accounts
import notes
from context import DATABASE, NOW
from database import Database
from errors import install_error_handlers


def create_app(database_path: str | None = None, now: Callable[[], datetime] | None = None) -> Flask:
    """Make an app with a database of its own; ``app.extensions["close"]()`` closes it.

    Args:
        database_path: the SQLite file; None or "" for a database in memory.
        now: tells the time, as an aware UTC datetime; None for the system clock.
    """
    app = Flask(__name__, static_folder=None)
    # Otherwise a path with two slashes in a row is redirected, though it is unknown.
    app.url_map.merge_slashes = False
    database = Database(database_path)
    app.extensions[DATABASE] = database
    app.extensions[NOW] = now or _system_time
    app.extensions["close"] = database.close
    app.add_url_rule("/health", view_func=_health)
    app.register_blueprint(accounts.blueprint)
    app.register_blueprint(notes.blueprint)
    install_error_handlers(app)
    return app


def _health() -> ResponseReturnValue:
    return {"status": "ok"}


def _system_time() -> datetime:
    return datetime.now(UTC)


app = create_app(os.environ.get("DATABASE_PATH"))
