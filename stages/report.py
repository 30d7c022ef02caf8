"""examples/ and proofs/ → report/: a web site to search and read all examples, also those held back, with reasons."""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path

from stages.all_languages import LANGUAGES
from stages.core import proofs
from stages.core import site
from stages.core import verification
from stages.core.errors import run_main
from stages.core.proofs import Proofs
from stages.core.site import Page

# The end of a page that need not be made again while it would be of the same digest.
MARK = '<!-- of {} -->\n'


def report(found: Proofs, root: Path) -> Iterator[Page]:
    """All pages of the site.

    Raises:
        ProblemsFound: an example has changed since it was indexed.
    """
    entries = (
        site.Entry(row, verification.reread(root, row, LANGUAGES), site.reasons_against(found, name))
        for name, row in sorted(found.examples.items())
    )
    return site.pages(entries, found, LANGUAGES)


def write(pages: Iterable[Page], output: Path) -> tuple[int, int]:
    """Write the folder of the site, how many files and bytes; an earlier one is replaced when the new one is whole.

    Pages of the earlier one that would be made of the same things are kept.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=output.parent, prefix=f'.{output.name}-'))
    files = size = 0
    try:
        new = scratch / 'new'
        for page in pages:
            path = new / page.path
            path.parent.mkdir(parents=True, exist_ok=True)
            if page.digest and _is_of(output / page.path, page.digest):
                shutil.copyfile(output / page.path, path)
            else:
                mark = MARK.format(page.digest) if page.digest else ''
                path.write_text(page.text() + mark, encoding='utf-8', newline='')
            size += path.stat().st_size
            files += 1
        if output.exists():
            output.rename(scratch / 'old')
        new.rename(output)
    finally:
        shutil.rmtree(scratch)
    return files, size


def _is_of(path: Path, digest: str) -> bool:
    """Whether a page that was written before has this digest."""
    mark = MARK.format(digest).encode()
    try:
        with path.open('rb') as file:
            file.seek(-len(mark), os.SEEK_END)
            return file.read() == mark
    except OSError:  # it isn't there, or is shorter
        return False


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('examples', type=Path)
    parser.add_argument('proofs', type=Path)
    parser.add_argument('build', type=Path)
    parser.add_argument('output', type=Path)
    arguments = parser.parse_args(argv)
    found = proofs.read(arguments.proofs, arguments.build)
    files, size = write(report(found, arguments.examples), arguments.output)
    print(f'report: {len(found.examples)} examples in {files} files, {size / 2**20:.1f} MiB')
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
