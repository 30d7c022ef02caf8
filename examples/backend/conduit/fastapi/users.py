"""Users, who calls, and the profiles that others see."""

import sqlite3
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request

from database import Database, writing
from errors import ApiError, not_found, unauthorized
from passwords import UNKNOWN, hash_password, is_password
from schemas import Credentials, ForUser, NewUser, UserChange
from tokens import TokenSigner

router = APIRouter()


def _signer(request: Request) -> TokenSigner:
    signer: TokenSigner = request.app.state.signer
    return signer


Signer = Annotated[TokenSigner, Depends(_signer)]


def _caller_if_any(
    database: Database, signer: Signer, authorization: Annotated[str | None, Header()] = None
) -> sqlite3.Row | None:
    if authorization is None:
        return None
    scheme, _, token = authorization.partition(" ")
    user = database.execute("SELECT * FROM users WHERE id = ?", (signer.subject(token),)).fetchone()
    if user is None or scheme.lower() != "token":
        raise unauthorized()
    return user


CallerIfAny = Annotated[sqlite3.Row | None, Depends(_caller_if_any)]


def _caller(user: CallerIfAny) -> sqlite3.Row:
    if user is None:
        raise unauthorized()
    return user


Caller = Annotated[sqlite3.Row, Depends(_caller)]


def id_of(user: sqlite3.Row | None) -> int | None:
    """The id of the caller, None of nobody."""
    return user["id"] if user else None


def author_of(row: sqlite3.Row) -> dict[str, Any]:
    """The profile in a row that has the columns of one."""
    profile = {name: row[name] for name in ("username", "bio", "image")}
    return {**profile, "following": bool(row["following"])}


@router.post("/users", status_code=HTTPStatus.CREATED)
def register(form: ForUser[NewUser], database: Database, signer: Signer) -> dict[str, Any]:
    """Make a user."""
    wanted = form.user.model_dump(exclude={"password"})
    wanted["password_hash"] = hash_password(form.user.password)
    with writing(database):
        _refuse_taken(database, wanted, None)
        user = database.execute(
            "INSERT INTO users (username, email, password_hash) VALUES (:username, :email, :password_hash) RETURNING *",
            wanted,
        ).fetchone()
    return _answer(user, signer)


@router.post("/users/login")
def login(form: ForUser[Credentials], database: Database, signer: Signer) -> dict[str, Any]:
    """Give a token to who knows the password."""
    user = database.execute("SELECT * FROM users WHERE email = ?", (form.user.email,)).fetchone()
    if not is_password(form.user.password, user["password_hash"] if user else UNKNOWN):
        raise ApiError(HTTPStatus.UNAUTHORIZED, {"credentials": ["are not valid"]})
    return _answer(user, signer)


@router.get("/user")
def read_user(user: Caller, signer: Signer) -> dict[str, Any]:
    """Tell callers who they are."""
    return _answer(user, signer)


@router.put("/user")
def change_user(form: ForUser[UserChange], user: Caller, database: Database, signer: Signer) -> dict[str, Any]:
    """Change the given fields of the caller."""
    changes: dict[str, Any] = {**form.user}
    if "password" in changes:
        changes["password_hash"] = hash_password(changes.pop("password"))
    with writing(database):
        _refuse_taken(database, changes, user["id"])
        # While the password was hashed another request may have changed the caller.
        old = database.execute("SELECT * FROM users WHERE id = ?", (user["id"],)).fetchone()
        changed = database.execute(
            """
            UPDATE users SET username = :username, email = :email, password_hash = :password_hash, bio = :bio,
                image = :image WHERE id = :id RETURNING *
            """,
            {**old, **changes},
        ).fetchone()
    return _answer(changed, signer)


@router.get("/profiles/{username}")
def read_profile(username: str, caller: CallerIfAny, database: Database) -> dict[str, Any]:
    """Give a profile."""
    return {"profile": author_of(_find_profile(database, username, caller))}


@router.post("/profiles/{username}/follow")
def follow(username: str, caller: Caller, database: Database) -> dict[str, Any]:
    """Follow a user."""
    followed = _find_profile(database, username, caller)["id"]
    if followed == caller["id"]:
        raise ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, {"username": ["is your own"]})
    database.execute("INSERT OR IGNORE INTO follows VALUES (?, ?)", (caller["id"], followed))
    return read_profile(username, caller, database)


@router.delete("/profiles/{username}/follow")
def unfollow(username: str, caller: Caller, database: Database) -> dict[str, Any]:
    """Follow a user no more."""
    followed = _find_profile(database, username, caller)["id"]
    database.execute("DELETE FROM follows WHERE follower_id = ? AND followed_id = ?", (caller["id"], followed))
    return read_profile(username, caller, database)


def _find_profile(database: sqlite3.Connection, username: str, caller: sqlite3.Row | None) -> sqlite3.Row:
    row = database.execute(
        """
        SELECT *, EXISTS (SELECT 1 FROM follows WHERE follower_id = ? AND followed_id = users.id) AS following
        FROM users WHERE username = ?
        """,
        (id_of(caller), username),
    ).fetchone()
    if row is None:
        raise not_found("profile")
    return row


def _refuse_taken(database: sqlite3.Connection, wanted: dict[str, Any], user_id: int | None) -> None:
    taken = {}
    for name in {"username", "email"} & wanted.keys():
        query = f"SELECT 1 FROM users WHERE {name} = ? AND id IS NOT ?"
        if database.execute(query, (wanted[name], user_id)).fetchone():
            taken[name] = ["has already been taken"]
    if taken:
        raise ApiError(HTTPStatus.CONFLICT, taken)


def _answer(user: sqlite3.Row, signer: TokenSigner) -> dict[str, Any]:
    fields = {name: user[name] for name in ("email", "username", "bio", "image")}
    return {"user": {**fields, "token": signer.issue(user["id"])}}
