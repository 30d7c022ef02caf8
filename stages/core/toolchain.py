"""Toolchains: a folder of locks with one `install.sh` each in `stages/toolchains/`, installed once by its digest.

An installed toolchain is mounted read-only below `TOOLCHAINS` in every box that needs it; nothing of it is fetched
when tests run.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from stages.core import files
from stages.core import sandbox
from stages.core.errors import ProvenError
from stages.core.language import BOX
from stages.core.language import TOOLCHAINS
from stages.core.language import Command
from stages.core.params import Limits

SPECIFICATIONS = Path(__file__).parents[1] / 'toolchains'


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
        done = subprocess.run(
            ('sh', 'install.sh', scratch / 'new'),
            cwd=SPECIFICATIONS / name,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise InstallFailed(f'toolchain {name} could not be installed:\n{done.stdout[-2000:]}')
        if not target.exists():
            (scratch / 'new').rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def mounts(*needed: str) -> dict[str, Path]:
    """What a box needs to see of some toolchains, by path in the box."""
    found = {f'{TOOLCHAINS}/{name}': folder(name) for name in needed}
    # A virtual environment runs the interpreter that it was made with.
    pythons = [
        (root / 'bin/python').resolve().parents[1] for root in found.values() if (root / 'bin/python').is_symlink()
    ]
    modules = {
        f'{BOX}/node_modules': root / 'node_modules' for root in found.values() if (root / 'node_modules').is_dir()
    }
    return {**found, **modules, **{str(prefix): prefix for prefix in pythons}}


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
