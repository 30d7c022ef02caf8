"""Black-box tests of the workspaces API at BASE_URL.

The server may hold data of earlier runs: users have new names each time, workspaces are found by their ids.
"""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from types import SimpleNamespace
from uuid import uuid4

import httpx
import pytest

ROLES = ("viewer", "editor", "admin", "owner")
MAX_BODY = 16384
SQL = "x'); DROP TABLE projects; --"
UNAUTHORIZED = (401, "unauthorized")
FORBIDDEN = (403, "forbidden")
NOT_FOUND = (404, "not_found")
TAKEN = (409, "name_taken")
LAST_OWNER = (409, "last_owner")


class User:
    """Sends requests with the token of a new user."""

    def __init__(self, api):
        self.api = api
        self.name = new_name()
        self.token = result(api.post("/users", json={"name": self.name}), 201)["token"]

    def send(self, method, path, body=None, **options):
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        if body is not None:
            options["json"] = body
        return self.api.request(method, path, headers=headers, **options)

    def items(self, path):
        body = result(self.send("GET", path))
        assert set(body) == {"items"}
        return body["items"]


class Team:
    """A new workspace with a member of each role."""

    def __init__(self, people):
        self.people = people
        created = result(people.owner.send("POST", "/workspaces", {"name": "Team"}), 201)
        self.id = created["id"]
        self.path = f"/workspaces/{self.id}"
        for role in ROLES[:-1]:
            self.invite(people[role], role)

    def invite(self, user, role):
        member = {"user": user.name, "role": role}
        assert result(self.by("owner", "POST", "/members", member), 201) == member

    def by(self, role, method, path, body=None):
        return self.people[role].send(method, self.path + path, body)

    def roles(self):
        """The role of each member, by name."""
        return {member["user"]: member["role"] for member in self.people.owner.items(f"{self.path}/members")}

    def add_project(self, name="Website"):
        return result(self.by("owner", "POST", "/projects", {"name": name}), 201)

    def state(self):
        """All that requests could have changed."""
        return self.roles(), self.people.owner.items(f"{self.path}/projects")


class People(SimpleNamespace):
    """Users by what they are in a team."""

    def __getitem__(self, role):
        return getattr(self, role)


@pytest.fixture(scope="session")
def api():
    with httpx.Client(base_url=os.environ["BASE_URL"], trust_env=False, verify=False, timeout=10) as client:
        yield client


@pytest.fixture(scope="session")
def people(api):
    return People(**{who: User(api) for who in (*ROLES, "stranger", "guest")})


@pytest.fixture
def team(people):
    return Team(people)


@pytest.fixture
def other(people):
    """A workspace of the same people."""
    return Team(people)


@pytest.fixture
def foreign(people):
    """A workspace of a stranger, with a project."""
    workspace = result(people.stranger.send("POST", "/workspaces", {"name": "Foreign"}), 201)
    path = f"/workspaces/{workspace['id']}"
    project = result(people.stranger.send("POST", f"{path}/projects", {"name": "Secret"}), 201)
    return SimpleNamespace(id=workspace["id"], path=path, project=project)


def new_name():
    return f"user-{uuid4().hex[:20]}"


def media_type(response):
    return response.headers["Content-Type"].split(";")[0]


def result(response, status=200):
    assert response.status_code == status, response.text
    assert media_type(response) == "application/json"
    return response.json()


def done(response):
    assert (response.status_code, response.content) == (204, b"")


def problem(response, fields=()):
    """Status and code of an error; ``fields`` are those that its ``errors`` must name."""
    assert media_type(response) == "application/problem+json", response.text
    body = response.json()
    assert set(body) == {"type", "code", "title", "status"} | ({"errors"} if fields else set())
    assert body["type"] == f"/problems/{body['code']}"
    assert body["title"]
    assert isinstance(body["title"], str)
    assert body["status"] == response.status_code
    if fields:
        assert set(body["errors"]) == set(fields)
        assert all(text and isinstance(text, str) for text in body["errors"].values())
    return response.status_code, body["code"]


def faulty(response, *fields):
    assert problem(response, fields) == (422, "validation_failed")


def together(*calls):
    """The answers to requests that are sent at the same time."""
    barrier = Barrier(len(calls), timeout=10)

    def run(call):
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def statuses(responses):
    return sorted(response.status_code for response in responses)


# R1: what there is


def test_health__R1(api):
    assert result(api.get("/health")) == {"status": "ok"}


