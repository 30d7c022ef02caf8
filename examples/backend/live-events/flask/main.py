"""Channels whose messages are pushed to all who listen, as server-sent events."""

import os

from flask import Flask

from hub import Hub
from inputs import MAX_BODY_BYTES
from problems import answer_errors
from routes import publishing, reading
from settings import Settings, settings_from
from store import Store


def create_app(settings: Settings | None = None) -> Flask:
    """Make an application; ``app.extensions["close"]()`` closes its database."""
    settings = settings or Settings()
    store = Store(settings.database_path, settings.history)
    app = Flask(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.extensions["settings"] = settings
    app.extensions["hub"] = Hub(store, settings.max_listeners, settings.queue)
    app.extensions["close"] = store.close
    answer_errors(app)
    app.register_blueprint(reading)
    app.register_blueprint(publishing)
    return app


app = create_app(settings_from(os.environ))
