"""Who calls: tokens, and the endpoints that give them out."""

import hashlib
import hmac
import secrets
from typing import NamedTuple

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

import bodies
from database import connection, transaction
from problems import Problem
from workflow import Role

NEW_CUSTOMER = {"name": bodies.text(1, 100)}

blueprint = Blueprint("callers", __name__)


class Caller(NamedTuple):
    """A customer, or staff, who has no customer's id."""

    customer_id: int | None

    @property
    def role(self) -> Role:
        """The role by which actions are permitted."""
        return "staff" if self.customer_id is None else "customer"

    @property
    def actor(self) -> str:
        """The caller's name in the history of orders."""
        return "staff" if self.customer_id is None else f"customer:{self.customer_id}"


def authenticate(*roles: Role) -> Caller:
    """The caller of this request.

    Raises:
        Problem: ``unauthorized``, or ``forbidden`` if the caller has none of the roles.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    caller = _owner(digest(token)) if scheme.lower() == "bearer" else None
    if caller is None:
        raise Problem("unauthorized")
    if caller.role not in roles:
        raise Problem("forbidden")
    return caller


def digest(token: str) -> str:
    """What is kept of a token; tokens have so many random bits that a plain hash can't be guessed backwards."""
    return hashlib.sha256(token.encode()).hexdigest()


def _owner(presented: str) -> Caller | None:
    configured = current_app.config["STAFF_DIGEST"]
    if configured and hmac.compare_digest(presented, configured):
        return Caller(None)
    row = connection().execute("SELECT customer_id FROM tokens WHERE digest = ?", (presented,)).fetchone()
    # A token that was claimed once is void while the environment names another.
    if row is None or (configured and row["customer_id"] is None):
        return None
    return Caller(row["customer_id"])


@blueprint.post("/customers")
def register() -> ResponseReturnValue:
    """Make a customer; the token is told here and never again."""
    form = bodies.read(NEW_CUSTOMER)
    token = secrets.token_urlsafe(32)
    with transaction() as writing:
        customer_id = writing.execute("INSERT INTO customers (name) VALUES (?)", (form["name"],)).lastrowid
        writing.execute("INSERT INTO tokens (digest, customer_id) VALUES (?, ?)", (digest(token), customer_id))
    return {"id": customer_id, "name": form["name"], "token": token}, 201


@blueprint.post("/staff/claim")
def claim() -> ResponseReturnValue:
    """Give the staff token to the first who asks, unless the environment has one."""
    token = secrets.token_urlsafe(32)
    with transaction() as writing:
        taken = writing.execute("SELECT 1 FROM tokens WHERE customer_id IS NULL").fetchone()
        if taken or current_app.config["STAFF_DIGEST"]:
            raise Problem("already_claimed")
        writing.execute("INSERT INTO tokens (digest) VALUES (?)", (digest(token),))
    return {"token": token}, 201
