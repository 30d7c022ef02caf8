"""Request bodies as forms, with fields that convert nothing."""

import json
from typing import Any

from django import forms
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.validators import RegexValidator
from django.http import HttpRequest

from shop.problems import BodyTooLarge, MalformedJson, UnsupportedMediaType, ValidationFailed
from shop.workflow import TRANSITIONS


class TextField(forms.CharField):
    """A JSON string, kept as it is."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)

    def to_python(self, value: Any) -> str:
        """Refuse what is no string."""
        if not isinstance(value, str):
            raise ValidationError("This must be a string.")
        return super().to_python(value)


class WholeNumberField(forms.IntegerField):
    """A JSON number without a fraction."""

    def to_python(self, value: Any) -> int:
        """Refuse what is no integer; True would be one otherwise."""
        if type(value) is not int:
            raise ValidationError("This must be an integer.")
        return value


class LinesField(forms.Field):
    """1 to 20 lines with different SKUs."""

    def to_python(self, value: Any) -> list[dict[str, Any]]:
        """Check every line by a form of its own."""
        if not isinstance(value, list) or len(value) > 20 or not all(isinstance(line, dict) for line in value):
            raise ValidationError("This must be a list of 1 to 20 objects.")
        if any(_faults(LineForm(line)) for line in value):
            raise ValidationError("A line must have a SKU and a quantity from 1 to 1000, nothing else.")
        if len({line["sku"] for line in value}) < len(value):
            raise ValidationError("A SKU must not be named twice.")
        return value


class CustomerForm(forms.Form):
    """A new customer."""

    name = TextField(max_length=100)


class ProductForm(forms.Form):
    """All of a product but its SKU."""

    name = TextField(max_length=100)
    price = WholeNumberField(min_value=0, max_value=100_000_000)
    currency = TextField(validators=[RegexValidator(r"\A[A-Z]{3}\Z")])
    stock = WholeNumberField(min_value=0, max_value=1_000_000)


class LineForm(forms.Form):
    """A line of a new order."""

    sku = TextField()
    quantity = WholeNumberField(min_value=1, max_value=1000)


class OrderForm(forms.Form):
    """A new order."""

    lines = LinesField()


class TransitionForm(forms.Form):
    """An action."""

    action = TextField()

    def clean_action(self) -> str:
        """Refuse unknown actions."""
        if self.cleaned_data["action"] not in TRANSITIONS:
            raise ValidationError(f"This must be one of {', '.join(TRANSITIONS)}.")
        return self.cleaned_data["action"]


def read(request: HttpRequest, form_class: type[forms.Form]) -> dict[str, Any]:
    """The body of a request, which has exactly the fields of a form.

    Raises:
        BodyTooLarge, UnsupportedMediaType, MalformedJson, ValidationFailed
    """
    try:
        content = request.body
    except RequestDataTooBig:
        raise BodyTooLarge from None
    if request.content_type != "application/json":
        raise UnsupportedMediaType
    try:
        body = json.loads(content.decode())
    except (ValueError, RecursionError):
        raise MalformedJson from None
    if not isinstance(body, dict):
        raise MalformedJson
    form = form_class(body)
    if errors := _faults(form):
        raise ValidationFailed(errors=errors)
    return form.cleaned_data


def _faults(form: forms.Form) -> dict[str, str]:
    # A form ignores what it has no field for; here nobody shall believe to have set a price.
    unknown = {name: "There is no such field." for name in form.data.keys() - form.fields.keys()}
    return unknown | {name: " ".join(faults) for name, faults in form.errors.items()}
