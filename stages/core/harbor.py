"""Examples as task folders of Harbor (https://www.harborframework.com), so that agents can be evaluated on them.

What is in a folder is told by `files_of`; its format is that of harbor 0.25, schema 1.4. The image has the locked
toolchains where the sandbox mounts them and nothing of the solution or its tests. Our own modules that read reports and
hold a run to its limits are shipped beside the tests, so that a reward follows from what a verdict follows from.
"""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import tempfile
import tomllib
from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from typing import NamedTuple

from stages.core import files
from stages.core import language
from stages.core import manifests
from stages.core import toolchain
from stages.core import trial
from stages.core import verification
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.examples import IGNORED
from stages.core.examples import MAX_EXAMPLE_BYTES
from stages.core.examples import MAX_FILE_BYTES
from stages.core.examples import Example
from stages.core.language import Language
from stages.core.models import Split
from stages.core.models import Verdict
from stages.core.params import Limits
from stages.core.proofs import Proofs

STAGES = Path(__file__).parents[1]
TEMPLATES = STAGES / 'templates' / 'harbor'
NAME = 'proven-code'
WORK = '/app'
# Where `grade.py` puts what it runs.
ROOT = '/tmp/box'  # noqa: S108 - a path in the image
# Modules of ours that read reports, tell roles of files and hold runs to limits.
SHIPPED = ('core/examples.py', 'core/gcov.py', 'core/language.py', 'core/trial.py')
SUPERVISOR_CALL = '\n\nmain()\n'
# What the sandbox sets for every run.
ENVIRONMENT = {'HOME': '/tmp', 'TMPDIR': '/tmp', 'TZ': 'UTC', 'LC_ALL': 'C.UTF-8', 'NO_COLOR': '1'}  # noqa: S108
LOCKS = ('Cargo.lock', 'go.sum')
DIFFICULTY = {'beginner': 'easy', 'intermediate': 'medium', 'advanced': 'hard'}
AGENT_SECONDS = {'beginner': 900, 'intermediate': 1800, 'advanced': 3600}
# Go compiles its standard library and SQLite.
BUILD_SECONDS = 3600
CPUS = 2
# An agent has its own tools beside what the limits allow to tests.
AGENT_MIB = 3072
SERVER_SECONDS = 60
DOCKERFILE = """\
# The locked toolchains that verified this task. Up to ENV it is the same for all tasks that have them: built once.
FROM debian:bookworm-slim
COPY uv.txt install.sh /build/
COPY toolchains /build/toolchains
RUN sh /build/install.sh {names}
RUN useradd --uid 1000 --create-home agent && mkdir --mode 755 {work} && chown agent {work}
ENV {environment}
{given}WORKDIR {work}
"""


class Released(NamedTuple):
    """One released example and what is known of it."""

    example: Example
    adapter: Language
    verdict: Verdict
    family: str
    split: Split

    @property
    def name(self) -> str:
        """Names of tasks are unique, and so are those of implementations in a task."""
        _, task, implementation = self.example.path.split('/')
        return f'{task}-{implementation}'


def released(
    root: Path,
    found: Proofs,
    languages: Mapping[str, Language],
    wanted: Collection[str] | None = None,
    split: Split | None = None,
) -> list[Released]:
    """The released examples, or those of them that are ``wanted`` by path, of all splits or one.

    Raises:
        ProblemsFound: a wanted one is not released, or one has changed since it was indexed.
    """
    rows = {row.example: row for row in found.released}
    refused = sorted(set(wanted or ()) - set(rows))
    if refused:
        raise ProblemsFound(Problem(f'{root.name}/{path}', '', _refusal(path, found)) for path in refused)
    chosen = [rows[name] for name in sorted(rows) if wanted is None or name in wanted]
    return [
        Released(
            verification.reread(root, row, languages),
            languages[row.implementation],
            found.verdicts[row.example],
            row.family,
            found.splits[row.id],
        )
        for row in chosen
        if split in (None, found.splits[row.id])
    ]


def _refusal(path: str, found: Proofs) -> str:
    gate = found.gate.get(path)
    why = ', '.join(gate.reasons) if gate else 'no stage knows it'
    return f'is not released ({why}); run dvc repro, or leave it out'


