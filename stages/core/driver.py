"""How workloads are built and run: one `Driver` for each language, whose sources lie in `stages/drivers/`.

A workload file `bench_*` names workloads, each with a default size. A workload makes an input of any size from seeded
numbers, the same in every language, and gives the work to be timed and a check of its result. A driver runs one of them
in a fresh process and writes `REPORT`; it is told what to do by its environment:

- ``BENCH_FILE`` the workload file; ``BENCH_WORKLOAD`` which one, or nothing: then the driver lists them
- ``BENCH_SIZES`` sizes of the input, separated by spaces, one after the other
- ``BENCH_LOOPS`` calls in one value; 0: doubled from 1 on until they take ``BENCH_LEAST_NS`` of CPU time
- ``BENCH_WARMUP_NS`` CPU time of calls that come before and don't count; ``BENCH_VALUES`` how many values
- ``BENCH_MOST_NS`` a call longer than this is the last size
- ``BENCH_VALUES`` 0: no clock and no warm-up, just ``BENCH_LOOPS`` calls, for memory

Lines of the report, separated by tabs: ``workload NAME SIZE``; ``warmup`` and ``value`` with size, loops, CPU and wall
nanoseconds, and how often the process waited; ``peak SIZE KIB`` (VmHWM); ``check SIZE 0|1``.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import NamedTuple

from stages.core.language import BOX
from stages.core.language import Command

SOURCES = Path(__file__).parents[1] / 'drivers'
REPORT = '/tmp/bench.tsv'  # noqa: S108 - a path in the box
BUILT = '/tmp/built'  # noqa: S108 - likewise
PROGRAM = f'{BOX}/built/program'


class Driver(NamedTuple):
    """``files`` of `stages/drivers/` are put into `/box/driver`; ``build`` leaves one file, `BUILT`, which is
    `PROGRAM` when ``run`` starts; both run in the example's folder.

    Two times that differ by less than the share ``margin`` are told as no difference, as are peaks of memory by less
    than the share and the MiB of ``memory_margin``. ``warmup_ms`` and ``least_ms`` are CPU time. Where processes take
    long, comparisons have ``patience`` times the time.
    """

    files: tuple[str, ...]
    run: Command
    build: Command | None = None
    margin: float = 0.03
    memory_margin: tuple[float, int] = (0.1, 1)
    warmup_ms: int = 20
    least_ms: int = 20
    patience: float = 1.0

    @functools.cache  # noqa: B019 - there is one driver a language, for as long as the process lives
    def sources(self) -> dict[str, bytes]:
        return {f'driver/{name}': (SOURCES / name).read_bytes() for name in self.files}


def _shell(script: str) -> Command:
    return ('sh', '-euc', script)


_COPY = f'cp {PROGRAM} /tmp/program && chmod 700 /tmp/program && exec /tmp/program'
# What is aligned moves less when code elsewhere changes: placement alone is worth up to 10 % in C.
_ALIGNED = '-O2 -pthread -falign-functions=64 -falign-loops=32'
_NODE = ('node', '--predictable', '--disable-warning=ExperimentalWarning', f'{BOX}/driver/driver.mjs')
_GO_BUILD = f"""
cp -R {BOX}/example /tmp/source
cd "/tmp/source/$(dirname "$BENCH_FILE")"
package=$(sed -n 's/^package \\([A-Za-z0-9_]*\\).*/\\1/p' "$(basename "$BENCH_FILE")" | head -n 1)
sed "s/^package PACKAGE$/package $package/" {BOX}/driver/driver.go > proven_driver_test.go
exec go test -c -vet=off -o {BUILT} .
"""
_JAVA_BUILD = f"""
mkdir /tmp/classes
javac -nowarn -d /tmp/classes $(find . {BOX}/driver -name '*.java')
for folder in src/main/resources; do [ ! -d $folder ] || cp -R $folder/. /tmp/classes; done
exec tar -cf {BUILT} -C /tmp/classes .
"""
_JAVA_RUN = f"""
mkdir /tmp/classes
tar -xf {PROGRAM} -C /tmp/classes
class=$(sed -n 's/^package \\(.*\\);.*/\\1./p' "$BENCH_FILE")$(basename "$BENCH_FILE" .java)
exec java -Xbatch -XX:+UseSerialGC -XX:-UsePerfData -Xms256m -Xmx256m -cp "/tmp/classes${{CLASSPATH:+:$CLASSPATH}}" \
    proven.bench.Driver "$class"
"""
_C_BUILD = f"""
exec gcc -std=c17 {_ALIGNED} -I. -I{BOX}/driver $(find . -name '*.c' ! -name main.c) {BOX}/driver/driver.c \
    -lm -lrt -o {BUILT}
"""
_CPP_BUILD = f"""
exec g++ -std=c++20 {_ALIGNED} -I. -I{BOX}/driver $(find . -name '*.cpp' ! -name main.cpp) {BOX}/driver/driver.cpp \
    -o {BUILT}
"""
_CSHARP_BUILD = f"""
exec mcs -optimize+ -out:{BUILT} -r:System.Core.dll -r:System.Numerics.dll $(find . -name '*.cs') {BOX}/driver/Driver.cs
"""
_JAVA_FILES = ('java/proven/bench/Driver.java', 'java/proven/bench/Workload.java')

_PYTHON = Driver(('driver.py',), ('python', f'{BOX}/driver/driver.py'))
_NODE_JS = Driver(('driver.mjs',), _NODE, memory_margin=(0.25, 8), warmup_ms=200)
_GO = Driver(
    ('driver.go',),
    _shell(f'{_COPY} -test.run="^TestProvenDriver\\$" -test.timeout=0'),
    _shell(_GO_BUILD),
    margin=0.05,
    memory_margin=(0.25, 8),
)
_JAVA = Driver(
    _JAVA_FILES,
    _shell(_JAVA_RUN),
    _shell(_JAVA_BUILD),
    margin=0.05,
    memory_margin=(0.25, 8),
    warmup_ms=800,
    patience=2.0,
)
_C = Driver(('driver.c', 'workload.h'), _shell(_COPY), _shell(_C_BUILD), margin=0.05)
_CPP = Driver(('driver.cpp', 'workload.hpp'), _shell(_COPY), _shell(_CPP_BUILD), margin=0.05)
_CSHARP = Driver(
    ('Driver.cs',),
    ('mono', PROGRAM),
    _shell(_CSHARP_BUILD),
    margin=0.05,
    memory_margin=(0.25, 8),
    warmup_ms=300,
    patience=1.5,
)
_RUST = Driver(('driver.rs',), _shell(_COPY), ('run-tests', '--driver', f'{BOX}/driver/driver.rs', BUILT), margin=0.05)
_RUBY = Driver(('driver.rb',), ('ruby', '--disable=gems', f'{BOX}/driver/driver.rb'), memory_margin=(0.25, 8))
_PHP = Driver(('driver.php',), ('php', f'{BOX}/driver/driver.php'))

# By the name that an adapter has as DRIVER.
DRIVERS = {
    'c': _C,
    'cpp': _CPP,
    'csharp': _CSHARP,
    'go': _GO,
    'java': _JAVA,
    'node': _NODE_JS,
    'php': _PHP,
    'python': _PYTHON,
    'ruby': _RUBY,
    'rust': _RUST,
}
