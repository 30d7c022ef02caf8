"""How well the gates find faults: known ones are put into small examples, and each gate is asked about them.

    python benchmarks/faults.py [--benchmarks FOLDER] [GATE ...]

A fault is found if its gate tells of it in its example; its path is right if the right file is named (or, by gates that
speak of whole examples, of requirements or of tests, the right one of those), its line if the line is the one where it
stands. Controls are examples without a fault, many with a change that is none. What is told of them, or of a faulty
example beside its fault, is false; precision is the share of the findings that are not. Ends with misses and false
findings by name.

Secrets and all else that a scanner would take for real are put together here by chance. A benchmark of six made-up tasks
is used to measure the screen for benchmarks; with FOLDER, where HumanEval.jsonl.gz and mbpp.jsonl.gz are, these too.
"""

from __future__ import annotations

import argparse
import ast
import base64
import contextlib
import gzip
import io
import json
import math
import random
import re
import shutil
import string
import tempfile
import time
import zlib
from collections import defaultdict
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from typing import NamedTuple

import yaml

from stages import decontaminate
from stages import dedupe
from stages import flakiness
from stages import index
from stages import mutate
from stages import verify
from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core import fingerprints
from stages.core import mutants
from stages.core import scaffold
from stages.core import tokens
from stages.core import verification
from stages.core.errors import ProblemsFound
from stages.core.errors import run_main
from stages.core.examples import read_all
from stages.core.examples import role_of
from stages.core.models import Verdict
from stages.core.syntax import Edit
from stages.core.syntax import Grammar
from stages.core.syntax import apply
from stages.core.syntax import parse
from stages.core.syntax import text_of
from stages.core.syntax import walk

REPOSITORY = Path(__file__).parents[1]
GRAMMARS = {adapter.LANGUAGE: adapter.GRAMMAR for adapter in LANGUAGES.values()}
# Gate → the run that tells of its faults.
GATES = {
    'trace': 'index',
    'metadata': 'index',
    'features': 'index',
    'secrets': 'index',
    'personal data': 'index',
    'licences': 'index',
    'copies': 'dedupe',
    'contamination': 'decontaminate',
    'verify': 'verify',
    'weak tests': 'mutate',
    'notes': 'verify',
    'flaky': 'flakiness',
}
STATIC = ('index', 'dedupe', 'decontaminate')
PARAMS = """
verify: {limits: {wall_seconds: 90, cpu_seconds: %d}}
mutate: {budget: 16, most: 30}
flakiness: {runs: 5}
"""
CODE = {
    'c': '{snake}.c',
    'cpp': '{snake}.cpp',
    'csharp': 'Clamp.cs',
    'fastapi': 'main.py',
    'go': '{snake}.go',
    'java': 'src/main/java/Clamp.java',
    'javascript': '{kebab}.js',
    'php': '{snake}.php',
    'python': '{snake}.py',
    'react': 'ClampedField.jsx',
    'ruby': '{snake}.rb',
    'rust': 'src/lib.rs',
    'typescript': '{kebab}.ts',
}
TESTS = {
    'c': 'test_{snake}.c',
    'cpp': 'test_{snake}.cpp',
    'csharp': 'ClampTests.cs',
    'fastapi': 'test_main.py',
    'go': '{snake}_test.go',
    'java': 'src/test/java/ClampTest.java',
    'javascript': '{kebab}.test.js',
    'php': 'ClampTest.php',
    'python': 'test_{snake}.py',
    'react': 'ClampedField.test.jsx',
    'ruby': 'test_{snake}.rb',
    'rust': 'tests/{snake}_test.rs',
    'typescript': '{kebab}.test.ts',
}
PLAIN = [name for name, adapter in LANGUAGES.items() if adapter.FRAMEWORK is None]


