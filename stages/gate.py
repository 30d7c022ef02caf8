"""All proofs → gate.jsonl: what is released, and the reasons against what is not."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from stages.core import files
from stages.core import proofs
from stages.core.errors import run_main
from stages.core.models import GateRow
from stages.core.proofs import Proofs

COPY = {'code': 'copy', 'task': 'task_copy'}


def gate(found: Proofs) -> list[GateRow]:
    """A row for each example. Of two near-copies that let through before stays, else the first by path."""
    reasons = {name: list(found.verdicts[name].reasons) for name in found.examples}
    for name, mine in reasons.items():
        if found.verdicts[name].verdict == 'passed':
            mine += found.mutants[name].reasons
            mine += [f'flaky:{test}' for test in found.flakiness[name].flaky]
            measured = found.timings.get(name)
            claims = found.examples[name].performance
            mine += [f'performance_unproven:{claim}' for claim in claims if not (measured and measured.proves(claim))]
        mine += [f'contaminated:{hit.benchmark}/{hit.task}' for hit in found.contamination[name].hits]
    before = {name for name, row in found.gate.items() if not row.reasons}
    stays: set[str] = set()  # paths of examples and of their tasks
    for name in sorted(found.examples, key=lambda name: (name not in before, name)):
        twins = [twin for twin in found.duplicates[name].twins if twin.path in stays and not twin.same_family]
        reasons[name] += [f'{COPY[twin.of]}:{twin.path}' for twin in twins]
        if not reasons[name]:
            stays |= {name, name.rpartition('/')[0]}
    return [
        GateRow(example=name, id=row.id, reasons=tuple(dict.fromkeys(reasons[name])))
        for name, row in found.examples.items()
    ]


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('proofs', type=Path)
    parser.add_argument('build', type=Path)
    parser.add_argument('output', type=Path)
    arguments = parser.parse_args(argv)
    done = gate(proofs.read(arguments.proofs, arguments.build))
    files.write_rows(arguments.output, (row.model_dump(mode='json', exclude_defaults=True) for row in done))
    for row in done:
        for reason in row.reasons:
            print(f'gate: {row.example}: {reason}')
    print(f'gate: {sum(not row.reasons for row in done)} of {len(done)} examples are released')
    return 0


if __name__ == '__main__':
    raise SystemExit(run_main(main))
