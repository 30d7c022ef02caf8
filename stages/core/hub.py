"""A release folder and its copy on the Hugging Face Hub.

The copy is a mirror with a receipt. One commit that names its parent makes the dataset equal to the folder, so that
readers have the old release or the new one, never a mixture; a tag `v<version>` is put on it and never moves. What to
do is planned from what is there: an upload that was cut off goes on where it was, one that is done does nothing.

`HfApi.upload_folder` is not used: above 250 files it makes several commits.
"""

from __future__ import annotations

import contextlib
import fnmatch
import hashlib
import json
import re
import time
from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated
from typing import NamedTuple

import huggingface_hub
from huggingface_hub import CommitOperationAdd
from huggingface_hub import CommitOperationDelete
from huggingface_hub import HfApi
from huggingface_hub.errors import BadRequestError
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.errors import OfflineModeIsEnabled
from huggingface_hub.errors import OIDCError
from huggingface_hub.errors import RepositoryNotFoundError
from huggingface_hub.errors import RevisionNotFoundError
from huggingface_hub.utils import httpx  # type: ignore[attr-defined]
from pydantic import BaseModel
from pydantic import Field
from pydantic import ValidationError

from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.errors import ProvenError
from stages.core.files import load_yaml
from stages.core.models import Model
from stages.core.models import problems_of

MANIFEST = 'MANIFEST.json'
KIND = 'dataset'
KEPT = {'.gitattributes'}  # the Hub's own; a release has no hidden files
WAITS = (2.0, 4.0, 8.0, 16.0, 32.0, 60.0)  # seconds before each further try
LONGEST_WAIT = 300.0  # that the Hub may ask for
PASSING = {408, 409, 412, 429}  # and everything from 500 on
FAILURES = (HfHubHTTPError, httpx.TransportError, RuntimeError, json.JSONDecodeError)


class Listed(BaseModel):
    """A file in the manifest."""

    sha256: str
    bytes: int


class Manifest(BaseModel):
    """What is needed here of `MANIFEST.json`; ``files`` are all of the folder but itself, by POSIX path."""

    version: Annotated[str, Field(pattern=r'^\d+\.\d+\.\d+(-[0-9A-Za-z]+(\.[0-9A-Za-z]+)*)?$')]
    files: dict[str, Listed]


class DataFile(BaseModel):
    split: str
    path: str


class Config(BaseModel):
    config_name: str
    data_files: list[DataFile]


class Card(BaseModel):
    """What is needed here of the front matter of `README.md`."""

    configs: list[Config]


class Receipt(Model):
    """What was published: the Hub's commit ``commit``, made from our commit ``source``; ``manifest`` is a SHA-256."""

    repo: str
    version: str
    tag: str
    commit: str
    source: str
    manifest: str


class Release(NamedTuple):
    """A checked folder; ``manifest`` is the SHA-256 of its manifest."""

    root: Path
    version: str
    manifest: str

    @property
    def tag(self) -> str:
        return f'v{self.version}'


class Changes(NamedTuple):
    """Paths to add, to replace and to remove, for a revision on the Hub to equal the folder."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return any(self)

    def __str__(self) -> str:
        paths = sorted({*self.added, *self.changed, *self.removed})
        return ', '.join(paths[:3]) + (f' and {len(paths) - 3} more' if len(paths) > 3 else '')


class Plan(NamedTuple):
    """What `upload` would do, after the Hub's commit ``head``; if the tag is there, nothing is to change."""

    head: str
    tagged: bool
    changes: Changes


def check(root: Path) -> list[Problem]:
    """What is wrong with a release folder: files against its manifest, its card against its files."""
    try:
        manifest = _manifest(root)
    except ProblemsFound as error:
        return list(error.problems)
    problems = []
    there = {path.relative_to(root).as_posix(): path for path in root.rglob('*') if path.is_symlink() or path.is_file()}
    del there[MANIFEST]
    for name, path in there.items():
        if path.is_symlink():
            wrong = 'is a link; put the file itself'
        elif any(part.startswith('.') for part in Path(name).parts):
            wrong = 'is hidden, and such files steer the Hub; leave it out'
        elif name not in manifest.files:
            wrong = 'is not in the manifest; run dvc repro, or remove it'
        elif Listed(sha256=_sha256(path), bytes=path.stat().st_size) != manifest.files[name]:
            wrong = 'is not what the manifest says; run dvc repro'
        else:
            continue
        problems.append(Problem(str(path), '', wrong))
    for name in manifest.files.keys() - there.keys():
        problems.append(Problem(str(root / name), '', 'is in the manifest only; run dvc repro'))
    return problems + _check_card(root / 'README.md', sorted(there))


def read(root: Path) -> Release:
    """A folder in which `check` found nothing."""
    return Release(root, _manifest(root).version, _sha256(root / MANIFEST))


