"""What a change does to the data: rows added, changed, renamed, removed, and how much a reviewer has to fear from it.

Both states are read by the same `Reader`, the old one from git; nothing of the new state runs here. What running shows
(verdicts, mutants that only the old tests kill, benchmarks) is added as `Evidence` where there is some. The risk of a
change is the highest of its findings:

    risk    findings
    ------  -------------------------------------------------------------------------------------------------------
    low     added, renamed, translation, text, format, docs, faster, no_difference_shown
    medium  added_unverified, statement_changed, requirement_added, metadata_changed, notes_changed, variant_added,
            solution_changed, tests_changed, benchmark_changed, human_changed, slower, not_measured
    high    removed, id_changed, requirement_removed, test_removed, test_skipped, assertions_fewer, cases_fewer,
            tolerance_wider, requirement_unnamed, mutants_lost, mutants_excused, draft_edited, draft_removed,
            licence_changed, provenance_changed, refused, not_passed, outside
"""

from __future__ import annotations

import difflib
import re
import tempfile
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from typing import Literal
from typing import NamedTuple

from stages.core import git
from stages.core import measuring
from stages.core import mutation
from stages.core import weakening
from stages.core.errors import Problem
from stages.core.errors import ProblemsFound
from stages.core.examples import Example
from stages.core.examples import Reader
from stages.core.examples import Role
from stages.core.examples import problems_across
from stages.core.examples import problems_in
from stages.core.language import PYTEST_NAME
from stages.core.language import Language
from stages.core.messages import say
from stages.core.messages import translated
from stages.core.models import Draft
from stages.core.models import TimingsRow
from stages.core.models import Trial
from stages.core.models import Verdict
from stages.core.params import Limits
from stages.core.syntax import PYTHON

Risk = Literal['low', 'medium', 'high']
What = Literal['added', 'changed', 'renamed', 'removed']
# Code of a finding → its risk, and what a reviewer reads before the details.
RISKS: dict[str, tuple[Risk, str]] = {
    'added': ('low', 'new row, verified'),
    'renamed': ('low', 'renamed'),
    'translation': ('low', 'Chinese text'),
    'text': ('low', 'English text'),
    'format': ('low', 'written differently, says the same'),
    'docs': ('low', 'documentation'),
    'faster': ('low', 'faster than before, or less memory'),
    'no_difference_shown': ('low', 'no difference in speed shown'),
    'added_unverified': ('medium', 'new row, not verified here; --run verifies it'),
    'statement_changed': ('medium', 'what is asked changed'),
    'requirement_added': ('medium', 'requirement added'),
    'metadata_changed': ('medium', 'metadata changed'),
    'notes_changed': ('medium', 'change notes changed'),
    'variant_added': ('medium', 'variant added'),
    'solution_changed': ('medium', 'solution changed'),
    'tests_changed': ('medium', 'tests changed'),
    'benchmark_changed': ('medium', 'workloads changed'),
    'human_changed': ('medium', 'adapter of the human variant changed'),
    'slower': ('medium', 'slower than before, or more memory'),
    'not_measured': ('medium', 'speed can not be told'),
    'removed': ('high', 'row removed'),
    'id_changed': ('high', 'id changed: the row is another one'),
    'requirement_removed': ('high', 'requirement removed'),
    'test_removed': ('high', 'test removed'),
    'test_skipped': ('high', 'test skipped, or others by it'),
    'assertions_fewer': ('high', 'fewer assertions'),
    'cases_fewer': ('high', 'fewer cases'),
    'tolerance_wider': ('high', 'wider tolerance'),
    'requirement_unnamed': ('high', 'test proves a requirement no longer'),
    'mutants_lost': ('high', 'faults that the tests found before and no longer find'),
    'mutants_excused': ('high', 'mutants marked as equivalent'),
    'draft_edited': ('high', 'draft edited: it is no first answer any more'),
    'draft_removed': ('high', 'draft removed'),
    'licence_changed': ('high', 'licence changed'),
    'provenance_changed': ('high', 'provenance changed'),
    'refused': ('high', 'refused by proven check'),
    'not_passed': ('high', 'does not pass proven verify'),
    'outside': ('high', 'outside of examples'),
}
ORDER: tuple[Risk, ...] = ('low', 'medium', 'high')
# Dotted field of the metadata → finding; the first that fits.
FIELDS = (
    (re.compile(r'.*\.zh'), 'translation'),
    (re.compile(r'statement\.en|requirements\.R\d+\.text\.en|interface'), 'statement_changed'),
    (re.compile(r'.*\.en|annotations\..*'), 'text'),
    (re.compile(r'draft\..*'), 'draft_edited'),
    (re.compile(r'license'), 'licence_changed'),
    (re.compile(r'(?:origin|authors|sources|human)(?:\..*)?'), 'provenance_changed'),
    (re.compile(r'.*'), 'metadata_changed'),
)
# What can come and go as a whole, and the findings if it goes and if it comes.
PARTS = (
    ('requirements', 'requirement_removed', 'requirement_added'),
    ('changes', 'notes_changed', 'notes_changed'),
    ('equivalent_mutants', 'metadata_changed', 'mutants_excused'),
    ('draft', 'draft_removed', 'variant_added'),
    ('human', 'provenance_changed', 'variant_added'),
)
DOCUMENTS = re.compile(r'[^/]+\.md|docs/.*\.md')
# So many mutants that the old tests kill and the new ones do not are enough to tell.
ENOUGH_LOST = 3
# Of mutants so many times the budget of the stage `mutate` are drawn, because one kind of them alone tells.
DRAWS = 2


