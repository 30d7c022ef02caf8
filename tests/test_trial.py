"""Reports are written by foreign code: whatever they say, reading them does no harm."""

from __future__ import annotations

import json

import pytest

from stages.core import language
from stages.core import trial
from stages.core.sandbox import Outcome
from stages.languages import go


def judge(report, read=language.read_junit, status='exited', exit_code=0):
    return trial._judge(Outcome(status, exit_code, b'', b'', {}, 0, 0, 0), report, read)


def junit(*cases):
    return f'<testsuites><testsuite name="pytest">{"".join(cases)}</testsuite></testsuites>'.encode()


GOOD = '<testcase classname="test_a" name="test_a__R1"/>'
BAD = '<testcase classname="test_a" name="test_b__R2"><failure/></testcase>'


@pytest.mark.parametrize(
    ('report', 'exit_code', 'status'),
    [
        pytest.param(junit(GOOD), 0, 'passed', id='passed'),
        pytest.param(junit(GOOD), 1, 'not_built', id='passed, but the exit code says no'),
        pytest.param(junit(GOOD), -9, 'crashed', id='passed, then killed'),
        pytest.param(junit(GOOD, BAD), 1, 'failed', id='failed'),
        pytest.param(junit(BAD), 0, 'failed', id='failed, but the exit code says yes'),
        pytest.param(junit(), 0, 'no_tests', id='no tests'),
        pytest.param(junit(), 5, 'no_tests', id='no tests, as pytest says it'),
        pytest.param(junit('<testcase name="a"><skipped/></testcase>'), 0, 'no_tests', id='all skipped'),
        pytest.param(None, 2, 'not_built', id='no report'),
        pytest.param(None, 0, 'crashed', id='no report, but success'),
        pytest.param(None, -11, 'crashed', id='killed by a signal'),
        pytest.param(junit(GOOD)[:-30], 0, 'no_tests', id='cut off'),
        pytest.param(b'<!DOCTYPE a [<!ENTITY b "c">]>' + junit(GOOD), 0, 'no_tests', id='entities'),
        pytest.param(
            '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode('utf-16'),
            0,
            'no_tests',
            id='hidden entities',
        ),
        pytest.param(b'<testsuite>' * 100_000 + b'</testsuite>' * 100_000, 0, 'no_tests', id='deep'),
    ],
)
def test_status_of_a_junit_report(report, exit_code, status):
    assert judge(report, exit_code=exit_code).status == status


@pytest.mark.parametrize(
    'line',
    [
        '{"Test": ["a"], "Action": "pass"}',
        '{"Test": "a"}',
        '{' * 100_000,
        '{"Test": {}, "Action": []}',
        '{"a": ' + '[' * 100_000,
    ],
)
def test_senseless_events_of_go_are_no_tests(line):
    assert judge(line.encode(), go.read_report).status == 'no_tests'


def test_names_of_tests_are_made_plain():
    event = json.dumps({'Action': 'pass', 'Test': 'TestA_R1\ud800\n\x1b[2J' + 'x' * 1000})
    ((name, _),) = judge(event.encode(), go.read_report).cases
    assert name.startswith('TestA_R1???[2Jxxx')
    assert len(name) == trial.MAX_NAME


@pytest.mark.parametrize('status', ['timed_out', 'out_of_memory', 'too_much_output', 'crashed'])
def test_broken_limit_is_never_a_pass(status):
    assert judge(junit(GOOD), status=status).status == status


def test_server_that_does_not_start_is_not_built():
    assert judge(None, status='server_failed').status == 'not_built'


def test_parametrised_test_is_one_that_passes_if_all_cases_do():
    cases = [
        ('test_a__R1[1]', 'passed'),
        ('test_a__R1[x[2]]', 'failed'),
        ('test_b__R1[1]', 'passed'),
        ('test_b__R1[2]', 'passed'),
        ('test_c', 'skipped'),
    ]
    suite = trial.Suite('failed', tuple(language.Case(*case) for case in cases), '')
    assert suite.tests == {'test_a__R1': 'failed', 'test_b__R1': 'passed', 'test_c': 'skipped'}
    kept = suite.trial()
    assert (kept.passed, kept.failed, kept.skipped, kept.failing, kept.passing) == (
        3,
        1,
        1,
        ('test_a__R1', 'test_c'),
        (),
    )
    assert suite.trial(name_passing=True).passing == ('test_b__R1',)