def test_workspaces_of_the_caller__R1(api):
    alice, bob = User(api), User(api)
    assert alice.items("/workspaces") == []
    made = []
    for name in ("Zeta", "Alpha", "Alpha"):
        response = alice.send("POST", "/workspaces", {"name": name})
        made.append(result(response, 201))
        assert made[-1] == {"id": made[-1]["id"], "name": name, "role": "owner"}
        assert re.fullmatch("[A-Za-z0-9-]{16,64}", made[-1]["id"])
        assert response.headers["Location"] == f"/workspaces/{made[-1]['id']}"
        assert result(alice.send("GET", response.headers["Location"])) == made[-1]
    assert alice.items("/workspaces") == made
    assert len({workspace["id"] for workspace in made}) == 3
    path = f"/workspaces/{made[1]['id']}"
    assert bob.items("/workspaces?user=1") == []
    result(alice.send("POST", f"{path}/members", {"user": bob.name, "role": "editor"}), 201)
    assert bob.items("/workspaces") == [made[1] | {"role": "editor"}]
    assert result(bob.send("GET", path)) == made[1] | {"role": "editor"}
    assert result(alice.send("GET", path)) == made[1]
    older = f"/workspaces/{made[0]['id']}/members"
    result(alice.send("POST", older, {"user": bob.name, "role": "viewer"}), 201)
    assert bob.items("/workspaces") == [made[0] | {"role": "viewer"}, made[1] | {"role": "editor"}]


def test_members_are_listed_as_they_joined__R1(team, people):
    expected = [{"user": people[role].name, "role": role} for role in ("owner", "viewer", "editor", "admin")]
    assert people.viewer.items(f"{team.path}/members") == expected
    done(team.by("owner", "DELETE", f"/members/{people.viewer.name}"))
    team.invite(people.viewer, "editor")
    listed = people.viewer.items(f"{team.path}/members")
    assert listed[-1] == {"user": people.viewer.name, "role": "editor"}
    assert [member["role"] for member in listed] == ["owner", "editor", "admin", "editor"]


def test_projects__R1(team, people):
    assert people.viewer.items(f"{team.path}/projects") == []
    response = team.by("editor", "POST", "/projects", {"name": "Website"})
    first = result(response, 201)
    assert first == {"id": first["id"], "workspace_id": team.id, "name": "Website"}
    assert re.fullmatch("[A-Za-z0-9-]{16,64}", first["id"])
    path = f"{team.path}/projects/{first['id']}"
    assert response.headers["Location"] == path
    assert result(people.viewer.send("GET", path)) == first
    second, third = team.add_project("App"), team.add_project("Zoo")
    assert len({first["id"], second["id"], third["id"]}) == 3
    renamed = first | {"name": "Wiki"}
    assert result(people.editor.send("PATCH", path, {"name": "Wiki"})) == renamed
    assert people.viewer.items(f"{team.path}/projects") == [renamed, second, third]
    done(team.by("admin", "DELETE", f"/projects/{second['id']}"))
    assert problem(team.by("admin", "GET", f"/projects/{second['id']}")) == NOT_FOUND
    assert problem(team.by("admin", "DELETE", f"/projects/{second['id']}")) == NOT_FOUND
    assert people.viewer.items(f"{team.path}/projects") == [renamed, third]


def test_deleting_a_workspace__R1(team, other, people):
    project, kept = team.add_project(), other.add_project()
    done(team.by("owner", "DELETE", ""))
    for path in ("", "/members", "/projects", f"/projects/{project['id']}"):
        for role in ROLES:
            assert problem(team.by(role, "GET", path)) == NOT_FOUND
    for role in ROLES:
        listed = {workspace["id"]: workspace["role"] for workspace in people[role].items("/workspaces")}
        assert team.id not in listed
        assert listed[other.id] == role
    assert other.state() == ({people[role].name: role for role in ROLES}, [kept])


# R2: tokens


def test_tokens__R2(api):
    name = new_name()
    user = result(api.post("/users", json={"name": name}), 201)
    assert user == {"name": name, "token": user["token"]}
    assert re.fullmatch("[A-Za-z0-9_-]{43}", user["token"])
    others = [User(api) for _ in range(10)]
    assert len({user["token"], *(other.token for other in others)}) == 11
    for other in others:
        workspace = result(other.send("POST", "/workspaces", {"name": other.name}), 201)
        assert other.items("/workspaces") == [workspace]
        assert other.items(f"/workspaces/{workspace['id']}/members") == [{"user": other.name, "role": "owner"}]


ENDPOINTS = (
    ("GET", "", None),
    ("DELETE", "", None),
    ("GET", "/members", None),
    ("POST", "/members", {"user": "{guest}", "role": "viewer"}),
    ("PATCH", "/members/{viewer}", {"role": "viewer"}),
    ("DELETE", "/members/{viewer}", None),
    ("GET", "/projects", None),
    ("POST", "/projects", {"name": "New"}),
    ("GET", "/projects/{project}", None),
    ("PATCH", "/projects/{project}", {"name": "Renamed"}),
    ("DELETE", "/projects/{project}", None),
    ("POST", "/projects/{project}/move", {"workspace_id": "{workspace}"}),
)


