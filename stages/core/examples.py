"""Reading examples from the tree: what a file is for, what is wrong with it, all without running anything."""

from __future__ import annotations

import fnmatch
import os
import re
import stat
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from typing import Literal
from typing import NamedTuple
from typing import TypeVar

from pydantic import BaseModel
from pydantic import StringConstraints
from pydantic import TypeAdapter
from pydantic import ValidationError

from stages.core import features
from stages.core import files
from stages.core import language
from stages.core import manifests
from stages.core import mutants
from stages.core import packages
from stages.core import screening
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.language import Language
from stages.core.models import CATEGORIES
from stages.core.models import ExampleMeta
from stages.core.models import Task
from stages.core.models import problems_of

Role = Literal['solution', 'test', 'benchmark', 'draft', 'human']
MAX_FILE_BYTES = 256 * 1024
MAX_EXAMPLE_BYTES = 1024 * 1024
IGNORED = {
    '__pycache__',
    'build',
    'node_modules',
    'target',
    '.DS_Store',
    '.mypy_cache',
    '.pytest_cache',
    '.ruff_cache',
    '.venv',
}
SAFE_NAME = re.compile(r'[A-Za-z0-9_][A-Za-z0-9_.-]*')
KEBAB = re.compile(r'[a-z][a-z0-9]*(-[a-z0-9]+)*')
TASK_ID = re.compile(rb'^id:[ \t]*["\']?([0-9a-z]{6})["\']?[ \t]*(?:#.*)?$', re.MULTILINE)
PYTHON_TESTS = ('test_*.py', 'conftest.py')
PROMPT = 'draft/prompt.md'
# Among the shared tests of a backend task: what its servers and the tests find in their environment.
ENVIRONMENT = 'testdata/environment.json'
NAMED_TEXTS = TypeAdapter(dict[Annotated[str, StringConstraints(pattern=r'^APP_[A-Z0-9_]+$')], str])
# Kind of a change → kinds of requirement that can prove it; any can prove that something was not correct.
CHANGE_PROOFS = {'edge_case': ('edge_case', 'error'), 'error_handling': ('error',), 'security': ('security',)}
Kind = TypeVar('Kind', bound=BaseModel)


class Example(NamedTuple):
    """One implementation of a task, read and without problems. Paths are POSIX and relative to its folder.

    ``path`` is category/task/implementation, ``shared`` the black-box tests of the task, ``task_source`` and
    ``meta_source`` the YAML files as written.
    """

    path: str
    task: Task
    meta: ExampleMeta
    files: Mapping[str, bytes]
    roles: Mapping[str, Role]
    shared: Mapping[str, bytes]
    task_source: bytes
    meta_source: bytes

    @property
    def id(self) -> str:
        return f'{self.task.id}-{self.implementation}'

    @property
    def implementation(self) -> str:
        return self.path.rpartition('/')[2]

    def of_role(self, *roles: Role) -> dict[str, bytes]:
        return {path: content for path, content in self.files.items() if self.roles[path] in roles}

    def variant(self, name: Literal['draft', 'human']) -> dict[str, bytes]:
        """The files of a variant, at the paths that they replace."""
        return {path.partition('/')[2]: content for path, content in self.of_role(name).items() if path != PROMPT}

    @property
    def code_digest(self) -> str:
        """Covers what runs and what the tests must prove."""
        return files.digest(
            {
                **{f'file/{path}': content for path, content in self.files.items() if self._runs(path)},
                **{f'shared/{path}': content for path, content in self.shared.items()},
                'requirements': ' '.join(requirement.id for requirement in self.task.requirements),
                'databases': ' '.join(self.meta.databases),
                'changes': ' '.join(f'{change.kind}:{change.requirement or ""}' for change in self.meta.changes),
                **(
                    {'human': self.meta.human.model_dump_json(), 'packages': packages.SOURCE} if self.meta.human else {}
                ),
            }
        )

    @property
    def benchmark_digest(self) -> str:
        """Covers the workloads; empty if there are none."""
        return files.digest(found) if (found := self.of_role('benchmark')) else ''

    @property
    def metadata_digest(self) -> str:
        """Covers everything else of the example."""
        rest = {path: content for path, content in self.files.items() if path == PROMPT}
        return files.digest({**rest, 'task.yaml': self.task_source, 'example.yaml': self.meta_source})

    def _runs(self, path: str) -> bool:
        return self.roles[path] != 'benchmark' and path != PROMPT


