"""An HTTP API for teams that keep projects in workspaces, each member with a role."""

import os

from flask import Flask
from flask.typing import ResponseReturnValue

import problems
import users
import workspaces
from database import Database

MAX_BODY_BYTES = 16384


def create_app(database_path: str | None = None) -> Flask:
    """Make an app with a database of its own, which ``app.extensions["close"]()`` closes.

    Args:
        database_path: the SQLite file; None or "" for a database in memory.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    database = Database(database_path or ":memory:")
    app.extensions["database"] = database
    app.extensions["close"] = database.close
    problems.init_app(app)
    app.add_url_rule("/health", view_func=health)
    app.register_blueprint(users.blueprint)
    app.register_blueprint(workspaces.blueprint)
    return app


def health() -> ResponseReturnValue:
    """Tell that the server answers."""
    return {"status": "ok"}


app = create_app(os.environ.get("DATABASE_PATH"))
