"""Coverage of C and C++, as gcov tells it."""

from __future__ import annotations

import json
from collections.abc import Callable

REPORT = '/tmp/coverage.json'  # noqa: S108 - a path in the box


def read(report: bytes, is_solution: Callable[[str], bool]) -> tuple[int, int]:
    """Lines reached and lines there are in the JSON documents of `gcov --json-format`, one a line.

    Raises:
        ValueError: not such documents.
    """
    lines: dict[tuple[str, int], bool] = {}
    for document in report.splitlines():
        for file in json.loads(document)['files']:
            path = file['file'].removeprefix('./')
            for line in file['lines'] if is_solution(path) else ():
                key = (path, line['line_number'])
                lines[key] = lines.get(key, False) or line['count'] > 0
    return sum(lines.values()), len(lines)