class Reader:
    """Reads examples below ``root`` and gathers every problem it meets in ``problems``."""

    def __init__(self, root: Path, languages: Mapping[str, Language]) -> None:
        self.root = root
        self.languages = languages
        self.problems: list[Problem] = []
        self._tasks: dict[str, tuple[Task | None, bytes, dict[str, bytes]]] = {}

    def paths(self) -> list[str]:
        """All examples in the tree, as category/task/implementation; what lies where nothing belongs is a problem."""
        found = []
        for category in self._folders('', ('pytest.ini',)):
            if category not in CATEGORIES:
                self._problem(category, '', f'is not a category; use one of {", ".join(CATEGORIES)}')
                continue
            for task in self._folders(category):
                implementations = self._folders(f'{category}/{task}', ('task.yaml',))
                found += [f'{category}/{task}/{name}' for name in implementations if name != 'tests']
                if not set(implementations) - {'tests'}:
                    self._problem(f'{category}/{task}', '', 'has no implementation; add one or remove the folder')
        return found

    def read(self, path: str) -> Example | None:
        """One example, or None if it has a problem."""
        before = len(self.problems)
        example = self.open(path)
        for problem in problems_in(example, self.languages[example.implementation]) if example else ():
            self._problem(problem.path, problem.field, problem.message)
        return example if len(self.problems) == before else None

    def open(self, path: str) -> Example | None:
        """One example whose files can all be read, whatever else is wrong with it; None if they can't."""
        category, name, implementation = path.split('/')
        if category not in CATEGORIES:
            self._problem(category, '', f'is not a category; use one of {", ".join(CATEGORIES)}')
        if implementation not in self.languages:
            self._problem(path, '', f'no adapter for {implementation!r}; use one of {", ".join(self.languages)}')
            return None
        adapter = self.languages[implementation]
        task, task_source, shared = self.task(f'{category}/{name}')
        readable = len(self.problems)
        content = self._contents(path)
        readable = len(self.problems) == readable
        meta_source = content.pop('example.yaml', None)
        if meta_source is None:
            self._problem(f'{path}/example.yaml', '', 'is missing or unreadable; `proven new` writes one')
        meta = self._parse(f'{path}/example.yaml', meta_source, ExampleMeta)
        roles = self._roles(path, content, adapter)
        if task is None or meta is None or meta_source is None or len(roles) < len(content) or not readable:
            return None  # more problems would only follow from these
        return Example(path, task, meta, content, roles, shared, task_source, meta_source)

    def task(self, path: str) -> tuple[Task | None, bytes, dict[str, bytes]]:
        """The task of a folder, its YAML as written and its shared tests; read once."""
        if path not in self._tasks:
            self._tasks[path] = self._read_task(path)
        return self._tasks[path]

    def _read_task(self, path: str) -> tuple[Task | None, bytes, dict[str, bytes]]:
        if not KEBAB.fullmatch(path.rpartition('/')[2]):
            self._problem(
                path, '', 'the folder of a task is named in kebab-case (lower-case words with hyphens); rename it'
            )
        source = self._content(f'{path}/task.yaml') if os.path.lexists(self.root / path / 'task.yaml') else None
        if source is None:
            self._problem(f'{path}/task.yaml', '', 'is missing or unreadable; `proven new` writes one')
        task = self._parse(f'{path}/task.yaml', source, Task)
        shared = self._contents(f'{path}/tests') if os.path.lexists(self.root / path / 'tests') else {}
        for name in shared:
            if not is_fixture(name) and not _fits(name, PYTHON_TESTS):
                self._problem(
                    f'{path}/tests/{name}', '', 'has no role; shared tests are test_*.py, their data lies in testdata/'
                )
        try:
            environment(shared)
        except ValueError:
            self._problem(
                f'{path}/tests/{ENVIRONMENT}', '', 'is no JSON object of texts with names like APP_KEY; mend it'
            )
        for index, requirement in enumerate(task.requirements if task else ()):
            if requirement.id != f'R{index + 1}':
                self._problem(
                    f'{path}/task.yaml',
                    f'requirements[{index}].id',
                    f'is {requirement.id}; number them R1, R2, … in order',
                )
        return task, source or b'', shared

    def _parse(self, path: str, source: bytes | None, model: type[Kind]) -> Kind | None:
        if source is None:
            return None
        try:
            return model.model_validate(files.load_yaml(source.decode()))
        except ValidationError as error:
            self.problems += problems_of(error, f'{self.root.name}/{path}')
        except ValueError as error:
            self._problem(path, '', str(error))
        return None

    def _roles(self, path: str, content: Iterable[str], adapter: Language) -> dict[str, Role]:
        roles: dict[str, Role] = {}
        for name in content:
            role = role_of(name, adapter)
            if role is None:
                likely = ', '.join(adapter.SOLUTION + adapter.TESTS + adapter.BENCHMARKS)
                self._problem(
                    f'{path}/{name}',
                    '',
                    f'has no role; files here are {likely}, draft/…, human/… or testdata/…; rename or remove it',
                )
            else:
                roles[name] = role
        return roles

    def _folders(self, path: str, known: tuple[str, ...] = ()) -> list[str]:
        folders = []
        for entry in sorted(os.scandir(self.root / path), key=lambda entry: entry.name):
            where = f'{path}/{entry.name}'.lstrip('/')
            if entry.name in IGNORED:
                continue
            if entry.is_symlink():
                self._problem(where, '', 'is a symbolic link; put the folder itself there')
            elif entry.is_dir():
                folders.append(entry.name)
            elif entry.name not in known:
                self._problem(where, '', 'no file belongs here; move it into an example or remove it')
        return folders

    def _contents(self, path: str) -> dict[str, bytes]:
        """All files of a folder that have nothing wrong with them as files, by path relative to it."""
        found: dict[str, bytes] = {}
        for name in sorted(self._walk(path, '')):
            content = self._content(f'{path}/{name}')
            if content is not None:
                found[name] = content
        total = sum(map(len, found.values()))
        if total > MAX_EXAMPLE_BYTES:
            self._problem(path, '', f'is {total} bytes in all, more than {MAX_EXAMPLE_BYTES}; make it smaller')
        return found

    def _walk(self, path: str, below: str) -> Iterator[str]:
        folder = self.root / path / below
        if folder.is_symlink() or not folder.is_dir():
            self._problem(path, below, 'is not a folder; make it one')
            return
        for entry in os.scandir(folder):
            if entry.name in IGNORED or entry.name.endswith('.pyc'):
                continue
            if not SAFE_NAME.fullmatch(entry.name):
                self._problem(
                    f'{path}/{below}{entry.name}',
                    '',
                    'a name is made of ASCII letters, digits, _ . and - only; rename it',
                )
            elif entry.is_dir(follow_symlinks=False):
                yield from self._walk(path, f'{below}{entry.name}/')
            else:
                yield f'{below}{entry.name}'

    def _content(self, path: str) -> bytes | None:
        """The bytes of a text file as the repository wants it; otherwise a problem and None."""
        full = self.root / path
        facts = full.lstat()
        if stat.S_ISLNK(facts.st_mode):
            self._problem(path, '', f'is a symbolic link to {os.readlink(full)}; put the file itself there')
            return None
        if not stat.S_ISREG(facts.st_mode):
            self._problem(path, '', 'is not a regular file; remove it')
            return None
        if facts.st_size > MAX_FILE_BYTES:
            self._problem(path, '', f'is {facts.st_size} bytes, more than {MAX_FILE_BYTES}; make it smaller')
            return None
        content = full.read_bytes()
        fault = fault_of_text(content)
        if fault:
            self._problem(path, '', fault)
            return None
        return content

    def _problem(self, path: str, field: str, message: str) -> None:
        self.problems.append(Problem(f'{self.root.name}/{path}', field, message))