class Place:
    """Where a fault or control is built: its example and the names in it."""

    def __init__(self, root: Path, path: str) -> None:
        self.root = root
        self.path = path
        self.implementation = path.rpartition('/')[2]
        self.kebab = path.split('/')[1]

    def name(self, file: str) -> str:
        """A file below the root of the examples. Given `code`, `tests`, a name in the example or in the task."""
        folder = self.path
        if file == 'task.yaml' or file.startswith('../'):
            folder, file = folder.rpartition('/')[0], file.removeprefix('../')
        file = {'code': CODE, 'tests': TESTS}.get(file, {}).get(self.implementation, file)
        return f'{folder}/{file.format(kebab=self.kebab, snake=self.kebab.replace("-", "_"))}'.removesuffix('/')

    def read(self, file: str) -> str:
        return (self.root / self.name(file)).read_text()

    def write(self, file: str, text: str) -> None:
        target = self.root / self.name(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


Change = Callable[[Place], 'set[int] | None']


class Fault(NamedTuple):
    """One fault, or a control if ``told`` is empty. ``change`` puts it into the example, and may give back the lines
    that are right.

    ``told`` is what its gate says of it and ``also`` what follows from it too, as expressions; ``names`` what has to be
    named somewhere in what is told, ``file`` the file, ``mark`` what stands in the line, where there is one.
    ``base``: it is not made from what `proven new` writes, but from this example of the repository.
    """

    gate: str
    name: str
    implementation: str
    change: Change
    told: str = ''
    file: str = ''
    mark: str = ''
    names: str = ''
    also: str = ''
    base: str = ''
    stage: str = ''

    @property
    def run(self) -> str:
        return self.stage or GATES[self.gate]


class Finding(NamedTuple):
    """What a gate told of an example."""

    example: str
    path: str
    line: int | None
    message: str


class Result(NamedTuple):
    """What became of one fault or control."""

    fault: Fault
    findings: tuple[Finding, ...]
    found: bool
    path: bool
    line: bool | None
    false: tuple[Finding, ...]


# How a change is written.


def add(file: str, text: str) -> Change:
    """Text at the end of a file, which may be new."""

    def change(place: Place) -> None:
        exists = (place.root / place.name(file)).exists()
        place.write(file, (place.read(file) if exists else '') + text)

    return change


def swap(file: str, *pairs: str) -> Change:
    """Old text, new text, old text, new text …; each old one must be there."""

    def change(place: Place) -> None:
        text = place.read(file)
        for old, new in zip(pairs[::2], pairs[1::2], strict=True):
            if old not in text:
                raise ValueError(f'{place.name(file)} has no {old!r}')
            text = text.replace(old, new)
        place.write(file, text)

    return change


def also(*changes: Change) -> Change:
    def change(place: Place) -> set[int] | None:
        return [one(place) for one in changes][-1]

    return change


def nothing(place: Place) -> None:
    """A control that is left as it is."""


def comment(implementation: str, text: str) -> str:
    """Text as comments of a language."""
    if implementation in ('c', 'cpp', 'php', 'java'):
        return '/*\n' + ''.join(f' * {line}\n' for line in text.splitlines()) + ' */\n'
    mark = '#' if implementation in ('python', 'ruby', 'fastapi') else '//'
    return ''.join(f'{mark} {line}\n' for line in text.splitlines())


def on_top(file: str, text: str) -> Change:
    """A comment before all else; after the opening tag of PHP."""

    def change(place: Place) -> None:
        told, old = comment(place.implementation, text), place.read(file)
        tag = '<?php\n' if old.startswith('<?php\n') else ''
        place.write(file, f'{tag}{told}{old.removeprefix(tag)}')

    return change


def constant(implementation: str, value: str) -> str:
    """A line of code that keeps a text."""
    text = json.dumps(value, ensure_ascii=False)
    return {
        'c': f'\nconst char *const setting = {text};\n',
        'cpp': f'\nconst char *const setting = {text};\n',
        'csharp': f'\npublic static class Settings {{ public const string Value = {text}; }}\n',
        'go': f'\nconst setting = {text}\n',
        'java': f'\nclass Settings {{ static final String VALUE = {text}; }}\n',
        'javascript': f'\nexport const setting = {text};\n',
        'php': f'\nconst SETTING = {text};\n',
        'python': f'\nSETTING = {text}\n',
        'ruby': f'\nSETTING = {text}\n',
        'rust': f'\npub const SETTING: &str = {text};\n',
        'typescript': f'\nexport const setting = {text};\n',
    }[implementation]


# Tracing tests to requirements, and what the YAML files say.

TEST_NAMES = {
    'c': ('test_ends_in_wrong_order__R2', 'test_ends_in_wrong_order__{}'),
    'cpp': ('R2: ends', '{}: ends'),
    'csharp': ('EndsInWrongOrder_R2', 'EndsInWrongOrder_{}'),
    'go': ('TestEndsInWrongOrder_R2', 'TestEndsInWrongOrder_{}'),
    'java': ('R2: ends', '{}: ends'),
    'javascript': ('R2: ends', '{}: ends'),
    'php': ('testEndsInWrongOrder_R2', 'testEndsInWrongOrder_{}'),
    'python': ('test_ends_in_wrong_order__R2', 'test_ends_in_wrong_order__{}'),
    'ruby': ('test_ends_in_wrong_order__R2', 'test_ends_in_wrong_order__{}'),
    'rust': ('ends_in_wrong_order__R2', 'ends_in_wrong_order__{}'),
    'typescript': ('R2: ends', '{}: ends'),
}
DRAFT = 'draft: {model: some model, date: 2026-11-01}\n'


def note(kind: str, requirement: str) -> str:
    return f'changes:\n- {{kind: {kind}, requirement: {requirement}, text: {{en: It is better now.}}}}\n'


def drafted(code: str = '', notes: str = '') -> Change:
    """A draft, by default one that does not check its arguments, with notes on its changes."""

    def change(place: Place) -> None:
        pattern = {'python': r'    if low > high:\n.*\n', 'ruby': r'  raise .*\n\n', 'go': r'\tif low(?:.*\n){3}'}
        source = place.read('code')
        text = code or re.sub(pattern.get(place.implementation, r'  if \(low > high\) throw .*\n'), '', source)
        text = text.replace('import "errors"', 'import "errors"\n') if place.implementation == 'go' else text
        assert code or text != source
        place.write(f'draft/{CODE[place.implementation]}', source if code == 'perfect' else text)
        place.write('draft/prompt.md', 'Write clamp.\n')
        place.write('example.yaml', place.read('example.yaml') + DRAFT + notes)

    return change


def trace() -> Iterator[Fault]:
    for name, (old, new) in TEST_NAMES.items():
        if name in ('python', 'javascript', 'go', 'java', 'rust', 'typescript'):
            yield Fault(
                'trace',
                f'{name}: a requirement without a test',
                name,
                swap('tests', old, new.format('refused')),
                'R2: has no test',
                names='R2',
            )
        else:
            yield Fault(
                'trace',
                f'{name}: a test of a requirement that is not there',
                name,
                swap('tests', old, new.format('R7')),
                'names R7',
                'tests',
                also='R2: has no test',
            )
    new = '  - id: R3\n    text: {en: An interval that is not a number is refused.}\nlevel:'
    added = swap('task.yaml', 'level:', new)
    yield Fault('trace', 'requirement added without a test', 'go', added, 'R3: has no test', names='R3')
    shared = swap(SHARED, '__R2', '__R7')
    told = 'names R7'
    yield Fault('trace', 'shared test of a requirement that is not there', 'fastapi', shared, told, SHARED, also='R2')
    react = swap('tests', '"R2: what', '"what')
    yield Fault('trace', 'react: a requirement without a test', 'react', react, 'R2: has no test', names='R2')
    for name, change in (
        ('id in lower case', swap('tests', '__R2', '__r2')),
        ('id in a comment only', swap('tests', 'order__R2():', 'order():  # R2')),
        ('test commented out', swap('tests', 'def test_ends_in_wrong_order__R2', '# def test_ends_in_wrong_order__R2')),
        ('id run together with a word', swap('tests', 'order__R2', 'orderR2')),
    ):
        yield Fault('trace', name, 'python', change, 'R2: has no test', names='R2')


def metadata() -> Iterator[Fault]:
    def fault(name: str, change: Change, told: str, file: str, **more: str) -> Fault:
        return Fault('metadata', name, more.pop('implementation', 'python'), change, told, file, **more)

    for where, licence, told in (
        ('task.yaml', 'GPL-3.0-only', 'license: .*GPL-3.0-only may not'),
        ('task.yaml', 'AGPL-3.0-or-later', 'license: .*may not be redistributed'),
        ('task.yaml', 'CC-BY-NC-4.0', 'license: .*may not be redistributed'),
        ('task.yaml', 'Apache2', "license: 'Apache2' is not known"),
        ('task.yaml', 'MIT AND GPL-2.0-only', 'license: .*may not be redistributed'),
        ('example.yaml', 'LGPL-2.1-only', 'license: .*may not be redistributed'),
        ('example.yaml', 'GPL-2.0-only OR MPL-2.0', 'license: .*may not be redistributed'),
        ('example.yaml', 'Proprietary', "license: 'Proprietary' is not known"),
    ):
        yield fault(f'licence {licence} in {where}', add(where, f'license: {licence}\n'), told, where)
    source = (
        'sources:\n- {url: "https://example.com/clamp", license: GPL-2.0-only, revision: "1", '
        'used_for: all of it, modified: true}\n'
    )
    yield fault('source under GPL', add('example.yaml', source), r'sources\[0\].license', 'example.yaml')
    for name, notes, told in (
        ('change note for a requirement that is not there', note('correctness', 'R9'), 'R9 is not in task.yaml'),
        ('security note for behaviour', note('security', 'R1'), 'security is proven by a requirement of kind'),
        ('edge case note for behaviour', note('edge_case', 'R1'), 'edge_case is proven by a requirement of kind'),
    ):
        yield fault(name, drafted(notes=notes), told, 'example.yaml')
    mark = 'equivalent_mutants:\n- {mutant: "0123abcd", reason: No test can tell.}\n'
    for name in ('python', 'rust'):
        told = '0123abcd is no mutant'
        yield fault(f'{name}: mark of no mutant', add('example.yaml', mark), told, 'example.yaml', implementation=name)
    yield fault('draft that is not declared', add('draft/{snake}.py', 'x = 1\n'), 'draft: is missing', 'example.yaml')
    noted = add('example.yaml', note('correctness', 'R1'))
    yield fault('change note without a draft', noted, 'changes: are given, but', 'example.yaml')
    database = add('example.yaml', 'databases: [postgresql]\n')
    yield fault('database of what is no backend', database, 'databases: are for backends', 'example.yaml')
    annotation = add('example.yaml', 'annotations:\n- {file: src/lib.rs, symbol: clip, text: {en: Why.}}\n')
    told = "'clip' does not occur"
    yield fault('annotation of a name that is gone', annotation, told, 'example.yaml', implementation='rust')
    unknown = swap('task.yaml', '[input_validation]', '[validation]')
    yield fault('feature that is not known', unknown, "'validation' is not known", 'task.yaml')
    yield fault('key that is misspelled', swap('example.yaml', 'paradigms:', 'paradigm:'), 'paradigm', 'example.yaml')
    numbered = swap('task.yaml', 'id: R2', 'id: R3')
    told = r'requirements\[1\].id: is R3'
    yield fault('requirement numbered wrong', numbered, told, 'task.yaml', also='R3: has no test|names R2')
    yield fault('related task that is not there', add('task.yaml', 'related: [zzzzz9]\n'), 'is no task', 'task.yaml')


def features() -> Iterator[Fault]:
    claims = (
        ('password_hashing', 'python'),
        ('caching', 'go'),
        ('pagination', 'javascript'),
        ('retry', 'java'),
        ('authentication', 'php'),
        ('authorization', 'ruby'),
        ('cancellation', 'rust'),
        ('rate_limiting', 'typescript'),
        ('streaming', 'csharp'),
        ('transactions', 'cpp'),
        ('persistence', 'c'),
        ('idempotency', 'python'),
        ('scheduling', 'javascript'),
    )
    for feature, implementation in claims:
        change = swap('task.yaml', '[input_validation]', f'[input_validation, {feature}]')
        name = f'{implementation}: {feature} that is not there'
        yield Fault('features', name, implementation, change, f'{feature}: the code shows no sign', names='R2.features')
    for base, feature in (
        ('text/natural-sort/python', 'caching'),
        ('parsing/expression-evaluator/go', 'password_hashing'),
        ('algorithms/dependency-order/java', 'authentication'),
        ('parsing/cron-next/rust', 'pagination'),
        ('text/template-render/php', 'rate_limiting'),
        ('data-structures/indexed-heap/typescript', 'retry'),
    ):
        name = f'{base}: {feature} that is not there'
        implementation = base.rpartition('/')[2]
        told = f'{feature}: the code shows no sign'
        yield Fault('features', name, implementation, claimed(feature), told, names='R1.features', base=base)


def claimed(feature: str) -> Change:
    def change(place: Place) -> None:
        task = yaml.safe_load(place.read('task.yaml'))
        task['requirements'][0]['features'] = [feature]
        place.write('task.yaml', dumped(task))

    return change


# What must not be in a file.


class Maker:
    """Makes up what looks real, the same in each run."""

    def __init__(self) -> None:
        self.chance = random.Random(7)

    def some(self, count: int, letters: str = string.ascii_letters + string.digits) -> str:
        return ''.join(self.chance.choice(letters) for _ in range(count))

    def digits(self, count: int) -> str:
        return self.some(count, '123456789')

    def hexadecimal(self, count: int) -> str:
        return self.some(count, '0123456789abcdef')

    def capitals(self, count: int) -> str:
        return self.some(count, string.ascii_uppercase + '234567')

    def summed(self, prefix: str) -> str:
        """A token that ends in the checksum of the rest, as GitHub and npm have it."""
        body = self.some(30)
        number, letters = zlib.crc32(body.encode()), string.digits + string.ascii_uppercase + string.ascii_lowercase
        told = ''
        while number:
            number, last = divmod(number, 62)
            told = letters[last] + told
        return f'{prefix}{body}{told.rjust(6, "0")}'

    def key(self, kind: str, first: str, lines: int) -> str:
        rows = [first + self.some(64 - len(first)), *(self.some(64) for _ in range(lines))]
        return '\n'.join((f'-----BEGIN {kind}' + 'PRIVATE KEY-----', *rows, f'-----END {kind}' + 'PRIVATE KEY-----'))


def encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip('=')


def secrets() -> Iterator[Fault]:
    make = Maker()
    amazon = 'id = "AKIA' + make.capitals(16) + f'"\nsecret = "{make.some(40)}"\n'
    token = '.'.join(
        (encoded({'alg': 'HS256', 'typ': 'JWT'}), encoded({'sub': '1187', 'exp': 1999999999}), make.some(43))
    )
    host = 'db.internal.net'
    slack = f'https://hooks.slack.com/services/T{make.capitals(10)}/B{make.capitals(10)}/{make.some(24)}'
    # Kind, implementation, file, what is written (a constant of the language if it is one line without an end).
    kinds: tuple[tuple[str, str, str, str], ...] = (
        ('AWS key with its secret', 'python', 'code', amazon),
        ('GitHub token', 'go', 'code', make.summed('ghp_')),
        ('GitHub fine-grained token', 'ruby', 'tests', f'github_pat_{make.some(22)}_{make.some(59)}'),
        ('GitLab token', 'typescript', 'code', f'glpat-{make.some(20)}'),
        ('Slack bot token', 'javascript', 'tests', f'xoxb-{make.digits(12)}-{make.digits(13)}-{make.some(24)}'),
        ('Slack webhook', 'php', 'code', slack),
        ('Stripe key', 'java', 'code', 'sk_' + f'live_{make.some(24)}'),
        ('RSA key', 'python', 'testdata/server.pem', make.key('RSA ', 'MIIEowIBAAKCAQEA', 24) + '\n'),
        ('OpenSSH key', 'rust', 'testdata/id_test', make.key('OPENSSH ', 'b3BlbnNzaC1rZXktdjEA', 5) + '\n'),
        ('PKCS 8 key', 'c', 'testdata/key.pem', make.key('', 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASC', 24) + '\n'),
        ('npm token', 'javascript', 'testdata/npmrc', f'//registry.npmjs.org/:_authToken={make.summed("npm_")}\n'),
        ('JWT', 'typescript', 'tests', token),
        ('PostgreSQL URI', 'go', 'tests', f'postgresql://admin:{make.some(14)}@{host}:5432/orders'),
        ('MongoDB URI', 'csharp', 'code', 'mongodb+srv:' + f'//app:{make.some(14)}@cluster0.ab1cd.mongodb.net/shop'),
        ('Redis URI', 'python', 'example.yaml', f'# redis://:{make.some(20)}@{host}:6379/0\n'),
        ('Google API key', 'cpp', 'code', 'AI' + f'za{make.some(35)}'),
        ('SendGrid key', 'ruby', 'code', f'SG.{make.some(22)}.{make.some(43)}'),
        ('PyPI token', 'python', 'task.yaml', f'# pypi-AgEIcHlwaS5vcmc{make.some(90)}\n'),
        ('OpenAI key', 'python', 'code', f'sk-proj-{make.some(74)}T3BlbkFJ{make.some(74)}'),
        ('Hugging Face token', 'python', 'tests', f'hf_{make.some(34, string.ascii_letters)}'),
        ('DigitalOcean token', 'php', 'testdata/env.txt', f'DO_TOKEN=dop_v1_{make.hexadecimal(64)}\n'),
        ('Telegram bot token', 'go', 'testdata/bot.yaml', f'telegram_token: {make.digits(10)}:AA{make.some(33)}\n'),
        ('Azure storage key', 'csharp', 'tests', azure(make)),
        ('Twilio token', 'python', 'testdata/env.txt', f'TWILIO_AUTH_TOKEN={make.hexadecimal(32)}\n'),
        ('GitHub token', 'c', 'Makefile', f'# {make.summed("ghp_")}\n'),
        ('password of a database', 'fastapi', SHARED, f'# postgresql://admin:{make.some(14)}@{host}:5432/orders\n'),
        ('API key of an unknown service', 'javascript', 'testdata/s.json', f'{{"apiKey": "{make.some(40)}"}}\n'),
    )
    for name, implementation, file, value in kinds:
        text = value if value.endswith('\n') else constant(implementation, value)
        if implementation == 'python' and file in ('code', 'tests') and value.endswith('\n'):
            text = f'\n{text}'
        mark = value.splitlines()[0].strip()
        yield Fault('secrets', f'{name} in {file}', implementation, add(file, text), 'looks like a secret', file, mark)

    prompt = f'Use the token {make.summed("ghp_")}.\n'
    change = also(drafted(), add('draft/prompt.md', prompt))
    yield Fault('secrets', 'GitHub token in a prompt', 'go', change, 'looks like', 'draft/prompt.md', prompt.strip())


def azure(make: Maker) -> str:
    key = f'{make.some(86)}=='
    return f'DefaultEndpointsProtocol=https;AccountName=shopdata;AccountKey={key};EndpointSuffix=core.windows.net'


def personal() -> Iterator[Fault]:
    people: tuple[tuple[str, str, str, str], ...] = (
        ('e-mail', 'python', 'tests', 'john.smith@gmail.com'),
        ('e-mail', 'javascript', 'code', 'k.weber@stadtwerke-aal.de'),
        ('e-mail', 'go', 'testdata/users.csv', 'id,mail\n7,maria.lopez@outlook.com\n'),
        ('e-mail', 'ruby', 'task.yaml', '# ask j.doe@corp.io\n'),
        ('IPv4', 'go', 'code', '93.184.216.34'),
        ('IPv4', 'php', 'tests', '81.2.69.142'),
        ('IPv4', 'java', 'testdata/access.log', '203.0.114.9 - - "GET / HTTP/1.1" 200\n'),
        ('IPv6', 'rust', 'code', '2606:4700:4700::1111'),
        ('IPv6', 'csharp', 'tests', '2a00:1450:4001:81b::200e'),
        ('phone', 'typescript', 'tests', '+49 171 8034529'),
        ('phone', 'python', 'testdata/people.json', '{"phone": "+14158675309"}\n'),
        ('phone', 'javascript', 'tests', '(212) 736-5000'),
        ('card', 'java', 'tests', '4539 5787 6362 1486'),
        ('card', 'php', 'code', '4539578763621486'),
        ('IBAN', 'csharp', 'code', 'DE44 5001 0517 5407 3249 31'),
        ('IBAN', 'python', 'testdata/accounts.csv', 'iban\nDE44500105175407324931\n'),
        ('full name', 'ruby', 'tests', 'Jennifer Garcia'),
        ('full name', 'go', 'testdata/names.txt', 'Michael Johnson\n'),
        ('Chinese full name', 'python', 'tests', '王秀英'),
        ('full name of another part of the world', 'python', 'tests', 'Anjali Krishnamurthy'),
    )
    for number, (name, implementation, file, value) in enumerate(people):
        text = value if value.endswith('\n') else constant(implementation, value)
        mark = value.splitlines()[-1]
        told = 'may be (an address|a number|a payment|an account|the name)|is a public address'
        label = f'{name} in {file} ({implementation} {number})'
        yield Fault('personal data', label, implementation, add(file, text), told, file, mark)


def personal_elsewhere() -> Iterator[Fault]:
    """Where people sign what they write, beside the code."""
    mail = 'j.smith@gmail.com'
    author = f'"author": "J. Smith <{mail}>",\n  "private": true'
    developer = f'<developers><developer><email>{mail}</email></developer></developers>\n  <properties>'
    for name, implementation, file, change in (
        ('package.json', 'javascript', 'package.json', swap('package.json', '"private": true', author)),
        ('Cargo.toml', 'rust', 'Cargo.toml', swap('Cargo.toml', 'edition', f'authors = ["<{mail}>"]\nedition')),
        ('pom.xml', 'java', 'pom.xml', swap('pom.xml', '<properties>', developer)),
        ('a shared test', 'fastapi', SHARED, add(SHARED, f'# {mail}\n')),
        ('a prompt', 'python', 'draft/prompt.md', also(drafted(), add('draft/prompt.md', f'I am {mail}.\n'))),
    ):
        yield Fault('personal data', f'e-mail in {name}', implementation, change, 'may be an address', file, mail)


GPL = """This program is free software: you can redistribute it and/or modify
it under the terms of the {}GNU {}General Public License as published by
the Free Software Foundation, either version 3 of the License, or
(at your option) any later version."""
MPL = """This Source Code Form is subject to the terms of the Mozilla Public
License, v. 2.0. If a copy of the MPL was not distributed with this
file, You can obtain one at https://mozilla.org/MPL/2.0/."""
APACHE = """Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License."""
SPDX = 'SPDX-License' + '-Identifier: '
SHARED = '../tests/test_{snake}.py'


def licences() -> Iterator[Fault]:
    headers: tuple[tuple[str, str, str, str, str], ...] = (
        ('GPL', 'c', GPL.format('', ''), 'of a licence', 'under the terms'),
        ('GPL', 'python', GPL.format('', ''), 'of a licence', 'under the terms'),
        ('GPL', 'ruby', GPL.format('', ''), 'of a licence', 'under the terms'),
        ('GPL', 'go', GPL.format('', ''), 'of a licence', 'under the terms'),
        ('LGPL', 'java', GPL.format('', 'Lesser '), 'of a licence', 'under the terms'),
        ('LGPL', 'cpp', GPL.format('', 'Lesser '), 'of a licence', 'under the terms'),
        ('AGPL', 'typescript', GPL.format('', 'Affero '), 'of a licence', 'under the terms'),
        ('AGPL', 'php', GPL.format('', 'Affero '), 'of a licence', 'under the terms'),
        ('MPL', 'javascript', MPL, 'of a licence', 'subject to the terms'),
        ('MPL', 'rust', MPL, 'of a licence', 'subject to the terms'),
        ('Apache without its source', 'java', APACHE, 'a notice of Apache', 'Licensed under'),
        ('rights reserved', 'cpp', 'All rights reserved.', 'contradicts the licence', 'All rights'),
        ('rights reserved', 'csharp', 'Internal use only. All Rights Reserved.', 'contradicts', 'All Rights'),
        ('foreign holder', 'csharp', 'Copyright (c) 2019 Some Company, Inc.', 'names a holder', 'Some Company'),
        ('foreign holder', 'go', 'Copyright 2014 The Widget Authors', 'names a holder', 'Widget'),
        ('foreign holder', 'python', '© 2015-2020 Some Company', 'names a holder', 'Some Company'),
        ('SPDX of another licence', 'python', f'{SPDX}Apache-2.0', 'not what example.yaml states', 'Apache'),
        ('SPDX of another licence', 'rust', f'{SPDX}BSD-3-Clause', 'not what example.yaml states', 'BSD'),
        ('SPDX of copyleft', 'c', f'{SPDX}GPL-2.0-only', 'may not be redistributed', 'GPL'),
        ('SPDX of copyleft', 'javascript', f'{SPDX}AGPL-3.0-or-later', 'may not be redistributed', 'AGPL'),
        ('short notice of GPL', 'ruby', 'Released under the GPLv3', 'of a licence', 'GPLv3'),
        ('one word for GPL', 'python', 'License: GPLv3', 'licen[cs]e', 'GPLv3'),
    )
    for name, implementation, text, told, mark in headers:
        rest = 'contradicts' if told == 'names a holder' else 'names a holder'
        label = f'{name} in {implementation}'
        yield Fault('licences', label, implementation, on_top('code', text), told, 'code', mark, also=rest)
    cargo = swap('Cargo.toml', 'edition =', 'license = "GPL-3.0-only"\nedition =')
    yield Fault('licences', 'GPL in Cargo.toml', 'rust', cargo, '.', 'Cargo.toml', 'GPL')
    package = swap('package.json', '"private": true', '"license": "GPL-3.0-only",\n  "private": true')
    yield Fault('licences', 'GPL in package.json', 'javascript', package, '.', 'package.json', 'GPL')
    draft = also(drafted(), on_top('draft/{snake}.py', GPL.format('', '')))
    yield Fault('licences', 'GPL in a draft', 'python', draft, 'of a licence', 'draft/{snake}.py', 'under the terms')
    fixture = '<!-- Copyright (c) 2019 Some Company -->\n<p>\n'
    told, file = 'names a holder', 'testdata/page.html'
    yield Fault('licences', 'foreign holder in a fixture', 'go', add(file, fixture), told, file, 'Some')
    shared = on_top(SHARED, GPL.format('', ''))
    yield Fault('licences', 'GPL in a shared test', 'fastapi', shared, 'of a licence', SHARED, 'under the terms')
    test = on_top('tests', GPL.format('', ''))
    yield Fault('licences', 'GPL in a test', 'php', test, 'of a licence', 'tests', 'under the terms')


def index_controls() -> Iterator[Fault]:
    def control(name: str, implementation: str, change: Change, gate: str = 'trace', base: str = '') -> Fault:
        return Fault(gate, name, implementation, change, base=base, stage='index')

    for name in [*PLAIN, 'react', 'fastapi']:
        yield control(f'{name} as proven new writes it', name, nothing)
    yield control('more white space', 'python', swap('code', '\n    if', '\n\n\n    if'))
    yield control('comments', 'go', on_top('code', 'Clamping is what limits numbers.\nSee R2 of the task.'))
    renamed_local = swap('tests', 'result', 'outcome')
    yield control('a local name renamed', 'c', renamed_local)
    extra = '\n\ndef test_far_away__R1():\n    assert clamp(1e300, 1, 3) == 3\n'
    yield control('one more test', 'python', add('tests', extra))
    yield control('draft with its note', 'python', drafted(notes=note('error_handling', 'R2')), 'metadata')
    secure = also(swap('task.yaml', 'kind: error', 'kind: security'), drafted(notes=note('security', 'R2')))
    yield control('security note for security', 'python', secure, 'metadata')
    for licence in ('MIT OR GPL-2.0-only', 'Apache-2.0 AND MIT', 'BSD-3-Clause'):
        yield control(f'licence {licence}', 'go', add('example.yaml', f'license: {licence}\n'), 'metadata')
    hashed = add('code', '\n\nCACHE: dict[float, float] = {}\n')
    cached = swap('task.yaml', '[input_validation]', '[input_validation, caching]')
    yield control('feature that the code shows', 'python', also(hashed, cached), 'features')
    for base, feature in (
        ('data-structures/ttl-lru-cache/go', 'caching'),
        ('api-integration/retrying-http-client/python', 'retry'),
        ('concurrency/token-bucket/javascript', 'rate_limiting'),
        ('systems/append-only-store/python', 'persistence'),
    ):
        implementation = base.rpartition('/')[2]
        yield control(f'{base}: {feature}', implementation, claimed(feature), 'features', base)
    for gate, implementation, value in (
        ('secrets', 'python', 'example-token'),
        ('secrets', 'go', 'postgresql://user:' + 'password@127.0.0.1:5432/test'),
        ('secrets', 'javascript', 'sk_test_example'),
        ('secrets', 'java', 'd41d8cd98f00b204e9800998ecf8427e'),
        ('secrets', 'ruby', '7f0a1b9e-52a5-4d0c-9a53-3f0a6f1f2b11'),
        ('personal data', 'python', 'alice@example.com, bob@mail.example.org'),
        ('personal data', 'rust', '192.0.2.44 198.51.100.7 203.0.113.9 10.1.2.3 127.0.0.1'),
        ('personal data', 'go', '2001:db8::7'),
        ('personal data', 'typescript', '+1 212 555 0199'),
        ('personal data', 'php', '4111 1111 1111 1111'),
        ('personal data', 'csharp', 'GB82 WEST 1234 5698 7654 32'),
        ('personal data', 'ruby', 'Jane Doe'),
        ('personal data', 'javascript', 'Ada Lovelace'),
        ('personal data', 'cpp', 'version 5.2.1.1'),
        ('personal data', 'c', '2026-03-03T09:00:00+08:00'),
    ):
        yield control(
            f'{value} in {implementation}', implementation, add('tests', constant(implementation, value)), gate
        )
    for implementation in ('python', 'c', 'php', 'rust'):
        agreeing = on_top('code', f'{SPDX}MIT\nCopyright (c) 2026 Proven Code contributors')
        yield control(f'SPDX line that agrees in {implementation}', implementation, agreeing, 'licences')
    source = (
        'sources:\n- {url: "https://example.com/clamp", license: Apache-2.0, revision: "1", '
        'used_for: the idea, modified: true}\n'
    )
    stated = also(on_top('code', f'Copyright 2019 Some Company\n{APACHE}'), add('example.yaml', source))
    yield control('notice of a stated source', 'java', stated, 'licences')
    yield control('licence in a string', 'python', add('tests', constant('python', 'under the GPL')), 'licences')


# Copies.

KEPT = frozenset(
    {'self', 'this', 'cls', 'main', 'super', 'it', 'err', 'Self', 'crate', 'std', 'initialize', 'constructor'}
)
DECLARING = ('name', 'left', 'pattern', 'declarator', 'parameter', 'alias')
LISTS = ('expression_list', 'pattern_list', 'tuple_pattern', 'left_assignment_list', 'variable_name', 'parameters')


def renamed(source: str, grammar: Grammar, prefix: str = 'item') -> str:
    """All that a source file declares under other names, the same one everywhere."""
    nodes = [node for node in walk(parse(grammar.load, source)) if _is_name(node)]
    imported = {text_of(node) for node in nodes if _is_imported(node)}
    declared = {text_of(node) for node in nodes if _is_declared(node)} - KEPT - imported
    names: dict[str, str] = {}
    edits = []
    for node in sorted(nodes, key=lambda node: node.start_byte):
        old = text_of(node)
        if old in declared and not old.startswith('__'):
            new = names.setdefault(old, f'{prefix}_{len(names)}')
            edits.append(Edit(node.start_byte, node.end_byte, new.capitalize() if old[0].isupper() else new))
    return apply(source, edits)


def _is_name(node: Any) -> bool:
    return not node.child_count and ('identifier' in node.type or node.type in ('name', 'constant'))


def _is_imported(node: Any) -> bool:
    above = node.parent
    while above is not None:
        if 'import' in above.type or above.type in ('use_declaration', 'namespace_use_declaration', 'using_directive'):
            return True
        above = above.parent
    return False


def _is_declared(node: Any) -> bool:
    above = node.parent
    if above.type in LISTS or 'parameter' in above.type:
        return True
    return any(above.child_by_field_name(field) == node for field in DECLARING)


TURNED = (
    (' + ', ' - '),
    (' - ', ' + '),
    (' < ', ' <= '),
    (' > ', ' >= '),
    (' == ', ' != '),
    (' === ', ' !== '),
    (' && ', ' || '),
    (' and ', ' or '),
)


def edited(source: str, share: float, chance: random.Random, grammar: Grammar) -> tuple[str, list[int]]:
    """This share of the lines of code turned round, or else taken out; and those of them, counted from 1, where code
    was changed and not a text or comment.
    """
    lines = source.splitlines()
    code = [number for number, line in enumerate(lines) if len(line.strip()) > 4 and line.strip()[:1] not in '#/*@']
    changed = []
    for number in sorted(chance.sample(code, max(1, round(share * len(code))))):
        old = lines[number]
        lines[number] = next((old.replace(*pair, 1) for pair in TURNED if pair[0] in old), '')
        is_text = _tokens(lines, grammar) == _tokens([*lines[:number], old, *lines[number + 1 :]], grammar)
        changed += [] if is_text else [number + 1]
    return '\n'.join(lines) + '\n', changed


def _tokens(lines: Sequence[str], grammar: Grammar) -> list[int]:
    return tokens.of_code('\n'.join(lines), grammar).hashes.tolist()


def sources(place: Place) -> list[Path]:
    """The files of the solution, the largest first: it is there that the longest copied part begins."""
    adapter, folder = LANGUAGES[place.implementation], place.root / place.path
    found = [path for path in folder.rglob('*') if path.name.endswith(adapter.SUFFIXES)]
    solution = [path for path in found if role_of(path.relative_to(folder).as_posix(), adapter) == 'solution']
    return sorted(solution, key=lambda path: -path.stat().st_size)


def copied(names: bool, share: float = 0) -> Change:
    """The solution under other names, or with this share of its lines edited, or both. The copied part that is told of
    begins at an edit then; at which one is hard to say, since code that repeats itself bridges others.
    """

    def change(place: Place) -> set[int]:
        chance, grammar = random.Random(place.path), LANGUAGES[place.implementation].GRAMMAR
        begins: set[int] = set()
        for path in sources(place):
            text = path.read_text()
            text = renamed(text, grammar) if names else text
            if share:
                text, lines = edited(text, share, chance, grammar)
                begins |= {near for line in (1, *lines) for near in range(line, line + 4)}
            path.write_text(text)
        return begins

    return change


def as_typescript(base: str) -> Change:
    """A JavaScript solution with another suffix, in an example of TypeScript."""

    def change(place: Place) -> None:
        found = (REPOSITORY / 'examples' / base).glob('*.js')
        (source,) = (
            path for path in found if not path.name.startswith('bench_') and not path.name.endswith('.test.js')
        )
        place.write('code', source.read_text())

    return change


NOUNS = {
    'data-structures/ttl-lru-cache/python': 'cache shelf|entry book|entries books|key label|keys labels|clock calendar|'
    'value content|capacity space|deadline term|counter tally|counters tallies',
    'concurrency/token-bucket/go': 'token coin|tokens coins|bucket purse|buckets purses|limiter payer|key guest|keys guests|'
    'clock calendar|capacity size|refill income',
    'algorithms/dependency-order/ruby': 'target course|targets courses|dependency prerequisite|dependencies prerequisites|'
    'build study|built studied|cycle loop|name title|names titles',
    'text/wrap-columns/python': 'text melody|line bar|lines bars|word note|words notes|column beat|columns beats|width metre|'
    'character tone|characters tones|terminal stave|space rest|spaces rests',
    'systems/replace-file/javascript': 'file record|folder drawer|content matter|path label|disk tape|link pointer|'
    'bytes marks|rename move|data input',
    'data-processing/sessionize-events/java': 'event sighting|events sightings|session visit|sessions visits|user bird|'
    'users birds|page meadow|pages meadows|gap pause|watermark horizon|click ring',
}


def other_nouns(base: str, layout: str) -> Change:
    """What a task says with other nouns; its YAML as it was, laid out anew, or without the Chinese texts."""

    def change(place: Place) -> None:
        nouns = dict(pair.split() for pair in NOUNS[base].split('|'))
        nouns |= {old.capitalize(): new.capitalize() for old, new in nouns.items()}
        text = (REPOSITORY / 'examples' / base).parent.joinpath('task.yaml').read_text()
        text = re.sub(rf'\b({"|".join(nouns)})\b(?!:)', lambda match: nouns[match[1]], text)
        text = re.sub(r'(?m)^id: .*', f'id: {scaffold.new_id(place.root)}', text)
        text = re.sub(r'(?m)^( +features|related): .*\n', '', text)
        if layout == 'without Chinese':
            text = re.sub(r'(?m)^( +)zh:.*\n(?:\1 +.*\n|\n)*', '', re.sub(r', zh: [^}\n]*\}', '}', text))
        place.write('task.yaml', dumped(yaml.safe_load(text)) if layout == 'laid out anew' else text)

    return change


def copies() -> Iterator[Fault]:
    def fault(name: str, base: str, change: Change, of: str = 'code', implementation: str = '', **more: str) -> Fault:
        task, _, own = base.rpartition('/')
        where = {'file': 'task.yaml'} if of == 'task' else more
        rest = f'(code|task) of {task}'
        return Fault(
            'copies', f'{name}: {base}', implementation or own, change, f'{of} of {task}', also=rest, base=base, **where
        )

    for base in (
        'data-structures/ttl-lru-cache/python',
        'parsing/expression-evaluator/javascript',
        'data-structures/indexed-heap/typescript',
        'concurrency/token-bucket/go',
        'data-processing/sessionize-events/java',
        'algorithms/dependency-order/csharp',
        'text/natural-sort/ruby',
        'text/natural-sort/php',
        'systems/arena-allocator/rust',
        'systems/replace-file/c',
        'systems/replace-file/cpp',
    ):
        yield fault('all names changed', base, copied(True), mark='first')
    for base in ('text/wrap-columns/python', 'data-processing/csv-group-aggregate/go', 'text/template-render/java'):
        yield fault('word for word', base, nothing, mark='first')
    for base, share in (
        ('numeric/allocate-cents/python', 0.05),
        ('data-processing/csv-group-aggregate/javascript', 0.06),
        ('systems/replace-file/go', 0.07),
        ('data-processing/sessionize-events/ruby', 0.08),
        ('systems/line-server/rust', 0.05),
        ('parsing/cron-next/php', 0.06),
        ('systems/file-tree-changes/python', 0.08),
    ):
        yield fault(f'{share:.0%} of the lines edited', base, copied(False, share))
    for base, share in (('parsing/cron-next/python', 0.05), ('parsing/cron-next/typescript', 0.06)):
        yield fault(f'all names changed and {share:.0%} of the lines edited', base, copied(True, share))
    for base in ('text/natural-sort/javascript', 'systems/replace-file/javascript'):
        yield fault('JavaScript as TypeScript', base, as_typescript(base), implementation='typescript', mark='first')
    for base in NOUNS:
        yield fault('other nouns', base, other_nouns(base, ''), 'task')
    for base in ('data-structures/ttl-lru-cache/python', 'text/wrap-columns/python'):
        for layout in ('laid out anew', 'without Chinese'):
            yield fault(f'other nouns, {layout}', base, other_nouns(base, layout), 'task')


# Benchmarks.

MADE = (
    (
        'Given the tides of a harbour in the order of the day, each with its depth and how many minutes it lasts, return '
        'the longest time for which a ship of that draught stays afloat without a break.',
        'def longest_float(tides, draught):\n    best = run = 0\n    for depth, minutes in tides:\n'
        '        if depth >= draught:\n            run += minutes\n            best = max(best, run)\n'
        '        elif run and best > 10 * minutes:\n            return best + run\n        else:\n            run = 0\n'
        '    return best\n',
    ),
    (
        'A gardener writes down on which days each bed was watered. Write a function that gives the names of the beds '
        'that stayed dry for more than a week, the driest first, and beds that are dry for equally long by their names.',
        'def dry_beds(log, today):\n    gaps = {}\n    for bed, days in log.items():\n        last = max(days, default=0)\n'
        '        gap = today - last\n        if gap > 7:\n            gaps[bed] = gap\n'
        '    ordered = sorted(gaps, key=lambda bed: (-gaps[bed], bed))\n    return [bed for bed in ordered if bed]\n',
    ),
    (
        'Tickets of a lottery for hens are numbered in base seven with the digits reversed. Turn a list of such numbers '
        'into ordinary ones, leave out those that hold another character, and add up what is left over.',
        'def ticket_sum(tickets):\n    total = 0\n    for ticket in tickets:\n        value = 0\n'
        '        for digit in reversed(ticket):\n            if digit not in "0123456":\n                break\n'
        '            value = value * 7 + int(digit)\n        else:\n            total += value\n    return total\n',
    ),
    (
        'Two trains of carriages are shunted onto one track so that their weights never rise by more than a tonne from '
        'one carriage to the next. Return the merged train, or an empty list where there is no way to do it.',
        'def shunt(left, right):\n    merged = []\n    while left or right:\n'
        '        source = left if not right or (left and left[0] <= right[0]) else right\n'
        '        carriage = source.pop(0)\n        if merged and carriage - merged[-1] > 1000:\n            return []\n'
        '        merged.append(carriage)\n    return merged\n',
    ),
    (
        'For a choir of which the height of each singer is known, count the pairs in which the one behind can not see '
        'over the one before, whatever stands between them, and tell the row in which most of these pairs begin.',
        'def hidden(rows):\n    worst, count = 0, 0\n    for number, row in enumerate(rows):\n        here = 0\n'
        '        for other in rows[number + 1:]:\n'
        '            here += sum(1 for front, back in zip(row, other) if back <= front)\n'
        '        if here > worst:\n            worst = number\n        count += here\n    return count, worst\n',
    ),
    (
        'A snail climbs a wall by day and slides down by night, by day less the wetter it was on the day before. Tell '
        'on which day it is at the top, or minus one if it never gets there within the days of the forecast.',
        'def snail(wall, climb, slide, rain):\n    height, wet = 0, 0\n    for day, drops in enumerate(rain, 1):\n'
        '        height += max(0, climb - wet // 2)\n        if height >= wall:\n            return day\n'
        '        height = max(0, height - slide)\n        wet = drops + wet // 3\n    return -1\n',
    ),
)
LIBRARY = """

def chunks(rows, size):
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield tuple(batch)
            batch = []
    if batch:
        yield tuple(batch)


def parse_header(line):
    name, mark, rest = line.partition(':')
    if not mark:
        raise ValueError(line)
    return name.strip().lower(), [part.strip() for part in rest.split(',') if part.strip()]

"""


# The first of them in another language, as benchmarks in many languages have it.
MADE_JAVASCRIPT = """function longestFloat(tides, draught) {
  let best = 0;
  let run = 0;
  for (const [depth, minutes] of tides) {
    if (depth >= draught) {
      run += minutes;
      best = Math.max(best, run);
    } else if (run && best > 10 * minutes) {
      return best + run;
    } else {
      run = 0;
    }
  }
  return best;
}
"""


class Known(NamedTuple):
    """A task of a benchmark."""

    benchmark: str
    task: str
    text: str
    code: str


def made_up() -> list[Known]:
    return [Known('MadeUp', f'Made/{number}', text, code) for number, (text, code) in enumerate(MADE)]


PUBLIC = {
    'HumanEval': ('HumanEval.jsonl.gz', ('HumanEval/95', 'HumanEval/124', 'HumanEval/129', 'HumanEval/140')),
    'MBPP': ('mbpp.jsonl.gz', ('306', '39', '493', '628')),
}


def public(folder: Path) -> Iterator[Known]:
    for name, (file, wanted) in PUBLIC.items():
        with gzip.open(folder / file, 'rt', encoding='utf-8') as lines:
            for row in map(json.loads, lines):
                if str(row['task_id']) in wanted:
                    code = row.get('code') or row['prompt'] + row['canonical_solution']
                    told = row.get('text') or _docstring(code, row['entry_point'])
                    yield Known(name, str(row['task_id']), told, code.replace('\r\n', '\n'))


def _docstring(code: str, name: str) -> str:
    functions = (node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.FunctionDef) and node.name == name)
    return ast.get_docstring(next(functions)) or ''


def contamination(known: Sequence[Known]) -> Iterator[Fault]:
    for one in known:
        code = _without_docstring(one.code).strip() + '\n'
        other = renamed(code, GRAMMARS['python'])
        first = next(line for line in code.splitlines() if line.strip())
        start = next(line for line in other.splitlines() if line.startswith('def '))
        text = '\n'.join(f'    {line.strip()}' for line in one.text.splitlines() if line.strip())
        stated = swap('task.yaml', 'statement:\n  en: |\n', f'statement:\n  en: |\n{text}\n')
        begin, marker = text.splitlines()[0].strip(), f'{one.benchmark}/{one.task}'
        for name, change, file, mark in (
            ('text as the statement', stated, 'task.yaml', begin),
            ('solution word for word', add('code', f'\n\n{code}'), 'code', first),
            ('solution under other names', add('code', f'\n\n{other}'), 'code', start),
            ('solution in other code', add('code', f'{LIBRARY}\n{other}\n{LIBRARY}'), 'code', start),
        ):
            told = f'of {re.escape(marker)}$'
            # What two benchmarks have in common is of both.
            yield Fault(
                'contamination', f'{marker}: {name}', 'python', change, told, file, mark, also='of (HumanEval|MBPP)/'
            )


def contamination_elsewhere() -> Iterator[Fault]:
    """In other languages, and beside the solution."""
    for name, implementation, code in (
        ('JavaScript word for word', 'javascript', MADE_JAVASCRIPT),
        ('JavaScript under other names', 'javascript', renamed(MADE_JAVASCRIPT, GRAMMARS['javascript'])),
        ('JavaScript word for word as TypeScript', 'typescript', MADE_JAVASCRIPT),
        ('JavaScript under other names as TypeScript', 'typescript', renamed(MADE_JAVASCRIPT, GRAMMARS['javascript'])),
    ):
        change, mark = add('code', f'\nexport {code}'), code.splitlines()[0]
        yield Fault('contamination', name, implementation, change, 'of MadeUp/Made/js', 'code', mark)
    text, code = MADE[1]
    told, change = 'of MadeUp/Made/1', add('tests', f'\n// {text}\n')
    yield Fault('contamination', 'text in a test', 'go', change, told, 'tests', text)
    file, change = 'draft/{snake}.py', also(drafted(), add('draft/{snake}.py', f'\n\n{code}'))
    yield Fault('contamination', 'solution in a draft', 'python', change, told, file, 'def dry')


def _without_docstring(code: str) -> str:
    """Nobody copies the text twice."""
    tree = ast.parse(code)
    lines = code.splitlines()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) and len(node.body) > 1:
            first = node.body[0]
            lines[first.lineno - 1 : first.end_lineno] = [''] * ((first.end_lineno or 0) - first.lineno + 1)
    return '\n'.join(line for line in lines if line.strip())


def contamination_controls() -> Iterator[Fault]:
    words = '\n    Given the depths of a harbour over the day, return how long a ship may stay there.\n'
    same_topic = swap('task.yaml', 'statement:\n  en: |\n', f'statement:\n  en: |{words}')
    same_head = add(
        'code', '\n\ndef snail(wall, climb, slide, rain):\n    return wall // (climb - slide) + len(rain)\n'
    )
    for name, change in (
        ('the topic in other words', same_topic),
        ('a function of the same name', same_head),
        ('other helpers', add('code', LIBRARY)),
        ('nothing', nothing),
    ):
        yield Fault('contamination', name, 'python', change)
    for base in ('text/natural-sort/python', 'parsing/cron-next/python', 'algorithms/dependency-order/python'):
        yield Fault('contamination', base, 'python', nothing, base=base)


# What only running tells.

BUGS = {
    'c': ('fmin(value', 'fmax(value'),
    'cpp': ('low > high', 'low < high'),
    'csharp': ('low > high', 'low >= high'),
    'go': ('low > high', 'low >= high'),
    'java': ('Math.min(', 'Math.max('),
    'javascript': ('low > high', 'low >= high'),
    'php': ('$low > $high', '$low < $high'),
    'python': ('max(low, min(', 'min(low, max('),
    'react': ('Math.max(low', 'Math.min(low'),
    'ruby': ('.min].max', '.max].min'),
    'rust': ('.min(high).max(low)', '.max(high).min(low)'),
    'typescript': ('Math.max(low', 'Math.min(low'),
}
# The test of R2 says nothing of the solution any more.
WEAK = {
    'c': (r'(__R2\)\n\{\n)(?:.*\n)*?(\}\nEND_TEST)', r'\1    ck_assert_int_eq(EINVAL, EINVAL);\n\2'),
    'cpp': (
        r'(R2: .*\n\{\n)(?:.*\n)*?(\})',
        r'\1    CHECK_THROWS_AS(throw std::invalid_argument("x"), std::invalid_argument);\n\2',
    ),
    'go': (
        r'(_R2\(.*\n)(?:.*\n)*?(\}\n)',
        '\\1\tif !errors.Is(ErrInterval, ErrInterval) {\n\t\tt.Error("not the same")\n\t}\n\\2',
    ),
    'javascript': (r'(R2: .*\n)(?:.*\n)*?(\}\);)', r'\1  assert.equal(typeof clamp, "function");\n\2'),
    'php': (r'(_R2\(.*\n +\{\n)(?:.*\n)*?(    \})', r'\1        $this->assertTrue(true);\n\2'),
    'python': (r'(__R2\(.*\n)(?:.*\n)*', r'\1    assert callable(clamp)\n'),
    'ruby': (r'(__R2\n)(?:.*\n)*?(  end)', r'\1    assert method(:clamp)\n\2'),
    'rust': (r'(__R2\(.*\n)(?:.*\n)*?(\})', r'\1    assert_eq!(IntervalError, IntervalError);\n\2'),
    'typescript': (r'(R2: .*\n)(?:.*\n)*?(\}\);)', r'\1  assert.ok(clamp);\n\2'),
}
IDLE = {
    'go': (
        r'(func TestNearest.*\n)(?:.*\n)*',
        '\\1\tClamp(2, 1, 3)\n}\n\nfunc TestEndsInWrongOrder_R2(t *testing.T) {\n\tif errors.Is(nil, ErrInterval) {\n\t\tt.Error("no")\n\t}\n}\n',
    ),
    'javascript': (
        r'(test\("R1(?:.*\n)*)',
        'test("R1: it runs", () => clamp(2, 1, 3));\n\ntest("R2: it runs", () => clamp(2, 3, 3));\n',
    ),
    'python': (
        r'(@pytest(?:.*\n)*)',
        'def test_it_runs__R1():\n    clamp(2, 1, 3)\n\n\ndef test_it_runs__R2():\n    clamp(2, 3, 3)\n',
    ),
    'ruby': (
        r'(  def test_nearest(?:.*\n)*)',
        '  def test_it_runs__R1\n    clamp(2, 1, 3)\n    assert true\n  end\n\n  def test_it_runs__R2\n    assert method(:clamp)\n  end\nend\n',
    ),
}
SKIPS = {
    'go': ('_R2(t *testing.T) {\n', '_R2(t *testing.T) {\n\tt.Skip("later")\n'),
    'java': ('@Test\n    @DisplayName("R2', '@org.junit.jupiter.api.Disabled\n    @Test\n    @DisplayName("R2'),
    'javascript': ('test("R2', 'test.skip("R2'),
    'php': ('_R2(): void\n    {\n', '_R2(): void\n    {\n        $this->markTestSkipped("later");\n'),
    'python': ('def test_ends', '@pytest.mark.skip\ndef test_ends'),
    'ruby': ('__R2\n', '__R2\n    skip "later"\n'),
    'rust': ('#[test]\nfn ends', '#[test]\n#[ignore]\nfn ends'),
}
BROKEN = {
    'c': ('return 0;', 'return 0'),
    'csharp': ('Math.Max(low', 'Math.Max(lowest'),
    'go': ('return max(', 'retrun max('),
    'java': ('return Math', 'return math'),
    'python': ('if low > high:', 'if low > high'),
    'rust': ('Ok(value', 'Ok(valeu'),
    'typescript': ('return Math.max', 'return "" + Math.max'),
}
LOOPS = {
    'c': ('    *result = f', '    while (low <= high) {\n        low *= 1;\n    }\n    *result = f'),
    'javascript': ('  return Math', '  while (low <= high) low *= 1;\n  return Math'),
    'python': ('    return max', '    while low <= high:\n        low *= 1\n    return max'),
}


def by_pattern(file: str, pattern: str, new: str) -> Change:
    def change(place: Place) -> None:
        text = place.read(file)
        place.write(file, re.sub(pattern, new, text, count=1))
        assert place.read(file) != text, (place.path, pattern)

    return change


def verified() -> Iterator[Fault]:
    failing = 'fails or is skipped'
    for name, edit in BUGS.items():
        change, told = swap('code', *edit), 'solution_failed'
        yield Fault('verify', f'{name}: an operator turned round', name, change, told, names='R[12]', also=failing)
    for name, edit in IDLE.items():
        change = by_pattern('tests', *edit)
        yield Fault('verify', f'{name}: tests without checks', name, change, 'stub_passed:native', names='native')
    for name, edit in SKIPS.items():
        told = 'requirement_unproven:R2'
        yield Fault('verify', f'{name}: a test skipped', name, swap('tests', *edit), told, names='R2', also=failing)
    for name, old, new in (('javascript', 'test("R2', '// test("R2'), ('ruby', '  def test_ends', '  # def test_ends')):
        change = commented(old, new)
        yield Fault(
            'verify',
            f'{name}: a test commented out',
            name,
            change,
            'requirement_unproven:R2|R2: has no test',
            names='R2',
        )
    for name, edit in BROKEN.items():
        change = swap('code', *edit)
        yield Fault('verify', f'{name}: does not compile', name, change, 'solution_not_built', also=failing)
    for name, edit in LOOPS.items():
        change = swap('code', *edit)
        yield Fault(
            'verify', f'{name}: an endless loop', name, change, 'solution_timed_out', also=failing, stage='quick'
        )
    for name in PLAIN:
        yield Fault('verify', f'{name} as proven new writes it', name, nothing)
    for name, change in (
        ('javascript', swap('code', '\n  if', '\n\n\n  if')),
        ('go', on_top('code', 'A comment before all else.')),
        ('python', swap('tests', 'value', 'given', 'expected', 'wanted')),
        ('ruby', swap('code', 'value', 'given')),
    ):
        yield Fault('verify', f'{name} with a harmless change', name, change)
    extra = '\n\ndef test_far_away__R1():\n    assert clamp(1e300, 1, 3) == 3\n'
    yield Fault('verify', 'one more test', 'python', add('tests', extra))


def commented(old: str, new: str) -> Change:
    """The test from this line to its end as comments."""

    def change(place: Place) -> None:
        head, _, rest = place.read('tests').partition(old)
        body, end = (rest, '') if place.implementation == 'javascript' else (rest.removesuffix('end\n'), 'end\n')
        mark = '//' if place.implementation == 'javascript' else '  #'
        lines = body.splitlines()
        place.write('tests', head + '\n'.join([new + lines[0], *(f'{mark} {line}' for line in lines[1:])]) + '\n' + end)

    return change


def weak() -> Iterator[Fault]:
    for name, edit in WEAK.items():
        told, mark = 'requirement_not_killed:R2', '$low > $high' if name == 'php' else 'low > high'
        change = by_pattern('tests', *edit)
        yield Fault(
            'weak tests', f'{name}: a test that is always true', name, change, told, 'code', mark, 'R2', 'survivor'
        )
    nearest = by_pattern(
        'tests',
        r'    assert clamp\(value, 1, 3\) == expected',
        '    assert value is not expected or value in (0, 1, 2, 3, 4)',
    )
    told = 'requirement_not_killed:R1'
    yield Fault('weak tests', 'python: R1 checks its own data', 'python', nearest, told, names='R1', also='survivor')
    for name in ('python', 'go'):
        yield Fault(
            'weak tests', f'{name}: mark of a mutant that a test kills', name, marked, 'equivalent_killed', names='equ'
        )
    for name in ('python', 'javascript', 'go', 'ruby', 'rust'):
        yield Fault('weak tests', f'{name} as proven new writes it', name, nothing)


def marked(place: Place) -> None:
    """The first mutant of the solution as an equivalent one."""
    adapter = LANGUAGES[place.implementation]
    name = place.name('code').rpartition('/')[2]
    first = mutants.of_files({name: place.read('code').encode()}, adapter.GRAMMAR, adapter.SUFFIXES)[0]
    place.write(
        'example.yaml', place.read('example.yaml') + f'equivalent_mutants:\n- {{mutant: "{first.id}", reason: None.}}\n'
    )


def notes() -> Iterator[Fault]:
    for name in ('python', 'javascript', 'ruby'):
        change = drafted(notes=note('correctness', 'R1'))
        told, rest = r'change_unproven:0 \(R1\)', 'passes on the draft too'
        yield Fault('notes', f'{name}: nothing changed for its requirement', name, change, told, names='R1', also=rest)
    for name in ('python', 'javascript', 'ruby'):
        yield Fault('notes', f'{name}: the draft is right already', name, drafted('perfect'), 'draft_passed')
    for name in ('python', 'go', 'typescript'):
        change = drafted(notes=note('error_handling', 'R1'))
        told = 'error_handling is proven by a requirement of kind error'
        yield Fault('notes', f'{name}: no error', name, change, told, 'example.yaml', names='R1', stage='index')
    for name in ('python', 'javascript', 'ruby'):
        change = drafted(notes=note('error_handling', 'R2'))
        yield Fault('notes', f'{name}: a note that is right', name, change)


TRIES = {
    'python': '\n\n{head}\n\ndef test_one__R1():\n    {one}\n    assert clamp(1, 1, 3) == 1\n\n\ndef test_two__R1():\n    {two}\n',
    'javascript': '\n{head}\n\ntest("R1: one", () => {{\n  {one}\n  assert.equal(clamp(1, 1, 3), 1);\n}});\n\n'
    'test("R1: two", () => {{\n  {two}\n}});\n',
    'go': '\n{head}\n\nfunc TestOne_R1(t *testing.T) {{\n\t{one}\n}}\n\nfunc TestTwo_R1(t *testing.T) {{\n\t{two}\n}}\n',
    'ruby': '\nclass TestMore < Minitest::Test\n  def test_one__R1\n    {one}\n    assert_equal 1, clamp(1, 1, 3)\n  end\n\n'
    '  def test_two__R1\n    {two}\n  end\nend\n',
    'php': '\n    public function testOne_R1(): void\n    {{\n        {one}\n        $this->assertEquals(1, clamp(1, 1, 3));\n'
    '    }}\n\n    public function testTwo_R1(): void\n    {{\n        {two}\n    }}\n}}\n',
}
# Kind, implementation, before the tests, in the first, in the second.
WAVERING = (
    ('order', 'python', 'SEEN = []', 'SEEN.append(1)', 'assert clamp(len(SEEN), 1, 3) == len(SEEN)'),
    ('order', 'javascript', 'let seen = 0;', 'seen += 1;', 'assert.equal(clamp(seen, 1, 3), seen);'),
    (
        'order',
        'go',
        'var seen float64',
        'seen++',
        'if got, _ := Clamp(seen, 1, 3); got != seen {\n\t\tt.Error(got)\n\t}',
    ),
    ('order', 'ruby', '', '$seen = 1', 'assert_equal $seen, clamp(1, 1, 3)'),
    ('order', 'php', '', 'define("SEEN", 1);', '$this->assertEquals(SEEN, clamp(1, 1, 3));'),
    ('chance', 'python', 'import random', '', 'assert clamp(given := random.uniform(-5, 4), 1, 3) == given'),
    (
        'chance',
        'javascript',
        '',
        '',
        'const given = Math.random() * 9 - 5;\n  assert.equal(clamp(given, 1, 3), given);',
    ),
    ('chance', 'ruby', '', '', 'given = rand(-5.0..4.0)\n    assert_equal given, clamp(given, 1, 3)'),
    (
        'chance',
        'php',
        '',
        '',
        '$given = random_int(-50, 40) / 10;\n        $this->assertEquals($given, clamp($given, 1, 3));',
    ),
    ('time', 'python', 'import time', '', 'assert clamp(given := time.time_ns() // 1000 % 9, 1, 3) == given'),
    (
        'time',
        'javascript',
        '',
        '',
        'const given = Number(process.hrtime.bigint() % 9n);\n  assert.equal(clamp(given, 1, 3), given);',
    ),
    ('time', 'ruby', '', '', 'given = Time.now.nsec / 1000 % 9\n    assert_equal given, clamp(given, 1, 3)'),
    (
        'time',
        'go',
        '',
        '',
        'given := float64(time.Now().UnixMicro() % 9)\n\tif got, _ := Clamp(given, 1, 3); got != given {\n\t\tt.Error(got)\n\t}',
    ),
)


def flaky() -> Iterator[Fault]:
    for kind, name, head, one, two in WAVERING:
        skipped = {'python': 'pass', 'go': '_, _ = Clamp(1, 1, 3)'}.get(name, '')
        text = TRIES[name].format(head=head, one=one or skipped, two=two)
        change = (
            by_pattern('tests', r'\n\}\n\Z', '\n' + text.replace('\\', r'\\')) if name == 'php' else add('tests', text)
        )
        if 'time.Now' in two:
            change = also(change, swap('tests', '\t"testing"\n', '\t"testing"\n\t"time"\n'))
        told = 'test_two__R1|R1: two|TestTwo_R1|testTwo_R1'
        yield Fault('flaky', f'{name}: a test that depends on {kind}', name, change, told, 'tests', names='[Tt]wo')
    head = 'import static org.junit.jupiter.api.Assertions.assertThrows;\n'
    java = swap(
        'tests',
        head,
        head,
        '\n    @Test\n',
        '\n    static double seen;\n\n    @Test\n    @DisplayName("R1: one")\n    void one() {\n        seen = Clamp.clamp(1, 1, 3);\n    }\n\n    @Test\n    @DisplayName("R1: two")\n    void two() {\n        assertEquals(1, seen);\n    }\n\n    @Test\n',
    )
    yield Fault('flaky', 'java: a test that depends on order', 'java', java, 'two|R1: two', 'tests', names='two')
    for name in ('python', 'javascript', 'go', 'ruby', 'php'):
        yield Fault('flaky', f'{name} as proven new writes it', name, nothing)
    parts = re.compile(r'(@pytest(?:.*\n)+?)\n\n(def test_ends(?:.*\n)+)')
    turned = by_pattern('tests', parts.pattern, r'\2\n\n\1')
    yield Fault('flaky', 'python: the tests in another order', 'python', turned)


def all_faults(known: Sequence[Known]) -> list[Fault]:
    """Every fault and control."""
    found = [
        *trace(),
        *metadata(),
        *features(),
        *secrets(),
        *personal(),
        *personal_elsewhere(),
        *licences(),
        *index_controls(),
    ]
    found += [*copies(), *contamination(known), *contamination_elsewhere(), *contamination_controls()]
    bases = sorted({fault.base for fault in found if fault.gate == 'copies'})
    found += [Fault('copies', base, base.rpartition('/')[2], nothing, base=base) for base in bases]
    return [*found, *verified(), *weak(), *notes(), *flaky()]


# Building and asking.


def dumped(value: object) -> str:
    return yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=1000)


