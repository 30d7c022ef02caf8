"""The endpoint of users."""

import secrets
from sqlite3 import IntegrityError

from flask import Blueprint
from flask.typing import ResponseReturnValue

from bodies import read_body, user_name
from database import transaction
from membership import token_digest
from problems import NameTaken

blueprint = Blueprint("users", __name__)


@blueprint.post("/users")
def create() -> ResponseReturnValue:
    """Make a user and the token that identifies them."""
    body = read_body(name=user_name)
    token = secrets.token_urlsafe(32)
    insert = "INSERT INTO users (name, token_digest) VALUES (?, ?)"
    with transaction() as connection:
        try:
            connection.execute(insert, (body["name"], token_digest(token)))
        except IntegrityError:
            raise NameTaken from None
    return {"name": body["name"], "token": token}, 201
