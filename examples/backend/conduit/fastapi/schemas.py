"""What clients send. Fields that are not named here are ignored, so that nobody sets an author or a count."""

import re
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field
from typing_extensions import TypedDict

Fields = TypeVar("Fields")


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("must not contain U+0000")
    return text


def _none_if_empty(value: Any) -> Any:
    return None if value == "" else value


def _without_repeats(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


def _decimal(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch("[0-9]{1,10}", value):
        raise ValueError("must be 1 to 10 decimal digits")
    return value


Text = Annotated[str, AfterValidator(_without_nul)]
Username = Annotated[str, Field(pattern="^[A-Za-z0-9_-]{1,32}$")]
Email = Annotated[str, Field(pattern=r"^[!-?A-~]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$", max_length=254)]
Password = Annotated[Text, Field(min_length=8, max_length=128)]
Bio = Annotated[Annotated[Text, Field(max_length=500)] | None, BeforeValidator(_none_if_empty)]
Image = Annotated[Annotated[Text, Field(pattern="^https?://", max_length=500)] | None, BeforeValidator(_none_if_empty)]
Title = Annotated[Text, Field(min_length=1, max_length=100)]
Description = Annotated[Text, Field(min_length=1, max_length=300)]
ArticleBody = Annotated[Text, Field(min_length=1, max_length=20_000)]
CommentBody = Annotated[Text, Field(min_length=1, max_length=2_000)]
Tag = Annotated[Text, Field(min_length=1, max_length=30)]
Tags = Annotated[list[Tag], Field(max_length=10), AfterValidator(_without_repeats)]
Limit = Annotated[int, BeforeValidator(_decimal), Query(ge=1, le=100)]
Offset = Annotated[int, BeforeValidator(_decimal), Query(ge=0, le=1_000_000_000)]


class NewUser(BaseModel):
    """A registration."""

    username: Username
    email: Email
    password: Password


class Credentials(BaseModel):
    """A login, which no user need have."""

    email: Text
    password: Text


class UserChange(TypedDict, total=False):
    """The fields that are given, others are not there."""

    username: Username
    email: Email
    password: Password
    bio: Bio
    image: Image


class NewArticle(BaseModel):
    """An article to be published."""

    title: Title
    description: Description
    body: ArticleBody
    tags: Tags = Field([], alias="tagList")


class ArticleChange(TypedDict, total=False):
    """The fields that are given, others are not there."""

    title: Title
    description: Description
    body: ArticleBody
    tagList: Tags


class NewComment(BaseModel):
    """A comment to be added."""

    body: CommentBody


class ForUser(BaseModel, Generic[Fields]):
    """A body about a user."""

    user: Fields


class ForArticle(BaseModel, Generic[Fields]):
    """A body about an article."""

    article: Fields


class ForComment(BaseModel, Generic[Fields]):
    """A body about a comment."""

    comment: Fields
