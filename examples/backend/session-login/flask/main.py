"""An HTTP API for accounts whose sessions live in a cookie and can be listed and revoked."""

import os
from collections.abc import Mapping

from flask import Flask, Response

import problems
import views
from database import Database

MAX_BODY_BYTES = 8192
DEFAULTS = {"DATABASE_PATH": "", "PASSWORD_COST": "16384", "LOGIN_LOCK_SECONDS": "60", "COOKIE_SECURE": "1"}


def create_app(environment: Mapping[str, str] | None = None) -> Flask:
    """Make an app with a database of its own, which ``app.extensions["close"]()`` closes.

    Args:
        environment: the variables that configure it; one that is not there or empty has its default.
    """
    given = {name: value for name, value in (environment or {}).items() if value}
    chosen = DEFAULTS | given
    app = Flask(__name__, static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        PASSWORD_COST=int(chosen["PASSWORD_COST"]),
        LOGIN_LOCK_SECONDS=int(chosen["LOGIN_LOCK_SECONDS"]),
        COOKIE_SECURE=chosen["COOKIE_SECURE"] != "0",
    )
    # Otherwise a path with a doubled slash is redirected instead of unknown.
    app.url_map.merge_slashes = False
    database = Database(chosen["DATABASE_PATH"])
    app.extensions["database"] = database
    app.extensions["close"] = database.close
    app.register_blueprint(views.blueprint)
    app.after_request(_forbid_caching)
    problems.register_handlers(app)
    return app


def _forbid_caching(response: Response) -> Response:
    response.cache_control.no_store = True
    return response


app = create_app(os.environ)
