"""Who calls: tokens."""

import hashlib
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from shop.models import Customer, StaffToken
from shop.problems import AlreadyClaimed, Forbidden, Unauthorized
from shop.workflow import CUSTOMER, STAFF


@dataclass(frozen=True)
class Caller:
    """A customer, or staff, who has no customer's id."""

    customer_id: int | None

    @property
    def role(self) -> str:
        """The role by which actions are permitted."""
        return STAFF if self.customer_id is None else CUSTOMER

    @property
    def actor(self) -> str:
        """The caller's name in the history of orders."""
        return STAFF if self.customer_id is None else f"{CUSTOMER}:{self.customer_id}"


def authenticate(request: HttpRequest, *roles: str) -> Caller:
    """The caller of a request.

    Raises:
        Unauthorized: the token is missing or unknown.
        Forbidden: the caller has none of the roles.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    caller = _owner(_digest(token)) if scheme.lower() == "bearer" else None
    if caller is None:
        raise Unauthorized
    if caller.role not in roles:
        raise Forbidden
    return caller


def register(name: str) -> tuple[Customer, str]:
    """A new customer and the token, which nobody can learn from the database."""
    token = secrets.token_urlsafe(32)
    return Customer.objects.create(name=name, token_digest=_digest(token)), token


def claim() -> str:
    """A new staff token.

    Raises:
        AlreadyClaimed: there is one, in the settings or claimed before.
    """
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        _, is_new = StaffToken.objects.get_or_create(id=1, defaults={"token_digest": _digest(token)})
        if settings.STAFF_TOKEN or not is_new:
            raise AlreadyClaimed
    return token


def _digest(token: str) -> str:
    # Tokens have so many random bits that a plain hash can't be guessed backwards.
    return hashlib.sha256(token.encode()).hexdigest()


def _owner(presented: str) -> Caller | None:
    if constant_time_compare(presented, _staff_digest()):
        return Caller(None)
    customer = Customer.objects.filter(token_digest=presented).first()
    return customer and Caller(customer.id)


def _staff_digest() -> str:
    if settings.STAFF_TOKEN:
        return _digest(settings.STAFF_TOKEN)
    claimed = StaffToken.objects.first()
    return claimed.token_digest if claimed else ""
