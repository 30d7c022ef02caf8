"""What clients send and what they are answered."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, with_config
from typing_extensions import TypedDict

STRICT = ConfigDict(extra="forbid", strict=True)


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("must not contain U+0000")
    return text


Title = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_without_nul)]
Content = Annotated[str, Field(max_length=2000), AfterValidator(_without_nul)]


@with_config(STRICT)
class Fields(TypedDict):
    """The fields of a document that clients write."""

    title: Title
    content: Content


@with_config(STRICT)
class Changes(TypedDict, total=False):
    """Those fields of a document that are to change."""

    title: Title
    content: Content


class Document(BaseModel):
    """A document at its current version."""

    id: str
    title: str
    content: str
    version: int


class Version(BaseModel):
    """An entry of a document's history."""

    version: int
    title: str
    content: str


class History(BaseModel):
    """All versions of a document, the oldest first."""

    items: list[Version]
