from __future__ import annotations

import os
import stat

import pytest

from stages.core import files
from stages.core import params
from stages.core.errors import ProblemsFound
from stages.core.params import Limits


def test_digest_sees_every_byte_and_name():
    parts = {'a': b'1', 'b': b'2'}
    others = [
        {'a': b'2', 'b': b'1'},
        {'a': b'1'},
        {'a': b'1', 'c': b'2'},
        {'a': b'12', 'b': b''},
        {'a:1': b'', 'b': b'2'},
    ]
    assert len({files.digest(p) for p in [parts, *others]}) == 6
    assert files.digest({'b': b'2', 'a': b'1'}) == files.digest({'a': '1', 'b': '2'})


def test_rows_come_back_sorted(tmp_path):
    path = tmp_path / 'new/rows.jsonl'
    files.write_rows(path, [{'example': 'b', 'text': '归并\u2028\n'}, {'example': 'a'}])
    assert files.read_rows(path) == [{'example': 'a'}, {'example': 'b', 'text': '归并\u2028\n'}]
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert os.listdir(path.parent) == ['rows.jsonl']


def test_equal_rows_leave_the_file_alone(tmp_path):
    path = tmp_path / 'rows.jsonl'
    files.write_rows(path, [{'example': 'a'}])
    before = path.stat()
    files.write_rows(path, [{'example': 'a'}])
    assert path.stat() == before


def test_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / 'x'
    path.write_text('old')
    monkeypatch.setattr(os, 'replace', lambda *_: (_ for _ in ()).throw(OSError('disk full')))
    with pytest.raises(OSError, match='disk full'):
        files.write_text(path, 'new')
    assert (path.read_text(), os.listdir(tmp_path)) == ('old', ['x'])


def test_journal_without_its_torn_end(tmp_path):
    path = tmp_path / 'j'
    path.write_bytes(b'{"example": "a"}\n{"exam\x00\n"text"\n{"example": "b"}\n{"example": "c"')
    assert list(files.read_journal(path)) == [{'example': 'a'}, {'example': 'b'}]


def test_unknown_and_wrong_params_are_all_told(tmp_path):
    path = tmp_path / 'params.yaml'
    path.write_text('limits: {wall_seconds: 0, memory: 5}\n')
    with pytest.raises(ProblemsFound) as caught:
        params.load(path, 'limits', Limits)
    assert [problem.field for problem in caught.value.problems] == ['limits.memory', 'limits.wall_seconds']


def test_missing_params_are_told(tmp_path):
    with pytest.raises(ProblemsFound, match='No such file'):
        params.load(tmp_path / 'params.yaml', 'limits', Limits)
