"""Are the task folders of `proven harbor` right: run in the sandbox, laid out as the image is, and loaded by harbor.

For one example of each implementation: the reward of its solution (1), of an empty folder (0) and, where there is one,
of its draft. With --python also what an interpreter with harbor and verifiers says of the folders of all examples.

    python benchmarks/harbor.py [--python INTERPRETER] [--all | PATH ...]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from stages.all_languages import LANGUAGES
from stages.core import harbor
from stages.core import params
from stages.core import proofs
from stages.core import sandbox
from stages.core import toolchain
from stages.core.harbor import Released
from stages.core.params import Limits
from stages.core.params import VerifyLimits

# The sandbox can only be written to in memory, so the working directory is there; the paths of the image lead to it.
WORK, LOGS = '/dev/shm/app', '/dev/shm/logs'
SCRIPT = """
mkdir -p {work} {logs}
cp -R /box/start/. {work}
cd {work}
{solve}
exec sh /tests/test.sh
"""
# Run by an interpreter that has harbor and, maybe, verifiers; prints figures.
VALIDATE = """
import asyncio, json, sys, warnings
from collections import Counter
from pathlib import Path
from harbor.lint.models import DEFAULT_RULES
from harbor.lint.task import lint_task
from harbor.models.dataset.manifest import DatasetManifest
from harbor.models.job.config import DatasetConfig
from harbor.models.task.task import Task
from harbor.publisher.packager import Packager

warnings.simplefilter('error', DeprecationWarning)
root = Path(sys.argv[1])
manifest = DatasetManifest.from_toml_file(root / 'dataset.toml')
digests = {task.name: task.digest for task in manifest.tasks}
folders = sorted(path.parent for path in root.glob('*/task.toml'))
tasks = {folder: Task(folder) for folder in folders}
print(f'tasks that harbor loads: {len(tasks)} of {len(folders)}')
print(f'tasks that it takes for valid: {sum(map(Task.is_valid_dir, folders))}')
same = sum(digests[tasks[one].name] == f'sha256:{Packager.compute_content_hash(one)[0]}' for one in folders)
print(f'digests of dataset.toml that harbor computes too: {same} of {len(digests)}')
configs = asyncio.run(DatasetConfig(path=root).get_task_configs())
print(f'tasks of the folder as a dataset: {len(configs)}')
found = [finding for folder in folders for finding in lint_task(folder)]
print(f'findings of harbor lint, default rules: {Counter(str(one.rule) for one in found if one.rule in DEFAULT_RULES)}')
print(f'findings of its other rules: {Counter(str(one.rule) for one in found if one.rule not in DEFAULT_RULES)}')
rewards = json.loads(sys.argv[2])
try:
    from verifiers.v1.tasksets.harbor import HarborConfig, HarborTaskset, taskset
except ModuleNotFoundError as error:
    print(f'verifiers: not tried, no {error.name}')
else:
    taskset.dataset_dir = lambda config: root
    loaded = list(HarborTaskset(HarborConfig(ignore_dockerfile=True)).load())
    print(f'tasks that verifiers loads: {len(loaded)}')
    print(f'with a verifier in a container of its own: {sum(one.data.verifier is not None for one in loaded)}')
    for reward in rewards:
        taskset.REWARD_JSON_ADAPTER.validate_json(reward)
    print(f'rewards that verifiers reads: {len(rewards)}')
