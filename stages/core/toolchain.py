"""Toolchains: a folder of locks with one `install.sh` each in `stages/toolchains/`, installed once by its digest.

A folder may also have an `apt.txt`: packages of Debian and Ubuntu that come first. An installed toolchain is mounted
read-only below `TOOLCHAINS` in every box that needs it, and what the links in its `host/` lead to at its own path;
nothing of it is fetched when tests run.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from collections.abc import Mapping
from pathlib import Path

from stages.core import files
from stages.core import sandbox
from stages.core.errors import ProvenError
from stages.core.language import BOX
from stages.core.language import TOOLCHAINS
from stages.core.language import Command
from stages.core.manifests import SPECIFICATIONS
from stages.core.params import Limits

COMMAND = 'command:'


class InstallFailed(ProvenError):
    """A toolchain could not be installed; the message ends with what its script said."""


def names() -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in SPECIFICATIONS.glob('*/install.sh')))


@functools.cache
def lock_digest(name: str) -> str:
    """The digest of everything that says what the toolchain is."""
    return files.digest(files.tree(SPECIFICATIONS / name))


def folder(name: str) -> Path:
    """Where the toolchain is, or would be, installed."""
    cache = Path(os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache')
    return cache / 'proven' / 'toolchains' / f'{name}-{lock_digest(name)[:12]}'


def is_installed(name: str) -> bool:
    return folder(name).is_dir()


def missing_packages(name: str) -> tuple[str, ...]:
    """Lines of the toolchain's `apt.txt` that this machine doesn't meet: packages, or alternatives as `a|b`.

    `command:x` as an alternative is met by a program on PATH. Where there is no dpkg nothing is known to be missing;
    the script will tell.
    """
    file = SPECIFICATIONS / name / 'apt.txt'
    if not file.exists() or shutil.which('dpkg-query') is None:
        return ()
    wanted = file.read_text(encoding='utf-8').split()
    alternatives = {line: line.split('|') for line in wanted}
    packages = [name for names in alternatives.values() for name in names if not name.startswith(COMMAND)]
    done = subprocess.run(
        ('dpkg-query', '--show', '--showformat', '${Package} ${db:Status-Status}\\n', *packages),
        capture_output=True,
        text=True,
        check=False,
    )
    present = {line.split()[0] for line in done.stdout.splitlines() if line.endswith(' installed')}
    present |= {
        name
        for names in alternatives.values()
        for name in names
        if name.startswith(COMMAND) and shutil.which(name.removeprefix(COMMAND))
    }
    return tuple(line for line in wanted if not present.intersection(alternatives[line]))


def _chosen(line: str) -> str:
    """The first alternative that apt knows; the last one if it knows none, so that apt complains."""
    names = [name for name in line.split('|') if not name.startswith(COMMAND)]
    for name in names:
        done = subprocess.run(('apt-cache', 'policy', name), capture_output=True, text=True, check=False)
        if 'Candidate: ' in done.stdout and 'Candidate: (none)' not in done.stdout:
            return name
    return names[-1]


def install_packages(packages: Iterable[str]) -> None:
    """Install packages of Debian or Ubuntu, of alternatives the first that apt knows, as root or with sudo.

    Raises:
        InstallFailed: with the end of what apt-get printed.
    """
    packages = tuple(packages)
    as_root = () if os.getuid() == 0 else ('sudo',)
    options = ('-qq', '-o', 'DPkg::Lock::Timeout=300')
    environment = {**os.environ, 'DEBIAN_FRONTEND': 'noninteractive', 'LC_ALL': 'C.UTF-8'}
    what = f'packages {", ".join(packages)}'
    _do((*as_root, 'apt-get', 'update', *options), what, environment)
    chosen = [_chosen(line) for line in packages]
    command = ('apt-get', 'install', '--yes', '--no-install-recommends', *options, *chosen)
    _do((*as_root, *command), what, environment)


def install(name: str) -> None:
    """Install a toolchain from its lock; half an installation is never left behind.

    Raises:
        InstallFailed: with the end of what the script printed.
    """
    target = folder(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix=f'.{name}-'))
    environment = {**os.environ, 'PATH': f'{Path(sys.executable).parent}{os.pathsep}{os.environ["PATH"]}'}
    try:
        _do(('sh', 'install.sh', str(scratch / 'new')), f'toolchain {name}', environment, SPECIFICATIONS / name)
        if not target.exists():
            (scratch / 'new').rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _do(command: Command, what: str, environment: Mapping[str, str], cwd: Path | None = None) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors='replace',
            check=False,
        )
    except OSError as error:
        raise InstallFailed(f'{what} could not be installed: {error}') from error
    if done.returncode:
        raise InstallFailed(f'{what} could not be installed:\n{done.stdout[-2000:]}')


def mounts(*needed: str) -> dict[str, Path]:
    """What a box needs to see of some toolchains, by path in the box."""
    found = {f'{TOOLCHAINS}/{name}': folder(name) for name in needed}
    hosts = [link.resolve() for root in found.values() for link in sorted(root.glob('host/*'))]
    modules = {
        f'{BOX}/node_modules': root / 'node_modules' for root in found.values() if (root / 'node_modules').is_dir()
    }
    return {**found, **modules, **{str(path): path for path in hosts}}


def environment(name: str) -> dict[str, str]:
    return {'PATH': f'{TOOLCHAINS}/{name}/bin:/usr/bin:/bin'}


@functools.cache
def version(name: str, command: Command) -> str:
    """What the toolchain says of itself, asked once a process.

    Raises:
        InstallFailed: it does not run.
    """
    outcome = sandbox.run(sandbox.Job(command, {}, environment=environment(name), mounts=mounts(name)), Limits())
    if outcome.exit_code:
        told = outcome.stderr.decode(errors='replace').strip()
        raise InstallFailed(f'toolchain {name} does not run ({told}); remove {folder(name)} and install it again')
    return outcome.stdout.decode(errors='replace').strip()