def fault_of_text(content: bytes) -> str | None:
    """What keeps bytes from being text as we keep it (UTF-8 without BOM, lines ended by LF), and what to do."""
    if content.startswith(b'\xef\xbb\xbf'):
        return 'begins with a byte order mark (BOM); save it as UTF-8 without BOM'
    if b'\0' in content:
        return 'is a binary file; examples are text only'
    if b'\r' in content:
        line = content[: content.index(b'\r')].count(b'\n') + 1
        return f'has a carriage return in line {line}; save it with LF line ends'
    try:
        content.decode()
    except UnicodeDecodeError as error:
        return f'is not UTF-8 at byte {error.start}; save it as UTF-8'
    return None


def is_fixture(path: str) -> bool:
    """Test data lies in a folder `testdata`, as Go has it."""
    return 'testdata' in path.split('/')[:-1]


def role_of(path: str, adapter: Language) -> Role | None:
    """What a file is for, by where it lies and its name."""
    head, _, rest = path.partition('/')
    if head in ('draft', 'human') and rest:
        inner = role_of(rest, adapter)
        return head if path == PROMPT or inner == 'solution' else None  # type: ignore[return-value]
    if is_fixture(path):
        return 'test'
    for role, patterns in (('benchmark', adapter.BENCHMARKS), ('test', adapter.TESTS), ('solution', adapter.SOLUTION)):
        if _fits(path, patterns):
            return role  # type: ignore[return-value]
    return None


