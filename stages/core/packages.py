"""Packages written by people, which human variants adapt: whether the lock has one, and what it says of itself."""

from __future__ import annotations

import json
import re
import tomllib
import zipfile
from collections.abc import Iterable
from email import message_from_string
from pathlib import Path

from packaging.utils import canonicalize_name

from stages.core import manifests
from stages.core.language import parse_xml
from stages.core.models import LICENSES
from stages.core.models import Package
from stages.core.models import license_ids

# What a verdict on a human variant depends on beside what all verdicts do.
SOURCE = Path(__file__).read_bytes()
# Ecosystem → manifest whose lock names its packages.
MANIFESTS = {
    'cargo': 'Cargo.toml',
    'go': 'go.mod',
    'maven': 'pom.xml',
    'npm': 'package.json',
    'pypi': 'requirements.txt',
}
# Files that are not the language's own code, compiled from another one.
FOREIGN = ('.a', '.dll', '.dylib', '.node', '.pyd', '.s', '.so', '.syso', '.wasm')
# What package files call a licence → its SPDX id; first what is found first in a licence's own text.
NAMES = {
    'apache license, version 2.0': 'Apache-2.0',
    'apache-2.0': 'Apache-2.0',
    'the apache software license, version 2.0': 'Apache-2.0',
    'https://www.apache.org/licenses/license-2.0.txt': 'Apache-2.0',
    'http://www.apache.org/licenses/license-2.0.txt': 'Apache-2.0',
    'mit license': 'MIT',
    'the mit license': 'MIT',
    'the mit license (mit)': 'MIT',
    'license :: osi approved :: mit license': 'MIT',
    'license :: osi approved :: apache software license': 'Apache-2.0',
    'bsd license': 'BSD-3-Clause',
    'isc license': 'ISC',
    'the unlicense': 'Unlicense',
}
TEXTS = (
    ('Apache License', 'Apache-2.0'),
    ('Permission is hereby granted, free of charge', 'MIT'),
    ('Permission to use, copy, modify, and/or distribute', 'ISC'),
    ('Neither the name', 'BSD-3-Clause'),
    ('Redistribution and use in source and binary forms', 'BSD-2-Clause'),
)


def split(package: str) -> tuple[str, str, str]:
    """Ecosystem, name and version of a package written as `pypi:semver==3.1.1`."""
    ecosystem, _, rest = package.partition(':')
    name, _, version = rest.partition('==')
    return ecosystem, name, version


def problem(package: str, toolchain: str) -> str | None:
    """What is wrong with a package, by the lock of the toolchain that should have it."""
    ecosystem, name, version = split(package)
    own = toolchain.removesuffix('-packages')
    if own != {'cargo': 'rust', 'maven': 'java', 'npm': 'node', 'pypi': 'python'}.get(ecosystem, ecosystem):
        return f'{ecosystem} has no packages for {own}; use one of its own'
    wanted = canonicalize_name(name) if ecosystem == 'pypi' else name
    locked = manifests.locked(toolchain, MANIFESTS[ecosystem])
    if wanted not in locked:
        known = ', '.join(sorted(locked))
        return f'{name} is not in stages/toolchains/{toolchain}; add it there or use one of {known}'
    if locked[wanted].lstrip('=') != version:
        return f'{name} is {version}, stages/toolchains/{toolchain} has {locked[wanted].lstrip("=")}'
    return None


def agrees(stated: str, found: str | None) -> bool:
    """Whether a stated licence is one that the package offers; what it doesn't tell has to be believed."""
    return found is None or license_ids(stated) <= license_ids(found)


def provenance(package: str, folder: Path) -> Package | None:
    """What an installed package says of itself; None if it is not there.

    ``folder`` is the installed toolchain.
    """
    ecosystem, name, version = split(package)
    read = {'cargo': _cargo, 'go': _go, 'maven': _maven, 'npm': _npm, 'pypi': _pypi}[ecosystem]
    try:
        license_, authors, url, names = read(folder, name, version)
    except (OSError, ValueError, KeyError, StopIteration):
        return None
    return Package(
        package=package,
        license=license_,
        authors=tuple(dict.fromkeys(author for author in authors if author and '@' not in author)),
        url=url,
        other_language=any(path.endswith(FOREIGN) for path in names),
    )


Facts = tuple[str | None, list[str], str, Iterable[str]]


