"""Installing toolchains: packages of the system that are missing, and whole folders or nothing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stages.core import toolchain


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine whose dpkg, apt and sudo are scripts: `has` and `knows` name packages; what was called comes back."""
    specifications, programs = tmp_path / 'specifications', tmp_path / 'programs'
    programs.mkdir()
    monkeypatch.setattr(toolchain, 'SPECIFICATIONS', specifications)
    monkeypatch.setenv('PATH', str(programs))
    monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path / 'cache'))
    monkeypatch.setattr(toolchain, 'lock_digest', lambda name: '0' * 64)

    def make(name, script):
        (programs / name).write_text(f'#!/bin/sh\n{script}\n')
        (programs / name).chmod(0o755)

    def prepare(apt, has=(), knows=(), script='/bin/mkdir "$1"'):
        (specifications / 'x').mkdir(parents=True)
        (specifications / 'x/apt.txt').write_text(apt)
        (specifications / 'x/install.sh').write_text(script)
        make('dpkg-query', '\n'.join(f'echo {name} installed' for name in has) + '\nexit 1')
        known = '|'.join(knows) or 'none-at-all'
        make('apt-cache', f'case $2 in {known}) echo "  Candidate: 1" ;; *) echo "  Candidate: (none)" ;; esac')
        make(
            'apt-get',
            f'echo "$@" >> {tmp_path}/called\n[ "$1" = update ] || case "$*" in *broken*) echo no such; exit 100 ;; esac',
        )
        make('sudo', 'exec "$@"')
        make('sh', 'exec /bin/sh "$@"')
        return tmp_path / 'called'

    return prepare


def test_only_what_is_missing(machine):
    machine('gcc\ncheck\n', has=('gcc',))
    assert toolchain.missing_packages('x') == ('check',)


@pytest.mark.parametrize(('has', 'missing'), [((), ('a|b',)), (('a',), ()), (('b',), ()), (('a:amd64', 'c'), ('a|b',))])
def test_any_alternative_will_do(machine, has, missing):
    machine('a|b\n', has=has)
    assert toolchain.missing_packages('x') == missing


def test_program_on_the_path_will_do(machine):
    machine('command:apt-get|a\ncommand:nothing-like-it|b\n')
    assert toolchain.missing_packages('x') == ('command:nothing-like-it|b',)


def test_first_alternative_that_apt_knows_is_installed(machine):
    called = machine('', knows=('b', 'c', 'd'))
    toolchain.install_packages(['command:a|a|b|c', 'd'])
    update, install = called.read_text().splitlines()
    assert update.startswith('update')
    assert install.startswith('install --yes --no-install-recommends')
    assert install.endswith(' b d')


def test_apt_that_fails_is_told(machine):
    machine('', knows=('broken',))
    with pytest.raises(toolchain.InstallFailed, match=r'packages broken could not be installed:\nno such'):
        toolchain.install_packages(['broken'])


def test_toolchain_without_packages_needs_none(machine, tmp_path):
    machine('')
    (tmp_path / 'specifications/x/apt.txt').unlink()
    assert toolchain.missing_packages('x') == ()


def test_installed_once_and_whole(machine):
    machine('', script='/bin/mkdir "$1"; echo fine > "$1/file"')
    assert not toolchain.is_installed('x')
    toolchain.install('x')
    assert toolchain.is_installed('x')
    assert [path.name for path in toolchain.folder('x').parent.iterdir()] == ['x-000000000000']


def test_half_an_installation_is_never_left(machine):
    machine('', script='/bin/mkdir "$1"; echo half > "$1/file"; echo went wrong >&2; exit 1')
    with pytest.raises(toolchain.InstallFailed, match='went wrong'):
        toolchain.install('x')
    assert list(toolchain.folder('x').parent.iterdir()) == []


def test_what_host_links_lead_to_is_shown_at_its_place(machine, tmp_path):
    machine('', script=f'/bin/mkdir -p "$1/host" "$1/node_modules"; /bin/ln -s {tmp_path}/programs "$1/host/one"')
    toolchain.install('x')
    folder = toolchain.folder('x')
    programs = Path(os.path.realpath(tmp_path / 'programs'))
    assert toolchain.mounts('x') == {
        '/box/toolchains/x': folder,
        '/box/node_modules': folder / 'node_modules',
        str(programs): programs,
    }
