"""Users, and the profiles that others see."""

import sqlite3
from typing import Any

from flask import Blueprint, current_app, g
from flask.typing import ResponseReturnValue

from callers import caller_allowed, caller_id, caller_required
from database import first, query, writing
from errors import ApiError, not_found
from forms import OrNone, Text, read
from passwords import UNKNOWN, hash_password, is_password

blueprint = Blueprint("users", __name__)

ANY_TEXT = Text(most=102_400, least=0)
ACCOUNT = {
    "username": Text(32, pattern="[A-Za-z0-9_-]+"),
    "email": Text(254, pattern=r"[!-?A-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"),
    "password": Text(128, least=8),
}
CHANGES = {**ACCOUNT, "bio": OrNone(Text(500)), "image": OrNone(Text(500, pattern=r"https?://[^\0]*"))}


@blueprint.post("/users")
def register() -> ResponseReturnValue:
    """Make a user."""
    wanted = _with_hash(read("user", ACCOUNT))
    with writing():
        _refuse_taken(wanted)
        user = first(
            "INSERT INTO users (username, email, password_hash) VALUES (:username, :email, :password_hash) RETURNING *",
            **wanted,
        )
    return _answer(user), 201


@blueprint.post("/users/login")
def login() -> ResponseReturnValue:
    """Give a token to who knows the password."""
    given = read("user", {"email": ANY_TEXT, "password": ANY_TEXT})
    user = first("SELECT * FROM users WHERE email = :email", email=given["email"])
    if not is_password(given["password"], user["password_hash"] if user else UNKNOWN):
        raise ApiError(401, credentials="are not valid")
    return _answer(user)


@blueprint.get("/user")
@caller_required
def read_user() -> ResponseReturnValue:
    """Tell callers who they are."""
    return _answer(g.caller)


@blueprint.put("/user")
@caller_required
def change_user() -> ResponseReturnValue:
    """Change the given fields of the caller."""
    changes = _with_hash(read("user", {}, CHANGES))
    with writing():
        _refuse_taken(changes, but=g.caller["id"])
        # While the password was hashed another request may have changed the caller.
        old = first("SELECT * FROM users WHERE id = :id", id=g.caller["id"])
        changed = first(
            """
            UPDATE users SET username = :username, email = :email, password_hash = :password_hash, bio = :bio,
                image = :image WHERE id = :id RETURNING *
            """,
            **{**old, **changes},
        )
    return _answer(changed)


@blueprint.get("/profiles/<username>")
@caller_allowed
def read_profile(username: str) -> ResponseReturnValue:
    """Give a profile."""
    return {"profile": profile_of(_find_profile(username))}


@blueprint.post("/profiles/<username>/follow")
@caller_required
def follow(username: str) -> ResponseReturnValue:
    """Follow a user."""
    followed = _find_profile(username)["id"]
    if followed == g.caller["id"]:
        raise ApiError(422, username="is your own")
    query("INSERT OR IGNORE INTO follows VALUES (:caller, :followed)", caller=g.caller["id"], followed=followed)
    return {"profile": profile_of(_find_profile(username))}


@blueprint.delete("/profiles/<username>/follow")
@caller_required
def unfollow(username: str) -> ResponseReturnValue:
    """Follow a user no more."""
    ids = {"caller": g.caller["id"], "followed": _find_profile(username)["id"]}
    query("DELETE FROM follows WHERE follower_id = :caller AND followed_id = :followed", **ids)
    return {"profile": profile_of(_find_profile(username))}


def profile_of(row: sqlite3.Row) -> dict[str, Any]:
    """The profile in a row that has the columns of one."""
    profile = {name: row[name] for name in ("username", "bio", "image")}
    return {**profile, "following": bool(row["following"])}


def _find_profile(username: str) -> sqlite3.Row:
    row = first(
        """
        SELECT *, EXISTS (SELECT 1 FROM follows WHERE follower_id = :caller AND followed_id = users.id) AS following
        FROM users WHERE username = :username
        """,
        caller=caller_id(),
        username=username,
    )
    if row is None:
        raise not_found("profile")
    return row


def _with_hash(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields with the hash in place of the password."""
    if "password" in fields:
        fields["password_hash"] = hash_password(fields.pop("password"))
    return fields


def _refuse_taken(wanted: dict[str, Any], but: int | None = None) -> None:
    taken = {
        name: "has already been taken"
        for name in ("username", "email")
        if first(f"SELECT 1 FROM users WHERE {name} = :value AND id IS NOT :id", value=wanted.get(name), id=but)
    }
    if taken:
        raise ApiError(409, **taken)


def _answer(user: sqlite3.Row) -> dict[str, Any]:
    fields = {name: user[name] for name in ("email", "username", "bio", "image")}
    return {"user": {**fields, "token": current_app.extensions["signer"].issue(user["id"])}}
