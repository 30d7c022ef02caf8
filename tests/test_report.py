"""The web site: what its pages say and link to, in both languages, whatever examples hold."""

from __future__ import annotations

import html
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag

import browse
import pytest

from stages import report
from stages.all_languages import LANGUAGES
from stages.core import charts
from stages.core import files
from stages.core import listing
from stages.core import mutation
from stages.core import proofs
from stages.core import scaffold
from stages.core import site
from stages.core import verification
from stages.core.errors import run_main
from stages.core.models import Comparison
from stages.core.models import GateRow
from stages.core.models import Text
from stages.core.models import TimingsRow
from stages.core.models import Trial
from stages.core.models import VariantTimings
from stages.core.models import Verdict
from stages.core.models import WorkloadTimings

REPOSITORY = Path(__file__).parents[1]
PARAMS = f"""
mutate: {{budget: 3, most: 40}}
flakiness: {{runs: 2}}
decontaminate: {{benchmarks: {{Other: {{repo: a/b, revision: {'a' * 40}, files: [c]}}}}}}
"""
BEFORE = ('index', 'verify', 'mutate', 'flakiness', 'measure', 'dedupe', 'decontaminate', 'gate', 'split')
REPORT = ['examples', 'proofs', 'build', 'report']
DRAFT = 'def clamp(value, low, high):\n    return max(low, min(value, high))\n'
YAML = """annotations:
  - {file: clamp.py, symbol: clamp, text: {en: The bounds are checked first., zh: 先检查边界。}}
draft: {model: some model, date: 2026-11-01}
changes:
  - {kind: error_handling, requirement: R2, text: {en: Refuses it.}}
"""
HOSTILE = '</script><script>alert(1)</script>"\'><img src=x onerror=alert(2)> \u2028 \u202etxt [l](javascript:alert(3)) {{ 7 }}'
VOID = {'br', 'hr', 'img', 'input', 'link', 'meta', 'path', 'circle'}


def timings(example):
    """Measured values as `benchmark` would have them."""
    taken = VariantTimings(
        loops=1, cpu=((2_000,),), wall=((2_000,),), peak=(2048,), baseline=(1024,), growth=((16, 50), (1600, 5000))
    )
    compared = Comparison(verdict='faster', ratio=(0.2, 0.25, 0.5), memory='no_difference_shown', memory_mib=(-1, 0, 1))
    workload = WorkloadTimings(
        name='ends', size=1000, variants={'solution': taken, 'draft': taken}, comparisons={'draft': compared}
    )
    return TimingsRow(example=example, digest='', machine={'cpu': 'some CPU', 'cores': 2}, workloads=(workload,))


@pytest.fixture(scope='module')
def _built(tmp_path_factory, run_stage):
    """A folder with an example that has a draft, another of its task, and a backend; reported once."""
    here = tmp_path_factory.mktemp('report')
    before = Path.cwd()
    os.chdir(here)
    try:
        root = Path('examples')
        root.mkdir()
        for path in ('numeric/clamp/python', 'numeric/clamp/javascript', 'backend/greeting/fastapi'):
            scaffold.write(root, path, LANGUAGES)
        folder = root / 'numeric/clamp/python'
        (folder / 'draft').mkdir()
        (folder / 'draft/clamp.py').write_text(DRAFT)
        (folder / 'draft/prompt.md').write_text('Write clamp.\n')
        with (folder / 'example.yaml').open('a') as file:
            file.write(YAML)
        Path('params.yaml').write_text(PARAMS)
        for name in BEFORE:
            assert run_stage(name) == 0
        files.write_rows(Path('proofs/timings.jsonl'), [timings('numeric/clamp/python').model_dump(mode='json')])
        assert run_main(report.main, REPORT) == 0
    finally:
        os.chdir(before)
    return here


@pytest.fixture
def built(_built, tmp_path, monkeypatch):
    shutil.copytree(_built, tmp_path / 'here')
    monkeypatch.chdir(tmp_path / 'here')
    return tmp_path / 'here/report'


