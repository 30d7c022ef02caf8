"""The endpoints."""

import asyncio
import re
from functools import partial

from asgiref.sync import sync_to_async
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_GET, require_POST

from live import services
from live.events import retry_text
from live.inputs import needs_key, read_last_event_id, read_message
from live.problems import NotFound
from live.streams import Stream

_NAME = re.compile(r"[a-z0-9-]{1,64}")


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Tell that the service is up."""
    return JsonResponse({"status": "ok"})


class ChannelView(View):
    """A channel."""

    def get(self, request: HttpRequest, name: str) -> HttpResponse:
        """Tell what is known of it."""
        return JsonResponse(services.read_channel(name))

    @method_decorator(needs_key)
    def put(self, request: HttpRequest, name: str) -> HttpResponse:
        """Open it."""
        if not _NAME.fullmatch(name):
            raise NotFound
        channel, is_new = services.open_channel(name)
        return JsonResponse(channel, status=201 if is_new else 200)

    @method_decorator(needs_key)
    def delete(self, request: HttpRequest, name: str) -> HttpResponse:
        """Delete it and end its streams."""
        services.delete_channel(name)
        return HttpResponse(status=204)


@require_POST
@needs_key
def publish(request: HttpRequest, name: str) -> HttpResponse:
    """Push a message to all who listen to a channel."""
    new = read_message(request)
    message = services.publish(name, new.event, new.data)
    return JsonResponse({"id": message.number, "event": message.event, "data": message.data}, status=201)


@require_GET
async def stream(request: HttpRequest, name: str) -> StreamingHttpResponse:
    """Send the messages of a channel as they come."""
    last_id = read_last_event_id(request)
    content = Stream(settings.QUEUE, settings.HEARTBEAT_MS / 1000, partial(services.unsubscribe, name))
    content.begin_with(retry_text(settings.RETRY_MS))
    try:
        await sync_to_async(services.subscribe)(name, last_id, content)
    except asyncio.CancelledError:
        # The client has gone, but the thread goes on. The same one removes the stream, so it does that after adding it.
        await sync_to_async(content.close)()
        raise
    return StreamingHttpResponse(
        content, content_type="text/event-stream; charset=utf-8", headers={"Cache-Control": "no-store"}
    )