def write(out: Path, subjects: Sequence[Released], limits: Limits, version: str, uv_lock: str) -> None:
    """Write a dataset folder of all tasks; one that is there is replaced in one step.

    Raises:
        ProblemsFound: ``out`` is something else.
    """
    if out.exists() and not (out / 'dataset.toml').is_file():
        raise ProblemsFound([Problem(str(out), '', 'is there and no such dataset; name a new folder')])
    uv = uv_requirement(uv_lock)
    tasks = {subject.name: files_of(subject, limits, version, uv) for subject in subjects}
    content = {f'{name}/{path}': data for name, task in tasks.items() for path, data in task.items()}
    content['dataset.toml'] = _dataset(tasks, version).encode()
    out.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=out.parent, prefix=f'.{out.name}-'))
    try:
        _place(scratch / 'new', content)
        if out.exists():
            out.rename(scratch / 'old')
        (scratch / 'new').rename(out)
    finally:
        shutil.rmtree(scratch)


def _place(folder: Path, content: Mapping[str, bytes]) -> None:
    folder.mkdir()
    for path, data in content.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        os.chmod(target, 0o755 if path.endswith('.sh') else 0o644)


def uv_requirement(lock: str) -> str:
    """The uv that `uv.lock` has, as a requirement with hashes."""
    package = next(one for one in tomllib.loads(lock)['package'] if one['name'] == 'uv')
    hashes = sorted(wheel['hash'] for wheel in package['wheels'])
    return ' \\\n    '.join((f'uv=={package["version"]}', *(f'--hash={one}' for one in hashes))) + '\n'


def files_of(subject: Released, limits: Limits, version: str, uv: str) -> dict[str, bytes]:
    """All files of a task folder by path: configuration and instruction, `environment/`, `solution/`, `tests/`."""
    texts = {
        'task.toml': _task(subject, limits, version),
        'instruction.md': instruction(subject, limits),
        'environment/Dockerfile': _dockerfile(subject),
        'environment/uv.txt': uv,
        'tests/settings.json': json.dumps(_settings(subject, limits), indent=1, ensure_ascii=False) + '\n',
        'tests/proven/stages/core/supervisor.py': _supervisor(),
    }
    return {
        **{path: text.encode() for path, text in texts.items()},
        'environment/install.sh': _template('install.sh'),
        **{
            f'environment/toolchains/{name}/{path}': data
            for name in toolchains(subject)
            for path, data in files.tree(manifests.SPECIFICATIONS / name).items()
        },
        **{f'environment/given/{path}': data for path, data in given(subject.example).items()},
        'solution/solve.sh': _template('solve.sh'),
        **{f'solution/files/{path}': data for path, data in subject.example.of_role('solution').items()},
        'tests/test.sh': _template('test.sh'),
        **{f'tests/given/{path}': data for path, data in given(subject.example).items()},
        **{f'tests/native/{path}': data for path, data in subject.example.of_role('test').items()},
        **{f'tests/shared/{path}': data for path, data in subject.example.shared.items()},
        **_grader(subject.example.implementation),
    }


def _template(name: str) -> bytes:
    return (TEMPLATES / name).read_bytes()


def _grader(implementation: str) -> dict[str, bytes]:
    shipped = (*SHIPPED, f'languages/{implementation}.py')
    return {
        'tests/proven/grade.py': _template('grade.py'),
        'tests/proven/stages/__init__.py': _template('stages.py'),
        **{f'tests/proven/stages/{path}': (STAGES / path).read_bytes() for path in shipped},
    }


def _supervisor() -> str:
    """The sandbox's supervisor without its last line, so that it can be imported."""
    source = (STAGES / 'core' / 'supervisor.py').read_text(encoding='utf-8')
    assert source.endswith(SUPERVISOR_CALL)
    return source.removesuffix(SUPERVISOR_CALL) + '\n'


def toolchains(subject: Released) -> tuple[str, ...]:
    """What the image has: what runs the example, and Python for tests over HTTP."""
    return verification.needed_toolchains(subject.adapter, ('sqlite',), has_human=False)


def environment(subject: Released) -> dict[str, str]:
    """What is set in the image: that of the adapter."""
    adapter = subject.adapter
    path = f'{toolchain.environment(adapter.TOOLCHAIN)["PATH"]}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/sbin'
    return {'LC_ALL': 'C.UTF-8', 'PATH': path, **adapter.ENVIRONMENT}


def given(example: Example) -> dict[str, bytes]:
    """Manifests and their locks, which say what is installed and nothing of how the task is done."""
    names = (*manifests.MANIFESTS, *LOCKS)
    return {path: data for path, data in example.of_role('solution').items() if path.rpartition('/')[2] in names}


