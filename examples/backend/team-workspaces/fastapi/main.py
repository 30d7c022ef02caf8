"""An HTTP API for teams that keep projects in workspaces, each member with a role."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

from fastapi import FastAPI

import members
import projects
import users
import workspaces
from database import Database
from problems import add_problem_handlers


def create_app(database_path: str | None = None) -> FastAPI:
    """Make an app whose database is open while the app runs.

    Args:
        database_path: the SQLite file; None or "" for a database in memory, of this app alone.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with closing(Database(database_path or ":memory:")) as database:
            app.state.database = database
            yield

    app = FastAPI(title="Team workspaces", lifespan=lifespan, openapi_url=None)
    add_problem_handlers(app)
    app.add_api_route("/health", health)
    for module in (users, workspaces, members, projects):
        app.include_router(module.router)
    return app


async def health() -> dict[str, str]:
    """Tell that the server answers."""
    return {"status": "ok"}


app = create_app(os.environ.get("DATABASE_PATH"))
