"""Users, workspaces and what belongs to them.

``uid`` is the id that clients see; the primary keys tell the order of creation.
"""

import hashlib
from uuid import uuid4

from django.db import models

from teams.problems import Problem


def new_uid() -> str:
    """A random id."""
    return str(uuid4())


def token_digest(token: str) -> str:
    """What is stored of a token; it is too random to be guessed, so that it needs no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


class Role(models.TextChoices):
    """The roles of members in rising order; each may do what those before it may."""

    VIEWER = "viewer"
    EDITOR = "editor"
    ADMIN = "admin"
    OWNER = "owner"


class User(models.Model):
    """Somebody with a token."""

    name = models.TextField(unique=True)
    token_digest = models.TextField(unique=True)


class Workspace(models.Model):
    """What members share."""

    uid = models.TextField(unique=True, default=new_uid)
    name = models.TextField()

    def require_owner(self) -> None:
        """Raise ``last_owner``, and so undo what the request has done, if nobody owns the workspace any more."""
        if not self.memberships.filter(role=Role.OWNER).exists():
            raise Problem("last_owner")


class Membership(models.Model):
    """The role of a user in a workspace."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.TextField(choices=Role.choices)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="one_role_for_each_member")]

    def require(self, *roles: str) -> None:
        """Raise ``forbidden`` unless this role is at least each of the others."""
        order = Role.values
        if order.index(self.role) < max(map(order.index, roles)):
            raise Problem("forbidden")

    def as_json(self) -> dict[str, str]:
        """The member as clients see it."""
        return {"user": self.user.name, "role": self.role}

    def workspace_as_json(self) -> dict[str, str]:
        """The workspace as this member sees it."""
        return {"id": self.workspace.uid, "name": self.workspace.name, "role": self.role}


class Project(models.Model):
    """A project; which workspace has it can change."""

    uid = models.TextField(unique=True, default=new_uid)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="projects")
    name = models.TextField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="unique_name_in_workspace")]

    def as_json(self) -> dict[str, str]:
        """The project as clients see it."""
        return {"id": self.uid, "workspace_id": self.workspace.uid, "name": self.name}
