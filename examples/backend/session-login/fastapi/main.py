"""An HTTP API for accounts whose sessions live in a cookie and can be listed and revoked."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing

from fastapi import FastAPI, Request, Response

import routes
from accounts import Accounts
from problems import add_problem_handlers
from settings import Settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make an app whose database is open while the app runs; without settings it has the defaults."""
    chosen = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with closing(Accounts(chosen)) as accounts:
            app.state.accounts = accounts
            yield

    # Without openapi_url there are no pages of documentation either.
    app = FastAPI(title="Session login", lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    app.state.settings = chosen
    app.middleware("http")(_forbid_caching)
    app.include_router(routes.router)
    add_problem_handlers(app)
    return app


async def _forbid_caching(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    response.headers["Cache-Control"] = "no-store"
    return response


app = create_app(Settings.from_environment())
