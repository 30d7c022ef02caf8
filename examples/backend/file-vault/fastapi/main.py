"""An HTTP API in which owners store files and read them back."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from owners import Owners
from problems import ProblemError
from routes import router
from settings import read_settings
from vault import Vault


def create_app(environment: Mapping[str, str]) -> FastAPI:
    """Make an application as an environment configures it.

    The database is closed when the application shuts down.

    Raises:
        ValueError: a variable has a value of wrong form.
    """
    settings = read_settings(environment)
    vault = Vault(settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        vault.close()

    app = FastAPI(lifespan=lifespan, openapi_url=None)
    app.state.vault = vault
    app.state.owners = Owners(settings.keys)
    app.add_exception_handler(ProblemError, _answer_problem)
    app.add_exception_handler(404, _answer_unknown_path)
    app.add_exception_handler(Exception, _answer_crash)
    app.include_router(router)
    return app


async def _answer_problem(_request: Request, problem: ProblemError) -> JSONResponse:
    return JSONResponse(
        problem.document(), problem.status, problem.headers, "application/problem+json"
    )


async def _answer_unknown_path(request: Request, _error: HTTPException) -> JSONResponse:
    return await _answer_problem(request, ProblemError("not_found"))


async def _answer_crash(request: Request, _error: Exception) -> JSONResponse:
    return await _answer_problem(request, ProblemError("internal_error"))


app = create_app(os.environ)
