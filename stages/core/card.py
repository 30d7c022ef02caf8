"""The dataset cards: `templates/card.md` and `card_zh.md` with figures computed from the rows of the release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Any

import yaml

from stages.core.configs import CONFIGS
from stages.core.configs import SPLITS
from stages.core.configs import Table
from stages.core.instructions import implementation
from stages.core.proofs import Proofs
from stages.core.proofs import figures
from stages.core.proofs import screens

TEMPLATES = Path(__file__).parents[1] / 'templates'
CARDS = {'README.md': 'card.md', 'README_zh.md': 'card_zh.md'}
SIZES = ((1_000, 'n<1K'), (10_000, '1K<n<10K'), (100_000, '10K<n<100K'), (1_000_000, '100K<n<1M'))
# The Hub's words for licences; what has none is told as `other`.
HUB_LICENSES = {
    'Apache-2.0': 'apache-2.0',
    'BSD-2-Clause': 'bsd-2-clause',
    'BSD-3-Clause': 'bsd-3-clause',
    'BSL-1.0': 'bsl-1.0',
    'CC0-1.0': 'cc0-1.0',
    'ISC': 'isc',
    'MIT': 'mit',
    'Unlicense': 'unlicense',
}


def render(
    tables: Sequence[Table], found: Proofs, version: str, changelog: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """The cards of a release by file name; the first config is the default one."""
    rows = [row for table in tables if table.config == 'examples' for row in table.rows]
    facts = {**_facts(rows, found), **_tables(tables, rows), 'version': version}
    texts = {}
    for name, template in CARDS.items():
        is_chinese = template == 'card_zh.md'
        own = {'configs': _configs(tables, is_chinese), 'changelog': _changelog(changelog, is_chinese)}
        texts[name] = Template((TEMPLATES / template).read_text(encoding='utf-8')).substitute({**facts, **own})
    return texts


def _facts(rows: Sequence[Mapping[str, Any]], found: Proofs) -> dict[str, Any]:
    requirements = [requirement for row in rows for requirement in row['requirements']]
    drafts = [row for row in rows if row['draft_tests']]
    passed = sum(row['draft_tests']['passed'] for row in drafts)
    # All tests of the example: a draft that does not load fails those that it never let run.
    of_drafts = sum(row['solution_tests']['passed'] for row in drafts)
    return {
        'examples': len(rows),
        'tasks': len({row['task_id'] for row in rows}),
        'tests': sum(row['solution_tests']['passed'] for row in rows),
        'requirements': len(requirements),
        'proven': sum(bool(requirement['proof']) for requirement in requirements),
        'stub_tests': sum(row['stub_tests']['passed'] for row in rows),
        'drafts': len(drafts),
        'draft_share': f'{passed / of_drafts:.1%}' if of_drafts else 'none',
        'changes': sum(len(row['changes']) for row in rows),
        'lines': sum(row['estimated_lines'] for row in rows),
        'licenses': _counted(row['license'] for row in rows),
        'origins': _counted(row['origin'] for row in rows),
        'left_out': sum(bool(row.reasons) for row in found.gate.values()),
        'figures': '\n'.join(f'| {claim} | {figure} |' for claim, figure in figures(found).items()),
        'screens': screens(found),
        'toolchains': '; '.join(sorted({row['toolchain'] for row in rows})),
    }


def _tables(tables: Sequence[Table], rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    front_matter = yaml.safe_dump(_front_matter(tables, rows), sort_keys=False, allow_unicode=True)
    return {
        'front_matter': front_matter.strip(),
        'by_implementation': _by_implementation(tables),
        'task_types': _task_types(tables),
    }


def _counted(names: Any) -> str:
    return ', '.join(f'{name} ({count})' for name, count in sorted(Counter(names).items()))


def _front_matter(tables: Sequence[Table], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    configs: dict[str, list[dict[str, str]]] = {}
    for table in tables:
        configs.setdefault(table.config, []).append({'split': table.split, 'path': table.path})
    total = sum(len(table.rows) for table in tables)
    licenses = sorted({HUB_LICENSES.get(row['license'], 'other') for row in rows}) or ['mit']
    return {
        'pretty_name': 'Proven Code',
        'license': licenses if len(licenses) > 1 else licenses[0],
        'language': ['en', 'zh', 'code'],
        'task_categories': ['text-generation', 'summarization', 'text-retrieval'],
        'size_categories': [next((name for limit, name in SIZES if total < limit), 'n>1M')],
        'annotations_creators': ['machine-generated'],
        'language_creators': ['machine-generated'],
        'source_datasets': ['original'],
        'tags': ['code', 'verified', 'executable', 'unit-tests', 'preference', 'reinforcement-learning', 'benchmark'],
        'configs': [
            {'config_name': name, **({'default': True} if name == tables[0].config else {}), 'data_files': data}
            for name, data in configs.items()
        ],
    }


def _configs(tables: Sequence[Table], is_chinese: bool) -> str:
    counts = {(table.config, table.split): len(table.rows) for table in tables}
    lines = []
    for name, config in CONFIGS.items():
        mine = [count for (config_name, _), count in counts.items() if config_name == name]
        parts = ' | '.join(str(counts.get((name, split), '')) for split in SPLITS)
        if mine:
            lines.append(f'| `{name}` | {sum(mine)} | {parts} | {config.zh if is_chinese else config.en} |')
    return '\n'.join(lines)


def _by_implementation(tables: Sequence[Table]) -> str:
    splits = {row['id']: table.split for table in tables if table.config == 'examples' for row in table.rows}
    rows = [row for table in tables if table.config == 'examples' for row in table.rows]
    lines = []
    for name in sorted({implementation(row) for row in rows}):
        mine = [row for row in rows if implementation(row) == name]
        parts = ' | '.join(str(sum(splits[row['id']] == split for row in mine)) for split in SPLITS)
        tests = sum(row['solution_tests']['passed'] for row in mine)
        lines.append(f'| {name} | {len(mine)} | {parts} | {tests} | {sum(row["estimated_lines"] for row in mine)} |')
    return '\n'.join(lines)


def _task_types(tables: Sequence[Table]) -> str:
    counts = {
        language: Counter(
            row['task_type'] for table in tables if table.config == f'instructions_{language}' for row in table.rows
        )
        for language in ('en', 'zh')
    }
    names = sorted(counts['en'] | counts['zh'], key=lambda name: (-counts['en'][name], name))
    return ', '.join(f'{name} {counts["en"][name]} / {counts["zh"][name]}' for name in names)


def _changelog(changelog: Sequence[Mapping[str, Any]], is_chinese: bool) -> str:
    lines = []
    for entry in changelog:
        new = ', '.join(f'`{name}`' for name in entry['configs'])
        added, changed, removed = (entry[name] for name in ('added', 'changed', 'removed'))
        if is_chinese:
            told = f'示例 {entry["examples"]} 个（新增 {added}，变更 {changed}，移除 {removed}）'
            lines.append(f'- **{entry["version"]}**：{told}' + (f'；新配置 {new}' if new else '') + '。')
        else:
            told = f'{entry["examples"]} examples ({added} added, {changed} changed, {removed} removed)'
            lines.append(f'- **{entry["version"]}**: {told}' + (f'; new: {new}' if new else '') + '.')
    return '\n'.join(lines)
