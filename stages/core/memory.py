"""A stage's output as its own memory: rows with a digest, kept while the digest holds.

While a stage runs, finished rows go to a journal beside the output, so that nothing is lost if it is killed; at the end
the output is replaced in one step and the journal removed. One process at a time holds the journal.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterable
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stages.core import files


class Memory:
    """Rows by example; ``added`` counts those of this run."""

    def __init__(self, output: Path, fresh: bool = False) -> None:
        self.output = output
        self.journal = output.with_name(f'.{output.name}.journal')
        self.fresh = fresh
        self.rows: dict[str, dict[str, Any]] = {}
        self.added = 0
        self._lock = threading.Lock()
        self._descriptor = -1

    def __enter__(self) -> Memory:
        self.output.parent.mkdir(parents=True, exist_ok=True)
        while True:
            self._descriptor = os.open(self.journal, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
            fcntl.flock(self._descriptor, fcntl.LOCK_EX)
            if self.journal.exists() and os.fstat(self._descriptor).st_ino == self.journal.stat().st_ino:
                break  # still the journal, and not the one of a run that ended while we waited
            os.close(self._descriptor)
        if not self.fresh:
            for row in (*files.read_rows(self.output), *files.read_journal(self.journal)):
                self.rows[row['example']] = row
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def holds(self, example: str, digest: str) -> bool:
        """Whether there is a row that still says the truth; ``not_run`` never does."""
        row = self.rows.get(example)
        return row is not None and row['digest'] == digest and row.get('verdict') != 'not_run'

    def add(self, row: Mapping[str, Any]) -> None:
        """Remember a finished row, on disk at once."""
        with self._lock:
            self.rows[row['example']] = dict(row)
            os.write(self._descriptor, (files.dump_row(row) + '\n').encode())
            self.added += 1

    def keep(self, examples: Iterable[str]) -> None:
        """Write the rows of these examples as the output, and drop all others."""
        files.write_rows(self.output, (self.rows[example] for example in examples))
        self.journal.unlink()
