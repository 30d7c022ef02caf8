"""A limit that comes before Django."""

from collections.abc import Awaitable, Callable
from typing import Any

Receive = Callable[[], Awaitable[dict[str, Any]]]
Application = Callable[[dict[str, Any], Receive, Any], Awaitable[None]]


def cut_bodies(application: Application, max_bytes: int) -> Application:
    """An ASGI application that gets at most one byte more of each body than it may have.

    Django stores a whole body before it calls a view. Here its end is told as soon as there is too
    much, so that the view can say so at once; what comes later is thrown away.
    """

    async def cut(scope: dict[str, Any], receive: Receive, send: Any) -> None:
        left = max_bytes + 1

        async def receive_some() -> dict[str, Any]:
            nonlocal left
            message = await receive()
            while message["type"] == "http.request" and left == 0:
                message = await receive()
            if message["type"] == "http.request":
                body = message.get("body", b"")[:left]
                left -= len(body)
                more = left > 0 and message.get("more_body", False)
                message = {**message, "body": body, "more_body": more}
            return message

        await application(scope, receive_some, send)

    return cut
