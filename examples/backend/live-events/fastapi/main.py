"""Channels whose messages are pushed to all who listen, as server-sent events."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from broker import Broker
from problems import install_problem_handlers
from routes import router
from settings import Settings, settings_from
from store import Store


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make an application; its database is closed when it shuts down."""
    settings = settings or Settings()
    store = Store(settings.database_path, settings.history)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        store.close()

    app = FastAPI(lifespan=lifespan, openapi_url=None)
    app.state.settings = settings
    app.state.broker = Broker(store, settings.max_listeners, settings.queue)
    install_problem_handlers(app)
    app.include_router(router)
    return app


app = create_app(settings_from(os.environ))