class Read(HTMLParser):
    """Ids, links, elements and text of a page; fails on elements that are not closed in order."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.elements, self.stack = [], [], [], []
        self.languages = {'en': '', 'zh-Hans': ''}
        self.feed(text)
        assert self.stack == []

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.elements.append((tag, found))
        self.ids += [found['id']] if 'id' in found else []
        self.links += [found[name] for name in ('href', 'src') if found.get(name)]
        if tag not in VOID:
            self.stack.append((tag, found.get('lang')))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.stack.pop()

    def handle_endtag(self, tag):
        assert self.stack.pop()[0] == tag

    def handle_data(self, data):
        language = next((lang for _, lang in reversed(self.stack) if lang), 'en')
        self.languages[language] += data


def pages(folder):
    return {path.relative_to(folder).as_posix(): Read(path.read_text()) for path in sorted(folder.rglob('*.html'))}


def page(folder, implementation):
    [found] = folder.glob(f'examples/*-{implementation}.html')
    return found


def data(folder):
    text = (folder / 'data.js').read_text()
    return json.loads(text.removeprefix('window.proven = ').removesuffix(';\n'))


def test_every_link_leads_to_something(built):
    read = pages(built)
    assert len(read) == 2 + 3 + 2
    for name, one in read.items():
        assert len(one.ids) == len(set(one.ids)), name
        for link in one.links:
            if link.startswith('https://'):
                continue
            path, fragment = urldefrag(link)
            target = (built / name).parent / path if path else built / name
            assert target.resolve().is_relative_to(built.resolve())
            assert target.exists(), f'{name} → {link}'
            other = target.resolve().relative_to(built.resolve()).as_posix()
            # `left=…` is for the script that compares.
            assert not fragment or '=' in fragment or fragment in read[other].ids, f'{name} → {link}'


def line_at(text, anchor):
    return html.unescape(re.sub('<[^>]*>', '', re.search(rf'<span id={anchor}>(.*)', text)[1]))


def test_a_proof_leads_to_the_line_of_its_test(built):
    text = page(built, 'python').read_text()
    anchor = re.search(r'href="#(t0-\d+)"><code>test_ends_in_wrong_order__R2', text)[1]
    assert line_at(text, anchor) == 'def test_ends_in_wrong_order__R2():'
    text = page(built, 'fastapi').read_text()
    task, anchor = re.search(r'href="\.\./(tasks/greeting\.html)#(s0-\d+)"', text).groups()
    assert line_at((built / task).read_text(), anchor).startswith('def test_')


def test_a_page_tells_code_notes_draft_pictures_and_where_it_comes_from(built):
    text = page(built, 'python').read_text()
    note = text.index('The bounds are checked first.')
    assert text.rindex('<div class="segment">', 0, note) < note < text.index('clamp</span>(', note)
    assert text.count('<span class="del"><i>1</i><i></i>') == 1
    assert text.count('<span class="add"><i></i><i>') == 4
    assert 'It passes 5 of 6 tests.' in text
    assert text.count('<svg role="img"') == 3
    assert '0.25 (0.20–0.50)' in text
    told = ' '.join(re.sub('<[^>]*>', ' ', text).split())
    for fact in ('some model, 2026-11-01', 'written by an AI model', '4 of 4 lines', 'some CPU, 2 cores', '2 runs, 0'):
        assert fact in told, fact


def test_both_languages_are_there_and_a_missing_one_is_told(built):
    read = Read(page(built, 'python').read_text())
    assert '先检查边界。' in read.languages['zh-Hans']
    assert '先检查边界。' not in read.languages['en']
    assert 'The bounds are checked first.' in read.languages['en']
    only = [found for tag, found in read.elements if found.get('class') == 'only' and found.get('lang') == 'en']
    assert only, 'the change note has no Chinese'
    tags = {found.get('lang') for _, found in read.elements}
    assert tags == {None, 'en', 'zh-Hans'}


def held_back(name, reason):
    rows = files.read_rows(Path('proofs/gate.jsonl'))
    for row in rows:
        if row['example'] == name:
            row['reasons'] = [reason]
    files.write_rows(Path('proofs/gate.jsonl'), rows)


def test_an_example_held_back_says_why(built):
    held_back('numeric/clamp/python', 'requirement_unproven:R2')
    assert run_main(report.main, REPORT) == 0
    text = page(built, 'python').read_text()
    assert 'No passing test proves <code>R2</code>' in text
    assert '没有通过的测试能证明 <code>R2</code>' in text
    found = data(built)
    state = next(at for at, facet in enumerate(found['facets']) if facet['name'] == 'state')
    names = [value[0] for value in found['facets'][state]['values']]
    told = {row[1]: names[row[3][state][0]] for row in found['rows']}
    assert told == {'python': 'held_back', 'javascript': 'released', 'fastapi': 'released'}


def test_an_example_that_nothing_is_known_of_has_a_page(built):
    held_back('numeric/clamp/python', 'no_toolchain:python')
    for name in ('mutants', 'measures', 'flakiness', 'timings', 'splits'):
        Path(f'proofs/{name}.jsonl').unlink()
    rows = files.read_rows(Path('proofs/verdicts.jsonl'))
    bare = Verdict(example='numeric/clamp/python', digest='', verdict='not_run', reasons=('no_toolchain:python',))
    rows = [row for row in rows if row['example'] != bare.example] + [bare.model_dump(mode='json')]
    files.write_rows(Path('proofs/verdicts.jsonl'), rows)
    assert run_main(report.main, REPORT) == 0
    assert 'there was no <code>python</code> toolchain' in page(built, 'python').read_text()
    assert 'not proven' in page(built, 'python').read_text()


def test_search_data_has_all_that_is_searched(built):
    found = data(built)
    assert [row[1] for row in found['rows']] == ['fastapi', 'javascript', 'python']
    facets = {facet['name']: facet for facet in found['facets']}
    assert set(facets) == {'language', 'framework', 'category', 'level', 'has', 'feature', 'paradigm', 'state'}
    assert [value[0] for value in facets['has']['values']] == ['draft', 'benchmark']
    assert facets['feature']['values'][0] == ['input_validation', 'Input validation', '输入校验']
    for row in found['rows']:
        task = found['tasks'][row[0]]
        assert (built / f'examples/{task[0]}-{row[1]}.html').exists()
    text = (built / 'index.html').read_text()
    for facet in facets.values():
        assert text.count(f'data-facet="{facet["name"]}"') == (1 if facet['values'] else 0)


def hostile_entries():
    """The Python example with hostile text wherever an author or a test may put it."""
    found = proofs.read(Path('proofs'), Path('build'))
    name = 'numeric/clamp/python'
    row = found.examples[name]
    example = verification.reread(Path('examples'), row, LANGUAGES)
    text = Text(en=HOSTILE, zh=HOSTILE)
    requirements = tuple(one.model_copy(update={'text': text}) for one in example.task.requirements)
    task = example.task.model_copy(update={'title': text, 'statement': text, 'requirements': requirements})
    notes = tuple(note.model_copy(update={'text': text, 'symbol': HOSTILE}) for note in example.meta.annotations)
    meta = example.meta.model_copy(
        update={'summary': text, 'interface': HOSTILE, 'authors': (HOSTILE,), 'annotations': notes}
    )
    content = dict(example.files)
    for path in ('clamp.py', 'test_clamp.py', 'draft/clamp.py', 'draft/prompt.md'):
        content[path] = f'"""{HOSTILE}"""\n# {HOSTILE}\n'.encode() + content[path]
    verdict = found.verdicts[name]
    verdict = verdict.model_copy(
        update={
            'requirements': {key: (*names, HOSTILE) for key, names in verdict.requirements.items()},
            'draft': Trial(status='failed', passed=1, failed=1, failing=(HOSTILE,)),
            'toolchain': HOSTILE,
        }
    )
    measured = found.timings[name]
    workloads = tuple(one.model_copy(update={'name': HOSTILE}) for one in measured.workloads)
    changed = found._replace(
        verdicts={**found.verdicts, name: verdict},
        timings={name: measured.model_copy(update={'workloads': workloads})},
        gate={name: GateRow(example=name, id=row.id, reasons=(f'flaky:{HOSTILE}', f'unknown_code:{HOSTILE}'))},
    )
    entry = site.Entry(row, example._replace(task=task, meta=meta, files=content), changed.gate[name].reasons)
    return [entry], changed


def test_nothing_from_an_example_is_more_than_text(built, tmp_path):
    entries, found = hostile_entries()
    report.write(site.pages(entries, found, LANGUAGES), tmp_path / 'hostile')
    ours = {'compare.js', 'data.js', 'search.js', 'site.js'}
    for name, one in pages(tmp_path / 'hostile').items():
        for tag, found_attributes in one.elements:
            assert not [attribute for attribute in found_attributes if attribute.startswith('on')], name
            assert 'style' not in found_attributes
            assert tag not in ('img', 'style', 'base', 'object', 'form') or found_attributes.get('id') == 'form'
            if tag == 'script':
                assert Path(found_attributes['src']).name in ours
        assert not [link for link in one.links if link.lower().startswith('javascript:')]
        policy = next(found for tag, found in one.elements if found.get('http-equiv') == 'Content-Security-Policy')
        assert "default-src 'none'" in policy['content']
        assert 'unsafe' not in policy['content']
    text = (tmp_path / 'hostile/data.js').read_text()
    assert '<' not in text
    assert not set('\u2028\u2029\u202e') & set(text)
    assert data(tmp_path / 'hostile')['tasks'][0][2].startswith('</script><script>alert(1)')
    [example] = (tmp_path / 'hostile/examples').iterdir()
    bare = re.sub(r'<bdi class="control" data-c="U\+202E">\u202e</bdi>', '', example.read_text())
    assert '\u202e' not in bare
    assert '⟨U+202E⟩' in bare
    assert bare.count('{{ 7 }}') > 10


def test_same_bytes_in_another_process_and_place(built, tmp_path):
    shutil.copytree(REPOSITORY / 'stages', tmp_path / 'elsewhere/stages')
    before = {path: path.read_bytes() for path in built.rglob('*') if path.is_file()}
    shutil.rmtree(built)
    environment = {
        **os.environ,
        'PYTHONHASHSEED': '7',
        'TZ': 'Asia/Tokyo',
        'LC_ALL': 'C',
        'PYTHONPATH': os.pathsep.join([str(tmp_path / 'elsewhere'), *filter(None, sys.path)]),
    }
    subprocess.run([sys.executable, '-m', 'stages.report', *REPORT], env=environment, check=True, capture_output=True)
    assert {path: path.read_bytes() for path in built.rglob('*') if path.is_file()} == before


def test_only_pages_of_what_changed_are_made_again(built, monkeypatch):
    def texts():
        return {path.relative_to(built).as_posix(): path.read_text() for path in built.rglob('*.html')}

    made = []
    render = site._Site.render
    monkeypatch.setattr(
        site._Site,
        'render',
        lambda self, template, **context: made.append(template) or render(self, template, **context),
    )
    before = texts()
    assert report.main(REPORT) == 0
    assert sorted(made) == ['index.html', 'tasks.html']
    assert texts() == before

    made.clear()
    row, *others = files.read_rows(Path('proofs/mutants.jsonl'))
    files.write_rows(Path('proofs/mutants.jsonl'), [row | {'not_built': ['0' * 8]}, *others])
    assert report.main(REPORT) == 0
    assert sorted(made) == ['example.html', 'index.html', 'task.html', 'tasks.html']

    made.clear()
    monkeypatch.setattr(site, '_made_by', lambda: 'other code')
    assert report.main(REPORT) == 0
    assert made.count('example.html') == len([name for name in before if name.startswith('examples/')])


def test_failing_report_leaves_the_old_one(built, capsys):
    before = {path: path.read_bytes() for path in built.rglob('*') if path.is_file()}
    Path('examples/numeric/clamp/python/clamp.py').write_text(DRAFT)
    assert run_main(report.main, REPORT) == 1
    assert 'changed after it was indexed' in capsys.readouterr().err
    assert {path: path.read_bytes() for path in built.rglob('*') if path.is_file()} == before
    assert [name for name in os.listdir() if name.startswith('.')] == []


def test_every_reason_and_every_word_is_in_both_languages():
    words = files.load_yaml((site.TEMPLATES / 'words.yaml').read_text())
    assert not [key for key, texts in words.items() if set(texts) != {'en', 'zh'} or not all(texts.values())]
    gate = (REPOSITORY / 'stages/gate.py').read_text()
    codes = {*verification.REASONS, *mutation.REASONS, *re.findall(r"f'([a-z_]+):\{", gate), 'copy', 'task_copy'}
    assert {'flaky', 'contaminated'} <= codes
    assert not [code for code in codes if f'reason.{code}' not in words]
    used = ''.join(path.read_text() for path in site.TEMPLATES.glob('*.html'))
    assert not [key for key in re.findall(r"\bw\('([a-z_.]+)'[,)]", used) if key not in words]
    braces = re.compile(r'\{\w*\}')
    assert not [
        key for key, text in words.items() if set(braces.findall(text['en'])) != set(braces.findall(text['zh']))
    ]


@pytest.mark.parametrize(
    ('path', 'source'),
    [
        ('a.py', ''),
        ('a.py', '\n\n\nx = 1\n'),
        ('a.py', 'x = """\n<b> & "\n"""'),
        ('a.py', 'a = "\u2028"\x0c\nb\n'),
        ('a.go', 'package a\n\nfunc\tb() {\n\treturn\n}\n'),
        ('a.php', '<?php\n\necho "<p>";\n'),
        ('go.mod', 'module a\n'),
        ('a.unknown', 'a  \n\n b\n'),
    ],
)
def test_listing_keeps_every_character_and_line(path, source):
    lines = listing.highlighted(path, source)
    assert html.unescape(re.sub('<[^>]*>', '', ''.join(lines))) == source
    assert len(lines) == len(source.removesuffix('\n').split('\n')) if source else lines == []