def from_base(place: Place, fault: Fault) -> None:
    """An example of the repository as a new task; its text has the same words in another order, if it is a copy."""
    source = REPOSITORY / 'examples' / fault.base
    target = place.root / place.path
    keep = shutil.ignore_patterns('draft', 'human', '__pycache__', 'node_modules', 'target', 'build')
    if fault.implementation == source.name:
        shutil.copytree(source, target, ignore=keep)
    else:
        scaffold.write(place.root, place.path, LANGUAGES)
    meta = yaml.safe_load((target / 'example.yaml').read_text())
    for name in ('annotations', 'draft', 'human', 'changes', 'equivalent_mutants'):
        meta.pop(name, None)
    (target / 'example.yaml').write_text(dumped(meta))
    task = yaml.safe_load((source.parent / 'task.yaml').read_text())
    task |= {'id': scaffold.new_id(place.root)}
    task.pop('related', None)
    chance = random.Random(place.path)
    if fault.gate == 'copies':
        task['statement'] = {'en': _shuffled(task['statement']['en'], chance)}
    for requirement in task['requirements']:
        requirement.pop('features', None)
        if fault.gate == 'copies':
            requirement['text'] = {'en': _shuffled(requirement['text']['en'], chance)}
    if fault.implementation != source.name:
        task['requirements'] = task['requirements'][:2]
    place.write('task.yaml', dumped(task))


