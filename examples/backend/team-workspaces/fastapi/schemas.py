"""What clients send and what they are answered."""

from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, StrictStr, StringConstraints

from access import Role

T = TypeVar("T")

# In patterns of pydantic `$` is the end of the text alone; in those of `re` it is also the place before a last newline.
UserName = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9-]{3,32}$")]
Name = Annotated[str, StringConstraints(strict=True, pattern=r"^[^\x00-\x1f\x7f]{1,60}$")]


class Form(BaseModel):
    """A body that may have these fields only."""

    model_config = ConfigDict(extra="forbid")


class UserForm(Form):
    """A new user."""

    name: UserName


class NameForm(Form):
    """The name of a workspace or project."""

    name: Name


class RoleForm(Form):
    """A member's new role."""

    role: Role


class InvitationForm(RoleForm):
    """A user who becomes a member."""

    user: UserName


class MoveForm(Form):
    """Where a project goes."""

    workspace_id: StrictStr


class NewUser(BaseModel):
    """A user with the token that is shown this once."""

    name: str
    token: str


class Workspace(BaseModel):
    """A workspace as one of its members sees it."""

    id: str
    name: str
    role: Role


class Member(BaseModel):
    """A user in a workspace."""

    user: str
    role: Role


class Project(BaseModel):
    """A project."""

    id: str
    workspace_id: str
    name: str


class Items(BaseModel, Generic[T]):
    """A list, the oldest first."""

    items: list[T]
