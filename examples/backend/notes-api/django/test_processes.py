"""What can only be seen from outside of a process: one process serves one database."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PASSWORD = "correct horse battery"
HASH = re.compile(rb"scrypt\$[0-9]+\$[0-9]+\$[0-9]+\$[A-Za-z0-9+/=]+\$|pbkdf2-sha256\$[0-9]+\$[A-Za-z0-9+/=]+\$")
START = """
import json, sys
import config.asgi
from django.core.management import call_command
from django.test import Client

def send(method, path, body=None, token=None):
    headers = {"Authorization": f"Bearer {token}"} if token else None
    return Client(headers=headers).generic(method, path, json.dumps(body), "application/json")
"""
FIRST_RUN = """
call_command("migrate", verbosity=0)
tokens = {}
for username in ("alice", "bob"):
    user = {"username": username, "password": sys.argv[1]}
    assert send("POST", "/register", user).status_code == 201
    tokens[username] = send("POST", "/login", user).json()["token"]
note = send("POST", "/notes", {"title": "Kept", "tags": ["a", "b"]}, tokens["alice"]).json()
assert send("POST", "/logout", token=tokens["bob"]).status_code == 204
print(json.dumps({"tokens": tokens, "note": note}))
"""
SECOND_RUN = """
password, alice, bob = sys.argv[1:]
login = send("POST", "/login", {"username": "bob", "password": password})
print(json.dumps({
    "login": login.status_code,
    "bob": send("GET", "/notes", token=bob).status_code,
    "alice": send("GET", "/notes", token=alice).json(),
}))
"""
IN_EVENT_LOOP = """
import asyncio, json, sys

async def serve():
    import config.asgi
    from django.test import AsyncClient

    user = {"username": "carol", "password": sys.argv[1]}
    responses = [await AsyncClient().post(path, user, "application/json") for path in ("/register", "/login")]
    headers = {"Authorization": "Bearer " + responses[1].json()["token"]}
    lists = await asyncio.gather(*(AsyncClient().get("/notes", headers=headers) for _ in range(4)))
    print(json.dumps([response.status_code for response in (*responses, *lists)]))

asyncio.run(serve())
"""


def run(script: str, database_path: str, *arguments: str) -> Any:
    """What the script prints in a new process, from JSON."""
    environment = {**os.environ, "DATABASE_PATH": database_path}
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, cwd=FOLDER, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_restart_keeps_everything_and_the_file_has_no_secret__R4_R5(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    first = run(START + FIRST_RUN, str(path), PASSWORD)
    tokens = first["tokens"]

    stored = path.read_bytes()
    assert b"alice" in stored
    assert not [secret for secret in (PASSWORD, *tokens.values()) if secret.encode() in stored]
    assert len(set(HASH.findall(stored))) == 2, "two users with the same password must have two salts"

    second = run(START + SECOND_RUN, str(path), PASSWORD, tokens["alice"], tokens["bob"])
    assert second == {"login": 200, "bob": 401, "alice": {"items": [first["note"]], "next_cursor": None}}


def test_database_in_memory_is_shared_by_all_threads__R5() -> None:
    assert run(IN_EVENT_LOOP, "", PASSWORD) == [201, 200, 200, 200, 200, 200]