def _shuffled(text: str, chance: random.Random) -> str:
    words = text.split()
    chance.shuffle(words)
    return ' '.join(words)


class Tree:
    """The examples of one run: a folder with all that was built, and which fault is where."""

    def __init__(self, folder: Path, stage: str, faults: Iterable[Fault]) -> None:
        self.folder = folder
        self.root = folder / 'examples'
        self.root.mkdir(parents=True)
        self.faults: dict[str, Fault] = {}
        self.lines: dict[str, set[int]] = {}
        self.findings: list[Finding] = []
        (folder / 'params.yaml').write_text(PARAMS % (4 if stage == 'quick' else 40))
        for number, fault in enumerate(faults):
            original = fault.gate == 'copies' and not fault.told
            path = fault.base if original else f'numeric/case-{number}/{fault.implementation}'
            if original:
                self._original(path)
            else:
                self._build(Place(self.root, path), fault)
            self.faults[path] = fault

    def _original(self, path: str) -> None:
        source = REPOSITORY / 'examples' / path
        shutil.copytree(source, self.root / path)
        task = re.sub(r'(?m)^related: .*\n', '', (source.parent / 'task.yaml').read_text())
        (self.root / path).parent.joinpath('task.yaml').write_text(task)

    def _build(self, place: Place, fault: Fault) -> None:
        if fault.base:
            from_base(place, fault)
        else:
            scaffold.write(self.root, place.path, LANGUAGES)
        lines = fault.change(place)
        self.lines[place.path] = lines or _right_lines(place, fault)

    def example_of(self, path: str) -> str:
        """The example that a path belongs to."""
        if path in self.faults:
            return path
        parts = path.split('/')
        if '/'.join(parts[:3]) in self.faults:
            return '/'.join(parts[:3])
        return next(one for one in self.faults if one.startswith('/'.join(parts[:2]) + '/'))

    def index(self) -> None:
        """What index says; examples with problems are then taken out, so that the others can be indexed."""
        try:
            read_all(self.root, LANGUAGES)
        except ProblemsFound as error:
            for problem in error.problems:
                path = problem.path.removeprefix('examples/')
                line = re.fullmatch(r'line (\d+)', problem.field)
                told = problem.message if line or not problem.field else f'{problem.field}: {problem.message}'
                self.findings.append(Finding(self.example_of(path), path, int(line[1]) if line else None, told))
            for example in {finding.example for finding in self.findings}:
                shutil.rmtree((self.root / example).parent)

    def stage(self, main: Callable[[Sequence[str]], int], *arguments: str) -> list[dict[str, Any]]:
        """The rows that a stage writes; the last argument is its output."""
        paths = [str(self.folder / argument) for argument in arguments]
        options = [] if main is index.main else ['--params', str(self.folder / 'params.yaml')]
        told = io.StringIO()
        with contextlib.redirect_stdout(told), contextlib.redirect_stderr(told):
            code = run_main(main, [*paths, *options])
        if code:
            raise SystemExit(f'{main.__module__} ends with {code}:\n{told.getvalue()}')
        return files.read_rows(Path(paths[-1]))

    def ask(self, stage: str, prints: Path) -> None:
        """Run what tells of the faults of this tree."""
        self.index()
        if stage == 'index':
            return
        rows = self.stage(index.main, 'examples', 'index.jsonl')
        if stage == 'dedupe':
            self._dedupe()
        elif stage == 'decontaminate':
            shutil.copytree(prints, self.folder / 'prints')
            self._decontaminate()
        elif stage == 'flakiness':
            # Only the gate for flaky tests is asked: a test that wavers may well fail in verify.
            verdicts = [Verdict(example=row['example'], digest='', verdict='passed') for row in rows]
            files.write_rows(self.folder / 'verdicts.jsonl', (one.model_dump(mode='json') for one in verdicts))
            self._flaky()
        else:
            self._verify()
            if stage == 'mutate':
                self._mutate()

    def _dedupe(self) -> None:
        for row in self.stage(dedupe.main, 'examples', 'index.jsonl', 'duplicates.jsonl'):
            for twin in row['twins']:
                if twin['same_family']:
                    continue
                other = self._group(twin['path'])
                if self.faults[row['example']].told or other != self._group(row['example']):
                    told = f'{twin["of"]} of {other} ({twin["similarity"]:.2f})'
                    self.findings.append(Finding(row['example'], twin['file'], twin['line'], told))

    def _group(self, path: str) -> str:
        return self.faults[self.example_of(path)].base.rpartition('/')[0]

    def _decontaminate(self) -> None:
        for row in self.stage(decontaminate.main, 'examples', 'index.jsonl', 'prints', 'screen.json', 'hits.jsonl'):
            for hit in row['hits']:
                told = f'{hit["rule"]} of {hit["benchmark"]}/{hit["task"]}'
                self.findings.append(Finding(row['example'], hit['file'], hit['line'], told))

    def _verify(self) -> None:
        for row in self.stage(verify.main, 'examples', 'index.jsonl', 'verdicts.jsonl'):
            verdict = Verdict.model_validate(row, strict=False)
            told = [*verdict.reasons, *verification.describe(verdict).splitlines()[len(verdict.reasons) :]]
            if verdict.verdict != 'passed':
                self._tell(row['example'], [line.removeprefix(f'{row["example"]}: ') for line in told])

    def _tell(self, example: str, told: Iterable[str]) -> None:
        self.findings += [Finding(example, example, None, line) for line in told]

    def _mutate(self) -> None:
        for row in self.stage(mutate.main, 'examples', 'index.jsonl', 'verdicts.jsonl', 'mutants.jsonl'):
            self._tell(row['example'], row.get('reasons', ()))
            for one in row.get('survived', ()):
                path = f'{row["example"]}/{one["file"]}'
                self.findings.append(Finding(row['example'], path, one['line'], f'survivor by {one["operator"]}'))

    def _flaky(self) -> None:
        for row in self.stage(flakiness.main, 'examples', 'index.jsonl', 'verdicts.jsonl', 'flakiness.jsonl'):
            place = Place(self.root, row['example'])
            for name in row.get('flaky', ()):
                here = name.rpartition(' > ')[2].partition('(')[0] in place.read('tests')
                self.findings.append(Finding(row['example'], place.name('tests' if here else ''), None, name))

    def results(self) -> Iterator[Result]:
        by_example: dict[str, list[Finding]] = defaultdict(list)
        for finding in self.findings:
            by_example[finding.example].append(finding)
        for path, fault in self.faults.items():
            yield self._result(path, fault, tuple(dict.fromkeys(by_example[path])))

    def _result(self, path: str, fault: Fault, told: tuple[Finding, ...]) -> Result:
        if not fault.told:
            return Result(fault, told, False, False, None, told)
        place = Place(self.root, path)
        right = [one for one in told if re.search(fault.told, one.message)]
        rest = [one for one in told if fault.also and re.search(fault.also, one.message)]
        false = tuple(one for one in told if one not in right and one not in rest)
        if not right:
            return Result(fault, told, False, False, None, false)
        here = [one for one in (*right, *rest) if one.path.startswith(place.name(fault.file))]
        named = not fault.names or any(re.search(fault.names, one.message) for one in (*right, *rest))
        wanted = self.lines[path]
        line = any(one.line in wanted for one in here) if wanted else None
        return Result(fault, told, True, bool(here) and named, line, false)


