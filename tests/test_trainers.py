"""What `benchmarks/trainers.py` says when a tool fails or can't be installed; the tools themselves need the network."""

from __future__ import annotations

from pathlib import Path

import pytest
import trainers

CARD = """# A release

```python
print('shown to everyone')
```

## For trainers

```python
load(NAME)
```

```yaml
datasets: [{path: NAME}]
```

## Limits

```yaml
path: NAME
```
"""


class Tokenizer:
    """A token is a letter's code."""

    def decode(self, ids: list[int], skip_special_tokens: bool) -> str:
        return ''.join(map(chr, ids))


def uv_that(body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / 'uv'
    program.write_text(f'#!/bin/sh\n{body}\n')
    program.chmod(0o755)
    monkeypatch.setattr('uv.find_uv_bin', lambda: str(program))


def test_code_is_that_of_the_section_for_trainers_with_the_release_as_name(tmp_path: Path) -> None:
    (tmp_path / 'README.md').write_text(CARD)
    place = trainers.Place(tmp_path, tmp_path)
    assert place.code('yaml') == [f'datasets: [{{path: {tmp_path}}}]\n']
    assert place.code('python') == ['load(NAME)\n']  # a variable there
    assert place.code('json') == []


def test_a_tool_that_can_not_be_installed_is_skipped_with_the_reason(tmp_path, monkeypatch, capsys) -> None:
    uv_that('echo "no version of trl" >&2; exit 2', tmp_path, monkeypatch)
    assert not trainers.outside('trl', tmp_path)
    assert capsys.readouterr().out == 'trl  skipped, can not be installed: no version of trl\n'


def test_a_tool_that_stops_half_way_has_failed(tmp_path, monkeypatch, capsys) -> None:
    uv_that('echo "trl 1: installed"; echo "ImportError: torch" >&2; exit 1', tmp_path, monkeypatch)
    assert not trainers.outside('trl', tmp_path)
    assert capsys.readouterr().out.endswith('trl  failed: ImportError: torch\n')


def test_one_failed_config_is_enough(tmp_path, monkeypatch) -> None:
    uv_that('echo "trl 1  sft: 3 rows: ok"', tmp_path, monkeypatch)
    assert trainers.outside('trl', tmp_path)
    uv_that('echo "trl 1  sft: 3 rows: ok"; echo "trl 1  preferences: failed: KeyError"', tmp_path, monkeypatch)
    assert not trainers.outside('trl', tmp_path)


def test_learning_a_part_of_an_answer_or_of_a_prompt_is_an_error() -> None:
    assert trainers.learnt(Tokenizer(), [[-100, 104, 105]], {'hi'}) == 'loss on answers alone'
    for labels in ([104, -100], [63, 104, 105], [-100]):
        with pytest.raises(ValueError, match='no answer'):
            trainers.learnt(Tokenizer(), [labels], {'hi'})
