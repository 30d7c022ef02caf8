"""Numbers in the environment."""

import os

from django.core.exceptions import ImproperlyConfigured


def number(name: str, default: int, *, least: int, most: int) -> int:
    """The value of a variable; one that is empty is as good as none.

    Raises:
        ImproperlyConfigured: it is no number, or outside of its range.
    """
    text = os.environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise ImproperlyConfigured(f"{name} must be {least} to {most}")
    return int(text)
