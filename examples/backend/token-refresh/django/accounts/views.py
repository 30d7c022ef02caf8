"""The endpoints."""

import time
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import services
from accounts.forms import LoginForm, NewUserForm, PasswordForm, RefreshForm
from accounts.models import Session
from accounts.problems import ProblemError
from accounts.tokens import sign_access_token


def for_sessions(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view the session of the access token, or answer 401 before it begins."""

    @wraps(view)
    def checked(request: HttpRequest, **parameters: str) -> HttpResponse:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise ProblemError("unauthorized")
        return view(request, services.current_session(token), **parameters)

    return checked


def token_response(session: Session, refresh_token: str, now: int) -> JsonResponse:
    """The tokens of a session, for its user alone."""
    answer = {
        "access_token": sign_access_token(session, now),
        "token_type": "Bearer",
        "expires_in": settings.TOKENS.access_seconds,
        "refresh_token": refresh_token,
    }
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})


@require_GET
def health(_request: HttpRequest) -> HttpResponse:
    """Tell that the service is up."""
    return JsonResponse({"status": "ok"})


@require_POST
def sign_up(request: HttpRequest) -> HttpResponse:
    """Make a user."""
    user = services.add_user(**NewUserForm.read(request))
    return JsonResponse(user.as_json(), status=201)


@require_POST
def log_in(request: HttpRequest) -> HttpResponse:
    """Start a session."""
    now = int(time.time())
    session, refresh_token = services.log_in(**LoginForm.read(request), now=now)
    return token_response(session, refresh_token, now)


@require_POST
def refresh(request: HttpRequest) -> HttpResponse:
    """Exchange a refresh token."""
    session, refresh_token = services.refresh(RefreshForm.read(request)["refresh_token"])
    return token_response(session, refresh_token, int(time.time()))


@require_GET
@for_sessions
def me(_request: HttpRequest, session: Session) -> HttpResponse:
    """Tell who the caller is."""
    return JsonResponse(session.user.as_json())


@require_GET
@for_sessions
def list_sessions(_request: HttpRequest, current: Session) -> HttpResponse:
    """Give the sessions of the caller."""
    sessions = services.list_sessions(current.user)
    return JsonResponse({"items": [session.as_json(current) for session in sessions]})


@require_http_methods(["DELETE"])
@for_sessions
def end_session(_request: HttpRequest, current: Session, key: str) -> HttpResponse:
    """End a session of the caller."""
    services.end_session(current.user, key)
    return HttpResponse(status=204)


@require_POST
@for_sessions
def log_out(_request: HttpRequest, current: Session) -> HttpResponse:
    """End the session of the access token."""
    services.end_session(current.user, current.key)
    return HttpResponse(status=204)


@require_http_methods(["PUT"])
@for_sessions
def change_password(request: HttpRequest, current: Session) -> HttpResponse:
    """Change the caller's password."""
    fields = PasswordForm.read(request)
    services.change_password(current, fields["current_password"], fields["new_password"])
    return HttpResponse(status=204)


def unknown_path(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a path that is not listed."""
    return ProblemError("not_found").response()