def filled(text, people, **values):
    """A path or the body of an endpoint, with names and ids in place of the braces."""
    names = {who: user.name for who, user in vars(people).items()}
    if isinstance(text, dict):
        return {field: value.format(**names, **values) for field, value in text.items()}
    return text and text.format(**names, **values)


def test_missing_and_forged_tokens__R2(api, team, people):
    project = team.add_project()
    before = team.state()
    token = people.owner.token
    forged = (
        f"Bearer {token[:-1]}",
        f"Bearer {token}x",
        f"Bearer {token[:-1]}{'A' if token[-1] != 'A' else 'B'}",
        f"Bearer {token.swapcase()}",
        f"Basic {token}",
        f"Bearer{token}",
        f"Bearer {token} {token}",
        f"Bearer {people.owner.name}",
        "Bearer ' OR '1'='1",
        "Bearer x' UNION SELECT id FROM users --",
        "Bearer",
        token,
        "",
    )
    for header in forged:
        for path in ("/workspaces", team.path):
            response = api.get(path, headers={"Authorization": header})
            assert problem(response) == UNAUTHORIZED, header
            assert response.headers["WWW-Authenticate"] == "Bearer"
    values = {"project": project["id"], "workspace": team.id}
    assert problem(api.get("/workspaces")) == UNAUTHORIZED
    assert problem(api.post("/workspaces", json={"name": "New"})) == UNAUTHORIZED
    for method, path, body in ENDPOINTS:
        address = team.path + filled(path, people, **values)
        response = api.request(method, address, json=filled(body, people, **values))
        assert problem(response) == UNAUTHORIZED
        assert response.headers["WWW-Authenticate"] == "Bearer"
    assert problem(api.get("/workspaces", params={"token": token, "access_token": token})) == UNAUTHORIZED
    assert team.state() == before


def test_scheme_in_any_letter_case__R2(api, team, people):
    for scheme in ("Bearer", "bearer", "BEARER"):
        response = api.get(team.path, headers={"Authorization": f"{scheme} {people.editor.token}"})
        assert result(response)["role"] == "editor"


def test_unknown_token_comes_before_other_faults__R2_R9(api):
    for path in ("/workspaces", "/workspaces/none/projects"):
        for content, media in (("{", "application/json"), ("{}", "text/plain"), ("x" * (MAX_BODY + 1), "text/plain")):
            assert problem(api.post(path, content=content, headers={"Content-Type": media})) == UNAUTHORIZED


# R3: tenants


def test_strangers_find_nothing__R3(team, foreign, people):
    project = team.add_project()
    before = team.state()
    values = {"project": project["id"], "workspace": foreign.id}
    for method, path, body in ENDPOINTS:
        path, body = filled(path, people, **values), filled(body, people, **values)
        hidden = people.stranger.send(method, team.path + path, body)
        unknown = people.stranger.send(method, f"/workspaces/{uuid4()}{path}", body)
        assert problem(hidden) == problem(unknown) == NOT_FOUND, (method, path)
        assert hidden.json() == unknown.json()
    assert team.state() == before
    assert team.id not in [workspace["id"] for workspace in people.stranger.items("/workspaces")]


def test_projects_of_another_workspace__R3(team, other, foreign, people):
    mine, secret = other.add_project(), foreign.project
    unknown = team.by("owner", "GET", "/projects/none").json()
    for project in (mine, secret):
        for method, path, body in (
            ("GET", "", None),
            ("PATCH", "", {"name": "Taken over"}),
            ("DELETE", "", None),
            ("POST", "/move", {"workspace_id": team.id}),
        ):
            response = team.by("owner", method, f"/projects/{project['id']}{path}", body)
            assert problem(response) == NOT_FOUND
            assert response.json() == unknown
    assert other.state()[1] == [mine]
    assert team.state()[1] == []
    assert people.stranger.items(f"{foreign.path}/projects") == [secret]


def test_members_of_another_workspace__R3(team, foreign, people):
    path = f"/members/{people.stranger.name}"
    assert problem(team.by("owner", "PATCH", path, {"role": "viewer"})) == NOT_FOUND
    assert problem(team.by("owner", "DELETE", path)) == NOT_FOUND
    assert people.stranger.items(f"{foreign.path}/members") == [{"user": people.stranger.name, "role": "owner"}]
    assert people.stranger.items("/workspaces")[-1]["id"] == foreign.id


