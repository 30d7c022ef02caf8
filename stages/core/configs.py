"""All configs of the dataset: what each is for, its columns, and the rows that it has in each split."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from stages.core import columns
from stages.core import derived
from stages.core import instructions
from stages.core import release
from stages.core import verification
from stages.core.derived import Item
from stages.core.instructions import Row
from stages.core.language import Language
from stages.core.params import Limits
from stages.core.proofs import Proofs

# Raised when a column or a config changes what it means; `version` follows from the data.
SCHEMA_VERSION = 1
SPLITS = ('train', 'validation', 'test')
QUARANTINE = 'quarantine'


class Config(NamedTuple):
    """``en`` and ``zh`` say in a line what it is for."""

    schema: pa.Schema
    en: str
    zh: str


CONFIGS = {
    'examples': Config(columns.EXAMPLES, 'everything that is known of an example', '示例的全部信息'),
    'backend': Config(columns.BACKEND, 'backends, with the fields of a generation dataset', '后端示例，用于代码生成'),
    'instructions_en': Config(
        instructions.INSTRUCTIONS, 'instruction, input, output (Alpaca), in English', '英文指令数据（Alpaca 格式）'
    ),
    'instructions_zh': Config(instructions.INSTRUCTIONS, 'the same in Chinese', '中文指令数据（Alpaca 格式）'),
    'sft': Config(instructions.SFT, 'the same as conversations, both languages', '中英文对话（messages 格式）'),
    'preferences': Config(
        derived.PREFERENCES, 'solution over a draft that is proven to be worse (DPO)', '偏好对：解优于已证明较差的草稿'
    ),
    'preferences_text': Config(derived.PREFERENCES_TEXT, 'the same as plain text', '偏好对，纯文本格式'),
    'verifiable': Config(
        derived.VERIFIABLE,
        'prompt, tests, how to run them, requirements as rewards (RL)',
        '可验证任务：提示与测试',
    ),
    'repair': Config(
        derived.REPAIR,
        'faulty code, the requirements that tests say it fails, and its mending',
        '错误代码与修正',
    ),
    'search': Config(derived.SEARCH, 'query, code, code of other families that is near', '检索：查询、正例、难负例'),
    'summaries': Config(derived.SUMMARIES, 'code and what it does', '代码摘要'),
    'benchmarks': Config(
        derived.BENCHMARKS, 'time, memory and growth of each variant on each workload', '各变体的时间、内存与增长'
    ),
    QUARANTINE: Config(derived.QUARANTINE, 'what is not released, and why', '未发布的示例及其原因'),
}


class Table(NamedTuple):
    """The rows of one config in one split, sorted by id."""

    config: str
    split: str
    rows: list[Row]

    @property
    def path(self) -> str:
        return release.path_of(f'{self.config}/{self.split}')

    @property
    def schema(self) -> pa.Schema:
        return CONFIGS[self.config].schema


def tables(found: Proofs, root: Path, languages: Mapping[str, Language], limits: Limits) -> list[Table]:
    """All tables with any rows, by config and split."""
    items: dict[str, list[Item]] = defaultdict(list)
    made: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in found.released:
        example = verification.reread(root, row, languages)
        item = Item(columns.example_row(example, row, found), example, languages[row.implementation])
        items[found.splits[row.id]].append(item)
    for split in SPLITS:
        for config, values in _rows(items[split], split, found, limits):
            made[config, split].append(values)
    for gate in found.gate.values():
        if gate.reasons:
            index = found.examples[gate.example]
            example = verification.reread(root, index, languages)
            refused = derived.quarantined(example, languages[index.implementation], index.family, gate)
            made[QUARANTINE, QUARANTINE].append(refused)
    return [
        Table(config, split, sorted(made[config, split], key=lambda row: str(row['id'])))
        for config in CONFIGS
        for split in (*SPLITS, QUARANTINE)
        if made[config, split]
    ]


def _rows(items: list[Item], split: str, found: Proofs, limits: Limits) -> Iterator[tuple[str, Row]]:
    """Each config and row of a split; what other rows a row refers to are of the same split."""
    rows = [item.values for item in items]
    text_languages: tuple[instructions.TextLanguage, ...] = ('en', 'zh')
    for text_language in text_languages:
        for row in instructions.instructions(rows, text_language):
            yield f'instructions_{text_language}', row
            yield 'sft', instructions.conversation(row, text_language)
    for index, item in enumerate(items):
        values, path = item.values, item.example.path
        timings = found.timings.get(path)
        yield 'examples', values
        if values['framework'] is not None:
            yield 'backend', columns.backend_row(values)
        for spoken, plain in derived.preferences(item, timings):
            yield 'preferences', spoken
            yield 'preferences_text', plain
        yield 'verifiable', derived.verifiable(item, index, split, limits)
        yield from (('repair', row) for row in derived.repair(item, found.mutants[path]))
        yield from (('search', row) for row in derived.search(values, rows))
        yield 'summaries', derived.summary(values)
        if timings:
            yield from (('benchmarks', row) for row in derived.benchmarks(values, timings))


def arrow(table: Table) -> pa.Table:
    """The rows as Arrow has them, in one chunk."""
    return pa.Table.from_pylist(table.rows, schema=table.schema).combine_chunks()


def types() -> dict[str, dict[str, str]]:
    """Config → column → type, as text."""
    return {name: {field.name: str(field.type) for field in config.schema} for name, config in CONFIGS.items()}
