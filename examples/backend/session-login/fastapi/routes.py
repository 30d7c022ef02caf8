"""The endpoints."""

import hmac
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, Header, Request, Response
from pydantic import BaseModel, ConfigDict

from accounts import Accounts, Session
from bodies import Credentials, PasswordChange, Registration, body_of
from problems import CsrfFailed, Unauthenticated

COOKIE = "session"

router = APIRouter()


class FromAttributes(BaseModel):
    """An answer that is made from an object with the same attributes."""

    model_config = ConfigDict(from_attributes=True)


class AccountOut(BaseModel):
    """An account."""

    username: str
    role: str


class SessionOut(FromAttributes):
    """The current session."""

    id: str
    username: str
    role: str
    csrf_token: str


class ListedSessionOut(FromAttributes):
    """A session of the account, current or not."""

    id: str
    user_agent: str
    current: bool


class SessionsOut(FromAttributes):
    """All sessions of the account."""

    items: list[ListedSessionOut]


async def _accounts(request: Request) -> Accounts:
    accounts: Accounts = request.app.state.accounts
    return accounts


AllAccounts = Annotated[Accounts, Depends(_accounts)]
Token = Annotated[str | None, Cookie(alias=COOKIE)]


def _session(accounts: AllAccounts, token: Token = None) -> Session:
    if token is None:
        raise Unauthenticated
    return accounts.session(token)


async def _protected_session(
    session: Annotated[Session, Depends(_session)], x_csrf_token: Annotated[str, Header()] = ""
) -> Session:
    # As bytes, because compare_digest refuses strings that are not ASCII.
    if not hmac.compare_digest(x_csrf_token.encode(), session.csrf_token.encode()):
        raise CsrfFailed
    return session


# Dependencies run in the order of an endpoint's parameters: the session comes before the body.
CurrentSession = Annotated[Session, Depends(_session)]
ProtectedSession = Annotated[Session, Depends(_protected_session)]


@router.get("/health")
async def health() -> dict[str, str]:
    """Tell that the server works."""
    return {"status": "ok"}


@router.post("/accounts", status_code=HTTPStatus.CREATED)
def register(body: Annotated[Registration, Depends(body_of(Registration))], accounts: AllAccounts) -> AccountOut:
    """Add an account."""
    return AccountOut(username=body.username, role=accounts.register(body.username, body.password))


@router.post("/session", status_code=HTTPStatus.CREATED, response_model=SessionOut)
def log_in(
    body: Annotated[Credentials, Depends(body_of(Credentials))],
    accounts: AllAccounts,
    request: Request,
    response: Response,
    token: Token = None,
    user_agent: Annotated[str, Header()] = "",
) -> Session:
    """Begin a session."""
    session = accounts.log_in(body.username, body.password, user_agent, token)
    secure = request.app.state.settings.cookie_secure
    response.set_cookie(COOKIE, session.token, secure=secure, httponly=True, samesite="lax")
    return session


@router.get("/session", response_model=SessionOut)
def who_am_i(session: CurrentSession) -> Session:
    """Read the current session."""
    return session


@router.delete("/session", status_code=HTTPStatus.NO_CONTENT)
def log_out(session: ProtectedSession, accounts: AllAccounts, response: Response) -> None:
    """End the current session."""
    accounts.end_session(session.username, session.id)
    response.delete_cookie(COOKIE)


@router.get("/sessions", response_model=SessionsOut)
def list_sessions(session: CurrentSession, accounts: AllAccounts) -> dict[str, object]:
    """List the sessions of the account."""
    return {"items": accounts.sessions(session)}


@router.delete("/sessions/{session_id}", status_code=HTTPStatus.NO_CONTENT)
def revoke(session: ProtectedSession, accounts: AllAccounts, session_id: str) -> None:
    """End a session of the account."""
    accounts.end_session(session.username, session_id)


@router.put("/password", status_code=HTTPStatus.NO_CONTENT)
def change_password(
    session: ProtectedSession,
    body: Annotated[PasswordChange, Depends(body_of(PasswordChange))],
    accounts: AllAccounts,
) -> None:
    """Change the password of the account."""
    accounts.change_password(session, body.current_password, body.new_password)
