"""Forms that are filled in with JSON."""

import json
from typing import Any, ClassVar, NoReturn

from django import forms
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.validators import RegexValidator
from django.http import HttpRequest

from teams.models import Role
from teams.problems import Problem

USER_NAME = RegexValidator(r"\A[a-z0-9-]{3,32}\Z", "This must have 3 to 32 characters from a-z, 0-9 and -.")
NAME = RegexValidator(r"\A[^\x00-\x1f\x7f]{1,60}\Z", "This must have 1 to 60 characters and no control characters.")


class TextField(forms.Field):
    """A string, exactly as it was sent; unlike ``forms.CharField`` it converts nothing, and may be empty."""

    empty_values: ClassVar[list[object]] = [None]

    def to_python(self, value: object) -> object:
        """Refuse what is neither a string nor missing."""
        if value is not None and not isinstance(value, str):
            raise ValidationError("This must be a string.")
        return value


class JsonForm(forms.Form):
    """A form that has to be filled in completely, and with nothing else."""

    @classmethod
    def read(cls, request: HttpRequest) -> dict[str, str]:
        """The fields of the request's body.

        Raises:
            Problem: the body is of another type, too large, no JSON object, or has faulty fields.
        """
        body = _json_object(request)
        form = cls(body)
        errors = {field: " ".join(messages) for field, messages in form.errors.items()}
        errors |= dict.fromkeys(body.keys() - form.fields.keys(), "There is no such field.")
        if errors:
            raise Problem("validation_failed", errors)
        return form.cleaned_data


class UserForm(JsonForm):
    """A new user."""

    name = TextField(validators=[USER_NAME])


class NameForm(JsonForm):
    """The name of a workspace or project."""

    name = TextField(validators=[NAME])


class RoleForm(JsonForm):
    """A member's new role."""

    role = forms.ChoiceField(choices=Role.choices)


class InvitationForm(RoleForm):
    """A user who becomes a member."""

    user = TextField(validators=[USER_NAME])


class MoveForm(JsonForm):
    """Where a project goes."""

    workspace_id = TextField()


def _json_object(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise Problem("unsupported_media_type")
    try:
        value = json.loads(request.body.decode(), parse_constant=_refuse_constant)
    except RequestDataTooBig:
        raise Problem("body_too_large") from None
    except (ValueError, RecursionError):
        raise Problem("malformed_json") from None
    if not isinstance(value, dict):
        raise Problem("malformed_json")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