"""


def grade(folder: Path, subject: Released, work: Mapping[str, bytes] | None, limits: Limits) -> tuple[str, str]:
    """The reward.json that the verifier of a task folder writes, and what it prints.

    ``work`` is what the agent leaves in the working directory beside what is there; None: what solve.sh puts there.
    """
    start = {**harbor.given(subject.example), **(work or {}), '.keep': b''}
    solve = 'sh /solution/solve.sh' if work is None else ''
    with tempfile.TemporaryDirectory(prefix='proven-harbor-') as name:
        logs = Path(name) / 'logs'
        logs.mkdir()
        (logs / 'verifier').symlink_to(LOGS)
        job = sandbox.Job(
            ('sh', '-c', SCRIPT.format(work=WORK, logs=LOGS, solve=solve)),
            {f'start/{path}': data for path, data in start.items()},
            environment=harbor.environment(subject),
            mounts={
                **toolchain.mounts(*harbor.toolchains(subject)),
                '/logs': logs,
                '/solution': folder / 'solution',
                '/tests': folder / 'tests',
            },
            results=(f'{LOGS}/reward.json', f'{LOGS}/reward.txt'),
        )
        # Room for the grader itself, and for two runs.
        wider = {'wall_seconds': 3 * limits.wall_seconds, 'cpu_seconds': 3 * limits.cpu_seconds}
        outcome = sandbox.run(job, limits.model_copy(update={**wider, 'memory_mib': 2 * limits.memory_mib}))
    told = (outcome.stdout + outcome.stderr).decode(errors='replace')
    reward, text = (outcome.results.get(path, b'').decode() for path in job.results)
    if reward and float(text) != json.loads(reward)['reward']:
        raise ValueError(f'reward.txt has {text}, reward.json {reward}')
    return reward, f'{outcome.status} {outcome.exit_code}\n{told}'


def chosen(subjects: list[Released]) -> list[Released]:
    """One of each implementation, with a draft if there is one, the smallest."""
    best: dict[str, Released] = {}
    for one in sorted(subjects, key=lambda one: (not one.example.meta.draft, len(one.example.files), one.name)):
        best.setdefault(one.example.implementation, one)
    return [best[name] for name in sorted(best)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('paths', nargs='*', metavar='PATH', help='category/task/implementation')
    parser.add_argument('--all', action='store_true', help='run all, not one of each implementation')
    parser.add_argument('--python', metavar='INTERPRETER', help='one that has harbor, which needs 3.12 or later')
    arguments = parser.parse_args()
    limits = params.load(Path('params.yaml'), 'verify', VerifyLimits).limits
    found = proofs.read(Path('proofs'), Path('build'))
    subjects = harbor.released(Path('examples'), found, LANGUAGES, arguments.paths or None)
    wrong, rewards = 0, []
    with tempfile.TemporaryDirectory(prefix='proven-harbor-', ignore_cleanup_errors=True) as name:
        folder = Path(name) / 'tasks'
        Path(name).chmod(0o755)
        began = time.perf_counter()
        harbor.write(folder, subjects, limits, '0', Path('uv.lock').read_text(encoding='utf-8'))
        size = sum(path.stat().st_size for path in folder.rglob('*') if path.is_file())
        print(f'{len(subjects)} tasks written in {time.perf_counter() - began:.1f} s, {size / 2**20:.1f} MiB')
        for one in subjects if arguments.all or arguments.paths else chosen(subjects):
            works: dict[str, tuple[Mapping[str, bytes] | None, float]] = {'solution': (None, 1.0), 'nothing': ({}, 0.0)}
            if one.verdict.draft and one.verdict.draft.status != 'passed':
                works['draft'] = ({**one.example.of_role('solution'), **one.example.variant('draft')}, 0.0)
            for label, (work, expected) in works.items():
                began = time.perf_counter()
                reward, told = grade(folder / one.name, one, work, limits)
                values = json.loads(reward) if reward else {'reward': None, 'requirements': None}
                rewards.append(reward)
                is_right = values['reward'] == expected
                wrong += not is_right
                told_share = '' if values['requirements'] is None else f', requirements {values["requirements"]:.2f}'
                print(
                    f'{one.example.path} {label}: reward {values["reward"]}{told_share}, '
                    f'{time.perf_counter() - began:.1f} s{"" if is_right else " WRONG"}',
                    flush=True,
                )
                if not is_right:
                    print(told)
        if arguments.python:
            command = [
                arguments.python,
                '-c',
                VALIDATE,
                str(folder),
                json.dumps([reward for reward in rewards if reward]),
            ]
            wrong += subprocess.run(command, check=False).returncode != 0
    print(f'{wrong} wrong')
    return 1 if wrong else 0


if __name__ == '__main__':
    sys.exit(main())
