"""The dataset card: `templates/card.md` with figures computed from the rows of the release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from string import Template
from typing import Any

import yaml

from stages.core.proofs import Proofs
from stages.core.proofs import figures
from stages.core.proofs import screens

TEMPLATE = Path(__file__).parents[1] / 'templates' / 'card.md'
SIZES = ((1_000, 'n<1K'), (10_000, '1K<n<10K'), (100_000, '10K<n<100K'), (1_000_000, '100K<n<1M'))


def render(tables: Sequence[Mapping[str, Any]], found: Proofs, version: str) -> str:
    """The card of a release.

    ``tables`` have ``config``, ``split``, ``path`` and ``rows``; the first config is the default one.
    """
    rows = [row for table in tables if table['config'] == 'examples' for row in table['rows']]
    requirements = [requirement for row in rows for requirement in row['requirements']]
    drafts = [row for row in rows if row['draft_tests']]
    passed = sum(row['draft_tests']['passed'] for row in drafts)
    tests = sum(row['solution_tests']['passed'] for row in rows)
    facts = {
        'front_matter': yaml.safe_dump(_front_matter(tables, rows), sort_keys=False, allow_unicode=True).strip(),
        'version': version,
        'examples': len(rows),
        'tasks': len({row['task_id'] for row in rows}),
        'tests': tests,
        'requirements': len(requirements),
        'proven': sum(bool(requirement['proof']) for requirement in requirements),
        'stub_tests': sum(row['stub_tests']['passed'] for row in rows),
        'drafts': len(drafts),
        'draft_share': f'{passed / total:.1%}' if (total := sum(_draft_total(row) for row in drafts)) else 'none',
        'changes': sum(len(row['changes']) for row in rows),
        'lines': sum(row['estimated_lines'] for row in rows),
        'licenses': ', '.join(
            f'{name} ({count})' for name, count in sorted(Counter(row['license'] for row in rows).items())
        ),
        'origins': ', '.join(
            f'{name} ({count})' for name, count in sorted(Counter(row['origin'] for row in rows).items())
        ),
        'left_out': sum(bool(row.reasons) for row in found.gate.values()),
        'figures': '\n'.join(f'| {claim} | {figure} |' for claim, figure in figures(found).items()),
        'screens': screens(found),
        'toolchains': '; '.join(sorted({row['toolchain'] for row in rows})),
        'by_implementation': _by_implementation(rows, tables),
        'configs': '\n'.join(f'| `{t["config"]}` | {t["split"]} | {len(t["rows"])} |' for t in tables),
    }
    return Template(TEMPLATE.read_text(encoding='utf-8')).substitute(facts)


def _draft_total(row: Mapping[str, Any]) -> int:
    """All tests of the example: a draft that does not load fails those that it never let run."""
    return int(row['solution_tests']['passed'])


def _front_matter(tables: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    configs: dict[str, list[dict[str, str]]] = {}
    for table in tables:
        configs.setdefault(table['config'], []).append({'split': table['split'], 'path': table['path']})
    return {
        'pretty_name': 'Proven Code',
        'license': 'mit',
        'language': ['en', 'zh', 'code'],
        'task_categories': ['text-generation'],
        'size_categories': [next((name for limit, name in SIZES if len(rows) < limit), 'n>1M')],
        'annotations_creators': ['machine-generated'],
        'source_datasets': ['original'],
        'tags': ['code', 'verified', 'executable', 'unit-tests'],
        'configs': [
            {'config_name': name, **({'default': True} if name == 'examples' else {}), 'data_files': data}
            for name, data in configs.items()
        ],
    }


def _by_implementation(rows: Sequence[Mapping[str, Any]], tables: Sequence[Mapping[str, Any]]) -> str:
    counts: Counter[tuple[str, str]] = Counter()
    for table in tables:
        if table['config'] == 'examples':
            counts.update((row['framework'] or row['language'], table['split']) for row in table['rows'])
    lines = []
    for name in sorted({name for name, _ in counts}):
        mine = [row for row in rows if (row['framework'] or row['language']) == name]
        tests = sum(row['solution_tests']['passed'] for row in mine)
        parts = ' | '.join(str(counts[name, split]) for split in ('train', 'validation', 'test'))
        lines.append(f'| {name} | {len(mine)} | {parts} | {tests} | {sum(row["estimated_lines"] for row in mine)} |')
    return '\n'.join(lines)
