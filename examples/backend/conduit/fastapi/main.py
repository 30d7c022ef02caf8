"""The Conduit API of the RealWorld specification."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import articles
import comments
import users
from database import create_tables
from errors import BodyLimit, add_error_handlers
from tokens import TokenSigner

MAX_BODY_BYTES = 102_400


def create_app(database_path: str, jwt_secret: str | None = None) -> FastAPI:
    """Make an app on the SQLite file at ``database_path``, which is created when the app starts.

    Args:
        jwt_secret: signs the tokens; None or "" for a random one of this app alone.

    Raises:
        ValueError: the secret is shorter than 32 bytes.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        create_tables(database_path)
        yield

    app = FastAPI(title="Conduit", lifespan=lifespan, openapi_url=None)
    app.state.database_path = database_path
    app.state.signer = TokenSigner(jwt_secret)
    app.add_middleware(BodyLimit, max_bytes=MAX_BODY_BYTES)
    app.add_api_route("/health", lambda: {"status": "ok"})
    for router in (users.router, articles.router, comments.router):
        app.include_router(router, prefix="/api")
    add_error_handlers(app)
    return app


app = create_app(os.environ.get("DATABASE_PATH") or "conduit.sqlite3", os.environ.get("APP_JWT_SECRET"))
