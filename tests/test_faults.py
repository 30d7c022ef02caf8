"""The gates that need not run anything find the faults of `benchmarks/faults.py`, in the right place, and no others."""

from __future__ import annotations

import faults
import pytest


@pytest.fixture(scope='module')
def results():
    return faults.measure(runs=faults.STATIC)


def test_static_gates_find_faults_in_their_places(results):
    told = faults.figures(results[0])
    figures = {'recall': told.recall, 'precision': told.precision, 'path': told.path, 'line': told.line}
    assert all(figure >= 0.95 for figure in figures.values()), faults.report(*results)


def test_static_gates_are_asked_about_enough(results):
    told = faults.figures(results[0])
    assert told.faults >= 120
    assert told.controls >= 40
    assert {one.fault.gate for one in results[0] if one.fault.told} >= {'trace', 'secrets', 'copies', 'contamination'}


def test_each_fault_has_a_name_of_its_own():
    found = faults.all_faults(faults.made_up())
    names = [(fault.gate, fault.name) for fault in found]
    assert len(set(names)) == len(names)
    assert {fault.gate for fault in found if fault.told} == set(faults.GATES)
