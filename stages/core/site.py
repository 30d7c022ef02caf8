"""The pages of the report: a search over all examples, a page for each example and each task, in English and Chinese.

A page has every text in both languages, and shows that of its root element. Nothing runs but our own scripts, and
nothing is fetched but files of the report, so that it works from a folder as from any static host.
"""

from __future__ import annotations

import functools
import importlib.metadata
import itertools
import json
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from typing import NamedTuple

import jinja2
from markdown_it import MarkdownIt
from markupsafe import Markup

from stages.core import charts
from stages.core import files
from stages.core import listing
from stages.core import proofs
from stages.core import timings
from stages.core.examples import PROMPT
from stages.core.examples import Example
from stages.core.language import PYTEST_NAME
from stages.core.language import Language
from stages.core.models import FEATURES
from stages.core.models import IndexRow
from stages.core.models import Task
from stages.core.models import Text
from stages.core.models import Verdict
from stages.core.proofs import Proofs

PACKAGE = Path(__file__).parents[1]
TEMPLATES = PACKAGE / 'templates' / 'report'
ASSETS = ('compare.js', 'icon.svg', 'search.js', 'site.css', 'site.js')
# What pages are made with, and the rows of `Proofs` that they tell of.
LIBRARIES = ('jinja2', 'markdown-it-py', 'markupsafe', 'pygments', 'tree-sitter')
ROWS = ('verdicts', 'mutants', 'flakiness', 'measures', 'timings', 'duplicates', 'contamination', 'gate')
# What a result list shows of a task.
EXCERPT = 180
MARKDOWN = MarkdownIt('commonmark', {'html': False}).enable('table').disable('image')


class Page(NamedTuple):
    """A file of the report. ``digest`` is of everything that its text is made of, '' if that is not told."""

    path: str
    text: Callable[[], str]
    digest: str = ''


class Entry(NamedTuple):
    """An example with its row of the index and the reasons that hold it back, none if it is released."""

    row: IndexRow
    example: Example
    reasons: tuple[str, ...]

    @property
    def task(self) -> str:
        """category/task"""
        return self.row.example.rpartition('/')[0]


class File(NamedTuple):
    """A file to show: lines in ``segments``, each after the first begins at what its notes are about."""

    path: str
    anchor: str
    length: int
    segments: Sequence[Segment]


class Segment(NamedTuple):
    notes: Sequence[Any]
    start: int
    lines: Sequence[Markup]


class Proof(NamedTuple):
    """A test that proves something, how many cases it was run with, and where it stands: '' if that isn't known."""

    name: str
    cases: int
    href: str


def reasons_against(found: Proofs, name: str) -> tuple[str, ...]:
    """Why an example is not released; none if it is."""
    return found.gate[name].reasons if name in found.gate else ('not_gated',)


def pages(entries: Iterable[Entry], found: Proofs, languages: Mapping[str, Language]) -> Iterator[Page]:
    """All pages and what they need, given the examples sorted by path."""
    for name in ASSETS:
        yield asset(name)
    site = _Site(found, languages)
    listed = []
    for path, group in itertools.groupby(entries, key=lambda entry: entry.task):
        members = list(group)
        others = json.dumps([(entry.row.id, entry.row.implementation) for entry in members])
        digests = {entry.row.example: _facts_digest(entry, found) for entry in members}
        for entry in members:
            page = f'examples/{entry.row.id}.html'
            digest = files.digest({'example': digests[entry.row.example], 'others': others})
            yield Page(page, functools.partial(site.example, entry, members), digest)
        page = f'tasks/{path.partition("/")[2]}.html'
        yield Page(page, functools.partial(site.task, path, members), files.digest(digests))
        listed.append((path, members[0].example.task, [_facts(entry, found) for entry in members]))
    categories = itertools.groupby(listed, key=lambda task: task[0].partition('/')[0])
    told = [(name, list(of)) for name, of in categories]
    yield Page('tasks.html', functools.partial(site.render, 'tasks.html', base='', categories=told))
    yield from search(listed, found, languages)