def read_receipt(path: Path) -> Receipt | None:
    """The receipt of what was published last; none if nothing was.

    Raises:
        ProblemsFound: it is no receipt.
    """
    try:
        return Receipt.model_validate_json(path.read_bytes()) if path.exists() else None
    except ValidationError as error:
        raise ProblemsFound(problems_of(error, str(path))) from error


def plan(api: HfApi, repo: str, release: Release, known: Receipt | None, *, force: bool = False) -> Plan:
    """What `upload` would do. Reads only, so that a public dataset needs no token.

    Raises:
        ProvenError: as `upload` has it.
    """
    with _plainly(repo, release):
        return _plan(api, repo, release, known, force)


def upload(
    api: HfApi, repo: str, release: Release, source: str, known: Receipt | None, *, force: bool = False
) -> Receipt:
    """Make the dataset equal to the folder, tag it and read it back; what is there already is not done again.

    ``source`` is our commit, which the Hub's commit tells. ``known`` is the receipt of the last upload. Faults that may
    pass are waited out by `WAITS`, and each try plans anew: a commit whose reply was lost is then found to be there.

    Raises:
        ProblemsFound: no token, or one that is not enough; no such dataset; the tag has other content; commits on the
            Hub that ``known`` does not know, unless ``force``; a card that the Hub refuses.
        ProvenError: the Hub can't be reached, or did not become what it should.
    """
    with _plainly(repo, release):
        for wait in (*WAITS, None):
            try:
                return _upload(api, repo, release, source, known, force)
            except FAILURES as error:
                if wait is None or not _passes(error):
                    raise
                time.sleep(max(wait, _asked_wait(error)))
        raise AssertionError('the last try returns or raises')


def _upload(api: HfApi, repo: str, release: Release, source: str, known: Receipt | None, force: bool) -> Receipt:
    head, tagged, changes = _plan(api, repo, release, known, force)
    if not tagged:
        if not (api.token or huggingface_hub.get_token()):
            message = 'there is no token; log in with `hf auth login` or set HF_TOKEN'
            raise ProblemsFound([Problem(repo, '', message)])
        if changes:
            head = _commit(api, repo, release, source, head, changes)
            _require_equal(api, repo, release, head)
        api.create_tag(repo, repo_type=KIND, tag=release.tag, revision=head)
        _require_equal(api, repo, release, release.tag)
    # Who publishes the same once more has no other receipt, from whatever commit of ours he does it.
    done = api.list_repo_commits(repo, repo_type=KIND, revision=release.tag)[0]
    told = re.search(r'^Source commit: (\w+)$', done.message, re.MULTILINE)
    return Receipt(
        repo=repo,
        version=release.version,
        tag=release.tag,
        commit=done.commit_id,
        source=told[1] if told else source,
        manifest=release.manifest,
    )


def _plan(api: HfApi, repo: str, release: Release, known: Receipt | None, force: bool) -> Plan:
    refs = api.list_repo_refs(repo, repo_type=KIND)
    head = next((branch.target_commit for branch in refs.branches if branch.name == 'main'), None)
    if head is None:
        raise ProblemsFound([Problem(repo, 'main', 'is not there; make this branch on the Hub')])
    tagged = any(tag.name == release.tag for tag in refs.tags)
    changes = _changes(api, repo, release, release.tag if tagged else head)
    if tagged and changes:
        message = f'is on the Hub with other content ({changes}); tags never move: raise the version'
        raise ProblemsFound([Problem(repo, release.tag, message)])
    if changes and not force and _is_foreign(repo, head, changes, known):
        where = f'{api.endpoint}/datasets/{repo}/commit/{head}'
        message = f'has a commit that the last receipt does not know ({where}); take over what it has, then use --force'
        raise ProblemsFound([Problem(repo, 'main', message)])
    return Plan(head, tagged, changes)


def _is_foreign(repo: str, head: str, changes: Changes, known: Receipt | None) -> bool:
    """Whether what is on the Hub is someone's: before the first receipt whatever is there, then what came after."""
    if known and known.repo == repo:
        return known.commit != head
    return bool(changes.changed or changes.removed)


def _changes(api: HfApi, repo: str, release: Release, revision: str) -> Changes:
    found = api.verify_repo_checksums(repo, repo_type=KIND, revision=revision, local_dir=release.root)
    return Changes(
        added=tuple(found.extra_paths),
        changed=tuple(mismatch['path'] for mismatch in found.mismatches),
        removed=tuple(path for path in found.missing_paths if path not in KEPT),
    )


def _commit(api: HfApi, repo: str, release: Release, source: str, parent: str, changes: Changes) -> str:
    operations: list[CommitOperationAdd | CommitOperationDelete] = [
        *(CommitOperationAdd(path, str(release.root / path)) for path in (*changes.added, *changes.changed)),
        *(CommitOperationDelete(path, is_folder=False) for path in changes.removed),
    ]
    done = api.create_commit(
        repo,
        operations,
        repo_type=KIND,
        commit_message=f'Release {release.tag}',
        commit_description=f'Source commit: {source}\nSHA-256 of {MANIFEST}: {release.manifest}',
        parent_commit=parent,
    )
    return done.oid