def test_ids_of_other_forms__R3(team, people):
    project = team.add_project()
    ids = ("0", "1", "-1", "9" * 400, "null", "*", "%25", "%00", "%C3%A9")
    for path in (
        *(f"/workspaces/{other}" for other in (*ids, team.id.swapcase(), f"{team.id}%00", f"{team.id}%20")),
        *(f"{team.path}/projects/{other}" for other in (*ids, project["id"].swapcase(), f"{project['id']}%00")),
        *(f"{team.path}/members/{other}" for other in (*ids, people.viewer.name.upper(), f"{people.viewer.name}%20")),
    ):
        assert problem(people.owner.send("DELETE", path)) == NOT_FOUND, path
    assert len(team.roles()) == 4
    assert team.state()[1] == [project]


# R4: roles


RIGHTS = (
    ("viewer", "GET", "", None),
    ("viewer", "GET", "/members", None),
    ("viewer", "GET", "/projects", None),
    ("viewer", "GET", "/projects/{project}", None),
    ("editor", "POST", "/projects", {"name": "New"}),
    ("editor", "PATCH", "/projects/{project}", {"name": "Renamed"}),
    ("admin", "POST", "/members", {"user": "{guest}", "role": "viewer"}),
    ("admin", "PATCH", "/members/{stranger}", {"role": "editor"}),
    ("admin", "DELETE", "/members/{stranger}", None),
    ("admin", "DELETE", "/projects/{project}", None),
    ("owner", "DELETE", "", None),
)


@pytest.mark.parametrize("role", ROLES)
def test_rights_of_roles__R4(team, people, role):
    team.invite(people.stranger, "viewer")
    values = {"project": team.add_project()["id"]}
    before = team.state()
    allowed = [right for right in RIGHTS if ROLES.index(right[0]) <= ROLES.index(role)]
    for _, method, path, body in RIGHTS[len(allowed) :]:
        response = team.by(role, method, filled(path, people, **values), filled(body, people, **values))
        assert problem(response) == FORBIDDEN, (method, path)
    assert team.state() == before
    for _, method, path, body in allowed:
        response = team.by(role, method, filled(path, people, **values), filled(body, people, **values))
        assert response.status_code == {"GET": 200, "PATCH": 200, "POST": 201, "DELETE": 204}[method], path


def test_roles_count_at_once__R4(team, people):
    viewer = people.viewer
    member = f"/members/{viewer.name}"
    for role, status in (("editor", 201), ("viewer", 403), ("admin", 201), ("viewer", 403)):
        assert result(team.by("owner", "PATCH", member, {"role": role})) == {"user": viewer.name, "role": role}
        assert team.roles()[viewer.name] == role
        assert result(viewer.send("GET", team.path))["role"] == role
        assert viewer.send("POST", f"{team.path}/projects", {"name": str(uuid4())}).status_code == status


def test_removed_members_lose_access_at_once__R4(team, other, people):
    project = team.add_project()
    editor = people.editor
    done(team.by("admin", "DELETE", f"/members/{editor.name}"))
    assert editor.name not in team.roles()
    for path in ("", "/members", "/projects", f"/projects/{project['id']}"):
        assert problem(editor.send("GET", team.path + path)) == NOT_FOUND
    assert problem(editor.send("POST", f"{team.path}/projects", {"name": "New"})) == NOT_FOUND
    assert team.id not in str(editor.items("/workspaces"))
    assert problem(team.by("admin", "DELETE", f"/members/{editor.name}")) == NOT_FOUND
    assert result(editor.send("GET", other.path))["role"] == "editor"
    team.invite(editor, "viewer")
    assert problem(editor.send("POST", f"{team.path}/projects", {"name": "New"})) == FORBIDDEN


@pytest.mark.parametrize("role", ROLES[:-1])
def test_members_leave__R4(team, people, role):
    done(team.by(role, "DELETE", f"/members/{people[role].name}"))
    assert problem(team.by(role, "GET", "")) == NOT_FOUND
    assert sorted(team.roles().values()) == sorted(set(ROLES) - {role})


@pytest.mark.parametrize(("change", "expected"), [("PATCH", FORBIDDEN), ("DELETE", NOT_FOUND)])
def test_rights_that_are_lost_while_the_body_arrives__R4(team, people, change, expected):
    content = json.dumps({"name": "Late"}).encode()

    def slowly():
        yield content[:4]
        role = {"role": "viewer"} if change == "PATCH" else None
        assert team.by("owner", change, f"/members/{people.editor.name}", role).is_success
        yield content[4:]

    headers = {"Content-Type": "application/json", "Content-Length": str(len(content))}
    late = people.editor.send("POST", f"{team.path}/projects", content=slowly(), headers=headers)
    assert problem(late) == expected
    assert team.state()[1] == []


# R5: escalation