def _dockerfile(subject: Released) -> str:
    values = (f'{name}={_quoted(value)}' for name, value in environment(subject).items())
    return DOCKERFILE.format(
        names=' '.join(toolchains(subject)),
        work=WORK,
        environment=' \\\n    '.join(values),
        given=f'COPY --chown=agent given {WORK}\n' if given(subject.example) else '',
    )


def _quoted(value: str) -> str:
    """A value of ENV: in quotes, no variable put in."""
    for special in '\\"$':
        value = value.replace(special, f'\\{special}')
    return f'"{value}"'


def instruction(subject: Released, limits: Limits) -> str:
    """What the agent reads: nothing but what the task and the interface say, and how the work is run."""
    example, adapter = subject.example, subject.adapter
    task = example.task
    requirements = (f'- **{requirement.id}** {requirement.text.en.strip()}' for requirement in task.requirements)
    parts = [
        f'# {task.title.en}',
        task.statement.en.strip(),
        '## Requirements',
        '\n'.join(requirements),
    ]
    if example.meta.interface:
        parts += ['## Interface', _fenced(example.meta.interface.strip(), adapter.LANGUAGE)]
    parts += ['## What to write', _what_to_write(subject)]
    parts += [_how_it_is_served(adapter.SERVE_CMD)] if adapter.SERVE_CMD else []
    return '\n\n'.join((*parts, '## How it is graded', _how_it_is_graded(adapter, limits))) + '\n'


def _fenced(text: str, name: str) -> str:
    fence = '`' * (3 if '```' not in text else 8)
    return f'{fence}{name}\n{text}\n{fence}'


def _what_to_write(subject: Released) -> str:
    example, adapter = subject.example, subject.adapter
    about = ' '.join((adapter.__doc__ or '').split())
    text = f'Work in `{WORK}`. {about} Write {_listed(_paths(example, adapter))}, and other files if you like.\n\n'
    if there := sorted(given(example)):
        verb = 'is' if len(there) == 1 else 'are'
        text += f'{_listed(there)} {verb} there already and will be put back before your work is run. '
    return text + 'The toolchain and its packages are installed; without a network nothing can be added to them.'


def _paths(example: Example, adapter: Language) -> list[str]:
    """The source files that the interface names, or all if it names none."""
    sources = sorted(path for path in example.of_role('solution') if path.endswith(adapter.SUFFIXES))
    return [path for path in sources if path in (example.meta.interface or '')] or sources


def _listed(names: Sequence[str]) -> str:
    quoted = [f'`{name}`' for name in names]
    return ' and '.join((', '.join(quoted[:-1]), quoted[-1])) if len(quoted) > 1 else quoted[0]


def _how_it_is_served(command: language.Command) -> str:
    return (
        f'In that folder the server is started as\n\n{_fenced(shlex.join(command), "sh")}\n\n'
        f'It listens on 127.0.0.1, port `$PORT`, which is {language.PORT}, within {SERVER_SECONDS} s, and keeps its '
        'data in the file that `$DATABASE_PATH` names, which is not there yet.'
    )


def _how_it_is_graded(adapter: Language, limits: Limits) -> str:
    kept, left = (_listed(sorted(set(names))) for names in (adapter.SOLUTION, (*adapter.TESTS, *adapter.BENCHMARKS)))
    return (
        'Hidden tests, some for each requirement, run on a copy of your files. They can write to `/tmp` alone. '
        f'Files whose names match {kept} are copied, but none that match {left} and none in a folder `testdata`; '
        f'at most {MAX_FILE_BYTES // 1024} KiB a file and {MAX_EXAMPLE_BYTES // 1024} KiB together. '
        f'A run of tests may take {limits.wall_seconds} s, {limits.cpu_seconds} s of CPU time, {limits.memory_mib} MiB '
        f'of memory and {limits.processes} processes, building included.'
    )


def _settings(subject: Released, limits: Limits) -> dict[str, Any]:
    """What `grade.py` runs: the jobs of `trial`, at the paths of the image."""
    example, adapter = subject.example, subject.adapter
    native = trial.native_job(example, adapter, {})
    suites: list[dict[str, Any]] = [
        {
            'tests': 'native',
            'command': native.command,
            'environment': {**ENVIRONMENT, **native.environment},
            'report': adapter.REPORT,
            'serve': None,
        }
    ]
    if adapter.SERVE_CMD is not None:
        suites.append(_shared_suite(example, adapter))
    return {
        'adapter': f'stages.languages.{example.implementation}',
        'suites': suites,
        'requirements': {name: _elsewhere(tests) for name, tests in subject.verdict.requirements.items()},
        'limits': limits.model_dump(),
    }


