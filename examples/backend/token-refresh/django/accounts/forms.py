"""The bodies of requests, as forms."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.http import HttpRequest

from accounts.parsing import json_object
from accounts.problems import ProblemError

# Fields of forms refuse U+0000 by themselves.
_TEXT: dict[str, Any] = {"strip": False}
_ANY_TEXT: dict[str, Any] = {**_TEXT, "required": False}
_NEW_PASSWORD: dict[str, Any] = {**_TEXT, "min_length": 8, "max_length": 128}


class BodyForm(forms.Form):
    """A form sent as a JSON object of texts, all of which must be there."""

    @classmethod
    def read(cls, request: HttpRequest) -> dict[str, str]:
        """The fields of a request's body.

        Raises:
            ProblemError: the body is faulty.
            RequestDataTooBig: it is too long.
        """
        body = _read_object(request)
        texts = {name: value for name, value in body.items() if isinstance(value, str)}
        form = cls(texts)
        errors = {name: messages[0] for name, messages in form.errors.items()}
        for name in form.fields.keys() - texts.keys():
            errors[name] = "A text is required."
        for name in body.keys() - form.fields.keys():
            errors[name] = "This field is not known."
        if errors:
            raise ProblemError("validation_failed", errors)
        return form.cleaned_data


class NewUserForm(BodyForm):
    """Body of ``POST /users``."""

    username = forms.CharField(validators=[RegexValidator(r"^[a-z0-9_-]{3,32}\Z")], **_TEXT)
    password = forms.CharField(**_NEW_PASSWORD)


class LoginForm(BodyForm):
    """Body of ``POST /login``."""

    username = forms.CharField(**_ANY_TEXT)
    password = forms.CharField(**_ANY_TEXT)
    device = forms.CharField(max_length=64, **_TEXT)


class RefreshForm(BodyForm):
    """Body of ``POST /refresh``."""

    refresh_token = forms.CharField(**_ANY_TEXT)


class PasswordForm(BodyForm):
    """Body of ``PUT /password``."""

    current_password = forms.CharField(**_ANY_TEXT)
    new_password = forms.CharField(**_NEW_PASSWORD)


def _read_object(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise ProblemError("unsupported_media_type")
    content = request.body
    try:
        return json_object(content)
    except ValueError:
        raise ProblemError("malformed_json") from None
