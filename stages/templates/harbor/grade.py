"""Grades the solution in the working directory and writes /logs/verifier/reward.txt and reward.json.

Files that the example's language takes for a solution are copied into a fresh folder, so no test, setting or report
that lies beside them counts; our manifests and tests come on top. As in `verify` there is one run for the native tests
and, for a backend, one for those over HTTP, each with an empty `/tmp` and held to the limits by the sandbox's
supervisor; reports are read by the adapter's reader. Tests and server run as two users that can write neither our files
nor each other's.

`reward` is 1 if all tests pass, otherwise 0; `R1` and so on are 1 if all tests pass that proved this requirement when
the example was verified; `requirements` is their mean. A failure of ours ends without a reward.

What a solution does inside the process of its own native tests can't be told from what they do.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from types import SimpleNamespace
from typing import Any

from stages.core import examples
from stages.core import language
from stages.core import supervisor
from stages.core import trial

HERE = Path(__file__).resolve().parents[1]
LOGS = Path('/logs/verifier')
ROOT = Path('/tmp/box')  # noqa: S108 - a path in the image
TMP = ROOT.parent
NODE_MODULES = Path(language.BOX) / 'node_modules'
MIB = 1024 * 1024
MAX_PATH = 1000
AS_ROOT = os.getuid() == 0
TESTER, SERVER = (1_000_001, 1_000_002) if AS_ROOT else (os.getuid(), os.getuid())


def main() -> None:
    if not Path(language.TOOLCHAINS).is_dir():
        sys.exit('there are no toolchains here; run this in the image of the task, since it empties /tmp')
    settings = json.loads((HERE / 'settings.json').read_text())
    if AS_ROOT:
        HERE.chmod(0o700)
    adapter = importlib.import_module(settings['adapter'])
    solution = solution_in(Path.cwd(), adapter)
    suites = [run(suite, solution, adapter, settings['limits']) for suite in settings['suites']]
    suite = trial.merge(suites)
    print(suite.output)
    missing = {
        requirement: [name for name in names if suite.tests.get(name) != 'passed']
        for requirement, names in settings['requirements'].items()
    }
    print(
        *(f'{requirement}: did not pass: {name}' for requirement, names in missing.items() for name in names), sep='\n'
    )
    proven = {requirement: float(not names) for requirement, names in missing.items()}
    reward = float(suite.status == 'passed' and all(proven.values()))
    share = sum(proven.values()) / len(proven)
    write(LOGS / 'reward.json', json.dumps({'reward': reward, 'requirements': share, **proven}) + '\n')
    write(LOGS / 'reward.txt', f'{reward}\n')
    print(f'{suite.status}; reward {reward}')


def solution_in(folder: Path, adapter: ModuleType) -> dict[str, bytes]:
    """Our manifests, and files that are a solution by their names, without odd ones that would make us fail."""
    found: dict[str, bytes] = {}
    room = examples.MAX_EXAMPLE_BYTES
    given = tree(HERE / 'given')
    ours = {*given, *tree(HERE / 'native')}
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in examples.IGNORED)
        for name in sorted(names):
            path = (Path(parent) / name).relative_to(folder).as_posix()
            if examples.role_of(path, adapter) != 'solution':
                continue
            content = supervisor.collect(str(folder / path), min(room, examples.MAX_FILE_BYTES))
            if content is None or len(path) > MAX_PATH or any(path.startswith(f'{other}/') for other in ours):
                print(f'{path!a}: is left out; it is no regular file, too large or in the way')
            else:
                found[path] = content
                room -= len(content)
    return {**found, **given}


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob('*') if path.is_file()}


def run(suite: Mapping[str, Any], solution: Mapping[str, bytes], adapter: ModuleType, limits: dict[str, int]) -> Any:
    """One run of tests, as `trial.Suite`."""
    tests = tree(HERE / suite['tests'])
    is_shared = suite['serve'] is not None
    empty(TMP)
    lay_out(ROOT / 'example', solution if is_shared else {**solution, **tests})
    if is_shared:
        lay_out(ROOT / 'tests', tests)
        os.chown(ROOT / 'tests', -1, TESTER)
        (ROOT / 'tests').chmod(0o750)
    if NODE_MODULES.is_dir():
        (ROOT / 'node_modules').symlink_to(NODE_MODULES)
    reports = ROOT / 'reports'
    reports.mkdir(mode=0o700)
    os.chown(reports, TESTER, TESTER)
    began, before = time.monotonic(), cpu_seconds()
    _, report_end = os.pipe()
    limits = {**limits, 'cpu_seconds': limits['cpu_seconds'] + round(before)}
    watch = supervisor.Watch(SimpleNamespace(limits=limits, report=report_end))
    outputs = [LOGS / f'{suite["tests"]}.{name}.txt' for name in ('stdout', 'stderr', 'server')]
    for path in outputs:
        write(path, '')
    status, process = None, 0
    if is_shared:
        server = start(suite['serve'], ROOT / 'example', suite['environment'], SERVER, limits, outputs[2], outputs[2])
        status = watch.wait_for_server(server, language.PORT)
    if status is None:
        folder = ROOT / ('tests' if is_shared else 'example')
        process = start(suite['command'], folder, suite['environment'], TESTER, limits, outputs[0], outputs[1])
        status = watch.wait_for(process)
    end_all()
    stdout, stderr, told = (path.read_bytes() for path in outputs)
    outcome = SimpleNamespace(
        status=status or 'exited',
        exit_code=watch.exited.get(process, -1),
        stdout=stdout,
        stderr=told if status == 'server_failed' else stderr,
        wall_seconds=time.monotonic() - began,
        cpu_seconds=cpu_seconds() - before,
    )
    report = supervisor.collect(suite['report'], limits['result_mib'] * MIB) if suite['report'] else stdout
    return trial._judge(outcome, report, language.read_junit if is_shared else adapter.read_report)


def empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def lay_out(folder: Path, content: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for path, data in content.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        target.chmod(0o644)


def start(
    command: list[str],
    folder: Path,
    environment: dict[str, str],
    user: int,
    limits: dict[str, int],
    stdout: Path,
    stderr: Path,
) -> int:
    """The id of a process that runs a command under the limits, as a user if we may choose one."""
    identity: dict[str, Any] = {'user': user, 'group': user, 'extra_groups': []} if AS_ROOT else {}
    with stdout.open('ab') as out, stderr.open('ab') as err:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            preexec_fn=lambda: supervisor.limit_child(limits),
            **identity,
        )
    return process.pid


def cpu_seconds() -> float:
    """What ended children have used."""
    times = os.times()
    return times.children_user + times.children_system


def end_all() -> None:
    """Kill every process of the box's users that we do not descend from."""
    while found := others():
        for pid in found:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            pass


def others() -> list[int]:
    parents, found = {}, []
    for name in filter(str.isdigit, os.listdir('/proc')):
        try:
            facts = dict(line.split(':', 1) for line in Path(f'/proc/{name}/status').read_text().splitlines())
        except OSError:
            continue  # has ended
        parents[int(name)] = int(facts['PPid'])
        if int(facts['Uid'].split()[0]) in (TESTER, SERVER) and 'Z' not in facts['State'].split()[0]:
            found.append(int(name))
    own, pid = set(), os.getpid()
    while pid:
        own.add(pid)
        pid = parents.get(pid, 0)
    return [pid for pid in found if pid not in own]


def write(path: Path, text: str) -> None:
    """A new file in the place of whatever has this name."""
    path.unlink(missing_ok=True)
    path.write_text(text)


main()
