"""The endpoints."""

import time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from accounts import Accounts, Caller
from bodies import Credentials, NewUser, PasswordChange, RefreshRequest, json_body
from problems import ProblemError
from tokens import InvalidTokenError, KeyRing, Subject

router = APIRouter()
bearer = HTTPBearer(auto_error=False)


def get_accounts(request: Request) -> Accounts:
    """Dependency: the data of the application."""
    return request.app.state.accounts


def get_keys(request: Request) -> KeyRing:
    """Dependency: the keys of access tokens."""
    return request.app.state.keys


AccountsDependency = Annotated[Accounts, Depends(get_accounts)]
Keys = Annotated[KeyRing, Depends(get_keys)]


def get_caller(
    accounts: AccountsDependency,
    keys: Keys,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Caller:
    """Dependency: who sent the request, as its access token says."""
    if given is None:
        raise ProblemError("unauthorized")
    try:
        session = keys.verify(given.credentials, int(time.time()))
    except InvalidTokenError:
        raise ProblemError("unauthorized") from None
    caller = accounts.caller(session)
    if caller is None:
        raise ProblemError("unauthorized")
    return caller


# To be the first parameter of an endpoint: dependencies run in this order, and so do their errors.
CallerDependency = Annotated[Caller, Depends(get_caller)]


@router.get("/health")
def health() -> dict[str, str]:
    """Tell that the service is up."""
    return {"status": "ok"}


@router.post("/users", status_code=201)
def sign_up(
    new: Annotated[NewUser, Depends(json_body(NewUser))], accounts: AccountsDependency
) -> dict[str, str]:
    """Make a user."""
    return accounts.add_user(new.username, new.password)


def _token_answer(
    request: Request, response: Response, session: Subject, refresh_token: str, now: int
) -> dict[str, Any]:
    response.headers["Cache-Control"] = "no-store"
    seconds = request.app.state.access_seconds
    return {
        "access_token": get_keys(request).sign(session, now, seconds),
        "token_type": "Bearer",
        "expires_in": seconds,
        "refresh_token": refresh_token,
    }


@router.post("/login")
def log_in(
    given: Annotated[Credentials, Depends(json_body(Credentials))],
    accounts: AccountsDependency,
    request: Request,
    response: Response,
) -> dict[str, Any]:
    """Start a session."""
    now = int(time.time())
    session, token = accounts.start_session(given.username, given.password, given.device, now)
    return _token_answer(request, response, session, token, now)


@router.post("/refresh")
def refresh(
    given: Annotated[RefreshRequest, Depends(json_body(RefreshRequest))],
    accounts: AccountsDependency,
    request: Request,
    response: Response,
) -> dict[str, Any]:
    """Exchange a refresh token."""
    session, token = accounts.refresh(given.refresh_token)
    return _token_answer(request, response, session, token, int(time.time()))


@router.get("/me")
def me(caller: CallerDependency) -> dict[str, str]:
    """Tell who the caller is."""
    return {"id": caller.user_id, "username": caller.username}


@router.get("/sessions")
def list_sessions(caller: CallerDependency, accounts: AccountsDependency) -> dict[str, Any]:
    """Give the sessions of the caller."""
    return {"items": accounts.sessions(caller)}


@router.delete("/sessions/{session_id}", status_code=204)
def end_session(session_id: str, caller: CallerDependency, accounts: AccountsDependency) -> None:
    """End a session of the caller."""
    accounts.end_session(caller, session_id)


@router.post("/logout", status_code=204)
def log_out(caller: CallerDependency, accounts: AccountsDependency) -> None:
    """End the session of the access token."""
    accounts.end_session(caller, caller.session_id)


@router.put("/password", status_code=204)
def change_password(
    caller: CallerDependency,
    change: Annotated[PasswordChange, Depends(json_body(PasswordChange))],
    accounts: AccountsDependency,
) -> None:
    """Change the caller's password."""
    accounts.change_password(caller, change.current_password, change.new_password)