@pytest.mark.parametrize("role", ROLES[:-1])
def test_nobody_promotes_themselves__R5(team, people, role):
    before = team.state()
    own = people[role].name
    for higher in ROLES[ROLES.index(role) + 1 :]:
        assert problem(team.by(role, "PATCH", f"/members/{own}", {"role": higher})) == FORBIDDEN
        assert problem(team.by(role, "POST", "/members", {"user": own, "role": higher})) == FORBIDDEN
    if role != "admin":
        for lower in ROLES[: ROLES.index(role) + 1]:
            assert problem(team.by(role, "PATCH", f"/members/{own}", {"role": lower})) == FORBIDDEN
    assert team.state() == before


def test_admins_do_not_reach_owners__R5(team, people):
    before = team.state()
    assert problem(team.by("admin", "POST", "/members", {"user": people.guest.name, "role": "owner"})) == FORBIDDEN
    for who in ("viewer", "owner"):
        assert problem(team.by("admin", "PATCH", f"/members/{people[who].name}", {"role": "owner"})) == FORBIDDEN
    for role in ROLES:
        assert problem(team.by("admin", "PATCH", f"/members/{people.owner.name}", {"role": role})) == FORBIDDEN
    assert problem(team.by("admin", "DELETE", f"/members/{people.owner.name}")) == FORBIDDEN
    assert team.state() == before


def test_roles_up_to_ones_own_are_given_and_taken__R5(team, people):
    guest, editor = people.guest.name, people.editor.name
    for role in ROLES[:-1]:
        assert result(team.by("admin", "POST", "/members", {"user": guest, "role": role}), 201)["role"] == role
        done(team.by("admin", "DELETE", f"/members/{guest}"))
    assert result(team.by("admin", "PATCH", f"/members/{editor}", {"role": "admin"}))["role"] == "admin"
    assert result(team.by("editor", "PATCH", f"/members/{people.admin.name}", {"role": "viewer"}))["role"] == "viewer"
    assert result(team.by("editor", "PATCH", f"/members/{editor}", {"role": "viewer"}))["role"] == "viewer"
    assert problem(team.by("editor", "PATCH", f"/members/{editor}", {"role": "viewer"})) == FORBIDDEN
    team.invite(people.guest, "owner")
    assert result(people.guest.send("PATCH", f"{team.path}/members/{editor}", {"role": "owner"}))["role"] == "owner"
    done(team.by("editor", "DELETE", f"/members/{guest}"))
    assert team.roles()[editor] == "owner"


def test_invitations_tell_admins_alone_who_exists__R5(team, people):
    before = team.state()
    for user, problem_of_admin in (
        (new_name(), (422, "unknown_user")),
        (people.viewer.name, (409, "already_member")),
        (people.admin.name, (409, "already_member")),
    ):
        for role in ("viewer", "editor"):
            assert problem(team.by(role, "POST", "/members", {"user": user, "role": "viewer"})) == FORBIDDEN
        assert problem(team.by("admin", "POST", "/members", {"user": user, "role": "owner"})) == FORBIDDEN
        assert problem(team.by("admin", "POST", "/members", {"user": user, "role": "admin"})) == problem_of_admin
    assert team.state() == before


# R6: the last owner


def test_last_owner_stays__R6(team, people):
    owner = f"/members/{people.owner.name}"
    before = team.state()
    for role in ROLES[:-1]:
        assert problem(team.by("owner", "PATCH", owner, {"role": role})) == LAST_OWNER
    assert problem(team.by("owner", "DELETE", owner)) == LAST_OWNER
    assert result(team.by("owner", "PATCH", owner, {"role": "owner"}))["role"] == "owner"
    assert team.state() == before


def test_one_of_two_owners_may_go__R6(team, other, people):
    team.invite(people.guest, "owner")
    guest = f"{team.path}/members/{people.guest.name}"
    assert result(people.guest.send("PATCH", guest, {"role": "admin"}))["role"] == "admin"
    assert problem(team.by("owner", "DELETE", f"/members/{people.owner.name}")) == LAST_OWNER
    assert result(people.owner.send("PATCH", guest, {"role": "owner"}))["role"] == "owner"
    done(team.by("owner", "DELETE", f"/members/{people.owner.name}"))
    assert problem(people.guest.send("DELETE", guest)) == LAST_OWNER
    assert problem(team.by("owner", "GET", "")) == NOT_FOUND
    done(people.guest.send("DELETE", f"{team.path}/members/{people.admin.name}"))
    assert problem(other.by("owner", "DELETE", f"/members/{people.owner.name}")) == LAST_OWNER