class Finding(NamedTuple):
    """One thing that a reviewer should know; ``path`` is the file that it is about."""

    code: str
    path: str
    detail: str = ''

    @property
    def risk(self) -> Risk:
        return RISKS[self.code][0]

    def __str__(self) -> str:
        phrase = say(RISKS[self.code][1])
        detail = translated(self.detail) if self.code == 'refused' else self.detail
        return f'{phrase}: {detail} ({self.path})' if detail else f'{phrase} ({self.path})'


class Evidence(NamedTuple):
    """What running one example showed: verdicts now and at the base, as far as there are any."""

    verdict: Verdict | None = None
    base: Verdict | None = None


class Row(NamedTuple):
    """One row of the dataset that is not what it was; ``was`` is its path before."""

    path: str
    was: str
    what: What
    findings: tuple[Finding, ...]
    old: Example | None
    new: Example | None
    evidence: Evidence = Evidence()

    @property
    def risk(self) -> Risk:
        return worst(self.findings)


class Diff(NamedTuple):
    """All that changed since a commit: rows, and findings outside of them."""

    base: str
    rows: tuple[Row, ...]
    others: tuple[Finding, ...]

    @property
    def risk(self) -> Risk:
        return worst([*self.others, *(finding for row in self.rows for finding in row.findings)])


def worst(findings: Sequence[Finding]) -> Risk:
    return max((finding.risk for finding in findings), key=ORDER.index, default='low')


def compare(root: Path, commit: str, languages: Mapping[str, Language]) -> Diff:
    """The examples below ``root`` as they are now, against those of a commit.

    Raises:
        ProblemsFound: an example, now or then, can't be read.
        ProvenError: no such commit.
    """
    names = git.changed(root, commit)
    tasks = sorted({'/'.join(name.split('/')[:2]) for name in names if name.count('/') >= 2})
    reader = Reader(root, languages)
    new = _examples(reader, tasks)
    with tempfile.TemporaryDirectory() as scratch:
        before = Path(scratch, 'base', root.name)
        git.extract(root, commit, tasks, before)
        old_reader = Reader(before, languages)
        old = _examples(old_reader, tasks)
    problems = [*reader.problems, *(Problem(f'{commit[:12]}:{one.path}', *one[1:]) for one in old_reader.problems)]
    if problems:
        raise ProblemsFound(problems)
    rows = [*_pairs(old, new, languages), *_refusals(root, new, languages)]
    known = _known(new.values()) | _known(old.values())
    stray = [Finding('outside', f'{root.name}/{name}') for name in sorted(set(names) - known)]
    return Diff(commit, _merged(rows), (*stray, *_outside(root, commit)))


def _examples(reader: Reader, tasks: Sequence[str]) -> dict[str, Example]:
    """The examples of some tasks by path; what can't be read is among the reader's problems."""
    found = {}
    for task in tasks:
        for folder in sorted(reader.root.glob(f'{task}/*')):
            path = folder.relative_to(reader.root).as_posix()
            if folder.is_dir() and folder.name not in ('tests', '__pycache__'):
                example = reader.open(path)
                if example:
                    found[path] = example
    return found