def _require_equal(api: HfApi, repo: str, release: Release, revision: str) -> None:
    changes = _changes(api, repo, release, revision)
    if changes:
        raise ProvenError(f'{repo} at {revision} is not what was sent ({changes}); see what the Hub made of it')


def _passes(error: Exception) -> bool:
    """Whether the same may work in a while."""
    cause = _cause(error)
    if isinstance(cause, RevisionNotFoundError):
        return True  # a commit or tag just made, asked of a server that has not heard of it
    if isinstance(cause, HfHubHTTPError):
        return cause.response.status_code in PASSING or cause.response.status_code >= 500
    return True


def _cause(error: BaseException) -> BaseException:
    """The client wraps what goes wrong with one file into a RuntimeError."""
    return error.__cause__ if isinstance(error, RuntimeError) and error.__cause__ else error


def _asked_wait(error: Exception) -> float:
    """Seconds that the Hub asks to wait."""
    cause = _cause(error)
    asked = cause.response.headers.get('Retry-After', '') if isinstance(cause, HfHubHTTPError) else ''
    return min(float(asked), LONGEST_WAIT) if asked.isdigit() else 0.0


@contextlib.contextmanager
def _plainly(repo: str, release: Release) -> Iterator[None]:
    """Turn what the client raises into one sentence; no text of a request, so never a token, is in it."""
    try:
        yield
    except OfflineModeIsEnabled as error:
        raise ProblemsFound([Problem(repo, 'HF_HUB_OFFLINE', 'is set; unset it to reach the Hub')]) from error
    except OIDCError as error:
        raise ProblemsFound([Problem(repo, 'HF_OIDC_RESOURCE', f'{error}')]) from error
    except FAILURES as error:
        raise _told(_cause(error), repo) from error
    except ValueError as error:
        if not isinstance(error.__cause__, BadRequestError):
            raise
        card = release.root / 'README.md'
        message = ' '.join(str(error).split())
        raise ProblemsFound([Problem(str(card), 'front matter', f'the Hub refuses it: {message}')]) from error


def _told(error: BaseException, repo: str) -> ProvenError:
    if not isinstance(error, HfHubHTTPError):
        kind = type(error).__name__
        return ProvenError(f'{repo}: the Hub could not be reached ({kind}); run it again, it goes on where it was')
    status = error.response.status_code
    if error.response.url.path == '/oauth/token':
        message = 'the Hub does not trust this workflow; name it as a trusted publisher in the settings of the dataset'
    elif isinstance(error, RepositoryNotFoundError):
        message = 'there is no such dataset, or this token may not see it; make it on the Hub, or mend publish.repo'
    elif status == 401:
        message = 'the Hub does not accept this token; log in again with `hf auth login`, or mend HF_TOKEN'
    elif status == 403:
        message = 'this token may not write here; take one with write access to this dataset'
    elif _passes(error):
        return ProvenError(f'{repo}: the Hub answers HTTP {status}; run it again later, it goes on where it was')
    else:
        said = error.server_message or 'no reason given'
        return ProvenError(f'{repo}: the Hub refuses with HTTP {status}: {" ".join(said.split())}')
    return ProblemsFound([Problem(repo, f'HTTP {status}', message)])


def _manifest(root: Path) -> Manifest:
    path = root / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_bytes())
    except OSError as error:
        raise ProblemsFound([Problem(str(path), '', 'can not be read; make it with dvc repro')]) from error
    except ValidationError as error:
        raise ProblemsFound(problems_of(error, str(path))) from error


def _check_card(path: Path, names: Sequence[str]) -> list[Problem]:
    """Every config has its files, and every Parquet file has a config: without one no reader would find it."""
    try:
        parts = path.read_text(encoding='utf-8').split('---\n', 2)
        if len(parts) < 3 or parts[0]:
            return [Problem(str(path), 'front matter', 'is missing; the Hub reads the configs there')]
        card = Card.model_validate(load_yaml(parts[1]))
    except OSError:
        return [Problem(str(path), '', 'can not be read; a release has a dataset card')]
    except ValidationError as error:
        return problems_of(error, str(path))
    except ValueError as error:
        return [Problem(str(path), 'front matter', str(error))]
    patterns = [file.path for config in card.configs for file in config.data_files]
    lost = [name for name in names if name.endswith('.parquet') and not any(fnmatch.fnmatch(name, p) for p in patterns)]
    return [
        *(
            Problem(str(path), 'configs', f'no file is {one}; mend it')
            for one in patterns
            if not fnmatch.filter(names, one)
        ),
        *(Problem(str(path), 'configs', f'none has {name}; add it') for name in lost),
    ]


def _sha256(path: Path) -> str:
    with path.open('rb') as file:
        return hashlib.file_digest(file, 'sha256').hexdigest()