def _right_lines(place: Place, fault: Fault) -> set[int]:
    """The lines that are right, if the change has not told them."""
    if not fault.mark:
        return set()
    if fault.gate == 'copies':
        return {_first_code(path.read_text()) for path in sources(place)}
    found = {number for number, text in enumerate(place.read(fault.file).splitlines(), 1) if fault.mark in text}
    assert found, f'{fault.name}: {fault.mark!r} is not in {fault.file}'
    return found


def _first_code(text: str) -> int:
    """The first line that is no comment."""
    blank = re.sub(r'/\*.*?\*/', lambda match: '\n' * match[0].count('\n'), text, flags=re.S)
    return next(
        number
        for number, line in enumerate(blank.splitlines(), 1)
        if line.strip() and not re.match(r'\s*(//|#(?!include|define|pragma|!?\[))', line)
    )


def prints_of(folder: Path, benchmarks: Path | None) -> Path:
    """Fingerprints of the made-up benchmark and of those in the folder."""
    made = folder / 'made.jsonl'
    rows = [{'task_id': one.task, 'text': one.text, 'code': one.code} for one in made_up()]
    rows.append({'task_id': 'Made/js', 'language': 'javascript', 'code': MADE_JAVASCRIPT})
    made.write_text(''.join(json.dumps(row) + '\n' for row in rows))
    given = {'MadeUp': made}
    if benchmarks:
        given |= {name: benchmarks / file for name, (file, _) in PUBLIC.items()}
    for name, path in given.items():
        fingerprints.write(folder / 'prints', *fingerprints.build(name, {path.name: path}, GRAMMARS))
    return folder / 'prints'


