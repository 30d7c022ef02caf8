"""The endpoints: those that anybody may read, and those for publishers."""

import re
from collections.abc import Iterator

from flask import Blueprint, Response, current_app
from flask.typing import ResponseReturnValue

from events import retry_text
from hub import Hub
from inputs import read_last_event_id, read_message, require_key
from problems import NotFoundError

_NAME = re.compile(r"[a-z0-9-]{1,64}")

reading = Blueprint("reading", __name__)
publishing = Blueprint("publishing", __name__)
publishing.before_request(require_key)


def _hub() -> Hub:
    return current_app.extensions["hub"]


@reading.get("/health")
def health() -> ResponseReturnValue:
    """Tell that the service is up."""
    return {"status": "ok"}


@reading.get("/channels/<name>")
def read_channel(name: str) -> ResponseReturnValue:
    """Tell what is known of a channel."""
    return _hub().channel(name)


@reading.get("/channels/<name>/stream")
def stream(name: str) -> ResponseReturnValue:
    """Send the messages of a channel as they come."""
    settings = current_app.extensions["settings"]
    hub = _hub()
    listener = hub.subscribe(name, read_last_event_id())

    def content() -> Iterator[str]:
        yield retry_text(settings.retry_ms)
        yield from listener.events(settings.heartbeat_ms / 1000)

    response = Response(content(), mimetype="text/event-stream")
    response.cache_control.no_store = True
    response.call_on_close(lambda: hub.unsubscribe(name, listener))
    return response


@publishing.put("/channels/<name>")
def open_channel(name: str) -> ResponseReturnValue:
    """Open a channel."""
    if not _NAME.fullmatch(name):
        raise NotFoundError
    channel, is_new = _hub().open(name)
    return channel, 201 if is_new else 200


@publishing.delete("/channels/<name>")
def delete_channel(name: str) -> ResponseReturnValue:
    """Delete a channel and end its streams."""
    _hub().delete(name)
    return "", 204


@publishing.post("/channels/<name>/messages")
def publish(name: str) -> ResponseReturnValue:
    """Push a message to all listeners of a channel."""
    new = read_message()
    return _hub().publish(name, new.event, new.data)._asdict(), 201
