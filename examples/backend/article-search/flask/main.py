"""An HTTP API that keeps articles and searches their words."""

import os

from flask import Flask

import articles
import errors
import searches
from database import Database


def create_app(database_path: str | None = None) -> Flask:
    """Make an app with a database of its own, which ``app.extensions["close"]()`` closes.

    Args:
        database_path: the SQLite file; None or "" for a database in memory.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 65536
    app.url_map.merge_slashes = False
    database = Database(database_path or ":memory:")
    app.extensions["database"] = database
    app.extensions["close"] = database.close
    app.register_blueprint(articles.blueprint)
    app.register_blueprint(searches.blueprint)
    errors.register(app)
    app.add_url_rule("/health", view_func=lambda: {"status": "ok"})
    return app


app = create_app(os.environ.get("DATABASE_PATH"))