@pytest.mark.parametrize(
    ("method", "body", "of_the_other", "expected"),
    [
        ("PATCH", {"role": "admin"}, True, [200, 403]),
        ("DELETE", None, True, [204, 404]),
        ("PATCH", {"role": "viewer"}, False, [200, 409]),
        ("DELETE", None, False, [204, 409]),
    ],
)
def test_two_owners_at_the_same_time__R6(people, method, body, of_the_other, expected):
    for _ in range(4):
        workspace = result(people.owner.send("POST", "/workspaces", {"name": "Race"}), 201)
        path = f"/workspaces/{workspace['id']}/members"
        for user, role in ((people.guest, "owner"), (people.viewer, "viewer")):
            result(people.owner.send("POST", path, {"user": user.name, "role": role}), 201)
        owners = (people.owner, people.guest)
        calls = [
            partial(caller.send, method, f"{path}/{user.name}", body)
            for caller, user in zip(owners, reversed(owners) if of_the_other else owners, strict=True)
        ]
        assert statuses(together(*calls)) == expected
        assert [member["role"] for member in people.viewer.items(path)].count("owner") == 1


# R7: moving projects


def test_moving_a_project__R7(team, other, people):
    project, stays = team.add_project(), team.add_project("Stays")
    there = other.add_project("There")
    done(other.by("owner", "DELETE", f"/members/{people.viewer.name}"))
    response = team.by("admin", "POST", f"/projects/{project['id']}/move", {"workspace_id": other.id})
    moved = project | {"workspace_id": other.id}
    assert result(response) == moved
    assert result(other.by("admin", "GET", f"/projects/{project['id']}")) == moved
    assert problem(team.by("admin", "GET", f"/projects/{project['id']}")) == NOT_FOUND
    assert people.viewer.items(f"{team.path}/projects") == [stays]
    assert people.owner.items(f"{other.path}/projects") == [moved, there]
    move = f"/projects/{project['id']}/move"
    assert result(other.by("admin", "POST", move, {"workspace_id": other.id})) == moved
    assert problem(other.by("editor", "POST", move, {"workspace_id": other.id})) == FORBIDDEN
    for path in (team.path, other.path):
        assert problem(people.viewer.send("GET", f"{path}/projects/{project['id']}")) == NOT_FOUND
    done(team.by("owner", "DELETE", ""))
    assert people.owner.items(f"{other.path}/projects") == [moved, there]


def test_moving_a_project_twice_at_the_same_time__R7(team, other, people):
    third = Team(people)
    for number in range(4):
        project = team.add_project(f"Race {number}")
        path = f"/projects/{project['id']}/move"
        calls = [partial(team.by, "admin", "POST", path, {"workspace_id": target.id}) for target in (other, third)]
        assert statuses(together(*calls)) == [200, 404]
    assert team.state()[1] == []
    found = [project for target in (other, third) for project in target.state()[1]]
    assert sorted(project["name"] for project in found) == [f"Race {number}" for number in range(4)]


def test_moving_needs_to_see_the_target__R7(team, other, foreign, people):
    project = team.add_project()
    path = f"/projects/{project['id']}/move"
    unknown = team.by("owner", "POST", path, {"workspace_id": str(uuid4())})
    for role in ROLES:
        response = team.by(role, "POST", path, {"workspace_id": foreign.id})
        assert problem(response) == problem(unknown) == NOT_FOUND
        assert response.json() == unknown.json()
    like = (f"{other.id}x", f" {other.id}", f"{other.id}\0", other.id.swapcase(), f"{other.id[:-1]}_")
    for target in (*like, "", "%", "9" * 1000, SQL, "' OR 1=1 --"):
        assert problem(team.by("owner", "POST", path, {"workspace_id": target})) == NOT_FOUND
    assert team.state()[1] == [project]
    assert people.stranger.items(f"{foreign.path}/projects") == [foreign.project]


def test_moving_needs_rights_in_both__R7(team, other, people):
    guest = people.guest
    for workspace in (team, other):
        workspace.invite(guest, "viewer")
    for source in ROLES:
        result(team.by("owner", "PATCH", f"/members/{guest.name}", {"role": source}))
        for target in ROLES:
            result(other.by("owner", "PATCH", f"/members/{guest.name}", {"role": target}))
            project = team.add_project(f"{source} to {target}")
            path = f"/projects/{project['id']}"
            response = guest.send("POST", f"{team.path}{path}/move", {"workspace_id": other.id})
            if source in ("admin", "owner") and target != "viewer":
                assert result(response)["workspace_id"] == other.id
                assert result(other.by("viewer", "GET", path))["name"] == project["name"]
            else:
                assert problem(response) == FORBIDDEN, (source, target)
                assert result(team.by("viewer", "GET", path)) == project


def test_no_other_field_moves_a_project__R7_R9(team, other):
    project = team.add_project()
    path = f"/projects/{project['id']}"
    for field in ("workspace_id", "workspace", "id"):
        faulty(team.by("owner", "PATCH", path, {"name": "Moved", field: other.id}), field)
        faulty(team.by("owner", "POST", "/projects", {"name": "Made", field: other.id}), field)
    body = {"workspace_id": other.id, "name": "Moved", "role": "owner"}
    faulty(team.by("owner", "POST", f"{path}/move", body), "name", "role")
    assert team.state()[1] == [project]
    assert other.state()[1] == []


