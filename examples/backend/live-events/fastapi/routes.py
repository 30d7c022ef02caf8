"""The endpoints."""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from broker import Broker, Listener
from events import retry_text
from inputs import NewMessage, get_broker, new_listener, new_message, require_key
from problems import NotFoundError

_NAME = re.compile(r"[a-z0-9-]{1,64}")

router = APIRouter()

BrokerDependency = Annotated[Broker, Depends(get_broker)]
needs_key = [Depends(require_key)]


@router.get("/health")
async def health() -> dict[str, str]:
    """Tell that the service is up."""
    return {"status": "ok"}


@router.put("/channels/{name}", dependencies=needs_key)
async def open_channel(name: str, broker: BrokerDependency, response: Response) -> dict[str, Any]:
    """Open a channel."""
    if not _NAME.fullmatch(name):
        raise NotFoundError
    channel, is_new = await broker.open(name)
    response.status_code = 201 if is_new else 200
    return channel._asdict()


@router.get("/channels/{name}")
async def read_channel(name: str, broker: BrokerDependency) -> dict[str, Any]:
    """Tell what is known of a channel."""
    return (await broker.channel(name))._asdict()


@router.delete("/channels/{name}", status_code=204, dependencies=needs_key)
async def delete_channel(name: str, broker: BrokerDependency) -> None:
    """Delete a channel and end its streams."""
    await broker.delete(name)


@router.post("/channels/{name}/messages", status_code=201, dependencies=needs_key)
async def publish(
    name: str, new: Annotated[NewMessage, Depends(new_message)], broker: BrokerDependency
) -> dict[str, Any]:
    """Push a message to all listeners of a channel."""
    return (await broker.publish(name, new.event, new.data))._asdict()


@router.get("/channels/{name}/stream")
async def stream(request: Request, listener: Annotated[Listener, Depends(new_listener)]) -> StreamingResponse:
    """Send the messages of a channel as they come."""
    settings = request.app.state.settings

    async def content() -> AsyncIterator[str]:
        yield retry_text(settings.retry_ms)
        async for text in listener.events(settings.heartbeat_ms / 1000):
            yield text

    return StreamingResponse(content(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})
