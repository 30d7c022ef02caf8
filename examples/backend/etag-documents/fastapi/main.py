"""An HTTP API for documents whose writes are protected by entity tags."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

from fastapi import FastAPI

import documents
from problems import add_problem_handlers
from store import DocumentStore


def create_app(database_path: str | None = None) -> FastAPI:
    """Make an app whose database is open while the app runs.

    Args:
        database_path: the SQLite file; None or "" for a database in memory.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with closing(DocumentStore(database_path)) as store:
            app.state.store = store
            yield

    # Without openapi_url there are no pages of documentation either: every path that is not ours is unknown.
    app = FastAPI(title="Documents", lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    app.add_api_route("/health", _health)
    app.include_router(documents.router)
    add_problem_handlers(app)
    return app


async def _health() -> dict[str, str]:
    return {"status": "ok"}


app = create_app(os.environ.get("DATABASE_PATH"))