def _known(examples: Iterable[Example]) -> set[str]:
    """The files that examples are made of; others, such as those in folders that tools write, are read by nothing."""
    found = set()
    for example in examples:
        task = example.path.rpartition('/')[0]
        found |= {f'{task}/task.yaml', f'{example.path}/example.yaml'}
        found |= {f'{example.path}/{path}' for path in example.files} | {
            f'{task}/tests/{path}' for path in example.shared
        }
    return found


def _outside(root: Path, commit: str) -> Iterator[Finding]:
    top, inside = git.top(root), git.prefix(root)
    for name in sorted(git.changed(top, commit)):
        if not name.startswith(inside):
            yield Finding('docs' if DOCUMENTS.fullmatch(name) else 'outside', name)


def _pairs(old: Mapping[str, Example], new: Mapping[str, Example], languages: Mapping[str, Language]) -> Iterator[Row]:
    """Rows that differ. An example is the one that has its id, wherever it lies, else the one at its path."""
    matched: dict[str, Example] = {}
    left = dict(old)
    for same in ('id', 'path'):
        known = {getattr(example, same): example for example in left.values()}
        for path, example in new.items():
            found = known.get(getattr(example, same))
            if path not in matched and found is not None and found.path in left:
                matched[path] = left.pop(found.path)
    for path, example in new.items():
        if path not in matched:
            yield Row(path, '', 'added', (Finding('added_unverified', path),), None, example)
            continue
        was = matched[path]
        findings = tuple(_findings(was, example, languages[example.implementation]))
        if findings:
            what: What = 'changed' if was.path == path else 'renamed'
            yield Row(path, was.path, what, findings, was, example)
    for path, example in left.items():
        yield Row(path, path, 'removed', (Finding('removed', path),), example, None)


def _refusals(root: Path, new: Mapping[str, Example], languages: Mapping[str, Language]) -> Iterator[Row]:
    """What `proven check` says of the new state."""
    tasks = {path.rpartition('/')[0]: example.task for path, example in new.items()}
    across = [Problem(one.path.removeprefix(f'{root.name}/'), *one[1:]) for one in problems_across(root, tasks)]
    for path, example in new.items():
        task = path.rpartition('/')[0]
        mine = [one for one in across if one.path in (task, f'{task}/task.yaml')]
        for one in [*problems_in(example, languages[example.implementation]), *mine]:
            told = f'{one.field}: {one.message}' if one.field else one.message
            yield Row(path, path, 'changed', (Finding('refused', one.path, told),), None, example)


def _merged(rows: Sequence[Row]) -> tuple[Row, ...]:
    """One row for each path, with all its findings; what is wrong with rows that did not change is not asked for."""
    found: dict[str, Row] = {}
    for row in rows:
        if row.path in found:
            first = found[row.path]
            found[row.path] = first._replace(findings=(*first.findings, *row.findings))
        elif row.old or row.what == 'added':
            found[row.path] = row
    return tuple(found[path] for path in sorted(found))


def _findings(old: Example, new: Example, adapter: Language) -> Iterator[Finding]:
    """What differs between two states of an example."""
    task, place = new.path.rpartition('/')[0], new.path
    if old.path != new.path:
        yield Finding('renamed', place, f'was {old.path}')
    if old.id != new.id:
        yield Finding('id_changed', f'{task}/task.yaml', f'{old.id} → {new.id}')
    told = list(_metadata(old.task.model_dump(exclude={'id'}), new.task.model_dump(exclude={'id'})))
    if not told and old.task_source != new.task_source and old.id == new.id:
        told = [('format', '')]
    for code, detail in told:
        yield Finding(code, f'{task}/task.yaml', detail)
    told = list(_metadata(_meta(old), _meta(new)))
    if not told and old.meta_source != new.meta_source:
        told = [('format', '')]
    for code, detail in told:
        yield Finding(code, f'{place}/example.yaml', detail)
    yield from _files(old, new)
    shared = list(weakening.weaker(old.shared, new.shared, PYTHON, PYTEST_NAME))
    native = list(weakening.weaker(old.of_role('test'), new.of_role('test'), adapter.GRAMMAR, adapter.TEST_NAME))
    for folder, weaker in ((f'{task}/tests', shared), (place, native)):
        for one in weaker:
            detail = ': '.join(filter(None, (f'`{one.test}`' if one.test else 'outside of tests', one.detail)))
            yield Finding(one.what, f'{folder}/{one.file}', detail)