def asset(name: str) -> Page:
    """One of the files that are the same whatever there is to show."""
    return Page(name, functools.partial((TEMPLATES / name).read_text, encoding='utf-8'))


def _facts_digest(entry: Entry, found: Proofs) -> str:
    """The digest of all that pages tell of an example, and of what makes them."""
    name = entry.row.example
    twins = found.duplicates[name].twins if name in found.duplicates else ()
    rows = (entry.row, *(getattr(found, kind).get(name) for kind in ROWS))
    facts = {
        'made_by': _made_by(),
        'rows': '\n'.join(row.model_dump_json() if row else '' for row in rows),
        'reasons': json.dumps(entry.reasons),
        'split': found.splits.get(entry.row.id) or '',
        'twins': json.dumps([found.examples[one.path].id for one in twins if one.path in found.examples]),
        'screens': proofs.screens(found),
    }
    return files.digest(facts)


@functools.cache
def _made_by() -> str:
    """The digest of our own code and templates, and of the libraries that make pages."""
    sources = {path.relative_to(PACKAGE).as_posix(): path.read_bytes() for path in sorted(PACKAGE.rglob('*.py'))}
    templates = {f'{TEMPLATES.name}/{path}': content for path, content in files.tree(TEMPLATES).items()}
    versions = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return files.digest({**sources, **templates, **versions})


def search(
    tasks: Sequence[tuple[str, Task, Sequence[Mapping[str, Any]]]], found: Proofs, languages: Mapping[str, Language]
) -> Iterator[Page]:
    """The first page, and the data that it searches: tasks by path, each with facts of its examples."""
    rows = [(path, task, facts) for path, task, members in tasks for facts in members]
    facets = _facets(rows)
    site = _Site(found, languages)
    figures = {'examples': len(rows), 'tasks': len(tasks), 'released': sum(facts['released'] for *_, facts in rows)}
    yield Page('index.html', functools.partial(site.render, 'index.html', base='', facets=facets, figures=figures))
    yield Page('data.js', lambda: f'window.proven = {_json(_data(tasks, facets))};\n')


def _facts(entry: Entry, found: Proofs) -> dict[str, Any]:
    """What lists of examples say of one."""
    row, meta = entry.row, entry.example.meta
    verdict, mutants = found.verdicts.get(row.example), found.mutants.get(row.example)
    measures = found.measures.get(row.example)
    return {
        'id': row.id,
        'implementation': row.implementation,
        'language': row.language,
        'framework': row.framework,
        'paradigms': list(meta.paradigms),
        'has': [
            name
            for name, is_there in (
                ('draft', meta.draft),
                ('human', meta.human),
                ('benchmark', row.example in found.timings and found.timings[row.example].workloads),
            )
            if is_there
        ],
        'released': not entry.reasons,
        'tests': verdict.solution.passed if verdict and verdict.solution else None,
        'mutants': (len(mutants.killed), mutants.told) if mutants else None,
        'coverage': measures.coverage if measures else None,
        'lines': measures.estimated_lines if measures else None,
        'complexity': measures.complexity if measures else None,
    }