def measure(
    runs: Iterable[str] = (), gates: Iterable[str] = (), benchmarks: Path | None = None
) -> tuple[list[Result], dict[str, float]]:
    """What became of all faults of these runs and gates, and the seconds that each run took."""
    faults = all_faults([*made_up(), *(public(benchmarks) if benchmarks else ())])
    wanted = [one for one in faults if (not runs or one.run in runs) and (not gates or one.gate in gates)]
    results: list[Result] = []
    seconds: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix='proven-faults-') as name:
        prints = prints_of(Path(name), benchmarks)
        for run in dict.fromkeys(one.run for one in wanted):
            began = time.monotonic()
            tree = Tree(Path(name) / run, run, [one for one in wanted if one.run == run])
            tree.ask(run, prints)
            results += tree.results()
            seconds[run] = time.monotonic() - began
    return results, seconds


class Figures(NamedTuple):
    """What the results of some gate come to."""

    faults: int
    found: int
    findings: int
    false: int
    path: float
    line: float
    controls: int

    @property
    def recall(self) -> float:
        return self.found / self.faults if self.faults else math.nan

    @property
    def precision(self) -> float:
        return 1 - self.false / self.findings if self.findings else math.nan


def figures(results: Sequence[Result]) -> Figures:
    faults = [one for one in results if one.fault.told]
    found = [one for one in faults if one.found]
    lines = [one.line for one in found if one.line is not None]
    return Figures(
        len(faults),
        len(found),
        sum(len(one.findings) for one in results),
        sum(len(one.false) for one in results),
        sum(one.path for one in found) / len(found) if found else math.nan,
        sum(lines) / len(lines) if lines else math.nan,
        len(results) - len(faults),
    )


