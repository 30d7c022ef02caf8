"""The endpoints."""

import time
from collections.abc import Callable
from functools import wraps

from flask import Blueprint, current_app, g, request
from flask.typing import ResponseReturnValue

import access_tokens
import bodies
import sessions
import users
from problems import ProblemError

routes = Blueprint("routes", __name__)

View = Callable[..., ResponseReturnValue]


def signed_in(view: View) -> View:
    """Ask for a valid access token before anything else; leaves ``g.user`` and ``g.session_id``."""

    @wraps(view)
    def guarded(*args: str, **kwargs: str) -> ResponseReturnValue:
        given = request.authorization
        if given is None or given.type != "bearer" or given.token is None:
            raise ProblemError("unauthorized")
        try:
            user_id, session_id = access_tokens.verify(current_app.config["KEYS"], given.token)
        except access_tokens.InvalidTokenError:
            raise ProblemError("unauthorized") from None
        user = sessions.user_of_session(user_id, session_id)
        if user is None:
            raise ProblemError("unauthorized")
        g.user, g.session_id = user, session_id
        return view(*args, **kwargs)

    return guarded


def _tokens(grant: sessions.Grant, now: int) -> ResponseReturnValue:
    config = current_app.config
    seconds = config["ACCESS_SECONDS"]
    subject = grant.user_id, grant.session_id
    answer = {
        "access_token": access_tokens.issue(
            config["KEYS"], config["KEY_ID"], *subject, now, seconds
        ),
        "token_type": "Bearer",
        "expires_in": seconds,
        "refresh_token": grant.refresh_token,
    }
    return answer, {"Cache-Control": "no-store"}


@routes.get("/health")
def health() -> ResponseReturnValue:
    """Tell that the service is up."""
    return {"status": "ok"}


@routes.post("/users")
def sign_up() -> ResponseReturnValue:
    """Make a user."""
    fields = bodies.read_fields(username=bodies.username, password=bodies.new_password)
    user = users.add_user(**fields)
    return {"id": user.id, "username": user.username}, 201


@routes.post("/login")
def log_in() -> ResponseReturnValue:
    """Start a session."""
    fields = bodies.read_fields(username=bodies.text, password=bodies.text, device=bodies.device)
    user = users.authenticate(fields["username"], fields["password"])
    if user is None:
        raise ProblemError("invalid_credentials")
    now = int(time.time())
    return _tokens(sessions.start_session(user, fields["device"], now), now)


@routes.post("/refresh")
def refresh() -> ResponseReturnValue:
    """Exchange a refresh token."""
    token = bodies.read_fields(refresh_token=bodies.text)["refresh_token"]
    return _tokens(sessions.renew_session(token), int(time.time()))


@routes.get("/me")
@signed_in
def me() -> ResponseReturnValue:
    """Tell who the caller is."""
    return {"id": g.user.id, "username": g.user.username}


@routes.get("/sessions")
@signed_in
def list_sessions() -> ResponseReturnValue:
    """Give the sessions of the caller."""
    return {"items": sessions.list_sessions(g.user, g.session_id)}


@routes.delete("/sessions/<session_id>")
@signed_in
def end_session(session_id: str) -> ResponseReturnValue:
    """End a session of the caller."""
    sessions.end_session(g.user, session_id)
    return "", 204


@routes.post("/logout")
@signed_in
def log_out() -> ResponseReturnValue:
    """End the session of the access token."""
    sessions.end_session(g.user, g.session_id)
    return "", 204


@routes.put("/password")
@signed_in
def change_password() -> ResponseReturnValue:
    """Change the caller's password."""
    fields = bodies.read_fields(current_password=bodies.text, new_password=bodies.new_password)
    users.change_password(g.user, g.session_id, fields["current_password"], fields["new_password"])
    return "", 204
