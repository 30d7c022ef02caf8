"""An HTTP API that moves money between accounts, each transfer at most once."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from ledger import Ledger
from problems import install_problem_handlers
from routes import router


def create_app(database_path: str | None = None) -> FastAPI:
    """Make an application on an SQLite file, or in memory if there is no path.

    The database is closed when the application shuts down.
    """
    ledger = Ledger(database_path or ":memory:")

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        ledger.close()

    # Without the documentation pages: every path that is not listed is a 404.
    app = FastAPI(lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    app.state.ledger = ledger
    install_problem_handlers(app)
    app.include_router(router)
    return app


app = create_app(os.environ.get("DATABASE_PATH"))
