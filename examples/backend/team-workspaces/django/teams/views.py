"""The endpoints; each request is one transaction (``ATOMIC_REQUESTS``)."""

import secrets
from collections.abc import Iterable
from typing import Any, NoReturn

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import View

from teams.forms import InvitationForm, MoveForm, NameForm, RoleForm, UserForm
from teams.models import Membership, Project, Role, User, Workspace, token_digest
from teams.problems import Problem


class ApiView(View):
    """Base of the views that anyone may call."""

    def http_method_not_allowed(self, request: HttpRequest, *args: object, **kwargs: object) -> NoReturn:
        """Refuse a method that the view does not have."""
        raise Problem("method_not_allowed")


class CallerView(ApiView):
    """Base of the views that need a token."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Find out who calls before anything else is looked at."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        caller = User.objects.filter(token_digest=token_digest(token)).first()
        if caller is None or scheme.lower() != "bearer":
            raise Problem("unauthorized")
        self.caller = caller
        return super().dispatch(request, *args, **kwargs)

    def membership(self, workspace_uid: str) -> Membership:
        """What the caller is in a workspace; there is no other way to a workspace and what belongs to it."""
        found = Membership.objects.select_related("workspace").filter(workspace__uid=workspace_uid, user=self.caller)
        return _only(found)


class HealthView(ApiView):
    """Whether the server works."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Tell that it does."""
        return JsonResponse({"status": "ok"})


class UsersView(ApiView):
    """All users."""

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make one, and the token that identifies them."""
        name = UserForm.read(request)["name"]
        token = secrets.token_urlsafe(32)
        try:
            User.objects.create(name=name, token_digest=token_digest(token))
        except IntegrityError:
            raise Problem("name_taken") from None
        return JsonResponse({"name": name, "token": token}, status=201)


class WorkspacesView(CallerView):
    """The workspaces of the caller."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """List them."""
        memberships = self.caller.memberships.select_related("workspace").order_by("workspace_id")
        return _items(membership.workspace_as_json() for membership in memberships)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make one that the caller owns."""
        workspace = Workspace.objects.create(**NameForm.read(request))
        owner = workspace.memberships.create(user=self.caller, role=Role.OWNER)
        location = {"Location": f"/workspaces/{workspace.uid}"}
        return JsonResponse(owner.workspace_as_json(), status=201, headers=location)


class WorkspaceView(CallerView):
    """One workspace."""

    def get(self, request: HttpRequest, workspace_uid: str) -> HttpResponse:
        """Read it."""
        return JsonResponse(self.membership(workspace_uid).workspace_as_json())

    def delete(self, request: HttpRequest, workspace_uid: str) -> HttpResponse:
        """Delete it with its members and projects."""
        own = self.membership(workspace_uid)
        own.require(Role.OWNER)
        own.workspace.delete()
        return HttpResponse(status=204)


class MembersView(CallerView):
    """The members of a workspace."""

    def get(self, request: HttpRequest, workspace_uid: str) -> HttpResponse:
        """List them."""
        members = self.membership(workspace_uid).workspace.memberships.select_related("user")
        return _items(member.as_json() for member in members)

    def post(self, request: HttpRequest, workspace_uid: str) -> HttpResponse:
        """Add one."""
        invitation = InvitationForm.read(request)
        own = self.membership(workspace_uid)
        own.require(Role.ADMIN, invitation["role"])
        user = User.objects.filter(name=invitation["user"]).first()
        if user is None:
            raise Problem("unknown_user")
        try:
            member = own.workspace.memberships.create(user=user, role=invitation["role"])
        except IntegrityError:
            raise Problem("already_member") from None
        return JsonResponse(member.as_json(), status=201)


class MemberView(CallerView):
    """One member of a workspace."""

    def patch(self, request: HttpRequest, workspace_uid: str, name: str) -> HttpResponse:
        """Give them another role."""
        role = RoleForm.read(request)["role"]
        own = self.membership(workspace_uid)
        member = _only(own.workspace.memberships.filter(user__name=name))
        own.require(Role.ADMIN, member.role, role)
        member.role = role
        member.save()
        own.workspace.require_owner()
        return JsonResponse(member.as_json())

    def delete(self, request: HttpRequest, workspace_uid: str, name: str) -> HttpResponse:
        """Remove them, or let the caller leave."""
        own = self.membership(workspace_uid)
        member = _only(own.workspace.memberships.filter(user__name=name))
        if member != own:
            own.require(Role.ADMIN, member.role)
        member.delete()
        own.workspace.require_owner()
        return HttpResponse(status=204)


class ProjectsView(CallerView):
    """The projects of a workspace."""

    def get(self, request: HttpRequest, workspace_uid: str) -> HttpResponse:
        """List them."""
        projects = self.membership(workspace_uid).workspace.projects.select_related("workspace")
        return _items(project.as_json() for project in projects)

    def post(self, request: HttpRequest, workspace_uid: str) -> HttpResponse:
        """Make one."""
        form = NameForm.read(request)
        own = self.membership(workspace_uid)
        own.require(Role.EDITOR)
        project = Project(workspace=own.workspace, **form)
        _save(project)
        location = {"Location": f"/workspaces/{workspace_uid}/projects/{project.uid}"}
        return JsonResponse(project.as_json(), status=201, headers=location)


class ProjectView(CallerView):
    """One project."""

    def get(self, request: HttpRequest, workspace_uid: str, project_uid: str) -> HttpResponse:
        """Read it."""
        own = self.membership(workspace_uid)
        return JsonResponse(_only(own.workspace.projects.filter(uid=project_uid)).as_json())

    def patch(self, request: HttpRequest, workspace_uid: str, project_uid: str) -> HttpResponse:
        """Rename it."""
        form = NameForm.read(request)
        own = self.membership(workspace_uid)
        project = _only(own.workspace.projects.filter(uid=project_uid))
        own.require(Role.EDITOR)
        project.name = form["name"]
        _save(project)
        return JsonResponse(project.as_json())

    def delete(self, request: HttpRequest, workspace_uid: str, project_uid: str) -> HttpResponse:
        """Delete it."""
        own = self.membership(workspace_uid)
        project = _only(own.workspace.projects.filter(uid=project_uid))
        own.require(Role.ADMIN)
        project.delete()
        return HttpResponse(status=204)


class MoveView(CallerView):
    """The way of a project into another workspace."""

    def post(self, request: HttpRequest, workspace_uid: str, project_uid: str) -> HttpResponse:
        """Move it."""
        form = MoveForm.read(request)
        here = self.membership(workspace_uid)
        project = _only(here.workspace.projects.filter(uid=project_uid))
        there = self.membership(form["workspace_id"])
        # After all that may be 404, so that a 403 tells nothing about the other workspace.
        here.require(Role.ADMIN)
        there.require(Role.EDITOR)
        project.workspace = there.workspace
        _save(project)
        return JsonResponse(project.as_json())


def _only(found: Any) -> Any:
    """The object that a query finds; its conditions make sure that there is at most one."""
    first = found.first()
    if first is None:
        raise Problem("not_found")
    return first


def _save(project: Project) -> None:
    try:
        project.save()
    except IntegrityError:
        raise Problem("name_taken") from None


def _items(items: Iterable[dict[str, str]]) -> HttpResponse:
    return JsonResponse({"items": list(items)})