# R8: names


def test_names_of_projects__R8(team, other):
    first, second = team.add_project("Site"), team.add_project("App")
    assert problem(team.by("owner", "POST", "/projects", {"name": "Site"})) == TAKEN
    path = f"/projects/{second['id']}"
    assert problem(team.by("owner", "PATCH", path, {"name": "Site"})) == TAKEN
    assert result(team.by("owner", "PATCH", path, {"name": "App"})) == second
    assert team.state()[1] == [first, second]
    elsewhere = other.add_project("Site")
    lower, spaced = team.add_project("site"), team.add_project("Site ")
    move = f"/projects/{first['id']}/move"
    assert problem(team.by("owner", "POST", move, {"workspace_id": other.id})) == TAKEN
    assert team.state()[1] == [first, second, lower, spaced]
    assert other.state()[1] == [elsewhere]
    done(other.by("owner", "DELETE", f"/projects/{elsewhere['id']}"))
    assert result(team.by("owner", "POST", move, {"workspace_id": other.id}))["name"] == "Site"
    team.add_project("Site")


def test_faults_before_taken_names__R8_R9(team, other, foreign, people):
    project = team.add_project("Site")
    other.add_project("Site")
    assert problem(team.by("viewer", "POST", "/projects", {"name": "Site"})) == FORBIDDEN
    assert problem(team.by("owner", "PATCH", f"/projects/{uuid4()}", {"name": "Site"})) == NOT_FOUND
    path = f"/projects/{project['id']}/move"
    assert problem(team.by("editor", "POST", path, {"workspace_id": other.id})) == FORBIDDEN
    assert problem(team.by("viewer", "DELETE", f"/projects/{uuid4()}")) == NOT_FOUND
    assert problem(team.by("viewer", "PATCH", f"/members/{new_name()}", {"role": "owner"})) == NOT_FOUND
    faulty(people.stranger.send("POST", f"{team.path}/projects", {"name": ""}), "name")


def test_names_of_users__R8(api):
    for name in ("a-z", f"{new_name()}-{uuid4().hex}"[:32], f"0-9{uuid4().hex[:20]}"):
        # The short one may be taken by an earlier run.
        assert api.post("/users", json={"name": name}).status_code in (201, 409)
        assert problem(api.post("/users", json={"name": name})) == TAKEN


def test_one_name_at_the_same_time__R8(api, team):
    calls = [lambda: team.by("editor", "POST", "/projects", {"name": "Race"})] * 8
    assert statuses(together(*calls)) == [201] + [409] * 7
    assert [project["name"] for project in team.state()[1]] == ["Race"]
    paths = [f"/projects/{team.add_project(str(number))['id']}" for number in range(4)]
    calls = [partial(team.by, "editor", "PATCH", path, {"name": "Renamed"}) for path in paths]
    assert statuses(together(*calls)) == [200] + [409] * 3
    assert [project["name"] for project in team.state()[1]].count("Renamed") == 1
    name = new_name()
    answers = together(*[lambda: api.post("/users", json={"name": name})] * 8)
    assert statuses(answers) == [201] + [409] * 7


# R9: bodies


BAD_NAMES = ("", "n" * 61, "a\n", "a\nb", "\t", "a\0", "\x1f", "\x7f", None, 7, True, ["a"], {})
BAD_USERS = ("ab", "u" * 33, "Alice", "al ice", "alice_1", "alice\n", "\u00e4lice", "ali'--", "", None, 1, ["alice"])
BAD_ROLES = ("", "Owner", "root", "viewer ", "viewer\n", "' OR 1=1", 3, None, True, ["viewer"], {"role": "owner"})


def test_faulty_fields__R9(api, team, people):
    project = team.add_project()
    before = team.state()
    rename, move = f"/projects/{project['id']}", f"/projects/{project['id']}/move"
    change = f"/members/{people.viewer.name}"
    for name in BAD_NAMES:
        faulty(team.by("editor", "POST", "/projects", {"name": name}), "name")
    for name in BAD_NAMES[:3]:
        faulty(people.owner.send("POST", "/workspaces", {"name": name}), "name")
        faulty(team.by("editor", "PATCH", rename, {"name": name}), "name")
    for user in BAD_USERS:
        faulty(api.post("/users", json={"name": user}), "name")
        faulty(team.by("owner", "POST", "/members", {"user": user, "role": "viewer"}), "user")
    for role in BAD_ROLES:
        faulty(team.by("owner", "PATCH", change, {"role": role}), "role")
    for target in (None, 1, True, [team.id]):
        faulty(team.by("owner", "POST", move, {"workspace_id": target}), "workspace_id")
    faulty(api.post("/users", json={}), "name")
    faulty(people.owner.send("POST", "/workspaces", {}), "name")
    faulty(team.by("owner", "POST", "/members", {"role": "Owner"}), "user", "role")
    faulty(team.by("owner", "POST", "/members", {}), "user", "role")
    faulty(team.by("owner", "PATCH", change, {}), "role")
    faulty(team.by("owner", "PATCH", rename, {}), "name")
    faulty(team.by("owner", "POST", move, {}), "workspace_id")
    assert team.state() == before


