"""The text of server-sent events."""

import re

HEARTBEAT = ":\n\n"

# Not str.splitlines, which also splits at characters that end no line here, such as U+2028.
_LINE_END = re.compile(r"\r\n|\r|\n")


def event_text(event: str, data: str, event_id: int | None = None) -> str:
    """An event; the name must be a single line, the data may have many."""
    head = "" if event_id is None else f"id: {event_id}\n"
    lines = _LINE_END.sub("\ndata: ", data)
    return f"{head}event: {event}\ndata: {lines}\n\n"


def retry_text(milliseconds: int) -> str:
    """What tells a client how long to wait before it comes again."""
    return f"retry: {milliseconds}\n\n"
