"""What an upload costs: bytes that a release sends, the next one with one row changed, and one that was killed.

    python benchmarks/upload.py [FOLDER]          default: release

The real client publishes to a Hub on loopback, each time in a process of its own with an empty home; once over LFS,
which sends every changed file whole, once over Xet, which sends the chunks that are new. Over Xet the bytes are those
that its store of chunks and shards grew by; the store is a folder (`local://`), which tells a new client all it has.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from stages.export import PARQUET
from tests.hub import WRITER
from tests.hub import Drop
from tests.hub import Hub

REPOSITORY = Path(__file__).parents[1]
REPO = 'org/demo'
ROWS = 'data/examples/train-00000-of-00001.parquet'
COMMAND = (sys.executable, '-m', 'stages.publish', 'release', 'publish/receipt.json')


class Publisher:
    """A repository with a release in it, and the Hub that it goes to."""

    def __init__(self, folder: Path, hub: Hub) -> None:
        self.folder, self.hub = folder, hub
        self.total = sum(path.stat().st_size for path in (folder / 'release').rglob('*') if path.is_file())
        hub.create(REPO)
        (folder / '.gitignore').write_text('/release/\n')
        (folder / 'params.yaml').write_text(f'publish: {{repo: {REPO}}}\n')
        for command in ('git init -q', 'git add .', 'git -c user.name=a -c user.email=a@example.com commit -qm all'):
            subprocess.run(command.split(), cwd=folder, check=True)

    def start(self) -> subprocess.Popen[str]:
        home = str(self.folder.parent / 'home')
        shutil.rmtree(home, ignore_errors=True)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(('HF_', 'HUGGING'))}
        ours = {'HF_ENDPOINT': self.hub.url, 'HF_HOME': home, 'HF_TOKEN': WRITER, 'PYTHONPATH': str(REPOSITORY)}
        xet = {} if self.hub.xet else {'HF_HUB_DISABLE_XET': '1'}
        return subprocess.Popen(
            COMMAND, cwd=self.folder, env=kept | ours | xet, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def sent(self) -> int:
        """Bytes that left so far: bodies of requests, and what the store of Xet has."""
        store = Path(self.hub.xet or '/nowhere') / 'xet/xorbs'
        stored = [path.stat().st_size for part in ('xorbs', 'shards') for path in (store / part).glob('*')]
        return sum(one.bytes for one in self.hub.log) + sum(stored)

    def publish(self, label: str, kill: tuple[str, str, int] | None = None) -> None:
        """One upload, killed at the request of that method and path after so many of them."""
        before, began = self.sent(), time.perf_counter()
        process = self.start()

        def end() -> None:
            process.kill()
            raise Drop

        if kill:
            self.hub.before(kill[0], kill[1], end, after=kill[2])
        told, _ = process.communicate()
        if process.returncode != (-signal.SIGKILL if kill else 0):
            raise SystemExit(told)
        seconds, sent = time.perf_counter() - began, self.sent() - before
        print(f'  {label}: {sent:,} bytes, {sent / self.total:.1%} of the folder, {seconds:.1f} s', flush=True)


def seal(release: Path, version: str) -> None:
    """Make it the release of that version: a manifest of what lies there."""
    manifest = release / 'MANIFEST.json'
    manifest.unlink(missing_ok=True)
    contents = {p.relative_to(release).as_posix(): p.read_bytes() for p in sorted(release.rglob('*')) if p.is_file()}
    listed = {name: {'sha256': hashlib.sha256(raw).hexdigest(), 'bytes': len(raw)} for name, raw in contents.items()}
    manifest.write_text(json.dumps({'version': version, 'files': listed}, indent=2))


def change_one_row(path: Path) -> None:
    """A line more in the first file of the row in the middle."""
    table = pq.read_table(path)
    rows = table.to_pylist()
    rows[len(rows) // 2]['code_files'][0]['content'] += '\n// changed\n'
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema).combine_chunks(), path, **PARQUET)


def measure(source: Path, xet: bool) -> None:
    with tempfile.TemporaryDirectory(prefix='proven-bench-') as name, Hub(xet=f'{name}/xet' if xet else None) as hub:
        hub.page = 1000
        folder = Path(name) / 'repository'
        shutil.copytree(source, folder / 'release')
        seal(folder / 'release', '1.0.0')
        here = Publisher(folder, hub)
        print(f'{"Xet" if xet else "LFS"}: a folder of {here.total:,} bytes', flush=True)
        here.publish('first release')
        here.publish('the same again')
        change_one_row(folder / 'release' / ROWS)
        seal(folder / 'release', '1.0.1')
        here.publish('one row changed')
        hub.create(REPO)
        (folder / 'publish/receipt.json').unlink()
        if not xet:
            hub.blobs = {key: blob for key, blob in hub.blobs.items() if len(key) == 40}
            shards = len(list((folder / 'release').rglob('*.parquet')))
            here.publish('from nothing, killed half-way', ('PUT', '/lfs/', shards // 2))
        else:
            shutil.rmtree(hub.xet)
            here.publish('from nothing, killed before the commit', ('POST', '/commit/', 0))
        here.publish('gone on')
        assert list(hub.repos[REPO].tags) == ['v1.0.1']


def main() -> None:
    source = Path(sys.argv[1] if len(sys.argv) > 1 else REPOSITORY / 'release')
    for xet in (False, True):
        measure(source, xet)


if __name__ == '__main__':
    main()
