"""`proven`: the contributor's door."""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stages import index
from stages.all_languages import LANGUAGES
from stages.core import choosing
from stages.core import diffs
from stages.core import git
from stages.core import measuring
from stages.core import mutation
from stages.core import params
from stages.core import sandbox
from stages.core import scaffold
from stages.core import schemas
from stages.core import showing
from stages.core import timings
from stages.core import toolchain
from stages.core import verification
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.errors import ProvenError
from stages.core.errors import SandboxUnavailable
from stages.core.errors import run_main
from stages.core.examples import Example
from stages.core.examples import read_all
from stages.core.measuring import Settings as BenchmarkSettings
from stages.core.models import CATEGORIES
from stages.core.models import Trial
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
    print('\n'.join(map(str, written)))
    for name in imported.left if imported else ():
        print(f'left out, it has no role here: {arguments.source / name}')
    print(f'next: change them into your example, then: proven verify {arguments.examples / path}')
    return 0


def _asked(root: Path) -> str:
    """The path of a new example, from questions on the terminal."""
    if not sys.stdin.isatty():
        raise ProblemsFound([Problem('proven new', '', 'has to be told CATEGORY/TASK/IMPLEMENTATION')])
    try:
        task = input('task, in kebab-case, new or there already: ').strip()
        there = next((path.parent.name for path in root.glob(f'*/{task}') if task), None)
        category = there or input(f'category ({", ".join(CATEGORIES)}): ').strip()
        implementation = input(f'implementation ({", ".join(LANGUAGES)}): ').strip()
    except EOFError as error:
        raise ProblemsFound([Problem('proven new', '', 'was told no names')]) from error
    return f'{category}/{task}/{implementation}'


def check(arguments: argparse.Namespace) -> int:
    """Check examples without running them: those of the given paths, or what changed since the last commit."""
    examples = read_all(arguments.examples, LANGUAGES, _selected(arguments))
    print(f'check: {len(examples)} example{"s" if len(examples) != 1 else ""}, no problems')
    return 0


def _section(name: str, model: type[Section]) -> Section:
    """A section of `params.yaml`, or its defaults where there is no such file."""
    return params.load(PARAMS, name, model) if PARAMS.exists() else model()


def verify(arguments: argparse.Namespace) -> int:
    """Check examples, then run their tests in the sandbox, with a negative control and the draft if there is one."""
    examples = read_all(arguments.examples, LANGUAGES, _selected(arguments))
    settings = _section('verify', VerifyLimits)
    if any(
        verification.can_run(LANGUAGES[example.implementation], example.meta.databases, example.meta.human is not None)
        for example in examples
    ):
        sandbox.require()
    return max([_verify_one(example, settings.limits) for example in examples], default=0)


def _verify_one(example: Example, limits: Limits) -> int:
    verdict, output = verification.verify_example(example, LANGUAGES[example.implementation], limits, '')
    trials = {'solution': verdict.solution, 'stub': verdict.stub, 'draft': verdict.draft, 'human': verdict.human}
    told = '; '.join(f'{name}: {_told(trial)}' for name, trial in trials.items() if trial)
    print(f'{example.path}: {verdict.verdict}{" (" + told + ")" if told else ""}', flush=True)
    if verdict.verdict != 'passed':
        print(f'{verification.describe(verdict)}\n{output}'.strip(), file=sys.stderr, flush=True)
    return 0 if verdict.verdict == 'passed' else 1


def mutate(arguments: argparse.Namespace) -> int:
    """Put small faults into the solutions and show each that no test finds; --all runs every one, not only a sample."""
    examples = read_all(arguments.examples, LANGUAGES, _selected(arguments))
    settings, limits = _section('mutate', MutateSettings), _section('verify', VerifyLimits)
    if arguments.all:
        settings = settings.model_copy(update={'budget': sys.maxsize})
    sandbox.require()
    return max([_mutate_one(example, settings, limits.limits) for example in examples], default=0)


def _mutate_one(example: Example, settings: MutateSettings, limits: Limits) -> int:
    row = mutation.mutate_example(example, LANGUAGES[example.implementation], limits, settings, '', '', {})
    if row is None:
        print(f'{example.path}: does not pass its tests; proven verify tells why', file=sys.stderr)
        return 1
    told = describe(example, row)
    print(f'{example.path}: {len(row.killed)} of {row.told} mutants killed', flush=True)
    if told:
        print(told, flush=True)
    return 1 if told else 0