def _fits(path: str, patterns: tuple[str, ...]) -> bool:
    name = path.rpartition('/')[2]
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def problems_in(example: Example, adapter: Language) -> Iterator[Problem]:
    """What is wrong with an example whose files are all readable; paths are relative to the root of the examples."""
    if not any(path.endswith(adapter.SUFFIXES) for path in example.of_role('solution')):
        yield Problem(example.path, '', f'has no solution; add {" or ".join(adapter.SOLUTION)}')
    yield from _manifest_problems(example, adapter)
    yield from _test_problems(example, adapter)
    yield from _trace_problems(example, adapter)
    yield from _feature_problems(example)
    yield from _mutant_problems(example, adapter)
    yield from _annotation_problems(example)
    benchmarks = sorted(example.of_role('benchmark'))
    if benchmarks and adapter.DRIVER is None:
        yield Problem(f'{example.path}/{benchmarks[0]}', '', f'{example.implementation} has no driver; remove it')
    elif len(benchmarks) > 1:
        yield Problem(f'{example.path}/{benchmarks[1]}', '', f'is a second one; put all workloads into {benchmarks[0]}')
    if adapter.SERVE_CMD is None and example.meta.databases != ('sqlite',):
        yield Problem(f'{example.path}/example.yaml', 'databases', 'are for backends; remove the field')
    yield from _variant_problems(example, adapter, 'draft', example.meta.draft is not None)
    yield from _variant_problems(example, adapter, 'human', example.meta.human is not None)
    yield from _change_problems(example)
    yield from _screening_problems(example)


def _manifest_problems(example: Example, adapter: Language) -> Iterator[Problem]:
    solution = example.of_role('solution')
    if adapter.MANIFEST and adapter.MANIFEST not in solution:
        yield Problem(f'{example.path}/{adapter.MANIFEST}', '', 'is missing; `proven new` writes one')
    for path, content in solution.items():
        name = path.rpartition('/')[2]
        if name in manifests.MANIFESTS:
            for field, message in manifests.problems(name, content.decode(), adapter.TOOLCHAIN):
                yield Problem(f'{example.path}/{path}', field, message)


def _test_sources(example: Example, adapter: Language) -> dict[str, tuple[str, ...]]:
    """The names of the tests in each file that should have some, native and shared."""
    places = (
        (example.path, adapter.TEST_NAME, example.of_role('test')),
        (_shared_path(example), language.PYTEST_NAME, example.shared),
    )
    return {
        f'{folder}/{path}': language.test_names(pattern, source.decode())
        for folder, pattern, content in places
        for path, source in content.items()
        if _has_tests(path)
    }


def environment(shared: Mapping[str, bytes]) -> dict[str, str]:
    """What the shared tests of a task put into the environment of its servers and their own.

    Raises:
        ValueError: the file does not say it in the right form.
    """
    return NAMED_TEXTS.validate_json(shared.get(ENVIRONMENT, b'{}'))


def _has_tests(path: str) -> bool:
    return not is_fixture(path) and not path.endswith('conftest.py')


