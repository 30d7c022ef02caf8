"""An HTTP API that keeps articles and searches their words."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import articles
import problems
import searching
from store import ArticleStore


def create_app(database_path: str | None = None) -> FastAPI:
    """Make an app whose database is open while the app runs.

    Args:
        database_path: the SQLite file; None or "" for a database in memory.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.store = ArticleStore(database_path or ":memory:")
        try:
            yield
        finally:
            app.state.store.close()

    app = FastAPI(title="Articles", lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    app.include_router(articles.router)
    app.include_router(searching.router)
    problems.register(app)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    return app


app = create_app(os.environ.get("DATABASE_PATH"))
