"""Who calls: tokens and the dependencies that look at them."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from database import Database
from problems import Problem, forbidden
from schemas import NewCustomer, body_of
from workflow import Role

router = APIRouter()


@dataclass(frozen=True)
class Caller:
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


def digest(token: str) -> str:
    """What is stored of a token; tokens have so many random bits that a plain hash can't be guessed backwards."""
    return hashlib.sha256(token.encode()).hexdigest()


async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _configured_staff_digest(request: Request) -> str | None:
    found: str | None = request.app.state.staff_digest
    return found


Shop = Annotated[Database, Depends(_database)]
StaffDigest = Annotated[str | None, Depends(_configured_staff_digest)]


def _authenticated(request: Request, shop: Shop, staff_digest: StaffDigest) -> Caller:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    presented = digest(token)
    with shop.connection() as connection:
        if staff_digest is None:
            claimed = connection.execute("SELECT token_digest FROM staff").fetchone()
            staff_digest = claimed["token_digest"] if claimed else ""
        customer = connection.execute("SELECT id FROM customers WHERE token_digest = ?", (presented,)).fetchone()
    if scheme.lower() == "bearer":
        if hmac.compare_digest(presented, staff_digest):
            return Caller(None)
        if customer:
            return Caller(customer["id"])
    raise Problem(HTTPStatus.UNAUTHORIZED, "unauthorized", "A valid token is needed")


CallerOf = Annotated[Caller, Depends(_authenticated)]


async def staff_only(caller: CallerOf) -> Caller:
    """Dependency: refuse customers."""
    if caller.role != "staff":
        raise forbidden()
    return caller


async def customer_only(caller: CallerOf) -> Caller:
    """Dependency: refuse staff."""
    if caller.role != "customer":
        raise forbidden()
    return caller


@router.post("/customers", status_code=HTTPStatus.CREATED)
def register(form: Annotated[NewCustomer, Depends(body_of(NewCustomer))], shop: Shop) -> dict[str, int | str]:
    """Make a customer; the token is told here and never again."""
    token = secrets.token_urlsafe(32)
    with shop.transaction() as connection:
        added = connection.execute(
            "INSERT INTO customers (name, token_digest) VALUES (?, ?) RETURNING id", (form.name, digest(token))
        ).fetchone()
    return {"id": added["id"], "name": form.name, "token": token}


@router.post("/staff/claim", status_code=HTTPStatus.CREATED)
def claim(shop: Shop, staff_digest: StaffDigest) -> dict[str, str]:
    """Give the staff token to the first who asks, unless the environment has one."""
    token = secrets.token_urlsafe(32)
    with shop.transaction() as connection:
        taken = staff_digest is not None or connection.execute("SELECT 1 FROM staff").fetchone()
        if not taken:
            connection.execute("INSERT INTO staff (token_digest) VALUES (?)", (digest(token),))
    if taken:
        raise Problem(HTTPStatus.CONFLICT, "already_claimed", "The staff token is taken")
    return {"token": token}
