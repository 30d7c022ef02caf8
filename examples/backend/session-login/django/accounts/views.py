"""The endpoints."""

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, NoReturn

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views import View

from accounts import services
from accounts.bodies import ATTEMPT, NEW_PASSWORD, NEW_USERNAME, read_fields
from accounts.problems import CsrfFailed, MethodNotAllowed, NotFound, Problem
from accounts.services import Login

COOKIE = "session"


def for_session(method: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate a view's method that needs a session and gets its login.

    A request that may change something also has to carry the session's CSRF token.
    """

    @functools.wraps(method)
    def guarded(view: View, request: HttpRequest, **path: Any) -> HttpResponse:
        login = services.find_login(request.COOKIES.get(COOKIE, ""))
        if request.method != "GET":
            sent = request.headers.get("X-CSRF-Token", "")
            if not constant_time_compare(sent, login.csrf_token):
                raise CsrfFailed
        return method(view, request, login, **path)

    return guarded


class ApiView(View):
    """Base of the views."""

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse a method that the view does not have."""
        raise MethodNotAllowed


class HealthView(ApiView):
    """Whether the server works."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Tell that it does."""
        return JsonResponse({"status": "ok"})


class AccountsView(ApiView):
    """All accounts."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Add one."""
        username, password = read_fields(request, username=NEW_USERNAME, password=NEW_PASSWORD)
        account = services.register(username, password)
        return JsonResponse(account.as_json(), status=HTTPStatus.CREATED)


class SessionView(ApiView):
    """The current session."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Begin it."""
        username, password = read_fields(request, username=ATTEMPT, password=ATTEMPT)
        user_agent = request.headers.get("User-Agent", "")
        login = services.log_in(username, password, user_agent, request.COOKIES.get(COOKIE, ""))
        response = JsonResponse(login.as_json(), status=HTTPStatus.CREATED)
        response.set_cookie(COOKIE, login.token, httponly=True, samesite="Lax", secure=settings.COOKIE_SECURE)
        return response

    @for_session
    def get(self, request: HttpRequest, login: Login) -> HttpResponse:
        """Tell whose it is."""
        return JsonResponse(login.as_json())

    @for_session
    def delete(self, request: HttpRequest, login: Login) -> HttpResponse:
        """End it."""
        services.end_session(login.session.account, login.session.public_id)
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
        response.delete_cookie(COOKIE)
        return response


class SessionsView(ApiView):
    """All sessions of the account."""

    @for_session
    def get(self, request: HttpRequest, login: Login) -> HttpResponse:
        """List them."""
        items = [
            {"id": session.public_id, "user_agent": session.user_agent, "current": session == login.session}
            for session in services.list_sessions(login.session.account)
        ]
        return JsonResponse({"items": items})


class OwnSessionView(ApiView):
    """One session of the account."""

    @for_session
    def delete(self, request: HttpRequest, login: Login, public_id: str) -> HttpResponse:
        """End it."""
        services.end_session(login.session.account, public_id)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


class PasswordView(ApiView):
    """The password of the account."""

    @for_session
    def put(self, request: HttpRequest, login: Login) -> HttpResponse:
        """Change it."""
        current, new = read_fields(request, current_password=ATTEMPT, new_password=NEW_PASSWORD)
        services.change_password(login.session, current, new)
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


def unknown_path(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a path that is not listed."""
    return NotFound().response()


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer after an exception that nobody expected."""
    return Problem().response()