def bench(arguments: argparse.Namespace) -> int:
    """Measure the workloads of examples: time, memory and growth, and the solution against draft and human variant."""
    examples = read_all(arguments.examples, LANGUAGES, _selected(arguments))
    settings, limits = _section('benchmark', BenchmarkSettings), _section('verify', VerifyLimits)
    sandbox.require()
    return max([_bench_one(example, settings, limits.limits) for example in examples], default=0)


def _bench_one(example: Example, settings: BenchmarkSettings, limits: Limits) -> int:
    adapter = LANGUAGES[example.implementation]
    if not example.of_role('benchmark'):
        print(f'{example.path}: has no workloads; add {adapter.BENCHMARKS[0]}', file=sys.stderr)
        return 1
    row = measuring.measure_example(example, adapter, settings, limits, '')
    print(timings.describe(row), flush=True)
    unproven = [change for change in example.meta.changes if change.benchmark and not row.proves(change.benchmark)]
    for change in unproven:
        message = 'not proven: the solution is neither faster than the draft nor does it need less memory'
        print(f'{example.path}: changes: {change.benchmark}: {message}', flush=True)
    return 1 if row.reason or unproven else 0


def show(arguments: argparse.Namespace) -> int:
    """Print an example with its proofs."""
    example = choosing.one(arguments.examples, arguments.path, LANGUAGES)
    found = showing.read(arguments.examples.parent / 'proofs', example.path, _wanted(example))
    if arguments.json:
        print(json.dumps(showing.as_data(example, found), ensure_ascii=False))
    else:
        print(showing.markdown(example, found))
    return 0


def _wanted(example: Example) -> str:
    """The digest that the verdict on an example as it is now has."""
    adapter, limits = LANGUAGES[example.implementation], _section('verify', VerifyLimits).limits
    return verification.digest(index.row(example, adapter, ''), adapter, limits)


def draft(arguments: argparse.Namespace) -> int:
    """Ask a model for an unedited draft of an example, at $OPENAI_BASE_URL with $OPENAI_API_KEY."""
    drafting = _loaded('stages.core.drafting')  # httpx
    example = choosing.one(arguments.examples, arguments.path, LANGUAGES)
    names = ('temperature', 'max_tokens', 'seed')
    parameters = {name: value for name in names if (value := getattr(arguments, name)) is not None}
    folder = arguments.examples / example.path
    adapter = LANGUAGES[example.implementation]
    chosen = tuple(arguments.file or ())
    written = drafting.draft(
        folder, example, adapter, arguments.model, parameters, chosen, arguments.replace, arguments.timeout
    )
    print('\n'.join(map(str, written)))
    print(f'next: proven verify {folder}')
    return 0


