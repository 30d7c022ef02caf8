"""Registration, login, logout, and who sends a request."""

import hashlib
import re
import secrets
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views import View

from notes import clock
from notes.errors import InvalidCredentials, Unauthorized, UsernameTaken
from notes.inputs import fields_of, json_object, string, text
from notes.models import Token, User, exclusive_transaction
from notes.passwords import UNMATCHABLE_HASH, hash_password, verify_password

USERNAME = re.compile(r"[A-Za-z0-9_.-]{3,32}")
BEARER = re.compile(r"bearer +([^ ]+) *", re.IGNORECASE)
TOKEN_LIFETIME = timedelta(seconds=3600)


class RegisterView(View):
    """Creates users."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Create a user."""
        with fields_of(json_object(request)) as field:
            username = field("username", _username)
            password = field("password", partial(text, minimum=8, maximum=128))
        password_hash = hash_password(password)
        with exclusive_transaction():
            user, created = User.objects.get_or_create(username=username, defaults={"password_hash": password_hash})
        if not created:
            raise UsernameTaken
        return JsonResponse({"id": user.public_id, "username": user.username}, status=HTTPStatus.CREATED)


class LoginView(View):
    """Issues tokens."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Issue a new token."""
        with fields_of(json_object(request)) as field:
            username = field("username", string)
            password = field("password", string)
        user = _find_user(username)
        # Unknown users cost a hash as well: the time of the answer must not tell which usernames exist.
        is_password = verify_password(password, user.password_hash if user else UNMATCHABLE_HASH)
        if user is None or not is_password:
            raise InvalidCredentials
        expires_in = int(TOKEN_LIFETIME.total_seconds())
        return JsonResponse({"token": _issue_token(user), "token_type": "Bearer", "expires_in": expires_in})


class AuthenticatedView(View):
    """A view that needs a valid token; ``self.token`` is the one of the request."""

    token: Token

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check the token before anything else is read.

        Raises:
            Unauthorized: there is no token, or it is not valid now.
        """
        self.token = _find_token(request)
        return super().dispatch(request, *args, **kwargs)


class LogoutView(AuthenticatedView):
    """Revokes tokens."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Revoke the token of this request."""
        with exclusive_transaction():
            self.token.delete()
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _username(value: object) -> str:
    name = string(value)
    if not USERNAME.fullmatch(name):
        raise ValueError("must have 3 to 32 characters, each a letter, a digit, '_', '-' or '.'")
    return name.lower()


def _find_user(username: str) -> User | None:
    # `lower` also maps some other letters to ASCII ones, such as the Kelvin sign to "k".
    if not username.isascii():
        return None
    with exclusive_transaction():
        return User.objects.filter(username=username.lower()).first()


def _find_token(request: HttpRequest) -> Token:
    match = BEARER.fullmatch(request.headers.get("Authorization", ""))
    if match is None:
        raise Unauthorized
    with exclusive_transaction():
        token = Token.objects.filter(digest=_digest(match[1]), expires_at__gt=clock.now()).first()
    if token is None:
        raise Unauthorized
    return token


def _issue_token(user: User) -> str:
    token = secrets.token_urlsafe(32)
    time = clock.now()
    with exclusive_transaction():
        Token.objects.filter(expires_at__lte=time).delete()
        Token.objects.create(digest=_digest(token), user=user, expires_at=time + TOKEN_LIFETIME)
    return token


def _digest(token: str) -> str:
    # A token is random and long, so a fast hash without salt protects it.
    return hashlib.sha256(token.encode()).hexdigest()
