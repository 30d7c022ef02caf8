"""The Conduit API of the RealWorld specification."""

from flask import Flask
from flask.typing import ResponseReturnValue

import articles
import comments
import database
import errors
import users
from tokens import TokenSigner

MAX_BODY_BYTES = 102_400


def create_app(database_path: str, jwt_secret: str | None = None) -> Flask:
    """Make an app on the SQLite file at ``database_path``, which is created if need be.

    Args:
        jwt_secret: signs the tokens; None or "" for a random one of this app alone.

    Raises:
        ValueError: the secret is shorter than 32 bytes.
    """
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.extensions["signer"] = TokenSigner(jwt_secret)
    database.init_app(app, database_path)
    errors.init_app(app)
    app.add_url_rule("/health", view_func=health)
    for module in (users, articles, comments):
        app.register_blueprint(module.blueprint, url_prefix="/api")
    return app


def health() -> ResponseReturnValue:
    """Tell that the server works."""
    return {"status": "ok"}