def report(results: Sequence[Result], seconds: Mapping[str, float]) -> str:
    by_gate: dict[str, list[Result]] = {gate: [] for gate in GATES}
    for one in results:
        by_gate[one.fault.gate].append(one)
    heads = ('faults', 'found', 'recall', 'findings', 'false', 'precision', 'path', 'line', 'controls')
    lines = [f'{"gate":14}' + ''.join(f'{head:>10}' for head in heads)]
    for gate, some in [*by_gate.items(), ('all', list(results))]:
        if some:
            told = figures(some)
            cells = (
                str(told.faults),
                str(told.found),
                _share(told.recall),
                str(told.findings),
                str(told.false),
                _share(told.precision),
                _share(told.path),
                _share(told.line),
                str(told.controls),
            )
            lines.append(f'{gate:14}' + ''.join(f'{cell:>10}' for cell in cells))
    for one in results:
        name = f'{one.fault.gate}: {one.fault.name}'
        if one.fault.told and not one.found:
            lines.append(f'missed: {name}')
        elif one.found and not one.path:
            lines.append(f'wrong place: {name}: {[finding.path for finding in one.findings]}')
        elif one.line is False:
            lines.append(f'wrong line: {name}: {[finding.line for finding in one.findings]}')
        lines += [f'false: {name}: {told.path}:{told.line or ""}: {told.message}' for told in one.false]
    lines.append(', '.join(f'{run} {taken:.1f} s' for run, taken in seconds.items()))
    return '\n'.join(lines)


def _share(value: float) -> str:
    return '-' if math.isnan(value) else f'{value:.1%}'


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or '').partition('\n')[0])
    parser.add_argument('gates', nargs='*', metavar='GATE', help=', '.join(GATES))
    parser.add_argument('--benchmarks', type=Path)
    arguments = parser.parse_args()
    unknown = set(arguments.gates) - set(GATES)
    if unknown:
        parser.error(f'no gate: {", ".join(sorted(unknown))}; use some of {", ".join(GATES)}')
    print(report(*measure(gates=arguments.gates, benchmarks=arguments.benchmarks)))


if __name__ == '__main__':
    main()