def _shared_path(example: Example) -> str:
    return f'{example.path.rpartition("/")[0]}/tests'


def _test_problems(example: Example, adapter: Language) -> Iterator[Problem]:
    if not any(_has_tests(path) for path in example.of_role('test')):
        yield Problem(example.path, '', f'has no tests; add {adapter.TESTS[0]}')
    if adapter.SERVE_CMD is not None and not example.shared:
        yield Problem(_shared_path(example), '', 'is missing; a backend task has black-box tests over HTTP')
    if adapter.SERVE_CMD is None and example.shared:
        yield Problem(_shared_path(example), '', f'{example.implementation} is no backend; shared tests are over HTTP')
    for path, names in _test_sources(example, adapter).items():
        if not names:
            yield Problem(path, '', 'has no test; add one or remove the file')


def _trace_problems(example: Example, adapter: Language) -> Iterator[Problem]:
    """Two ways: every requirement has a test that names it, every requirement a test names exists."""
    known = {requirement.id for requirement in example.task.requirements}
    named: set[str] = set()
    for path, names in _test_sources(example, adapter).items():
        for name in names:
            ids = language.requirement_ids(name)
            named |= ids
            for unknown in sorted(ids - known):
                yield Problem(path, name, f'names {unknown}, which is not in task.yaml; mend the name')
    for requirement in example.task.requirements:
        if requirement.id not in named:
            message = 'has no test; add one with the id in its name'
            yield Problem(example.path, f'requirements.{requirement.id}', message)


def _feature_problems(example: Example) -> Iterator[Problem]:
    claimed = {name: requirement.id for requirement in example.task.requirements for name in requirement.features}
    for name in features.unseen(frozenset(claimed), example.of_role('solution')):
        message = f'{name}: the code shows no sign of it; build it, name it in the code, or remove it from task.yaml'
        yield Problem(example.path, f'requirements.{claimed[name]}.features', message)


def _mutant_problems(example: Example, adapter: Language) -> Iterator[Problem]:
    marks = example.meta.equivalent_mutants
    found = mutants.of_files(example.of_role('solution'), adapter.GRAMMAR, adapter.SUFFIXES) if marks else ()
    known = {one.id for one in found}
    for index, mark in enumerate(marks):
        if mark.mutant not in known:
            message = (
                f'{mark.mutant} is no mutant of the solution as it is now; `proven mutate` shows them, or remove it'
            )
            yield Problem(f'{example.path}/example.yaml', f'equivalent_mutants[{index}].mutant', message)


def _annotation_problems(example: Example) -> Iterator[Problem]:
    solution = example.of_role('solution')
    path = f'{example.path}/example.yaml'
    for index, note in enumerate(example.meta.annotations):
        field = f'annotations[{index}]'
        name = re.split(r'[.#:]+', note.symbol)[-1]
        if note.file not in solution:
            yield Problem(path, f'{field}.file', f'{note.file!r} is no solution file; use one of {", ".join(solution)}')
        elif not re.search(rf'(?<!\w){re.escape(name)}(?!\w)', solution[note.file].decode()):
            yield Problem(path, f'{field}.symbol', f'{note.symbol!r} does not occur in {note.file}; mend the name')


def _variant_problems(
    example: Example, adapter: Language, name: Literal['draft', 'human'], is_declared: bool
) -> Iterator[Problem]:
    solution, replaced = example.of_role('solution'), example.variant(name)
    path = f'{example.path}/example.yaml'
    if example.of_role(name) and not is_declared:
        yield Problem(path, name, f'is missing, but there is a folder {name}/; say where it comes from')
    if is_declared and not replaced:
        yield Problem(path, name, f'is given, but {name}/ has no code; add the files or remove the field')
    for file in sorted(set(replaced) - set(solution)):
        if name == 'human' and not file.endswith(adapter.SUFFIXES):
            continue  # a manifest that asks for the package
        message = f'replaces no solution file; name it as one of {", ".join(solution)}'
        yield Problem(f'{example.path}/{name}/{file}', '', message)
    if name == 'draft' and is_declared and PROMPT not in example.files:
        yield Problem(f'{example.path}/{PROMPT}', '', 'is missing; add what the model was asked, word for word')
    if name == 'human' and example.meta.human:
        if adapter.PACKAGES is None:
            yield Problem(path, name, f'{example.implementation} examples can have none; remove it')
        elif fault := packages.problem(example.meta.human.package, adapter.PACKAGES.toolchain):
            yield Problem(path, 'human.package', fault)