def _meta(example: Example) -> dict[str, Any]:
    """`example.yaml` with notes and marks under names of their own."""
    meta = example.meta.model_dump(mode='json')
    notes = {f'{one["file"]}:{one["symbol"]}': one['text'] for one in meta['annotations']}
    changes = {f'{one["kind"]}:{one["requirement"] or one["benchmark"]}': one['text'] for one in meta['changes']}
    marks = {one['mutant']: {'reason': one['reason']} for one in meta['equivalent_mutants']}
    return {**meta, 'annotations': notes, 'changes': changes, 'equivalent_mutants': marks}


def _metadata(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Code and field of everything that differs in metadata; a requirement is the one that has its id."""
    before, after = dict(_leaves(old, '')), dict(_leaves(new, ''))
    for name, removed, added in PARTS:
        gone, fresh = _parts(before, name) - _parts(after, name), _parts(after, name) - _parts(before, name)
        for code, parts in ((removed, gone), (added, fresh)):
            yield from ((code, part) for part in sorted(parts))
        before = {field: value for field, value in before.items() if not _is_in(field, gone)}
        after = {field: value for field, value in after.items() if not _is_in(field, fresh)}
    for field in sorted(before.keys() | after.keys()):
        if before.get(field) != after.get(field):
            code = next(code for pattern, code in FIELDS if pattern.fullmatch(field))
            detail = field
            if code in ('licence_changed', 'provenance_changed', 'draft_edited', 'metadata_changed'):
                detail = f'{field}: {before.get(field, "none")} → {after.get(field, "none")}'
            yield code, detail


def _is_in(field: str, parts: set[str]) -> bool:
    return any(field.startswith(f'{part}.') for part in parts)


def _parts(leaves: Mapping[str, Any], name: str) -> set[str]:
    """The requirements, notes or marks there are, or the variant if it is there."""
    depth = 1 if name in ('draft', 'human') else 2
    return {'.'.join(field.split('.')[:depth]) for field in leaves if field.startswith(f'{name}.')}


def _leaves(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Dotted names and plain values of nested metadata; a list of mappings goes by their ids or places."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, f'{name}.{key}' if name else str(key))
    elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        for place, item in enumerate(value):
            yield from _leaves({key: it for key, it in item.items() if key != 'id'}, f'{name}.{item.get("id", place)}')
    elif value not in (None, (), [], {}):
        yield name, ', '.join(map(str, value)) if isinstance(value, list | tuple) else value


CODES = {
    'solution': 'solution_changed',
    'test': 'tests_changed',
    'benchmark': 'benchmark_changed',
    'draft': 'draft_edited',
    'human': 'human_changed',
}


def _files(old: Example, new: Example) -> Iterator[Finding]:
    for path in sorted(old.files.keys() | new.files.keys()):
        before, after = old.files.get(path), new.files.get(path)
        role = new.roles.get(path) or old.roles[path]
        if before == after or (role == 'draft' and not (old.meta.draft and new.meta.draft)):
            continue
        if role == 'human' and not (old.meta.human and new.meta.human):
            continue
        yield Finding(CODES[role], f'{new.path}/{path}', _lines(before, after))
    task = new.path.rpartition('/')[0]
    for path in sorted(old.shared.keys() | new.shared.keys()):
        before, after = old.shared.get(path), new.shared.get(path)
        if before != after:
            yield Finding('tests_changed', f'{task}/tests/{path}', _lines(before, after))


def _lines(before: bytes | None, after: bytes | None) -> str:
    """`+3 −1 lines`, as git counts them."""
    if before is None or after is None:
        return 'new file' if before is None else 'file removed'
    changed = [
        line[0] for line in difflib.ndiff(before.decode().splitlines(), after.decode().splitlines()) if line[0] in '+-'
    ]
    return f'+{changed.count("+")} −{changed.count("-")} lines'


def with_verdict(row: Row, verdict: Verdict | None, base: Verdict | None) -> Row:
    """The row with what its tests said."""
    findings = row.findings
    if verdict is not None and verdict.verdict == 'failed':
        findings = (*findings, Finding('not_passed', row.path, ', '.join(verdict.reasons)))
    if verdict is not None and verdict.verdict == 'passed':
        findings = tuple(one._replace(code='added') if one.code == 'added_unverified' else one for one in findings)
        findings += tuple(_fewer(row.path, verdict, base))
    return row._replace(findings=findings, evidence=Evidence(verdict, base))


def _fewer(path: str, verdict: Verdict, base: Verdict | None) -> Iterator[Finding]:
    """Requirements that fewer tests prove than at the base, whatever became of the others."""
    for name, tests in verdict.requirements.items():
        before = len(base.requirements.get(name, ())) if base else 0
        if len(tests) < before:
            yield Finding('test_removed', path, f'{len(tests)} prove {name}, {before} before')


def lost_mutants(row: Row, adapter: Language, limits: Limits, settings: mutation.Settings) -> tuple[Finding, ...]:
    """Whether the new tests let faults pass that the old ones found: the strongest evidence that they are weaker.

    Faults are put into the new solution, or into the old one if the old tests do not pass on the new.
    """
    old, new = row.old, row.new
    if old is None or new is None or not _tests_differ(old, new):
        return ()
    for solution in (new, old):
        benches = [mutation.Bench(_with_tests(solution, tests), adapter, limits) for tests in (old, new)]
        if all(bench.passes for bench in benches):
            break
    else:
        return ()
    lost = []
    for mutant in mutation.draw(mutation.all_mutants(solution, adapter), settings.seed)[: DRAWS * settings.budget]:
        if benches[0].outcome(mutant, set()).fate == 'killed' and benches[1].outcome(mutant, set()).fate == 'survived':
            lost.append(f'{mutant.file}:{mutant.line} {mutant.operator} {mutant.id}')
        if len(lost) == ENOUGH_LOST:
            break
    return (Finding('mutants_lost', row.path, '; '.join(lost)),) if lost else ()


def _tests_differ(old: Example, new: Example) -> bool:
    return old.of_role('test') != new.of_role('test') or old.shared != new.shared


def _with_tests(example: Example, tests: Example) -> Example:
    """An example with the tests of another."""
    return _replacing(example, ('test',), 'test', tests.of_role('test'))._replace(shared=tests.shared)


def _replacing(example: Example, gone: Sequence[Role], role: Role, content: Mapping[str, bytes]) -> Example:
    """An example without the files of some roles, and with others in their place."""
    kept = {path: data for path, data in example.files.items() if example.roles[path] not in gone}
    roles: dict[str, Role] = {path: example.roles[path] for path in kept}
    return example._replace(files={**kept, **content}, roles={**roles, **dict.fromkeys(content, role)})


def against_base(row: Row, adapter: Language, settings: measuring.Settings, limits: Limits) -> tuple[Finding, ...]:
    """The new solution against the old one on the new workloads, if a solution that has some changed."""
    old, new = row.old, row.new
    if old is None or new is None or not new.of_role('benchmark') or adapter.DRIVER is None:
        return ()
    if old.of_role('solution') == new.of_role('solution'):
        return ()
    timings = measuring.measure_example(_with_draft(new, old.of_role('solution')), adapter, settings, limits, '')
    return tuple(_speeds(timings, row.path))


def _with_draft(example: Example, draft: Mapping[str, bytes]) -> Example:
    """An example that has ``draft`` in the place of its draft, and no human variant: what it is measured against."""
    was = Draft.model_validate({'model': 'the solution before', 'date': '1970-01-01'})
    meta = example.meta.model_copy(update={'draft': was, 'human': None})
    content = {f'draft/{path}': data for path, data in draft.items()}
    return _replacing(example, ('draft', 'human'), 'draft', content)._replace(meta=meta)


def _speeds(timings: TimingsRow, path: str) -> Iterator[Finding]:
    if timings.reason:
        yield Finding('not_measured', path, timings.reason.split('\n')[0])
    for workload in timings.workloads:
        found = workload.comparisons.get('draft')
        if found is None or found.verdict is None or found.ratio is None:
            yield Finding('not_measured', path, f'{workload.name}: {found.reason if found else "no comparison"}')
            continue
        low, middle, high = found.ratio
        detail = f'{workload.name}: {middle:.3g} times the {found.clock} time ({low:.3g} to {high:.3g})'
        yield Finding(found.verdict, path, detail)
        if found.memory in ('less_memory', 'more_memory') and found.memory_mib:
            code = 'faster' if found.memory == 'less_memory' else 'slower'
            yield Finding(code, path, f'{workload.name}: {found.memory_mib[1]:+.1f} MiB at the peak')


def markdown(diff: Diff) -> str:
    """The difference for a reviewer: the job summary of CI, and readable on a terminal."""
    counts = {what: sum(row.what == what for row in diff.rows) for what in ('added', 'changed', 'renamed', 'removed')}
    told = ', '.join(say(f'{{}} {what}', count) for what, count in counts.items() if count) or say('none changed')
    lines = [f'## {say("Risk: {}", say(diff.risk))}', '', say('Rows against {}: {}.', diff.base[:12], told), '']
    if diff.rows:
        lines += [f'| {say("row")} | {say("what")} | {say("risk")} |', '|---|---|---|']
        lines += [f'| {row.path} | {say(row.what)} | {say(row.risk)} |' for row in diff.rows]
        lines.append('')
    for title, rows in _by_task(diff.rows).items():
        findings = list(dict.fromkeys(one for row in rows for one in row.findings))
        lines += [f'### {title}', '', *_listed(findings), '']
        for row in rows:
            lines += _matrix(row)
    if diff.others:
        lines += [f'### {say("Other files")}', '', *_listed(diff.others), '']
    return '\n'.join(lines)


def _by_task(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row.path.rpartition('/')[0], []).append(row)
    return found


def _listed(findings: Sequence[Finding]) -> list[str]:
    """Findings in lines, the worst first."""
    ranked = sorted(findings, key=lambda one: -ORDER.index(one.risk))
    return [f'- **{say(one.risk)}** {_plain(str(one))}' for one in ranked]


def _plain(text: str) -> str:
    """Names that somebody chose, as text of one line: no HTML, links or images in the summary of a pull request."""
    return ' '.join(text.split()).replace('&', '&amp;').replace('<', '&lt;').replace('[', '\\[')


def _matrix(row: Row) -> list[str]:
    """Which variant does what: of the tests that name a requirement, how many pass on each."""
    verdict, base = row.evidence
    if verdict is None or verdict.solution is None:
        return []
    variants = {'base': base, 'solution': verdict, 'draft': verdict.draft, 'human': verdict.human}
    names = [name for name, found in variants.items() if found]
    lines = [
        f'{row.path}: {say(verdict.verdict)}',
        '',
        f'| {say("requirement")} | {" | ".join(names)} |',
        '|---' * (len(names) + 1) + '|',
    ]
    ids = sorted({*verdict.requirements, *(base.requirements if base else ())}, key=lambda one: (len(one), one))
    for one in ids:
        cells = [_cell(one, name, verdict, base) for name in names]
        lines.append(f'| {one} | {" | ".join(cells)} |')
    return [*lines, '']


def _cell(requirement: str, variant: str, verdict: Verdict, base: Verdict | None) -> str:
    if variant in ('base', 'solution'):
        found = base if variant == 'base' else verdict
        if found is None or requirement not in found.requirements:
            return say('none')
        tests = found.requirements[requirement]
        return say('{} of {}', len(tests), len(tests)) if tests else say('not proven')
    trial: Trial | None = verdict.draft if variant == 'draft' else verdict.human
    tests = verdict.requirements.get(requirement, ())
    if trial is None or trial.status not in ('passed', 'failed'):
        return say(trial.status.replace('_', ' ') if trial else 'none')
    return say('{} of {}', sum(name not in trial.failing for name in tests), len(tests))


def as_data(diff: Diff) -> dict[str, Any]:
    """The difference for machines."""

    def told(findings: Sequence[Finding]) -> list[dict[str, str]]:
        return [{**one._asdict(), 'risk': one.risk} for one in findings]

    rows = [
        {
            'example': row.path,
            'was': row.was,
            'what': row.what,
            'risk': row.risk,
            'findings': told(row.findings),
            'verdict': row.evidence.verdict.model_dump(mode='json') if row.evidence.verdict else None,
        }
        for row in diff.rows
    ]
    return {'base': diff.base, 'risk': diff.risk, 'rows': rows, 'others': told(diff.others)}