def test_controls_of_direction_are_shown_and_kept():
    [line] = listing.highlighted('a.py', '# \u202e x\n')
    assert '<bdi class="control" data-c="U+202E">\u202e</bdi>' in line
    assert listing.visible('a\u2066b') == 'a⟨U+2066⟩b'


def test_diff_has_lines_of_both_with_their_numbers():
    old = ''.join(f'line {number}\n' for number in range(1, 21))
    new = old.replace('line 2\n', '').replace('line 18\n', 'other\n')
    lines = listing.diff('a.txt', old, new)
    assert [(line.old, line.new) for line in lines if line.sign == '@'] == [(1, 1), (15, 14)]
    assert [(line.sign, line.old, line.new, line.html) for line in lines if line.sign in '+-'] == [
        ('-', 2, None, 'line 2\n'),
        ('-', 18, None, 'line 18\n'),
        ('+', None, 17, 'other\n'),
    ]
    assert listing.diff('a.txt', old, old) == []


@pytest.mark.parametrize(
    ('implementation', 'source', 'symbol', 'line'),
    [
        ('python', 'run()\n\n\nclass A:\n    def run(self): ...\n\n\ndef run(): ...\n', 'A.run', 5),
        ('python', 'print(LIMIT)\nLIMIT = 3\n', 'LIMIT', 2),
        ('javascript', 'link();\nclass A {\n  #link() {}\n}\n', 'A.#link', 3),
        ('go', 'package a\n\nfunc (b *B) Do() {}\n\nfunc (a *A) Do() {}\n', 'A.Do', 5),
        ('java', 'class A {\n  int b() { return c(); }\n  int c() { return 1; }\n}\n', 'c', 3),
        ('c', 'static int b(void);\nint a(void) { return b(); }\nstatic int b(void) { return 1; }\n', 'a', 2),
        ('cpp', 'struct A { void b(); };\nvoid c() { b(); }\nvoid A::b() {}\n', 'c', 2),
        ('rust', 'impl A {\n    fn b(&self) {}\n}\nimpl C {\n    fn b(&self) {}\n}\n', 'C.b', 5),
        ('ruby', 'go\nclass A\n  def go\n  end\nend\n', 'A.go', 3),
        ('php', '<?php\nb();\nclass A {\n  function b() {}\n}\n', 'A::b', 4),
        ('csharp', 'class A {\n  int B() { return C(); }\n  int C() { return 1; }\n}\n', 'A.C', 3),
        ('typescript', 'x.limit;\nconst limit: number = 3;\n', 'limit', 2),
        ('python', 'x = 1\ny = call(z=x)\n', 'z', 2),
        ('ruby', 'class A\n  alias_method :size?, :merge!\nend\n', 'A#merge!', 2),
        ('python', 'x = 1\n', 'nowhere', None),
    ],
)
def test_a_symbol_is_found_where_it_is_declared(implementation, source, symbol, line):
    assert listing.line_of_symbol(LANGUAGES[implementation].GRAMMAR, source, symbol) == line


