"""What clients send. Forms ignore what they have no field for, so that nobody sets an author or a count."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.validators import RegexValidator
from django.http import HttpRequest

from conduit.errors import ApiError


class TextField(forms.CharField):
    """A JSON string, kept as it is; one with U+0000 is refused by Django."""

    def to_python(self, value: Any) -> str | None:
        """Convert nothing."""
        if not isinstance(value, str):
            raise ValidationError("This must be a string.")
        return value


class MaybeEmptyField(TextField):
    """A JSON string, also an empty one."""

    empty_values = ()


class TextOrNullField(TextField):
    """A JSON string, or null, which an empty one stands for."""

    def to_python(self, value: Any) -> str | None:
        """Convert only the empty string."""
        return None if value is None or value == "" else super().to_python(value)


class TagsField(forms.Field):
    """At most 10 texts, of which repeated ones are left out."""

    tag = TextField(max_length=30)

    def to_python(self, value: Any) -> list[str]:
        """Check each text."""
        if not isinstance(value, list) or len(value) > 10:
            raise ValidationError("This must be a list of at most 10 strings.")
        return list(dict.fromkeys(self.tag.clean(item) for item in value))


class DigitsField(forms.IntegerField):
    """A whole number in ASCII digits alone."""

    def to_python(self, value: Any) -> int:
        """Convert no signs, spaces or digits of other scripts."""
        if not re.fullmatch("[0-9]{1,10}", value):
            raise ValidationError("This must be 1 to 10 decimal digits.")
        return int(value)


class ApiForm(forms.Form):
    """A form of which fields may be left out, though not sent as null."""

    may_lack: tuple[str, ...] = ()

    def __init__(self, data: Mapping[str, Any], partial: bool = False) -> None:
        """If ``partial``, every field may be left out."""
        super().__init__(data)
        for name in self.fields.keys() - data.keys():
            if partial or name in self.may_lack:
                del self.fields[name]

    def cleaned(self) -> dict[str, Any]:
        """The fields that were given.

        Raises:
            ApiError: 422, some are faulty.
        """
        if not self.is_valid():
            raise ApiError(422, {name: list(texts) for name, texts in self.errors.items()})
        return self.cleaned_data


class UserForm(ApiForm):
    """An account; a registration has neither bio nor image."""

    username = TextField(max_length=32, validators=[RegexValidator(r"\A[A-Za-z0-9_-]+\Z")])
    email = TextField(max_length=254, validators=[RegexValidator(r"\A[!-?A-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+\Z")])
    password = TextField(min_length=8, max_length=128)


class UserChangeForm(UserForm):
    """Changes of an account."""

    bio = TextOrNullField(max_length=500, required=False)
    image = TextOrNullField(max_length=500, required=False, validators=[RegexValidator(r"\Ahttps?://")])


class LoginForm(ApiForm):
    """Credentials, which no user need have."""

    email = MaybeEmptyField()
    password = MaybeEmptyField()


class ArticleForm(ApiForm):
    """An article."""

    may_lack = ("tagList",)

    title = TextField(max_length=100)
    description = TextField(max_length=300)
    body = TextField(max_length=20_000)
    tagList = TagsField(required=False)


class CommentForm(ApiForm):
    """A comment."""

    body = TextField(max_length=2_000)


class PartForm(ApiForm):
    """Which part of a list is asked for."""

    limit = DigitsField(min_value=1, max_value=100)
    offset = DigitsField(min_value=0, max_value=1_000_000_000)


class FilterForm(PartForm):
    """Which articles are asked for."""

    tag = MaybeEmptyField()
    author = MaybeEmptyField()
    favorited = MaybeEmptyField()


def read(request: HttpRequest, name: str, form_class: type[ApiForm], partial: bool = False) -> dict[str, Any]:
    """The known fields of the object that the body has under a name.

    Raises:
        ApiError: 413, 400 or 422
    """
    try:
        body = json.loads(request.body)
    except RequestDataTooBig:
        raise ApiError(413, {"body": ["is too large"]}) from None
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise ApiError(400, {"body": ["is not a JSON object"]})
    given = body.get(name)
    if not isinstance(given, dict):
        raise ApiError(422, {name: ["must be an object"]})
    return form_class(given, partial).cleaned()