def _spdx(*told: str | None) -> str | None:
    """The first of these that is an SPDX expression or the name of a licence, as an expression."""
    for text in filter(None, told):
        known = NAMES.get(text.strip().lower())
        if known or text in LICENSES:
            return known or text
        try:
            license_ids(text.replace('/', ' OR '))
        except ValueError:
            continue
        return text.replace('/', ' OR ')
    return None


def _spdx_of_text(text: str) -> str | None:
    return next((id_ for sign, id_ in TEXTS if sign in ' '.join(text.split())), None)


def _below(folder: Path) -> list[str]:
    return [path.as_posix() for path in folder.rglob('*')]


def _pypi(folder: Path, name: str, version: str) -> Facts:
    distribution = next(
        path
        for path in (folder / 'site').glob('*.dist-info')
        if canonicalize_name(path.name.removesuffix('.dist-info').rpartition('-')[0]) == canonicalize_name(name)
    )
    about = message_from_string((distribution / 'METADATA').read_text(encoding='utf-8'))
    if about['Version'] != version:
        raise ValueError(about['Version'])
    license_ = _spdx(about['License-Expression'], about['License'], *(about.get_all('Classifier') or ()))
    urls = dict(entry.split(', ', 1) for entry in about.get_all('Project-URL') or ())
    url = about['Home-page'] or next(iter(urls.values()), '')
    authors = [about['Author'] or '', re.sub(r'\s*<[^>]*>', '', about['Author-email'] or '')]
    record = (distribution / 'RECORD').read_text(encoding='utf-8')
    return license_, authors, url, [line.split(',')[0] for line in record.splitlines()]


def _npm(folder: Path, name: str, version: str) -> Facts:
    root = folder / 'node_modules' / name
    about = json.loads((root / 'package.json').read_text(encoding='utf-8'))
    if about['version'] != version:
        raise ValueError(about['version'])
    people = [about.get('author'), *(about.get('contributors') or ())]
    names = [one.get('name', '') if isinstance(one, dict) else re.sub(r'\s*[<(].*', '', one or '') for one in people]
    repository = about.get('repository') or ''
    url = about.get('homepage') or (repository.get('url', '') if isinstance(repository, dict) else repository)
    license_ = about.get('license')
    return _spdx(license_ if isinstance(license_, str) else None), names, url, _below(root)


def _go(folder: Path, name: str, version: str) -> Facts:
    escaped = re.sub('[A-Z]', lambda match: f'!{match[0].lower()}', name)
    root = folder / 'gomodcache' / f'{escaped}@{version}'
    text = next(path for path in sorted(root.iterdir()) if path.name.upper().startswith(('LICENSE', 'LICENCE')))
    content = text.read_text(encoding='utf-8')
    holders = re.findall(r'^\s*Copyright (?:\([cC]\) |© )?(?:[\d, -]+)?(.+?)\.?$', content, re.MULTILINE)
    return _spdx_of_text(content), holders, f'https://{name}', _below(root)


def _maven(folder: Path, name: str, version: str) -> Facts:
    artifact = name.partition(':')[2]
    pom = parse_xml((folder / 'lib' / f'{artifact}-{version}.pom').read_text(encoding='utf-8'))

    def texts(path: str) -> list[str]:
        wanted = '/'.join(f'{{*}}{part}' for part in path.split('/'))
        return [(found.text or '').strip() for found in pom.findall(wanted)]

    with zipfile.ZipFile(folder / 'lib' / f'{artifact}-{version}.jar') as jar:
        manifest = message_from_string(jar.read('META-INF/MANIFEST.MF').decode().replace('\r\n ', ''))
        names = jar.namelist()
        notices = [
            jar.read(name).decode() for name in names if re.match(r'(META-INF/)?LICEN[CS]E', name, re.IGNORECASE)
        ]
    told = (*texts('licenses/license/name'), *texts('licenses/license/url'), manifest['Bundle-License'])
    authors = [*texts('developers/developer/name'), manifest['Implementation-Vendor'] or '']
    license_ = _spdx(*told) or next(filter(None, map(_spdx_of_text, notices)), None)
    return license_, authors, next(iter(texts('url')), ''), names


def _cargo(folder: Path, name: str, version: str) -> Facts:
    root = folder / 'sources' / name
    about = tomllib.loads((root / 'Cargo.toml').read_text(encoding='utf-8'))['package']
    if about['version'] != version:
        raise ValueError(about['version'])
    authors = [re.sub(r'\s*<[^>]*>', '', author) for author in about.get('authors', ())]
    return _spdx(about.get('license')), authors, about.get('repository', ''), _below(root)
