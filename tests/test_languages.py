"""Every adapter offers every name of the Protocol, is pure, and reads its runner's report."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from stages.all_languages import LANGUAGES
from stages.core import language
from stages.core import syntax
from stages.core import toolchain
from stages.core.language import Case
from stages.core.language import Language
from stages.languages import go

NAMES = [name for name in vars(Language) if not name.startswith('_')]
ADAPTERS = pytest.mark.parametrize('name', LANGUAGES)


@ADAPTERS
def test_adapter_offers_every_name_and_no_other(name):
    tree = ast.parse(Path(LANGUAGES[name].__file__).read_text())
    imported = {alias.name.rpartition('.')[2] for node in tree.body if hasattr(node, 'names') for alias in node.names}
    offered = {key for key in vars(LANGUAGES[name]) if not key.startswith('_')} - imported
    assert offered == set(NAMES)


@ADAPTERS
def test_adapter_is_in_the_order_of_the_protocol(name):
    source = ast.parse(Path(LANGUAGES[name].__file__).read_text())
    facts = [
        node.targets[0].id
        for node in source.body
        if isinstance(node, ast.Assign) and node.targets[0].id in NAMES and node.targets[0].id.isupper()
    ]
    assert facts == [key for key in NAMES if key.isupper()]


@ADAPTERS
def test_registry_key_is_the_module_and_a_template(name):
    assert LANGUAGES[name].__name__ == f'stages.languages.{name}'
    templates = Path(toolchain.__file__).parents[1] / 'templates/example'
    assert (templates / name / 'example.yaml.in').exists()
    assert LANGUAGES[name].TOOLCHAIN in toolchain.names()


def test_no_module_is_left_out():
    modules = {path.stem for path in (Path(go.__file__).parent).glob('*.py')} - {'__init__'}
    assert modules == set(LANGUAGES)


def test_protocol_members_are_told():
    source = Path(language.__file__).read_text()
    for name in NAMES:
        assert re.search(rf'#.*\n(    @property\n)?    def {name}\b', source), f'{name} has no comment above it'


@pytest.mark.parametrize(
    ('name', 'ids'),
    [
        ('test_keeps_order__R3', {'R3'}),
        ('test_both__R3_R14[R-x]', {'R3', 'R14'}),
        ('R1: keeps order', {'R1'}),
        ('TestSort/R2_keeps_order', {'R2'}),
        ('test_R2D2_and_xR3', set()),
        ('test_R0_R100', set()),
    ],
)
def test_requirement_ids_in_names(name, ids):
    assert language.requirement_ids(name) == ids


@pytest.mark.parametrize(
    ('name', 'source', 'names'),
    [
        (
            'python',
            'def test_a__R1():\n    def helper(): pass\n\nasync def test_b(x):\n    pass\nclass TestC_R2:\n    def test_d(self): pass\n',
            ('test_a__R1', 'test_b', 'TestC_R2', 'test_d'),
        ),
        (
            'javascript',
            'test("R1: a", f); it.skip(\'R2 b\', f)\ndescribe(`R3`, () => { attest("R4") })',
            ('R1: a', 'R2 b', 'R3'),
        ),
        (
            'go',
            'func TestA_R1(t *testing.T) {\n\tt.Run("R2 b", f)\n\tcases := []struct{ name string }{{"R3 c"}, {name: "R4: d"}, {"other"}}\n}\nfunc helper() {}',
            ('TestA_R1', 'R2 b', 'R3 c', 'R4: d'),
        ),
    ],
)
def test_names_of_tests_in_source(name, source, names):
    assert language.test_names(LANGUAGES[name].TEST_NAME, source) == names


def test_junit_of_pytest():
    report = b"""<testsuites><testsuite name="pytest"><testcase classname="test_x" name="test_a__R1[1]"/>
    <testcase classname="test_x.TestB_R2" name="test_c"><failure/></testcase>
    <testcase classname="test_x" name="test_d"><skipped/></testcase><testcase classname="test_x" name="test_e"><error/></testcase>
    <testcase classname="" name="test_y"><error message="collection failure"/></testcase></testsuite></testsuites>"""
    assert language.read_junit(report) == (
        Case('test_a__R1[1]', 'passed'),
        Case('TestB_R2 > test_c', 'failed'),
        Case('test_d', 'skipped'),
        Case('test_e', 'failed'),
    )


def test_junit_of_node():
    report = b"""<testsuites><testcase name="R1: a &amp;quot;b&amp;quot;" classname="test"/><testsuite name="R2 outer"><testcase name="b" classname="test">
    <failure/></testcase></testsuite><testcase name="/box/example/x.test.js" classname="test"><failure/></testcase></testsuites>"""
    assert language.read_node_junit(report) == (Case('R1: a "b"', 'passed'), Case('R2 outer > b', 'failed'))


def test_junit_with_characters_that_xml_forbids():
    report = '<testsuite name="R1 \uffff\x07"><testcase name="a\x0b"><failure/></testcase></testsuite>'.encode()
    assert language.read_junit(b'<a>' + report + b'</a>') == (Case('R1 \ufffd\ufffd > a\ufffd', 'failed'),)


@pytest.mark.parametrize('report', [b'', b'<a', b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'])
def test_what_is_no_junit_is_refused(report):
    with pytest.raises(ValueError, match=r'.'):
        language.read_junit(report)


def test_events_of_go():
    events = [
        '{"Action":"run","Test":"TestA"}', '{"Action":"run","Test":"TestA/R1_b"}', '{"Action":"pass","Test":"TestA/R1_b"}', '{"Action":"pass","Test":"TestA"}',
        '{"Action":"run","Test":"TestC_R2"}', '{"Action":"run","Test":"TestC_R2/d"}', '{"Action":"pass","Test":"TestC_R2/d"}', '{"Action":"fail","Test":"TestC_R2"}',
        '{"Action":"run","Test":"TestE"}', '{"Action":"output","Test":"TestE","Output":"panic"}', 'not an event',
        '{"Action":"skip","Test":"TestF"}', '{"Action":"fail","Package":"x"}',
    ]  # fmt: skip
    assert language.read_go_events('\n'.join(events).encode()) == (
        Case('TestA/R1_b', 'passed'),
        Case('TestC_R2', 'failed'),
        Case('TestC_R2/d', 'passed'),
        Case('TestE', 'failed'),
        Case('TestF', 'skipped'),
    )


def test_stub_of_python():
    source = 'import x\n\n\nclass A(B):\n    y: int = 1\n\n    @property\n    def p(self):\n        """Doc."""\n        for i in self:\n            yield i\n\n\nasync def f(a=1): return g(a)\n'
    assert (
        syntax.stub_python(source)
        == 'import x\n\n\nclass A(B):\n    y: int = 1\n\n    @property\n    def p(self):\n        return None\n\n\nasync def f(a=1): return None\n'
    )


def test_stub_of_javascript():
    source = 'export class A extends B { constructor(x) { super(x); this.y = 1; } get z() { return 1; } }\nclass C { constructor() { this.d = 1; } }\nexport const f = (x) => x + 1;\nexport async function* g() { yield h((x) => x); }\n'
    assert (
        syntax.stub_javascript(source)
        == 'export class A extends B { constructor(x) { super(...arguments); } get z() {} }\nclass C { constructor() {} }\nexport const f = (x) => undefined;\nexport async function* g() {}\n'
    )


def test_stub_of_go():
    source = 'package x\n\nimport (\n\t"errors"\n\t"fmt"\n\tr "math/rand/v2"\n)\n\nvar Err = errors.New("x")\n\nfunc (a *A[T]) F(s *r.Rand) (T, error) { fmt.Println(1); return a.t, nil }\nfunc G() (n int, err error) { return 1, nil }\nfunc H() map[string]int { return nil }\n// Prints fmt.X.\nfunc I() { fmt.Println(2) }\n'
    assert (
        syntax.stub_go(source)
        == 'package x\n\nimport (\n\t"errors"\n\t_ "fmt"\n\tr "math/rand/v2"\n)\n\nvar Err = errors.New("x")\n\nfunc (a *A[T]) F(s *r.Rand) (T, error) { return *new(T), *new(error) }\nfunc G() (n int, err error) { return }\nfunc H() map[string]int { return *new(map[string]int) }\n// Prints fmt.X.\nfunc I() {}\n'
    )


def test_stub_of_deeply_nested_source():
    source = f'def f():\n    return {"(" * 5000}1{")" * 5000}\n'
    assert syntax.stub_python(source) == 'def f():\n    return None\n'
