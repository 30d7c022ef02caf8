"""Converters of path parameters."""

from django.urls.converters import StringConverter


class SlugConverter(StringConverter):
    """The slug of an article; a path with any other is unknown."""

    regex = "[a-z0-9-]{1,64}"
