"""Which tests a file has and what they check, for each language, on the templates that have the same two tests."""

from __future__ import annotations

import pytest

from stages.all_languages import LANGUAGES
from stages.core import scaffold
from stages.core import weakening
from stages.core.examples import Reader
from stages.core.language import requirement_ids

# Of the first test of each template an assertion, or a part of it, that can go: its line, or the text.
GONE = {
    'c': 'ck_assert_int_eq(clamp(cases[i][0], 1, 3, &result), 0);',
    'cpp': 'CHECK(clamp(2, 1, 3) == 2);',
    'csharp': 'Assert.AreEqual(expected, Interval.Clamp(value, 1, 3));',
    'go': 't.Errorf("Clamp(%v, 1, 3) = %v, %v; want %v", value, got, err, want)',
    'java': 'assertEquals(expected, Clamp.clamp(value, 1, 3));',
    'javascript': 'assert.equal(clamp(value, 1, 3), expected);',
    'php': '$this->assertEquals($expected, clamp($value, 1, 3));',
    'python': 'assert clamp(value, 1, 3) == expected',
    'react': 'expect(onChange.mock.calls).toEqual([[expected]]);',
    'ruby': 'assert_equal expected, clamp(value, 1, 3)',
    'rust': 'assert_eq!(clamp(value, 1.0, 3.0), Ok(expected));',
    'typescript': 'assert.equal(clamp(value, 1, 3), expected);',
}
SKIPS = {
    'csharp': ('    [Test]', '    [Test, Ignore("later")]'),
    'go': ('_R2(t *testing.T) {', '_R2(t *testing.T) {\n\tt.Skip()'),
    'java': ('    @Test\n', '    @Test\n    @Disabled\n'),
    'javascript': ('test("R2', 'test.skip("R2'),
    'php': ('_R2(): void\n    {', '_R2(): void\n    {\n        $this->markTestSkipped();'),
    'python': ('def test_ends', '@pytest.mark.skipif(True, reason="")\ndef test_ends'),
    'react': ('test("R2', 'test.only("R2'),
    'ruby': ('order__R2\n', 'order__R2\n    skip\n'),
    'rust': ('#[test]\nfn ends', '#[test]\n#[ignore]\nfn ends'),
    'typescript': ('test("R2', 'test.todo("R2'),
}


@pytest.fixture(scope='module')
def example(tmp_path_factory):
    """The template of an implementation, read."""
    root = tmp_path_factory.mktemp('tree') / 'examples'
    root.mkdir()
    known = {}

    def read(name):
        if name not in known:
            path = f'text/thing-{name}/{name}'
            scaffold.write(root, path, LANGUAGES)
            known[name] = Reader(root, LANGUAGES).read(path)
        return known[name]

    return read


def weaker(example, name, old, new):
    adapter = LANGUAGES[name]
    tests = example(name).of_role('test')
    changed = {path: content.decode().replace(old, new).encode() for path, content in tests.items()}
    assert changed != tests
    return {one.what for one in weakening.weaker(tests, changed, adapter.GRAMMAR, adapter.TEST_NAME)}


@pytest.mark.parametrize('name', GONE)
def test_tests_are_found_with_what_they_check(example, name):
    adapter = LANGUAGES[name]
    ((_, source),) = example(name).of_role('test').items()
    helpers = weakening.helpers([source.decode()], adapter.GRAMMAR)
    parts = weakening.parts(source.decode(), adapter.GRAMMAR, adapter.TEST_NAME, helpers)
    named = {one: part for part in parts.values() for one in requirement_ids(part.name)}
    assert set(named) == {'R1', 'R2'}
    assert all(part.assertions for part in named.values())
    assert named['R1'].text != named['R2'].text


@pytest.mark.parametrize('name', GONE)
def test_missing_assertion_is_found(example, name):
    assert weaker(example, name, GONE[name], 'pass' if name == 'python' else '') >= {'assertions_fewer'}


@pytest.mark.parametrize('name', SKIPS)
def test_skip_is_found(example, name):
    assert weaker(example, name, *SKIPS[name]) == {'test_skipped'}


@pytest.mark.parametrize('name', GONE)
def test_requirement_that_is_named_no_longer_is_found(example, name):
    assert 'requirement_unnamed' in weaker(example, name, 'R2', 'Q2')


@pytest.mark.parametrize(
    ('name', 'old', 'new'),
    [
        ('c', ', {4, 3}', ''),
        ('csharp', '    [TestCase(4, 3)]\n', ''),
        ('javascript', ', [4, 3]', ''),
        ('php', ', [4, 3]', ''),
        ('python', ', (4, 3)', ''),
        ('ruby', ', 4 => 3', ''),
        ('rust', ', (4.0, 3.0)', ''),
    ],
)
def test_missing_case_is_found(example, name, old, new):
    assert weaker(example, name, old, new) == {'cases_fewer'}


@pytest.mark.parametrize(
    ('name', 'old', 'new'),
    [
        ('python', 'assert x == pytest.approx(1, abs=1e-9)', 'assert x == pytest.approx(1, abs=1e-3)'),
        ('python', 'assert x == 1', 'assert x == pytest.approx(1, 0.5)'),
        ('python', 'self.assertAlmostEqual(x, 1, 7)', 'self.assertAlmostEqual(x, 1, 2)'),
        ('python', 'EPSILON = 1e-9', 'EPSILON = 1e-6'),
        ('javascript', 'expect(x).toBeCloseTo(1, 9)', 'expect(x).toBeCloseTo(1, 2)'),
        ('go', 'const tolerance = 1e-9', 'const tolerance = 1e-3'),
        ('java', 'double delta = 1e-9;', 'double delta = 0.1;'),
        ('rust', 'const TOLERANCE: f64 = 1e-9;', 'const TOLERANCE: f64 = 1e-3;'),
        ('cpp', 'double eps = 1e-9;', 'double eps = 0.1;'),
    ],
)
def test_wider_tolerance_is_found_and_a_narrower_one_is_none(name, old, new):
    adapter = LANGUAGES[name]

    def told(one, other):
        found = weakening.weaker({'f': one.encode()}, {'f': other.encode()}, adapter.GRAMMAR, adapter.TEST_NAME)
        return [one.what for one in found]

    assert told(old, new) == ['tolerance_wider']
    assert told(new, old) == []


def test_renamed_and_moved_tests_are_the_same():
    adapter = LANGUAGES['python']
    old = {'test_a.py': b'def test_one__R1():\n    assert f(1) == 2\n\ndef test_two__R2():\n    assert g("x", 5)\n'}
    new = {'test_b.py': b'def test_two__R2():\n    assert g("x", 5)\n\ndef test_first__R1():\n    assert f(1) == 2\n'}
    assert list(weakening.weaker(old, new, adapter.GRAMMAR, adapter.TEST_NAME)) == []


def test_assertion_in_a_helper_counts_where_it_is_called():
    adapter = LANGUAGES['go']
    helper = 'func wantOne(t *testing.T, x int) {\n\tif x != 1 {\n\t\tt.Error(x)\n\t}\n}\n'
    old = f'package a\n{helper}func TestA_R1(t *testing.T) {{\n\twantOne(t, f(1))\n\twantOne(t, f(2))\n}}\n'
    new = old.replace('\twantOne(t, f(2))\n', '')
    (found,) = weakening.weaker(
        {'a_test.go': old.encode()}, {'a_test.go': new.encode()}, adapter.GRAMMAR, adapter.TEST_NAME
    )
    assert (found.what, found.test, found.detail) == ('assertions_fewer', 'TestA_R1', '1, 2 before')
