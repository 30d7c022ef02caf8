"""The endpoint of users."""

import secrets
from sqlite3 import IntegrityError

from fastapi import APIRouter

from dependencies import DatabaseOfApp, NewUserBody, token_digest
from problems import NAME_TAKEN, Problem
from schemas import NewUser

router = APIRouter()


@router.post("/users", status_code=201)
def create_user(body: NewUserBody, database: DatabaseOfApp) -> NewUser:
    """Make a user and the token that identifies them."""
    token = secrets.token_urlsafe(32)
    with database.transaction() as connection:
        try:
            insert = "INSERT INTO users (name, token_digest) VALUES (?, ?)"
            connection.execute(insert, (body.name, token_digest(token)))
        except IntegrityError:
            raise Problem(NAME_TAKEN) from None
    return NewUser(name=body.name, token=token)
