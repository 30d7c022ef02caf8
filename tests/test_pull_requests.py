"""The seeded pull requests of `benchmarks/pull_requests.py` have the class of risk that they should have."""

from __future__ import annotations

import json

import pull_requests
import pytest


@pytest.fixture(scope='module')
def base(tmp_path_factory):
    patch = pytest.MonkeyPatch()
    patch.chdir(tmp_path_factory.mktemp('base'))
    pull_requests.make_base()
    yield
    patch.undo()


@pytest.mark.parametrize('seeded', pull_requests.SEEDED, ids=lambda seeded: seeded.name)
def test_seeded_pull_request_has_its_class_of_risk(base, seeded):
    assert json.loads(pull_requests.told(seeded, '--json'))['risk'] == seeded.still


def test_all_classes_are_asked_for():
    assert {seeded.still for seeded in pull_requests.SEEDED} == {'low', 'medium', 'high'}
    assert len(pull_requests.SEEDED) >= 12
