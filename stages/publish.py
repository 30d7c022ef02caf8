"""release/ → the Hugging Face Hub: one commit and one tag, read back; a receipt says what was published."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from huggingface_hub import HfApi
from huggingface_hub.utils.tqdm import disable_progress_bars
from pydantic import Field

from stages.core import files
from stages.core import hub
from stages.core import params
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.errors import ProvenError
from stages.core.errors import run_main
from stages.core.hub import Receipt

LOCKS = ('dvc.lock', 'publish/dvc.lock')  # records of DVC, from which nothing is made


class Params(params.Params):
    """``repo``: the dataset on the Hub, as namespace/name."""

    repo: Annotated[str, Field(pattern=r'^[\w.-]+/[\w.-]+$')]


def publish(folder: Path, repo: str, receipt: Path, published: Path, api: HfApi, *, force: bool = False) -> Receipt:
    """Upload a release and leave its receipt, and its manifest as ``published``: what the last release had.

    The commit told as its source must be able to make it: all must be committed but what is written here.

    Raises:
        ProvenError: see `hub.upload`; what is wrong with the folder and the tree is found before any request.
    """
    known = hub.read_receipt(receipt)
    problems = hub.check(folder) + uncommitted((*LOCKS, receipt.as_posix(), published.as_posix()))
    if problems:
        raise ProblemsFound(problems)
    release = hub.read(folder)
    done = hub.upload(api, repo, release, _git('rev-parse', 'HEAD').strip(), known, force=force)
    files.write_text(receipt, json.dumps(done.model_dump(), indent=2) + '\n')
    files.write_text(published, (folder / hub.MANIFEST).read_text(encoding='utf-8'))
    return done


def uncommitted(written: Sequence[str]) -> list[Problem]:
    """Files of the repository here that its last commit does not have so, but for those that are ``written``.

    New files count too: an example that is not committed would be in the release.
    """
    lines = _git('status', '--porcelain', '-z', '--no-renames', '--untracked-files=all').split('\0')
    names = [line[3:] for line in lines if line]
    message = 'is not committed; commit it, so that this release can be made again'
    return [Problem(name, '', message) for name in names if name not in written]


def _git(*arguments: str) -> str:
    done = subprocess.run(('git', *arguments), capture_output=True, text=True, check=False)
    if done.returncode:
        raise ProvenError(f'git {arguments[0]} failed: {done.stderr.strip()}; publish from a clone of the repository')
    return done.stdout


def dry_run(folder: Path, repo: str, receipt: Path, api: HfApi, *, force: bool = False) -> list[str]:
    """Lines that say what `publish` would do; nothing is written anywhere.

    Raises:
        ProvenError: see `hub.plan`.
    """
    problems = hub.check(folder)
    if problems:
        raise ProblemsFound(problems)
    release = hub.read(folder)
    plan = hub.plan(api, repo, release, hub.read_receipt(receipt), force=force)
    sent = [(folder / name).stat().st_size for name in (*plan.changes.added, *plan.changes.changed)]
    lines = [f'{word} {name}' for word, names in plan.changes._asdict().items() for name in names]
    tag = 'is there' if plan.tagged else 'is new'
    return [*lines, f'{repo} {release.tag}: {len(lines)} files change, {sum(sent)} bytes at most; the tag {tag}']


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('release', type=Path)
    parser.add_argument('receipt', type=Path)
    parser.add_argument('--published', type=Path, default=Path('proofs/published.json'))
    parser.add_argument('--params', type=Path, default=Path('params.yaml'))
    parser.add_argument('--dry-run', action='store_true', help='say what would change, and change nothing')
    parser.add_argument('--force', action='store_true', help='also over commits that were made on the Hub')
    arguments = parser.parse_args(argv)
    settings = params.load(arguments.params, 'publish', Params)
    if not sys.stderr.isatty():
        disable_progress_bars()
    api = HfApi()
    if arguments.dry_run:
        print('\n'.join(dry_run(arguments.release, settings.repo, arguments.receipt, api, force=arguments.force)))
        return 0
    done = publish(arguments.release, settings.repo, arguments.receipt, arguments.published, api, force=arguments.force)
    print(f'publish: {done.repo} {done.tag}: commit {done.commit}')
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