def _loaded(module: str) -> Any:
    """A module whose libraries the hooks do without."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise ProvenError(f'{error.name} is missing; ./setup installs it') from error


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
    print(json.dumps(diffs.as_data(found), ensure_ascii=False) if arguments.json else diffs.markdown(found))
    return 0


def _verdicts(text: str) -> list[Verdict]:
    return [Verdict.model_validate_json(line, strict=False) for line in text.splitlines() if line]


def _with_evidence(row: diffs.Row, given: Verdict | None, base: Verdict | None, run: bool) -> diffs.Row:
    """A row of a difference with what is known of its tests, or with what running them shows."""
    if row.new is None:
        return row
    adapter, limits = LANGUAGES[row.new.implementation], _section('verify', VerifyLimits).limits
    wanted = _wanted(row.new)
    if not run:
        return diffs.with_verdict(row, given if given and given.digest == wanted else None, base)
    verdict, _ = verification.verify_example(row.new, adapter, limits, wanted)
    row = diffs.with_verdict(row, verdict, base)
    if verdict.verdict != 'passed':
        return row
    lost = diffs.lost_mutants(row, adapter, limits, _section('mutate', MutateSettings))
    speeds = diffs.against_base(row, adapter, _section('benchmark', BenchmarkSettings), limits)
    return row._replace(findings=(*row.findings, *lost, *speeds))


def _told(trial: Trial) -> str:
    if trial.passed or trial.failed:
        return f'{trial.passed} of {trial.passed + trial.failed} tests pass'
    return trial.status.replace('_', ' ')


def doctor(arguments: argparse.Namespace) -> int:
    """Say what this machine can run, what is missing and how to get it; --install gets it."""
    unknown = sorted(set(arguments.install or ()) - set(toolchain.names()))
    if unknown:
        raise ProvenError(f'no toolchain {", ".join(unknown)}; there are {", ".join(toolchain.names())}')
    if arguments.install is not None:
        wanted = arguments.install or toolchain.names()
        packages = sorted({package for name in wanted for package in toolchain.missing_packages(name)})
        if packages:
            print(f'installing packages {" ".join(packages)}', flush=True)
            toolchain.install_packages(packages)
        for name in wanted:
            if not toolchain.is_installed(name):
                print(f'installing toolchain {name}', flush=True)
                toolchain.install(name)
    fine = True
    try:
        sandbox.require()
        print('sandbox: isolates')
    except SandboxUnavailable as error:
        fine = False
        print(f'sandbox: {error}')
    for name in toolchain.names():
        other = 'human variants' if name.endswith('-packages') else 'databases'
        used = ', '.join(sorted(key for key, adapter in LANGUAGES.items() if name == adapter.TOOLCHAIN)) or other
        if not toolchain.is_installed(name):
            print(f'{name}: missing, needed for {used}; proven doctor --install {name}')
        elif fine:
            commands = (adapter.VERSION_CMD for adapter in LANGUAGES.values() if name == adapter.TOOLCHAIN)
            version = next((toolchain.version(name, command) for command in commands), 'installed')
            print(f'{name}: {version}, for {used}')
    return 0 if fine and all(map(toolchain.is_installed, toolchain.names())) else 1


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


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    'new': new,
    'check': check,
    'show': show,
    'verify': verify,
    'mutate': mutate,
    'bench': bench,
    'diff': diff,
    'draft': draft,
    'fingerprint': fingerprint,
    'doctor': doctor,
    'schema': schema,
}


def _selected(arguments: argparse.Namespace) -> list[str]:
    return choosing.selected(arguments.examples, arguments.paths, arguments.since)


def main(argv: Sequence[str] | None = None) -> int:
    return run_main(_main, argv)


def _main(argv: Sequence[str] | None) -> int:
    parser = argparse.ArgumentParser(prog='proven', description=__doc__)
    parser.add_argument('--examples', type=Path, default=Path('examples'), help='folder of the examples')
    commands = parser.add_subparsers(dest='command', required=True, metavar='COMMAND')
    parsers = {name: commands.add_parser(name, help=f.__doc__, description=f.__doc__) for name, f in COMMANDS.items()}
    parsers['new'].add_argument(
        'path', nargs='?', metavar='CATEGORY/TASK/IMPLEMENTATION', help='asked for if not given'
    )
    parsers['new'].add_argument('--from', dest='source', type=Path, metavar='FOLDER', help='take the code in it')
    parsers['new'].add_argument('--origin', choices=('human', 'ai'), help='who wrote the solution')
    parsers['new'].add_argument('--author', metavar='NAME')
    parsers['show'].add_argument('path', metavar='TASK/IMPLEMENTATION')
    parsers['show'].add_argument('--json', action='store_true', help='for machines')
    parsers['mutate'].add_argument('--all', action='store_true', help='every mutant; may take long')
    for name in ('check', 'verify', 'mutate', 'bench'):
        parsers[name].add_argument('paths', nargs='*', metavar='PATH', help='files or folders; default: what changed')
        parsers[name].add_argument('--since', default='HEAD', metavar='COMMIT', help='what changed since then')
    parsers['diff'].add_argument('base', metavar='BASE', help='branch or commit that the change is made against')
    parsers['diff'].add_argument(
        '--verdicts', type=Path, metavar='FILE', help='verdicts of this state, as verify writes'
    )
    parsers['diff'].add_argument('--run', action='store_true', help='run tests, mutants and workloads of what changed')
    parsers['diff'].add_argument('--json', action='store_true', help='for machines')
    parsers['draft'].add_argument('path', metavar='TASK/IMPLEMENTATION')
    parsers['draft'].add_argument('--model', required=True, help='as the endpoint calls it')
    parsers['draft'].add_argument('--temperature', type=float)
    parsers['draft'].add_argument('--max-tokens', type=int)
    parsers['draft'].add_argument('--seed', type=int)
    parsers['draft'].add_argument('--timeout', type=float, default=600, metavar='SECONDS')
    parsers['draft'].add_argument('--file', action='append', metavar='PATH', help='to be written; default: all code')
    parsers['draft'].add_argument('--replace', action='store_true', help='give up the draft that is there')
    parsers['fingerprint'].add_argument('name', metavar='NAME')
    parsers['fingerprint'].add_argument('files', nargs='*', type=Path, metavar='FILE', help='JSON lines or Parquet')
    parsers['doctor'].add_argument('--install', nargs='*', metavar='TOOLCHAIN', help='install these, or all')
    arguments = parser.parse_args(argv)
    return COMMANDS[arguments.command](arguments)


if __name__ == '__main__':
    raise SystemExit(main())
