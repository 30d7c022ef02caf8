"""The application: opens the database when it starts, closes it when it ends."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from errors import add_error_handlers
from routes import router
from store import Store


def create_app(database_path: str | None = None) -> FastAPI:
    """Make the application on an SQLite file, or in memory when no path is given."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.store = Store(database_path or ":memory:")
        try:
            yield
        finally:
            app.state.store.close()

    # Without openapi_url there are no /docs and /openapi.json: the API promises 404 for them.
    app = FastAPI(lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    add_error_handlers(app)
    app.include_router(router)
    return app


app = create_app(os.environ.get("DATABASE_PATH"))
