"""What the commit hook costs: `proven check` on 5 changed examples among N, against starting Python with pydantic.

Medians of 9 interleaved runs.

    python benchmarks/check.py [N]          default: 1000
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from incremental import make


def seconds(command: list[str], folder: Path) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - began


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory(prefix='proven-bench-') as name:
        folder = Path(name)
        make(folder, count)
        changed = sorted(folder.glob('examples/*/*/*/example.yaml'))[:: max(1, count // 5)][:5]
        for path in changed:
            path.write_text(path.read_text() + '# changed\n')
        proven = str(Path(sys.executable).with_name('proven'))
        commands = {
            'python with pydantic and yaml': [sys.executable, '-c', 'import pydantic, yaml; pydantic.BaseModel'],
            'proven check': [proven, 'check'],
            'proven check FILES': [proven, 'check', *map(str, changed)],
        }
        times: dict[str, list[float]] = {label: [] for label in commands}
        for _ in range(9):
            for label, command in commands.items():
                times[label].append(seconds(command, folder))
        base = statistics.median(times['python with pydantic and yaml'])
        for label, found in times.items():
            print(f'{label}: {statistics.median(found):.3f} s, ratio {statistics.median(found) / base:.2f}')


if __name__ == '__main__':
    main()
