"""An HTTP API that moves money between accounts, each transfer at most once."""

import os

from flask import Flask

from ledger import Ledger
from problems import install_problem_handlers
from routes import routes


def create_app(database_path: str | None = None) -> Flask:
    """Make an application on an SQLite file, or in memory if there is no path.

    ``app.extensions["close"]()`` closes the database.
    """
    ledger = Ledger(database_path or ":memory:")
    app = Flask(__name__, static_folder=None)
    # Otherwise a path with a doubled slash is redirected instead of unknown.
    app.url_map.merge_slashes = False
    app.extensions["ledger"] = ledger
    app.extensions["close"] = ledger.close
    install_problem_handlers(app)
    app.register_blueprint(routes)
    return app


app = create_app(os.environ.get("DATABASE_PATH"))