@pytest.mark.parametrize(
    ('implementation', 'source', 'reported', 'line'),
    [
        ('python', 'import a\n\ndef test_x__R1(): ...\n', 'test_x__R1[1-2]', 3),
        ('python', 'class TestA:\n    def test_x__R1(self): ...\n', 'TestA > test_x__R1', 2),
        ('javascript', 'test("R1: a", f);\ntest("R1: \\"b\\"", f);\n', 'suite > R1: &quot;b&quot;', 2),
        ('javascript', 'test(`R1: ${name} is refused`, f);\n', 'R1: item 3 is refused', 1),
        ('go', 'func TestA_R1(t *testing.T) {\n\tt.Run("no body", f)\n}\n', 'TestA_R1/no_body', 2),
        ('go', 'func TestA_R1(t *testing.T) {\n\tt.Run(one.name, f)\n}\n', 'TestA_R1/what/ever', 1),
        ('cpp', '\nTEST_CASE("R2: b") {}\n', 'R2: b', 2),
        ('python', 'def test_x__R1(): ...\n', 'test_y__R1', None),
    ],
)
def test_a_test_is_found_by_what_its_framework_calls_it(implementation, source, reported, line):
    places = listing.places_of_tests(LANGUAGES[implementation].TEST_NAME, {'file': source.encode()})
    found = listing.Finder(places).find(reported)
    assert (found and found.line) == line


