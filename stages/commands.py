"""What each command of `proven` does, a function each: it takes the arguments and returns the exit code."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stages import index
from stages.all_languages import LANGUAGES
from stages.core import choosing
from stages.core import diffs
from stages.core import git
from stages.core import measuring
from stages.core import messages
from stages.core import mutation
from stages.core import params
from stages.core import release
from stages.core import sandbox
from stages.core import scaffold
from stages.core import schemas
from stages.core import showing
from stages.core import timings
from stages.core import toolchain
from stages.core import verification
from stages.core import watching
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.errors import ProvenError
from stages.core.errors import SandboxUnavailable
from stages.core.examples import Example
from stages.core.examples import read_all
from stages.core.measuring import Settings as BenchmarkSettings
from stages.core.messages import say
from stages.core.models import CATEGORIES
from stages.core.models import MutantsRow
from stages.core.models import TimingsRow
from stages.core.models import Verdict
from stages.core.mutation import Settings as MutateSettings
from stages.core.params import Limits
from stages.core.params import Section
from stages.core.params import VerifyLimits
from stages.mutate import describe

PARAMS = Path('params.yaml')


def new(arguments: argparse.Namespace) -> int:
    """Write a new example that passes, or one from a folder of code; asks for its names if none are given."""
    path = arguments.path or _asked(choosing.folder(arguments.examples))
    imported = None
    if arguments.source:
        implementation = path.strip('/').rpartition('/')[2]
        if implementation not in LANGUAGES:
            told = f'{implementation!r} is not known; use one of {", ".join(LANGUAGES)}'
            raise ProblemsFound([Problem(path, 'implementation', told)])
        if not arguments.origin:
            raise ProblemsFound([Problem(path, 'origin', 'is not given; say --origin human or --origin ai')])
        imported = scaffold.read_folder(arguments.source, LANGUAGES[implementation])
    author = scaffold.Author(arguments.origin, arguments.author)
    written = scaffold.write(arguments.examples, path, LANGUAGES, imported, author)
    left = [str(arguments.source / name) for name in imported.left] if imported else []
    lines = [*map(str, written), *(say('left out, it has no role here: {}', name) for name in left)]
    lines.append(say('next: change them into your example, then: proven verify {}', arguments.examples / path))
    tell_outcome(arguments, {'written': [*map(str, written)], 'left_out': left}, '\n'.join(lines))
    return 0


def _asked(root: Path) -> str:
    """The path of a new example, from questions on the terminal."""
    if not sys.stdin.isatty():
        raise ProblemsFound([Problem('proven new', '', 'has to be told CATEGORY/TASK/IMPLEMENTATION')])
    try:
        task = input(say('task, in kebab-case, new or there already: ')).strip()
        there = next((path.parent.name for path in root.glob(f'*/{task}') if task), None)
        category = there or input(say('category ({}): ', ', '.join(CATEGORIES))).strip()
        implementation = input(say('implementation ({}): ', ', '.join(LANGUAGES))).strip()
    except EOFError as error:
        raise ProblemsFound([Problem('proven new', '', 'was told no names')]) from error
    return f'{category}/{task}/{implementation}'


def draft(arguments: argparse.Namespace) -> int:
    """Ask a model for an unedited draft of an example, at $OPENAI_BASE_URL with $OPENAI_API_KEY."""
    drafting = _loaded('stages.core.drafting')  # httpx
    example = choosing.one(arguments.examples, arguments.path, LANGUAGES)
    names = ('temperature', 'max_tokens', 'seed')
    parameters = {name: value for name in names if (value := getattr(arguments, name)) is not None}
    written = drafting.draft(
        arguments.examples / example.path,
        example,
        LANGUAGES[example.implementation],
        arguments.model,
        parameters,
        tuple(arguments.file or ()),
        arguments.replace,
        arguments.timeout,
    )
    lines = [*map(str, written), say('next: proven verify {}', arguments.examples / example.path)]
    tell_outcome(arguments, {'written': [*map(str, written)]}, '\n'.join(lines))
    return 0


def check(arguments: argparse.Namespace) -> int:
    """Check examples without running them: those of the given paths, or what changed since the last commit."""
    count = len(read_all(arguments.examples, LANGUAGES, _selected(arguments)))
    told = say('check: 1 example, no problems') if count == 1 else say('check: {} examples, no problems', count)
    tell_outcome(arguments, {'examples': count, 'problems': []}, told)
    return 0


def verify(arguments: argparse.Namespace) -> int:
    """Check examples, then run their tests in the sandbox, with a negative control and the draft if there is one."""
    examples = read_all(arguments.examples, LANGUAGES, _selected(arguments))
    settings = _section('verify', VerifyLimits)
    if any(
        verification.can_run(LANGUAGES[example.implementation], example.meta.databases, example.meta.human is not None)
        for example in examples
    ):
        sandbox.require()
    found = [_verify_one(example, settings.limits, arguments) for example in examples]
    tell_outcome(arguments, {'examples': [watching.as_data(one) for one in found]})
    return max([int(one.verdict.verdict != 'passed') for one in found], default=0)


def _verify_one(example: Example, limits: Limits, arguments: argparse.Namespace) -> watching.Watched:
    def tell(run: watching.Run) -> None:
        if not arguments.json:
            print('\n'.join(watching.lines(run, arguments.verbose)), flush=True)

    if not arguments.json:
        print(example.path, flush=True)
    found = watching.verify(example, LANGUAGES[example.implementation], limits, tell)
    if not arguments.json:
        print(watching.summary(found), flush=True)
        if found.verdict.verdict != 'passed':
            print(watching.explanation(found, arguments.examples), file=sys.stderr, flush=True)
    return found


def mutate(arguments: argparse.Namespace) -> int:
    """Put small faults into the solutions and show each that no test finds; --all runs every one, not only a sample."""
    examples = read_all(arguments.examples, LANGUAGES, _selected(arguments))
    settings, limits = _section('mutate', MutateSettings), _section('verify', VerifyLimits)
    if arguments.all:
        settings = settings.model_copy(update={'budget': sys.maxsize})
    sandbox.require()
    rows = [_mutate_one(example, settings, limits.limits, arguments) for example in examples]
    tell_outcome(arguments, {'examples': [row.model_dump(mode='json') if row else None for row in rows]})
    return max([int(row is None or bool(row.survived or row.reasons)) for row in rows], default=0)


def _mutate_one(
    example: Example, settings: MutateSettings, limits: Limits, arguments: argparse.Namespace
) -> MutantsRow | None:
    row = mutation.mutate_example(example, LANGUAGES[example.implementation], limits, settings, '', '', {})
    if row is None:
        told = say('does not pass its tests; proven verify tells why')
        print(f'{example.path}: {told}', file=sys.stderr)
    elif not arguments.json:
        print(f'{example.path}: {say("{} of {} mutants killed", len(row.killed), row.told)}', flush=True)
        if told := describe(example, row):
            print(told, flush=True)
    return row


def bench(arguments: argparse.Namespace) -> int:
    """Measure the workloads of examples: time, memory and growth, and the solution against draft and human variant."""
    examples = read_all(arguments.examples, LANGUAGES, _selected(arguments))
    settings, limits = _section('benchmark', BenchmarkSettings), _section('verify', VerifyLimits)
    sandbox.require()
    rows = {example.path: _bench_one(example, settings, limits.limits, arguments) for example in examples}
    unproven = [
        f'{example.path}: changes: {change.benchmark}: {say(UNPROVEN)}'
        for example in examples
        for change in example.meta.changes
        if change.benchmark and (row := rows[example.path]) and not row.proves(change.benchmark)
    ]
    data = {'examples': [row.model_dump(mode='json') for row in rows.values() if row], 'unproven': unproven}
    tell_outcome(arguments, data, '\n'.join(unproven))
    return int(bool(unproven) or any(row is None or bool(row.reason) for row in rows.values()))


UNPROVEN = 'not proven: the solution is neither faster than the draft nor does it need less memory'


def _bench_one(
    example: Example, settings: BenchmarkSettings, limits: Limits, arguments: argparse.Namespace
) -> TimingsRow | None:
    adapter = LANGUAGES[example.implementation]
    if not example.of_role('benchmark'):
        print(f'{example.path}: {say("has no workloads; add {}", adapter.BENCHMARKS[0])}', file=sys.stderr)
        return None
    row = measuring.measure_example(example, adapter, settings, limits, '')
    if not arguments.json:
        print(timings.describe(row), flush=True)
    return row


def show(arguments: argparse.Namespace) -> int:
    """Print an example with its proofs."""
    example = choosing.one(arguments.examples, arguments.path, LANGUAGES)
    found = showing.read(arguments.examples.parent / 'proofs', example.path, _wanted(example))
    tell_outcome(arguments, showing.as_data(example, found), showing.markdown(example, found))
    return 0


def diff(arguments: argparse.Namespace) -> int:
    """Tell what was done to the data since BASE was left: rows, weaker tests, provenance, a class of risk."""
    root = choosing.folder(arguments.examples)
    found = diffs.compare(root, git.fork_point(root, arguments.base), LANGUAGES)
    if arguments.run:
        sandbox.require()
    proofs = f'{git.prefix(root.parent)}proofs/verdicts.jsonl'
    base = {row.example: row for row in _verdicts(git.content(root, found.base, proofs).decode())}
    given = arguments.verdicts.read_text(encoding='utf-8') if arguments.verdicts else ''
    verdicts = {row.example: row for row in _verdicts(given)}
    rows = [_with_evidence(row, verdicts.get(row.path), base.get(row.was), arguments.run) for row in found.rows]
    found = found._replace(rows=tuple(rows))
    tell_outcome(arguments, diffs.as_data(found), diffs.markdown(found))
    return 0


def _verdicts(text: str) -> list[Verdict]:
    return [Verdict.model_validate_json(line, strict=False) for line in text.splitlines() if line]


def _with_evidence(row: diffs.Row, given: Verdict | None, base: Verdict | None, run: bool) -> diffs.Row:
    """A row of a difference with what is known of its tests, or with what running them shows, where nothing is."""
    if row.new is None:
        return row
    adapter, limits = LANGUAGES[row.new.implementation], _section('verify', VerifyLimits).limits
    wanted = _wanted(row.new)
    verdict = next((one for one in (given, base) if one and one.digest == wanted), None)
    if run and verdict is None:
        verdict, _ = verification.verify_example(row.new, adapter, limits, wanted)
    row = diffs.with_verdict(row, verdict, base)
    if not run or verdict is None or verdict.verdict != 'passed':
        return row
    lost = diffs.lost_mutants(row, adapter, limits, _section('mutate', MutateSettings))
    speeds = diffs.against_base(row, adapter, _section('benchmark', BenchmarkSettings), limits)
    return row._replace(findings=(*row.findings, *lost, *speeds))


def doctor(arguments: argparse.Namespace) -> int:
    """Say what this machine can run, what is missing and how to get it; --install gets it."""
    unknown = sorted(set(arguments.install or ()) - set(toolchain.names()))
    if unknown:
        raise ProvenError(f'no toolchain {", ".join(unknown)}; there are {", ".join(toolchain.names())}')
    if arguments.install is not None:
        _install(arguments.install or toolchain.names())
    fine = True
    try:
        sandbox.require()
        print(say('sandbox: isolates'))
    except SandboxUnavailable as error:
        fine = False
        print(say('sandbox: {}', messages.translated(str(error))))
    isolated = fine
    for name in toolchain.names():
        other = 'human variants' if name.endswith('-packages') else 'databases'
        used = ', '.join(sorted(key for key, adapter in LANGUAGES.items() if name == adapter.TOOLCHAIN)) or say(other)
        if not toolchain.is_installed(name):
            print(say('{}: missing, needed for {}; proven doctor --install {}', name, used, name))
        elif isolated:
            version = _version(name)
            fine = fine and version is not None
            if version is not None:
                print(say('{}: {}, for {}', name, version, used))
    return 0 if fine and all(map(toolchain.is_installed, toolchain.names())) else 1


def _install(wanted: Sequence[str]) -> None:
    """Packages of the system that these toolchains need, then the toolchains themselves."""
    packages = sorted({package for name in wanted for package in toolchain.missing_packages(name)})
    if packages:
        print(say('installing packages {}', ' '.join(packages)), flush=True)
        toolchain.install_packages(packages)
    for name in wanted:
        if not toolchain.is_installed(name):
            print(say('installing toolchain {}', name), flush=True)
            toolchain.install(name)


def _version(name: str) -> str | None:
    """What a toolchain says of itself; None, and told why, if it does not run."""
    commands = (adapter.VERSION_CMD for adapter in LANGUAGES.values() if name == adapter.TOOLCHAIN)
    try:
        return next((toolchain.version(name, command) for command in commands), say('installed'))
    except toolchain.InstallFailed as error:
        print(f'{name}: {messages.translated(str(error))}')
        return None


def schema(arguments: argparse.Namespace) -> int:
    """Write the JSON Schemas of task.yaml and example.yaml, which editors read."""
    print('\n'.join(str(path) for path in schemas.write(Path('schemas'))))
    return 0


def fingerprint(arguments: argparse.Namespace) -> int:
    """Keep hashes of a benchmark, from files or as params.yaml has it on the Hub, to screen examples against it."""
    stage = _loaded('stages.decontaminate')  # numpy and pyarrow
    settings = _section('decontaminate', stage.Params)
    written = stage.fingerprint(arguments.name, arguments.files, Path('fingerprints'), settings)
    print('\n'.join(str(path) for path in written))
    return 0


def release_(arguments: argparse.Namespace) -> int:
    """Check a release against its manifest, or tell what two releases differ in."""
    if arguments.action == 'verify':
        for folder in arguments.folders:
            found = release.verify(folder)
            rows = sum(table['rows'] for table in found['content'].values())
            print(f'{folder}: version {found["version"]}: {len(found["files"])} files, {rows} rows, as in the manifest')
        return 0
    if len(arguments.folders) != 2:
        raise ProvenError(f'diff takes two releases, not {len(arguments.folders)}')
    for one in release.diff(*arguments.folders):
        print(f'{one.config}: {len(one.added)} added, {len(one.removed)} removed, {len(one.changed)} changed')
        for sign, names in (('+', one.added), ('-', one.removed), ('~', one.changed)):
            print(''.join(f'  {sign} {name}\n' for name in names), end='')
    return 0


def harbor(arguments: argparse.Namespace) -> int:
    """Write released examples as Harbor task folders, to evaluate agents on them."""
    tasks, proofs = _loaded('stages.core.harbor'), _loaded('stages.core.proofs')  # numpy
    version, limits = release.read(Path('release'))['version'], _section('verify', VerifyLimits).limits
    found = proofs.read(Path('proofs'), Path('build'))
    wanted = choosing.selected(arguments.examples, arguments.paths, 'HEAD') if arguments.paths else None
    subjects = tasks.released(arguments.examples, found, LANGUAGES, wanted, arguments.split)
    tasks.write(arguments.out, subjects, limits, version, Path('uv.lock').read_text(encoding='utf-8'))
    print(f'{arguments.out}: {len(subjects)} task{"s" if len(subjects) != 1 else ""}')
    return 0


def _section(name: str, model: type[Section]) -> Section:
    """A section of `params.yaml`, or its defaults where there is no such file."""
    return params.load(PARAMS, name, model) if PARAMS.exists() else model()


def _selected(arguments: argparse.Namespace) -> list[str]:
    return choosing.selected(arguments.examples, arguments.paths, arguments.since)


def _wanted(example: Example) -> str:
    """The digest that the verdict on an example as it is now has."""
    adapter, limits = LANGUAGES[example.implementation], _section('verify', VerifyLimits).limits
    return verification.digest(index.row(example, adapter, ''), adapter, limits)


def _loaded(module: str) -> Any:
    """A module whose libraries the hooks do without."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise ProvenError(f'{error.name} is missing; ./setup installs it') from error


def tell_outcome(arguments: argparse.Namespace, data: dict[str, Any], text: str = '') -> None:
    """The outcome of a command: one JSON document for machines, else what is left to be told to people."""
    told = json.dumps(data, ensure_ascii=False) if arguments.json else text
    if told:
        print(told, flush=True)