def _change_problems(example: Example) -> Iterator[Problem]:
    path = f'{example.path}/example.yaml'
    known = {requirement.id: requirement for requirement in example.task.requirements}
    workloads = b'\n'.join(example.of_role('benchmark').values()).decode()
    for index, change in enumerate(example.meta.changes):
        if change.benchmark is not None:
            if not re.search(rf'\b{re.escape(change.benchmark)}\b', workloads):
                message = f'no benchmark file names a workload {change.benchmark!r}; add it, or mend the name'
                yield Problem(path, f'changes[{index}].benchmark', message)
        elif change.requirement is None or change.requirement not in known:
            message = f'{change.requirement} is not in task.yaml; use one of {", ".join(known)}'
            yield Problem(path, f'changes[{index}].requirement', message)
        elif change.kind in CHANGE_PROOFS and known[change.requirement].kind not in CHANGE_PROOFS[change.kind]:
            kinds = ' or '.join(CHANGE_PROOFS[change.kind])
            told = f'{change.requirement} is of kind {known[change.requirement].kind}'
            message = (
                f'{change.kind} is proven by a requirement of kind {kinds}, {told}; name another one or mend the kind'
            )
            yield Problem(path, f'changes[{index}].kind', message)
    if example.meta.changes and not example.meta.draft:
        yield Problem(path, 'changes', 'are given, but there is no draft that they change; add draft/ or remove them')


def _screening_problems(example: Example) -> Iterator[Problem]:
    task = example.path.rpartition('/')[0]
    terms = screening.terms_of(example.task, example.meta)
    yield from screening.problems(f'{task}/task.yaml', example.task_source, terms)
    yield from screening.problems(f'{example.path}/example.yaml', example.meta_source, terms)
    for folder, content in ((_shared_path(example), example.shared), (example.path, example.files)):
        for path, source in content.items():
            yield from screening.problems(f'{folder}/{path}', source, terms)


def read_all(root: Path, languages: Mapping[str, Language], paths: Iterable[str] | None = None) -> list[Example]:
    """The examples at these paths, or all below ``root``.

    Raises:
        ProblemsFound: with the problems of all of them.
    """
    reader = Reader(root, languages)
    wanted = reader.paths() if paths is None else paths
    examples = [example for path in wanted if (example := reader.read(path))]
    tasks = {example.path.rpartition('/')[0]: example.task for example in examples}
    problems = [*reader.problems, *problems_across(root, tasks)]
    if problems:
        raise ProblemsFound(problems)
    return examples


def problems_across(root: Path, tasks: Mapping[str, Task]) -> Iterator[Problem]:
    """What is wrong between tasks of the whole tree: ids and names given twice, ``related`` that leads nowhere.

    Ids of tasks that are not in ``tasks`` are looked up in the text of their files, which is quick.
    """
    by_id: dict[str, list[str]] = {}
    by_name: dict[str, list[str]] = {}
    for file in sorted(root.glob('*/*/task.yaml')):
        path = file.parent.relative_to(root).as_posix()
        by_name.setdefault(file.parent.name, []).append(path)
        match = TASK_ID.search(file.read_bytes()) if not file.is_symlink() and file.is_file() else None
        if match:
            by_id.setdefault(match[1].decode(), []).append(path)
    for path, task in tasks.items():
        for other in by_id.get(task.id, []):
            if other != path:
                yield Problem(
                    f'{root.name}/{path}/task.yaml',
                    'id',
                    f'{task.id} is also the id of {root.name}/{other}; `proven new` issues ids',
                )
        for other in by_name.get(path.rpartition('/')[2], []):
            if other != path:
                yield Problem(f'{root.name}/{path}', '', f'{root.name}/{other} has the same name; rename one')
        for index, related in enumerate(task.related):
            if related not in by_id:
                yield Problem(
                    f'{root.name}/{path}/task.yaml', f'related[{index}]', f'{related} is no task here; mend the id'
                )
