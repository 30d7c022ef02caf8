"""What an example's own manifest asks for, and whether the lock of its toolchain has just that."""

from __future__ import annotations

import functools
import json
import re
import tomllib
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from stages.core.language import parse_xml

SPECIFICATIONS = Path(__file__).parents[1] / 'toolchains'
# Package → version as the manifest gives it.
Packages = dict[str, str]
GO_REQUIRE = re.compile(r'^(?:\s*|require\s+)([\w.-]+\.[\w./-]+)\s+(v\S+)', re.MULTILINE)


def problems(name: str, source: str, toolchain: str) -> Iterator[tuple[str, str]]:
    """Field and message of everything in a manifest that the lock of a toolchain does not have."""
    read, lock_name, read_lock, example = MANIFESTS[name]
    try:
        wanted = read(source)
    except (ValueError, InvalidRequirement) as error:
        yield '', f'can not be read ({error}); mend it'
        return
    except (AttributeError, TypeError):
        yield '', 'has a list or text where a table of packages and versions belongs; mend it'
        return
    locked = _locked(toolchain, lock_name, read_lock)
    for package, version in sorted(wanted.items()):
        if package not in locked:
            yield package, f'is not in the {toolchain} toolchain, which has {", ".join(sorted(locked))}'
        elif version != locked[package]:
            wanted_line = example.format(package, locked[package])
            yield (
                package,
                f'is {version or "any version"}, the {toolchain} toolchain has {locked[package]}; write {wanted_line}',
            )


def locked(toolchain: str, name: str) -> Packages:
    """What the lock of a toolchain has of the kind of manifest ``name``: package → version."""
    _, lock_name, read_lock, _ = MANIFESTS[name]
    return _locked(toolchain, lock_name, read_lock)


@functools.cache
def _locked(toolchain: str, name: str, read: Callable[[str], Packages]) -> Packages:
    return read((SPECIFICATIONS / toolchain / name).read_text(encoding='utf-8'))


def _requirements(source: str) -> Packages:
    lines = (re.split(r'\s#|\s--|\\$', line)[0].strip() for line in source.splitlines())
    wanted = [Requirement(line) for line in lines if line and not line.startswith(('#', '--'))]
    return {canonicalize_name(one.name): str(one.specifier).removeprefix('==') for one in wanted}


def _package_json(source: str) -> Packages:
    manifest = json.loads(source)
    if not isinstance(manifest, dict):
        raise ValueError('no object')
    found: dict[str, Any] = {}
    for section in ('dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'):
        found |= manifest.get(section) or {}
    return {name: str(version) for name, version in found.items()}


def _package_lock(source: str) -> Packages:
    packages = json.loads(source)['packages']
    return {
        name.removeprefix('node_modules/'): one['version']
        for name, one in packages.items()
        if name.count('node_modules/') == 1
    }


def _go_mod(source: str) -> Packages:
    return dict(GO_REQUIRE.findall(re.sub(r'//.*', '', source)))


def _cargo(source: str) -> Packages:
    manifest = tomllib.loads(source)
    found: dict[str, Any] = {}
    for section in ('dependencies', 'dev-dependencies', 'build-dependencies'):
        found |= manifest.get(section, {})
    versions = {name: one.get('version', '') if isinstance(one, dict) else one for name, one in found.items()}
    return {name: str(version).removeprefix('=') for name, version in versions.items()}


def _cargo_lock(source: str) -> Packages:
    return {one['name']: one['version'] for one in tomllib.loads(source)['package']}


def _pom(source: str) -> Packages:
    root = parse_xml(source)
    found = {}
    for one in root.findall('.//{*}dependency'):
        words = [one.findtext(f'{{*}}{tag}', '').strip() for tag in ('groupId', 'artifactId', 'version')]
        found[f'{words[0]}:{words[1]}'] = words[2]
    return found


# Manifest → its reader, the lock that it must agree with and its reader, how a line is written.
MANIFESTS: dict[str, tuple[Callable[[str], Packages], str, Callable[[str], Packages], str]] = {
    'Cargo.toml': (_cargo, 'Cargo.lock', _cargo_lock, '{} = "={}"'),
    'go.mod': (_go_mod, 'go.mod', _go_mod, '{} {}'),
    'package.json': (_package_json, 'package-lock.json', _package_lock, '"{}": "{}"'),
    'pom.xml': (_pom, 'pom.xml', _pom, '{} {}'),
    'requirements.txt': (_requirements, 'requirements.txt', _requirements, '{}=={}'),
}
