"""An HTTP API for signing in, with short access tokens and rotating refresh tokens."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI

from accounts import Accounts
from config import read_config
from problems import install_problem_handlers
from routes import router
from tokens import KeyRing


def create_app(environment: Mapping[str, str]) -> FastAPI:
    """Make an application, configured by these variables; its shutdown closes the database.

    Raises:
        ValueError: a variable has a value that it must not have.
    """
    config = read_config(environment)
    accounts = Accounts(config.database_path)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        accounts.close()

    # Without the documentation pages: every path that is not listed is a 404.
    app = FastAPI(lifespan=lifespan, openapi_url=None)
    app.state.accounts = accounts
    app.state.keys = KeyRing(config.secret, config.old_secret)
    app.state.access_seconds = config.access_seconds
    install_problem_handlers(app)
    app.include_router(router)
    return app


app = create_app(os.environ)