def _elsewhere(tests: Sequence[str]) -> Sequence[str]:
    """Tests of a requirement without those named with a path of the sandbox: they have other names in the image."""
    return [name for name in tests if f'{language.BOX}/' not in name] or tests


def _shared_suite(example: Example, adapter: Language) -> dict[str, Any]:
    """As `trial.shared_job`, but beside the solution instead of in it, its report out of reach of the server."""
    job = trial.shared_job(example, adapter, {})
    report = f'{ROOT}/reports/report.xml'
    return {
        'tests': 'shared',
        'command': (*(word.removeprefix(f'{language.BOX}/tests/') for word in job.command), f'--junitxml={report}'),
        'environment': {**ENVIRONMENT, **job.environment},
        'report': report,
        'serve': job.serve,
    }


def _task(subject: Released, limits: Limits, version: str) -> str:
    example, adapter = subject.example, subject.adapter
    task, meta = example.task, example.meta
    category, name, _ = example.path.split('/')
    suites = 2 if adapter.SERVE_CMD else 1
    framework = [adapter.FRAMEWORK] if adapter.FRAMEWORK else []
    return _toml(
        {
            '': {
                'schema_version': '1.4',
                'artifacts': [{'source': WORK, 'exclude': sorted({*IGNORED, '.git'})}],
            },
            'task': {
                'name': f'{NAME}/{subject.name}',
                'version': version,
                'description': f'{task.title.en} ({example.implementation})',
                'keywords': [adapter.LANGUAGE, *framework, category, *task.topics],
                'authors': [{'name': author} for author in meta.authors],
            },
            'metadata': {
                'id': example.id,
                'language': adapter.LANGUAGE,
                **({'framework': adapter.FRAMEWORK} if adapter.FRAMEWORK else {}),
                'category': category,
                'task': name,
                'level': task.level,
                'difficulty': DIFFICULTY[task.level],
                'tags': list(task.topics),
                'features': sorted({name for requirement in task.requirements for name in requirement.features}),
                'license': meta.license or task.license,
                'family': subject.family,
                'split': subject.split,
                'toolchain': subject.verdict.toolchain,
            },
            'agent': {'timeout_sec': float(AGENT_SECONDS[task.level]), 'user': 'agent'},
            'verifier': {
                'timeout_sec': float(suites * (limits.wall_seconds + SERVER_SECONDS)),
                # A container that the agent never was in, given only what it wrote.
                'environment_mode': 'separate',
            },
            'environment': {
                'build_timeout_sec': float(BUILD_SECONDS),
                'cpus': CPUS,
                'memory_mb': limits.memory_mib + AGENT_MIB,
                'network_mode': 'no-network',
                'workdir': WORK,
            },
        }
    )


def _dataset(tasks: Mapping[str, Mapping[str, bytes]], version: str) -> str:
    dataset = {
        'name': f'{NAME}/{NAME}',
        'version': version,
        'description': 'Verified code examples as tasks: every requirement has hidden tests that the solution passes.',
        'keywords': ['code', 'verified'],
        'authors': [{'name': 'Proven Code contributors'}],
    }
    head = _toml({'dataset': dataset})
    return head + ''.join(
        f'\n[[tasks]]\nname = {_value(f"{NAME}/{name}")}\ndigest = {_value(digest(task))}\n'
        for name, task in sorted(tasks.items())
    )


def digest(task: Mapping[str, bytes]) -> str:
    """The digest of a task's content as harbor's `Packager.compute_content_hash` computes it."""
    lines = (f'{path}\0{hashlib.sha256(task[path]).hexdigest()}\n' for path in sorted(task))
    return f'sha256:{hashlib.sha256("".join(lines).encode()).hexdigest()}'


def _toml(tables: Mapping[str, Mapping[str, Any]]) -> str:
    """Tables of plain values as TOML; the one without a name has no header."""
    blocks = []
    for name, table in tables.items():
        lines = [f'{key} = {_value(value)}\n' for key, value in table.items()]
        blocks.append((f'[{name}]\n' if name else '') + ''.join(lines))
    return '\n'.join(blocks)


def _value(value: Any) -> str:
    """A value of TOML, whose numbers and strings are written as those of JSON are."""
    if isinstance(value, dict):
        return f'{{ {", ".join(f"{key} = {_value(item)}" for key, item in value.items())} }}'
    if isinstance(value, list):
        return f'[{", ".join(map(_value, value))}]'
    return json.dumps(value, ensure_ascii=False)
