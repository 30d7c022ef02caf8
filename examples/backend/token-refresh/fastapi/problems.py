"""Error responses."""

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

_PROBLEMS = {
    "malformed_json": (400, "The body is not a JSON object in UTF-8."),
    "unauthorized": (401, "A valid access token is needed."),
    "invalid_credentials": (401, "There is no such user with that password."),
    "invalid_refresh_token": (401, "The refresh token can't be used."),
    "wrong_password": (403, "The current password is another one."),
    "not_found": (404, "There is nothing at this path."),
    "username_taken": (409, "Another user has this name."),
    "payload_too_large": (413, "The body is too long."),
    "unsupported_media_type": (415, "The body is not application/json."),
    "validation_failed": (422, "Some fields are faulty."),
}


class ProblemError(Exception):
    """A request is answered with a problem document."""

    def __init__(self, code: str, errors: dict[str, str] | None = None) -> None:
        """``errors`` tells what is wrong with each faulty field."""
        super().__init__(code)
        self.code = code
        self.errors = errors


def _problem_response(problem: ProblemError) -> JSONResponse:
    status, title = _PROBLEMS[problem.code]
    document = {
        "type": f"/problems/{problem.code}",
        "title": title,
        "status": status,
        "code": problem.code,
    }
    if problem.errors is not None:
        document["errors"] = problem.errors
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return JSONResponse(document, status, headers, media_type="application/problem+json")


def install_problem_handlers(app: FastAPI) -> None:
    """Answer problems, and paths that do not exist, with problem documents."""

    @app.exception_handler(ProblemError)
    async def answer_problem(_request: Request, problem: ProblemError) -> JSONResponse:
        return _problem_response(problem)

    @app.exception_handler(404)
    async def answer_unknown_path(_request: Request, _error: HTTPException) -> JSONResponse:
        return _problem_response(ProblemError("not_found"))