def test_mass_assignment__R9(api, team, people):
    before = team.state()
    own = f"/members/{people.viewer.name}"
    for field, value in (
        ("role", "owner"),
        ("owner", people.viewer.name),
        ("workspace_id", team.id),
        ("id", "1"),
        ("token", "t"),
        ("__proto__", {"role": "owner"}),
        ("constructor", "owner"),
    ):
        faulty(api.post("/users", json={"name": new_name(), field: value}), field)
        faulty(people.viewer.send("POST", "/workspaces", {"name": "Mine", field: value}), field)
        faulty(team.by("editor", "POST", "/projects", {"name": "New", field: value}), field)
        if field != "role":
            faulty(team.by("viewer", "PATCH", own, {"role": "admin", field: value}), field)
    body = {"User": "x", "role": 1, "is_owner": True}
    faulty(team.by("owner", "POST", "/members", body), "User", "user", "role", "is_owner")
    assert team.state() == before


def test_names_are_kept_as_sent__R9(team, people):
    names = ["n", "\U0001f600" * 60, " ", "~\u0080\u00e9", "\u00c9", "E\u0301", "\ufeffn\u2028", "' OR '1'='1", SQL, '"; DELETE FROM members; --', "%_"]
    projects = [team.add_project(name) for name in names]
    assert [project["name"] for project in projects] == names
    assert team.state()[1] == projects
    for name in names[:2]:
        assert result(people.guest.send("POST", "/workspaces", {"name": name}), 201)["name"] == name
        assert people.guest.items("/workspaces")[-1]["name"] == name
    faulty(team.by("owner", "POST", "/projects", {"name": "\U0001f600" * 61}), "name")
    for path in ("/members/' OR '1'='1", "/projects/' OR '1'='1", f"/projects/{SQL}", "/projects/%25"):
        assert problem(team.by("owner", "DELETE", path)) == NOT_FOUND
    assert len(team.roles()) == 4
    assert team.state()[1] == projects


def test_bodies__R9(team, people):
    def post(content, media="application/json", path="/workspaces"):
        response = people.owner.send("POST", path, content=content, headers={"Content-Type": media})
        return 201 if response.status_code == 201 else problem(response)

    for content in (b"", b"{", b'{"name": "x"', b"[]", b'"name"', b"null", b"7", b'{"name": "\xff"}', b'{"name": NaN}'):
        assert post(content) == (400, "malformed_json"), content
        assert post(content, path=f"{team.path}/projects") == (400, "malformed_json")
    good = json.dumps({"name": "n"}).encode()
    for media in (
        "text/plain",
        "",
        "application/jsonp",
        "application/x-www-form-urlencoded",
        "text/x; application/json",
    ):
        for content in (good, b"{", b" " * (MAX_BODY + 1)):
            assert post(content, media) == (415, "unsupported_media_type"), media
    for media in ("application/json; charset=utf-8", "Application/JSON", "application/json ;x=y"):
        assert post(good, media) == 201, media
    assert post(good.ljust(MAX_BODY)) == 201
    for path in ("/workspaces", "/workspaces/none/projects"):
        assert post(good.ljust(MAX_BODY + 1), path=path) == (413, "body_too_large")
        assert post(b"{" * (MAX_BODY + 1), path=path) == (413, "body_too_large")
        assert post(b"{", path=path) == (400, "malformed_json")


def test_bodies_of_reading_and_deleting_are_ignored__R9(team, people):
    project = team.add_project()
    path = f"{team.path}/projects/{project['id']}"
    plain = {"content": b"{", "headers": {"Content-Type": "text/plain"}}
    assert result(people.viewer.send("GET", path, **plain)) == project
    assert problem(people.viewer.send("DELETE", path, **plain)) == FORBIDDEN
    done(people.admin.send("DELETE", path, **plain))


def test_unknown_paths__R9(api, people):
    unknown = people.owner.send("GET", "/workspaces/none").json()
    for path in ("/", "/nothing", "/docs", "/users/me", "/workspaces/none/none", "/workspaces/none/members/x/y"):
        for response in (api.get(path), people.owner.send("GET", path)):
            assert problem(response) == NOT_FOUND
            assert response.json() == unknown