def _facets(rows: Sequence[tuple[str, Task, Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """What can be filtered by: facet, its values with their labels, and for each row the values that it has.

    Of the facets told ``every``, an example must have all values chosen, of the others one of them.
    """
    values: dict[str, list[list[str]]] = {
        'language': [[facts['language']] for *_, facts in rows],
        'framework': [[facts['framework']] if facts['framework'] else [] for *_, facts in rows],
        'category': [[path.partition('/')[0]] for path, *_ in rows],
        'level': [[task.level] for _, task, _ in rows],
        'has': [facts['has'] for *_, facts in rows],
        'feature': [_features(task) for _, task, _ in rows],
        'paradigm': [facts['paradigms'] for *_, facts in rows],
        'state': [['released' if facts['released'] else 'held_back'] for *_, facts in rows],
    }
    order = {'level': ['beginner', 'intermediate', 'advanced'], 'has': ['draft', 'human', 'benchmark']}
    facets = []
    for name, of_rows in values.items():
        known = sorted(
            {value for one in of_rows for value in one}, key=lambda value: (_index(order, name, value), value)
        )
        facets.append(
            {
                'name': name,
                'every': name in ('feature', 'has'),
                'values': [(value, *_label(name, value)) for value in known],
                'counts': [sum(value in one for one in of_rows) for value in known],
                'rows': [[known.index(value) for value in one] for one in of_rows],
            }
        )
    return facets


def _index(order: Mapping[str, Sequence[str]], name: str, value: str) -> int:
    return order[name].index(value) if name in order else 0


def _features(task: Task) -> list[str]:
    return sorted({feature for requirement in task.requirements for feature in requirement.features})


def _label(kind: str, value: str) -> tuple[str, str]:
    """English and Chinese for a value of a closed vocabulary, or for the name of a language or framework."""
    if kind == 'feature':
        return FEATURES[value]
    kind = 'name' if kind in ('language', 'framework') else kind
    found = _words().get(f'{kind}.{value}', {'en': value, 'zh': value})
    return found['en'], found['zh']


@functools.cache
def _words() -> dict[str, dict[str, str]]:
    """The words of the pages themselves, by key."""
    words: dict[str, dict[str, str]] = files.load_yaml((TEMPLATES / 'words.yaml').read_text(encoding='utf-8'))
    return words


def _data(
    tasks: Sequence[tuple[str, Task, Sequence[Mapping[str, Any]]]], facets: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """What `search.js` reads: facets, tasks, and for each example its task, its implementation and its values."""
    rows: list[list[Any]] = []
    for index, (_, _, members) in enumerate(tasks):
        for facts in members:
            values = [facet['rows'][len(rows)] for facet in facets]
            rows.append(
                [
                    index,
                    facts['implementation'],
                    _label('name', facts['implementation'])[0],
                    values,
                    facts['lines'] or 0,
                    facts['tests'] or 0,
                ]
            )
    return {
        'facets': [{name: facet[name] for name in ('name', 'every', 'values')} for facet in facets],
        'tasks': [
            [
                task.id,
                path.partition('/')[2],
                task.title.en,
                task.title.zh or '',
                _excerpt(task.statement.en),
                _excerpt(task.statement.zh or ''),
                ' '.join(task.topics),
            ]
            for path, task, _ in tasks
        ],
        'rows': rows,
    }


def _excerpt(text: str) -> str:
    """The beginning of the first paragraph, without marks."""
    words = text.strip().partition('\n\n')[0].replace('`', '').replace('**', '')
    line = ' '.join(words.split())
    most = EXCERPT if line.isascii() else EXCERPT // 2
    if len(line) <= most:
        return line
    cut = line[:most].rpartition(' ')[0] if line.isascii() else line[:most]
    return cut.rstrip(',;:，；：、。') + ' …'


def _json(value: Any) -> str:
    """JSON that is safe in a script, with controls of direction shown."""
    text = listing.visible(json.dumps(value, ensure_ascii=False, separators=(',', ':')))
    for letter in '<>&\u2028\u2029':
        text = text.replace(letter, f'\\u{ord(letter):04x}')
    return text


class _Site:
    """The templates, with what all pages share."""

    def __init__(self, found: Proofs, languages: Mapping[str, Language]) -> None:
        self.found = found
        self.languages = languages
        self.environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=lambda value: value if isinstance(value, Markup) else listing.visible(str(value)),
        )
        self.environment.filters |= {'in_short': charts.in_short, 'in_words': timings.in_words, 'percent': _percent}
        self.environment.globals |= {
            'w': word,
            'named': lambda value: _label('name', value)[0],
            'label': lambda kind, value: _both(*_label(kind, value)),
            'both': lambda text: _both(text.en, text.zh),
            'inline': inline,
            'block': block,
            'is_web': lambda url: url.startswith(('https://', 'http://')),
            'per_call': timings.per_call,
            'memory_mib': timings.memory_mib,
            'words': _words(),
        }

    def render(self, template: str, **context: Any) -> str:
        return self.environment.get_template(template).render(context)

    def example(self, entry: Entry, members: Sequence[Entry]) -> str:
        example, row, found = entry.example, entry.row, self.found
        adapter = self.languages[example.implementation]
        verdict = found.verdicts.get(row.example)
        measured = found.timings.get(row.example)
        solution = example.of_role('solution')
        tests = _files('t', example.of_role('test'))
        linked = _Linked(adapter, entry, tests)
        notes: dict[str, list[Any]] = {}
        for note in example.meta.annotations:
            notes.setdefault(note.file, []).append(note)
        code = _files('c', solution, notes, adapter)
        return self.render(
            'example.html',
            base='../',
            entry=entry,
            row=row,
            example=example,
            task=example.task,
            meta=example.meta,
            task_name=example.path.split('/')[1],
            category=example.path.split('/')[0],
            members=members,
            features=_features(example.task),
            verdict=verdict,
            mutants=found.mutants.get(row.example),
            measures=found.measures.get(row.example),
            flakiness=found.flakiness.get(row.example),
            timings=measured if measured and measured.workloads else None,
            split=found.splits.get(row.id),
            twins=found.duplicates[row.example].twins if row.example in found.duplicates else (),
            ids={name: one.id for name, one in found.examples.items()},
            screens=proofs.screens(found),
            reasons=[_reason(reason) for reason in entry.reasons],
            requirements=linked.requirements(verdict),
            changes=linked.changes(verdict),
            failing=linked.proofs(verdict.draft.failing) if verdict and verdict.draft else [],
            code=code,
            anchors={file.path: file.anchor for file in code},
            tests=tests,
            prompt=_prompt(example),
            drafts=_diffs(example.variant('draft'), solution),
            human=_files('h', example.variant('human')),
            benchmarks=_files('b', example.of_role('benchmark')),
            ratios=charts.ratios(measured) if measured else None,
            growth=[picture for one in measured.workloads if (picture := charts.growth(one))] if measured else [],
            shares=charts.shares(verdict) if verdict else (),
        )

    def task(self, path: str, members: Sequence[Entry]) -> str:
        example = members[0].example
        return self.render(
            'task.html',
            base='../',
            category=path.partition('/')[0],
            task=example.task,
            features=_features(example.task),
            members=[_facts(entry, self.found) for entry in members],
            shared=_files('s', next((entry.example.shared for entry in members if entry.example.shared), {})),
        )


class _Linked:
    """Proofs of one example with links to the tests in the page, or in that of the task for those that are shared."""

    def __init__(self, adapter: Language, entry: Entry, tests: Sequence[File]) -> None:
        self.example = entry.example
        native = {path: content for path, content in self.example.of_role('test').items() if 'testdata/' not in path}
        own = {file.path: f'#{file.anchor}' for file in tests}
        page = f'../tasks/{entry.task.partition("/")[2]}.html'
        shared = {path: f'{page}#s{index}' for index, path in enumerate(sorted(self.example.shared))}
        pytest = self.example.shared if shared else {}
        self.finders = (
            (listing.Finder(listing.places_of_tests(adapter.TEST_NAME, native)), own),
            (listing.Finder(listing.places_of_tests(PYTEST_NAME, pytest)), shared),
        )

    def proofs(self, names: Iterable[str]) -> list[Proof]:
        cases: dict[tuple[str, str], int] = {}
        for reported in names:
            name, href = reported, ''
            for finder, anchors in self.finders:
                place = finder.find(reported)
                if place and place.file in anchors:
                    name, href = place.name, f'{anchors[place.file]}-{place.line}'
                    break
            cases[name, href] = cases.get((name, href), 0) + 1
        return [Proof(name, count, href) for (name, href), count in cases.items()]

    def requirements(self, verdict: Verdict | None) -> dict[str, list[Proof]]:
        proven = verdict.requirements if verdict else {}
        return {one.id: self.proofs(proven.get(one.id, ())) for one in self.example.task.requirements}

    def changes(self, verdict: Verdict | None) -> list[tuple[Any, list[Proof]]]:
        proven = verdict.changes if verdict and verdict.changes else ((),) * len(self.example.meta.changes)
        return [(note, self.proofs(names)) for note, names in zip(self.example.meta.changes, proven, strict=True)]


def _files(
    letter: str,
    content: Mapping[str, bytes],
    notes: Mapping[str, Sequence[Any]] | None = None,
    adapter: Language | None = None,
) -> list[File]:
    """Files to show, each with an anchor of a letter and a number, its lines cut where notes belong."""
    shown = []
    for index, path in enumerate(sorted(content)):
        source = content[path].decode()
        lines = listing.highlighted(path, source)
        at: dict[int, list[Any]] = {}
        for note in (notes or {}).get(path, ()):
            line = listing.line_of_symbol(adapter.GRAMMAR, source, note.symbol) if adapter else 1
            at.setdefault(line or 1, []).append(note)
        starts = sorted({1, *at})
        cut = zip(starts, [*starts[1:], len(lines) + 1], strict=True)
        segments = [Segment(at.get(start, ()), start, lines[start - 1 : end - 1]) for start, end in cut]
        shown.append(File(path, f'{letter}{index}', len(lines), segments))
    return shown


def _diffs(draft: Mapping[str, bytes], solution: Mapping[str, bytes]) -> list[tuple[str, list[listing.DiffLine]]]:
    return [
        (path, listing.diff(path, draft[path].decode(), solution.get(path, b'').decode())) for path in sorted(draft)
    ]


def _prompt(example: Example) -> str:
    return example.files[PROMPT].decode() if PROMPT in example.files else ''


def _reason(reason: str) -> Markup:
    """A reason in words, with what it is about in place of {}."""
    code, _, detail = reason.partition(':')
    found = _words().get(f'reason.{code}')
    if found is None:
        return Markup('<code>{}</code>').format(listing.visible(reason))
    marked = Markup('<code>{}</code>').format(listing.visible(detail))
    texts = [Markup('{}').format(text).replace('{}', marked) for text in (found['en'], found['zh'])]
    return _both(*texts)


def _percent(share: float) -> str:
    return f'{share:.1%}'


def word(key: str, **values: Any) -> Markup:
    """Words of the page in both languages, with values put in for names in braces."""
    found = _words()[key]
    told = {name: value if isinstance(value, Markup) else listing.visible(str(value)) for name, value in values.items()}
    texts = [Markup('{}').format(found[name]).format(**told) for name in ('en', 'zh')]
    return _both(*texts)


def _both(en: str, zh: str | None, tag: str = 'span') -> Markup:
    """A text in both languages; the English one in both where there is no Chinese."""
    if not isinstance(en, Markup):
        en, zh = listing.visible(en), zh and listing.visible(zh)
    if zh is None:
        return Markup('<{0} lang="en" class="only">{1}</{0}>').format(tag, en)
    if en == zh:
        return Markup('{}').format(en)
    return Markup('<{0} lang="en">{1}</{0}><{0} lang="zh-Hans">{2}</{0}>').format(tag, en, zh)


def inline(text: Text) -> Markup:
    """Markdown in both languages, in a line."""
    en, zh = (part and listing.without_bidi(MARKDOWN.renderInline(part)) for part in (text.en, text.zh))
    return _both(en or Markup(), zh or None)


def block(text: Text) -> Markup:
    """Markdown in both languages, in paragraphs, with a note where there is no Chinese."""
    en = _rendered(text.en)
    if text.zh is None:
        note = Markup('<p lang="zh-Hans" class="note">{}</p>').format(_words()['no_chinese']['zh'])
        return note + _both(en, None, 'div')
    return _both(en, _rendered(text.zh), 'div')


def _rendered(text: str) -> Markup:
    """Markdown as HTML whose uppermost headings are of the third level, which is that of parts of a section."""
    tokens = MARKDOWN.parse(text)
    levels = [int(token.tag[1]) for token in tokens if token.type == 'heading_open']
    for token in tokens:
        if token.type in ('heading_open', 'heading_close'):
            token.tag = f'h{min(6, int(token.tag[1]) - min(levels) + 3)}'
    return listing.without_bidi(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))
