"""An HTTP API for documents whose writes are protected by entity tags."""

import os

from flask import Flask
from flask.typing import ResponseReturnValue

import documents
import problems
from database import Database

MAX_BODY_BYTES = 65_536


def create_app(database_path: str | None = None) -> Flask:
    """Make an app with a database of its own, which ``app.extensions["close"]()`` closes.

    Args:
        database_path: the SQLite file; None or "" for a database in memory.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    # Otherwise a path with a doubled slash is redirected instead of unknown.
    app.url_map.merge_slashes = False
    database = Database(database_path)
    app.extensions["database"] = database
    app.extensions["close"] = database.close
    app.add_url_rule("/health", view_func=health)
    app.register_blueprint(documents.blueprint)
    problems.register_handlers(app)
    return app


def health() -> ResponseReturnValue:
    """Tell that the server works."""
    return {"status": "ok"}


app = create_app(os.environ.get("DATABASE_PATH"))
