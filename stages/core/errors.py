"""Problems and exceptions; the exit codes of every command.

Exit codes: 0 fine, 1 problems the user can mend (all of them listed), 2 a fault of ours or of this machine, 130 Ctrl-C,
141 nobody reads the output any more.

    ProvenError
     ├── ProblemsFound          values to list, one line each
     └── SandboxUnavailable     this machine can't isolate foreign code; never a verdict on an example
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from typing import NamedTuple


class Problem(NamedTuple):
    """One thing that is wrong, where it is and what to do about it."""

    path: str
    field: str
    message: str

    def __str__(self) -> str:
        where = f'{self.path}: {self.field}' if self.field else self.path
        return f'{where}: {self.message}'


class ProvenError(Exception):
    """The root of our own exceptions; its message is for people."""


class ProblemsFound(ProvenError):
    """Everything that is wrong with the input, found in one run."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__('\n'.join(map(str, self.problems)))


class SandboxUnavailable(ProvenError):
    """Foreign code can't be isolated here; the message says what to do."""


def run_main(main: Callable[[Sequence[str] | None], int], argv: Sequence[str] | None = None) -> int:
    """Call ``main`` and turn what it raises into lines on stderr and an exit code."""
    try:
        status = main(argv)
        sys.stdout.flush()
        return status
    except ProblemsFound as error:
        print(error, file=sys.stderr)
        count = len(error.problems)
        print(f'{count} problem{"s" if count != 1 else ""}; nothing was written', file=sys.stderr)
        return 1
    except ProvenError as error:
        print(f'error: {error}', file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read our output, `head` for example, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that the flush at the end is not told
        return 141
