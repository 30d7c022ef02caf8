"""An HTTP API for private notes, with login and optimistic concurrency."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime

from fastapi import FastAPI

import accounts
import notes
from database import Database
from errors import install_error_handlers


def create_app(database_path: str | None = None, now: Callable[[], datetime] | None = None) -> FastAPI:
    """Make an app whose database is open while the app runs.

    Args:
        database_path: the SQLite file; None or "" for a database in memory.
        now: tells the time, as an aware UTC datetime; None for the system clock.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with closing(Database(database_path)) as database:
            app.state.database = database
            yield

    # Without openapi_url there are no pages of documentation either: every path that is not ours is unknown.
    app = FastAPI(title="Notes", lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    app.state.now = now or _system_time
    app.add_api_route("/health", _health)
    app.include_router(accounts.router)
    app.include_router(notes.router)
    install_error_handlers(app)
    return app


async def _health() -> dict[str, str]:
    return {"status": "ok"}


def _system_time() -> datetime:
    return datetime.now(UTC)


app = create_app(os.environ.get("DATABASE_PATH"))