def test_pictures_have_their_values_in_order():
    row = timings('a/b/c')
    picture = charts.ratios(row)
    [one] = picture.intervals
    assert one.low < one.middle < one.high < picture.one
    assert all(charts.LEFT <= tick.at <= charts.RIGHT for tick in picture.ticks)
    assert [tick.label for tick in picture.ticks] == ['0.2', '0.5', '1', '2']
    grown = charts.growth(row.workloads[0])
    assert [curve.variant for curve in grown.curves] == ['solution', 'draft']
    assert all(x < other and y > below for (x, y), (other, below) in itertools.pairwise(grown.curves[0].points))
    assert {tick.label for tick in grown.y} >= {'100 ns', '1 µs'}
    assert charts.ratios(TimingsRow(example='a/b/c', digest='')) is None
    assert charts.growth(WorkloadTimings(name='a', size=1)) is None


def test_shares_are_of_the_tests_that_the_solution_passes():
    solution, draft = Trial(status='passed', passed=4, failed=0), Trial(status='failed', passed=1, failed=3)
    verdict = Verdict(example='', digest='', verdict='passed', solution=solution, draft=draft)
    full, part = charts.shares(verdict)
    assert part.width == full.width / 4
    assert charts.shares(verdict.model_copy(update={'draft': None})) == ()


@pytest.mark.skipif(bool(browse.missing()), reason=browse.missing())
def test_a_browser_shows_it_without_faults(built):
    held_back('numeric/clamp/javascript', 'flaky:R1: a')
    assert run_main(report.main, REPORT) == 0
    told = browse.look(built)
    assert [what for what, holds in told['checks'].items() if not holds] == []
    assert told['console'] == []
    assert told['overflow'] == []
    assert [one for one in told['axe'] if one['impact'] in ('serious', 'critical')] == []
    assert max(told['shift'].values()) < 0.1
    assert told['search']['rows'] == browse.ROWS
    assert told['search']['p95'] < 250, 'milliseconds, also on a busy machine'
