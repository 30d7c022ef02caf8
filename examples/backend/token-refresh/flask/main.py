"""An HTTP API for signing in, with short access tokens and rotating refresh tokens."""

import os
from collections.abc import Mapping

from flask import Flask

from access_tokens import key_id
from bodies import MAX_BODY_BYTES
from config import read_settings
from database import install_database
from problems import install_problem_handlers
from routes import routes


def create_app(environment: Mapping[str, str]) -> Flask:
    """Make an application, configured by these variables; ``app.extensions["close"]()`` ends it.

    Raises:
        ValueError: a variable has a value that it must not have.
    """
    app = Flask(__name__, static_folder=None)
    app.config.from_mapping(read_settings(environment), MAX_CONTENT_LENGTH=MAX_BODY_BYTES)
    secret, old_secret = app.config["JWT_SECRET"], app.config["JWT_OLD_SECRET"]
    app.config["KEY_ID"] = key_id(secret)
    known = [old_secret, secret] if old_secret else [secret]
    app.config["KEYS"] = {key_id(each): each for each in known}
    install_database(app, app.config["DATABASE_PATH"])
    install_problem_handlers(app)
    app.register_blueprint(routes)
    return app


app = create_app(os.environ)
