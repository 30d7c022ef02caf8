"""`proven`: the contributor's door. Arguments, the language of messages, and what becomes of problems."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

from stages import commands
from stages.core import messages
from stages.core.errors import ProblemsFound
from stages.core.errors import ProvenError
from stages.core.errors import SandboxUnavailable
from stages.core.errors import run_main
from stages.core.models import Split

COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    'new': commands.new,
    'draft': commands.draft,
    'check': commands.check,
    'verify': commands.verify,
    'mutate': commands.mutate,
    'bench': commands.bench,
    'show': commands.show,
    'diff': commands.diff,
    'fingerprint': commands.fingerprint,
    'harbor': commands.harbor,
    'release': commands.release_,
    'doctor': commands.doctor,
    'schema': commands.schema,
}
NO_JSON = ('fingerprint', 'harbor', 'release', 'doctor', 'schema')


def main(argv: Sequence[str] | None = None) -> int:
    return run_main(_main, argv)


def _main(argv: Sequence[str] | None) -> int:
    arguments = _parser().parse_args(argv)
    messages.choose(arguments.lang)
    try:
        return COMMANDS[arguments.command](arguments)
    except ProblemsFound as error:
        problems = [one._replace(message=messages.translated(one.message)) for one in error.problems]
        if arguments.json:
            commands.tell_outcome(arguments, {'problems': [one._asdict() for one in problems]})
        else:
            count = '1 problem' if len(problems) == 1 else f'{len(problems)} problems'
            print(*problems, messages.translated(f'{count}; nothing was written'), sep='\n', file=sys.stderr)
        return 1
    except SandboxUnavailable as error:
        raise SandboxUnavailable(messages.translated(str(error))) from error
    except ProvenError as error:
        raise ProvenError(messages.translated(str(error))) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog='proven', description=__doc__)
    parser.add_argument('--examples', type=Path, default=Path('examples'), help='folder of the examples')
    parser.add_argument('--lang', choices=('en', 'zh'), default='en', help='language of messages')
    parser.set_defaults(json=False)
    added = parser.add_subparsers(dest='command', required=True, metavar='COMMAND')
    parsers = {name: added.add_parser(name, help=f.__doc__, description=f.__doc__) for name, f in COMMANDS.items()}
    for name, one in parsers.items():
        one.add_argument('--lang', choices=('en', 'zh'), default=argparse.SUPPRESS, help='language of messages')
        if name not in NO_JSON:
            one.add_argument('--json', action='store_true', help='for machines')
    parsers['new'].add_argument(
        'path', nargs='?', metavar='CATEGORY/TASK/IMPLEMENTATION', help='asked for if not given'
    )
    parsers['new'].add_argument('--from', dest='source', type=Path, metavar='FOLDER', help='take the code in it')
    parsers['new'].add_argument('--origin', choices=('human', 'ai'), help='who wrote the solution')
    parsers['new'].add_argument('--author', metavar='NAME')
    parsers['draft'].add_argument('path', metavar='TASK/IMPLEMENTATION')
    parsers['draft'].add_argument('--model', required=True, help='as the endpoint calls it')
    parsers['draft'].add_argument('--temperature', type=float)
    parsers['draft'].add_argument('--max-tokens', type=int)
    parsers['draft'].add_argument('--seed', type=int)
    parsers['draft'].add_argument('--timeout', type=float, default=600, metavar='SECONDS')
    parsers['draft'].add_argument('--file', action='append', metavar='PATH', help='to be written; default: all code')
    parsers['draft'].add_argument('--replace', action='store_true', help='give up the draft that is there')
    for name in ('check', 'verify', 'mutate', 'bench'):
        parsers[name].add_argument('paths', nargs='*', metavar='PATH', help='files or folders; default: what changed')
        parsers[name].add_argument('--since', default='HEAD', metavar='COMMIT', help='what changed since then')
    parsers['verify'].add_argument('-v', '--verbose', action='store_true', help='each test of each variant')
    parsers['mutate'].add_argument('--all', action='store_true', help='every mutant; may take long')
    parsers['show'].add_argument('path', metavar='TASK/IMPLEMENTATION')
    parsers['diff'].add_argument('base', metavar='BASE', help='branch or commit that the change is made against')
    parsers['diff'].add_argument(
        '--verdicts', type=Path, metavar='FILE', help='verdicts of this state, as verify writes'
    )
    parsers['diff'].add_argument('--run', action='store_true', help='run tests, mutants and workloads of what changed')
    parsers['fingerprint'].add_argument('name', metavar='NAME')
    parsers['fingerprint'].add_argument('files', nargs='*', type=Path, metavar='FILE', help='JSON lines or Parquet')
    parsers['harbor'].add_argument('out', type=Path, metavar='OUT', help='a new folder, or one to replace')
    parsers['harbor'].add_argument('paths', nargs='*', metavar='PATH', help='examples; default: all that are released')
    parsers['harbor'].add_argument('--split', choices=get_args(Split), help='only those of one split')
    parsers['release'].add_argument('action', choices=('verify', 'diff'))
    parsers['release'].add_argument('folders', nargs='+', type=Path, metavar='FOLDER')
    parsers['doctor'].add_argument('--install', nargs='*', metavar='TOOLCHAIN', help='install these, or all')
    return parser


if __name__ == '__main__':
    raise SystemExit(main())
