"""An HTTP API for meeting rooms and their bookings."""

import os

from flask import Flask

from database import Database
from errors import install_error_handlers
from routes import routes


def create_app(database_path: str | None = None) -> Flask:
    """Make an application on an SQLite file, or in memory if there is no path.

    ``app.extensions["close"]()`` closes the database.
    """
    database = Database(database_path or ":memory:")
    app = Flask(__name__, static_folder=None)
    # Otherwise a path with a doubled slash is redirected instead of unknown.
    app.url_map.merge_slashes = False
    app.extensions["database"] = database
    app.extensions["close"] = database.close
    install_error_handlers(app)
    app.register_blueprint(routes)
    return app


app = create_app(os.environ.get("DATABASE_PATH"))
