"""An HTTP API with which tenants make short links, and the redirects to their targets."""

import os

from flask import Flask

from problems import install_problem_handlers
from routes import routes
from store import Store


def create_app(database_path: str | None = None) -> Flask:
    """Make an application on an SQLite file, or in memory if there is no path.

    ``app.extensions["close"]()`` closes the database.
    """
    store = Store(database_path or ":memory:")
    app = Flask(__name__, static_folder=None)
    # Otherwise a path with a doubled slash is redirected instead of unknown.
    app.url_map.merge_slashes = False
    app.extensions["store"] = store
    app.extensions["close"] = store.close
    install_problem_handlers(app)
    app.register_blueprint(routes)
    return app


app = create_app(os.environ.get("DATABASE_PATH"))
