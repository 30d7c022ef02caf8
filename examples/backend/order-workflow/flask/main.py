"""An HTTP API for a shop whose orders follow a fixed workflow."""

import os

from flask import Flask
from flask.typing import ResponseReturnValue

import callers
import database
import orders
import problems
import products

MAX_BODY_BYTES = 16_384


def create_app(database_path: str, staff_token: str | None = None) -> Flask:
    """Make an app on the SQLite file at ``database_path``, which is created if need be.

    Args:
        staff_token: the only staff token; None or "" if the first claim is to make one.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.config["STAFF_DIGEST"] = callers.digest(staff_token) if staff_token else None
    database.init_app(app, database_path)
    problems.init_app(app)
    app.add_url_rule("/health", view_func=health)
    for module in (callers, products, orders):
        app.register_blueprint(module.blueprint)
    return app


def health() -> ResponseReturnValue:
    """Tell that the server works."""
    return {"status": "ok"}


if path := os.environ.get("DATABASE_PATH"):
    app = create_app(path, os.environ.get("STAFF_TOKEN"))
