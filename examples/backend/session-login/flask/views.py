"""The endpoints."""

from http import HTTPStatus

from flask import Blueprint, Response, g, jsonify, request
from flask.typing import ResponseReturnValue

import fields
import sessions
from database import transaction
from fields import read_fields
from passwords import hash_password, verify
from problems import Kind, Refused
from sessions import csrf_protected, login_required

NO_CONTENT = ("", HTTPStatus.NO_CONTENT)
ROLE = "user"

blueprint = Blueprint("api", __name__)


@blueprint.get("/health")
def health() -> ResponseReturnValue:
    """Tell that the server works."""
    return {"status": "ok"}


@blueprint.post("/accounts")
def register() -> ResponseReturnValue:
    """Add an account."""
    username, password = read_fields(username=fields.username, password=fields.new_password)
    password_hash = hash_password(password)
    statement = "INSERT INTO accounts (username, password_hash, role) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
    with transaction() as connection:
        if connection.execute(statement, (username, password_hash, ROLE)).rowcount == 0:
            raise Refused(Kind.USERNAME_TAKEN)
    return {"username": username, "role": ROLE}, HTTPStatus.CREATED


@blueprint.post("/session")
def log_in() -> ResponseReturnValue:
    """Begin a session."""
    username, password = read_fields(username=fields.attempt, password=fields.attempt)
    verified = verify(username, password)
    token = verified and sessions.begin_session(username, verified, request.headers.get("User-Agent", ""))
    if not token:
        raise Refused(Kind.INVALID_CREDENTIALS)
    response = jsonify(sessions.find_session(token).as_json())
    response.status_code = HTTPStatus.CREATED
    sessions.set_cookie(response, token)
    return response


@blueprint.get("/session")
@login_required
def who_am_i() -> ResponseReturnValue:
    """Read the current session."""
    return g.session.as_json()


@blueprint.delete("/session")
@csrf_protected
def log_out() -> ResponseReturnValue:
    """End the current session."""
    sessions.end_session(g.session.id)
    response = Response(status=HTTPStatus.NO_CONTENT)
    response.delete_cookie(sessions.COOKIE)
    return response


@blueprint.get("/sessions")
@login_required
def list_sessions() -> ResponseReturnValue:
    """List the sessions of the account."""
    items = [{**row, "current": row["id"] == g.session.id} for row in map(dict, sessions.own_sessions())]
    return {"items": items}


@blueprint.delete("/sessions/<session_id>")
@csrf_protected
def revoke(session_id: str) -> ResponseReturnValue:
    """End a session of the account."""
    if not sessions.end_session(session_id):
        raise Refused(Kind.NOT_FOUND)
    return NO_CONTENT


@blueprint.put("/password")
@csrf_protected
def change_password() -> ResponseReturnValue:
    """Set a new password and end all other sessions of the account."""
    current, new = read_fields(current_password=fields.attempt, new_password=fields.new_password)
    verified = verify(g.session.username, current)
    if verified is None:
        raise Refused(Kind.WRONG_PASSWORD)
    new_hash = hash_password(new)
    account = g.session.account_id
    update = "UPDATE accounts SET password_hash = ? WHERE id = ? AND password_hash = ?"
    with transaction() as connection:
        # Another change may have been quicker; then the password is no longer the current one.
        if connection.execute(update, (new_hash, account, verified)).rowcount == 0:
            raise Refused(Kind.WRONG_PASSWORD)
        connection.execute("DELETE FROM sessions WHERE account_id = ? AND id <> ?", (account, g.session.id))
        if connection.execute("SELECT 1 FROM sessions WHERE id = ?", (g.session.id,)).fetchone() is None:
            raise Refused(Kind.UNAUTHENTICATED)
    return NO_CONTENT
