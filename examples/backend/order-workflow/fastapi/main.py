"""An HTTP API for a shop whose orders follow a fixed workflow."""

import os

from fastapi import FastAPI

import callers
import orders
import products
from database import Database
from problems import add_handlers


def create_app(database_path: str, staff_token: str | None = None) -> FastAPI:
    """Make an app on the SQLite file at ``database_path``, which is created if need be.

    Args:
        staff_token: the only staff token; None or "" if the first claim is to make one.
    """
    app = FastAPI(title="Shop", openapi_url=None, redirect_slashes=False)
    app.state.database = Database(database_path)
    app.state.staff_digest = callers.digest(staff_token) if staff_token else None
    app.add_api_route("/health", _health)
    for router in (callers.router, products.router, orders.router):
        app.include_router(router)
    add_handlers(app)
    return app


async def _health() -> dict[str, str]:
    return {"status": "ok"}


if path := os.environ.get("DATABASE_PATH"):
    app = create_app(path, os.environ.get("STAFF_TOKEN"))
