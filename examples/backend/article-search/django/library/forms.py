"""What clients send.

The fields of Django's forms turn anything into text; these take JSON as it is, and a missing value for a faulty one.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

from library.queries import CONTROL, TAG_FORM, Query, parse

MAX_TAGS = 10


class TextField(forms.CharField):
    """A JSON string, kept as it is."""

    def __init__(self, characters: str, **options: Any) -> None:
        form = RegexValidator(rf"\A{characters}*\Z", "This has a control character.")
        super().__init__(strip=False, validators=[form], **options)

    def to_python(self, value: object) -> str:
        """Refuse anything but a string."""
        if not isinstance(value, str):
            raise ValidationError("This must be a string.")
        return value


class TagsField(forms.Field):
    """A JSON array of names."""

    check = RegexValidator(rf"\A{TAG_FORM}\Z", "A tag has 1 to 32 characters from a-z, 0-9 and -.")

    def to_python(self, value: object) -> list[str]:
        """The names in ascending order, each once."""
        if not isinstance(value, list) or len(value) > MAX_TAGS:
            raise ValidationError(f"This must be an array of at most {MAX_TAGS} strings.")
        for name in value:
            if not isinstance(name, str):
                raise ValidationError("A tag must be a string.")
            self.check(name)
        return sorted(set(value))


class ArticleForm(forms.Form):
    """The fields of an article."""

    title = TextField(rf"[^{CONTROL}]", max_length=200)
    body = TextField(r"[^\x00-\x08\x0B-\x1F\x7F]", max_length=10_000, required=False)
    tags = TagsField(required=False)


class QueryField(forms.Field):
    """A query."""

    def to_python(self, value: str | None) -> Query:
        """Read it."""
        try:
            return parse(value or "")
        except ValueError as error:
            raise ValidationError(str(error)) from None


class LimitField(forms.Field):
    """The number of items on a page."""

    check = RegexValidator(r"\A([1-9]|[1-4][0-9]|50)\Z", "This must be a number from 1 to 50.")

    def to_python(self, value: str | None) -> int:
        """The number, 10 when there is none."""
        if value is None:
            return 10
        self.check(value)
        return int(value)


class SearchForm(forms.Form):
    """The parameters of a search, but for the cursor."""

    q = QueryField()
    limit = LimitField()
