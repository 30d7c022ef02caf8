"""Every message has a Chinese text, and commands give it."""

from __future__ import annotations

import ast
import json
import re
import string
from pathlib import Path

import pytest

from stages import cli
from stages.core import diffs
from stages.core import messages
from stages.core import mutation
from stages.core import verification

STAGES = Path(__file__).parents[1] / 'stages'
# Where problems that contributors meet are made.
MODULES = (
    *('choosing', 'diffs', 'drafting', 'examples', 'files', 'git', 'manifests', 'models', 'mutation', 'packages'),
    *('params', 'sandbox', 'scaffold', 'screening', 'toolchain', 'verification'),
)
MAKERS = {
    'Problem',
    'ValueError',
    'ProvenError',
    'SandboxUnavailable',
    'InstallFailed',
    '_problem',
    '_kept',
    '_finding',
}
PY = Path('examples/numeric/clamp/python')


def template(node):
    """The text of a literal with `{}` for what is put in; None if it is none."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return ''.join(part.value if isinstance(part, ast.Constant) else '{}' for part in node.values)
    return None


def literals(path):
    """Literals of a module that are no docstrings and no parts of others, and those among them that a maker is given."""
    tree = ast.parse(path.read_text())
    blocks = (node for node in ast.walk(tree) if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef))
    skipped = {id(block.body[0].value) for block in blocks if isinstance(block.body[0], ast.Expr)}
    skipped |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args]
    given = {id(call.args[-1]) for call in calls if getattr(call.func, 'id', getattr(call.func, 'attr', '')) in MAKERS}
    for node in ast.walk(tree):
        text = template(node)
        if text is not None and id(node) not in skipped:
            yield text, id(node) in given


def problems():
    """House style: what is wrong; what to do."""
    for name in MODULES:
        for text, given in literals(STAGES / 'core' / f'{name}.py'):
            words = re.sub(r'\{\}|\W', '', text)
            if words and ('; ' in text or given):
                yield text


def said():
    for path in (*STAGES.glob('*.py'), *STAGES.glob('core/*.py')):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, 'id', '') == 'say':
                text = template(node.args[0])
                if text is not None and not isinstance(node.args[0], ast.JoinedStr):
                    yield text


FIXED = {
    *(phrase for _, phrase in diffs.RISKS.values()),
    *diffs.ORDER,
    *verification.REASONS.values(),
    *mutation.REASONS.values(),
    *('added', 'changed', 'renamed', 'removed', 'passed', 'failed', 'not_run', 'human variants', 'databases'),
    *('{} added', '{} changed', '{} renamed', '{} removed', 'fails or is skipped', 'passes on the draft too'),
    *(
        status.replace('_', ' ')
        for status in ('not_built', 'no_tests', 'timed_out', 'out_of_memory', 'too_much_output', 'crashed')
    ),
}


@pytest.fixture
def chinese():
    messages.choose('zh')
    yield
    messages.choose('en')


@pytest.mark.parametrize('text', sorted({*said(), *FIXED}))
def test_text_of_a_command_is_in_the_table(text):
    assert text in messages.CHINESE


@pytest.mark.parametrize('text', sorted(set(problems())))
def test_problem_has_a_chinese_text(chinese, text):
    values = (f'value{number}' for number in range(9))
    made = re.sub(r'\{\}', lambda _: next(values), text)
    found = messages.translated(made)
    assert re.search('[\u4e00-\u9fff]', found), f'add {text!r} to CHINESE in stages/core/messages.py'
    assert set(re.findall(r'value\d', made)) == set(re.findall(r'value\d', found)), 'a value is lost'


@pytest.mark.parametrize('text', messages.CHINESE)
def test_both_texts_take_the_same_values(text):
    def count(one):
        fields = [name for _, name, _, _ in string.Formatter().parse(one) if name is not None]
        assert '' not in fields or set(fields) == {''}
        return len(fields)

    assert text.count('{}') == count(messages.CHINESE[text])
    assert re.search('[\u4e00-\u9fff]', messages.CHINESE[text]) or text == 'SPDX-License-Identifier: {}'


def test_english_is_left_as_it_is():
    assert messages.translated('is missing; add it') == 'is missing; add it'
    assert messages.say('{} of {} tests pass', 1, 2) == '1 of 2 tests pass'


def test_unknown_message_stays_english(chinese):
    assert messages.translated('something of a library') == 'something of a library'


def test_values_are_looked_up_too(chinese):
    assert messages.translated("'sortin' is not known; did you mean sorting?") == "'sortin' 未知；是否想写 sorting？"


def test_what_a_message_is_about_stays(chinese):
    told = "'a@gmail.com' may be an address of someone; use one at example.com"
    assert messages.translated(told) == "'a@gmail.com' 可能是真实的邮箱地址；请用 example.com 的地址"


def test_what_others_say_of_it_stays(chinese):
    told = 'answers 401: the key is refused; mend OPENAI_API_KEY (bad key (really))'
    assert messages.translated(told) == '返回 401：密钥被拒绝；请修正 OPENAI_API_KEY (bad key (really))'


def test_check_tells_problems_in_chinese(tree, capsys):
    (PY / 'clamp.py').write_bytes(b'\r\n')
    for arguments in (['--lang', 'zh', 'check', str(PY)], ['check', '--lang', 'zh', str(PY)]):
        assert cli.main(arguments) == 1
        told = capsys.readouterr().err
        assert told == f'{PY}/clamp.py: 第 1 行有回车符；请用 LF 换行保存\n1 个问题；未写入任何内容\n'
    assert cli.main(['check', '--lang', 'zh', '--json', str(PY)]) == 1
    assert json.loads(capsys.readouterr().out)['problems'][0]['message'] == '第 1 行有回车符；请用 LF 换行保存'


def test_language_of_one_command_is_not_that_of_the_next(tree, capsys):
    assert cli.main(['--lang', 'zh', 'check', 'examples']) == 0
    assert cli.main(['check', 'examples']) == 0
    assert capsys.readouterr().out == 'check：3 个示例，没有问题\ncheck: 3 examples, no problems\n'


def test_verify_tells_in_chinese(tree, capsys):
    (PY / 'clamp.py').write_text((PY / 'clamp.py').read_text().replace('low > high', 'low >= high'))
    assert cli.main(['verify', '--lang', 'zh', str(PY)]) == 1
    captured = capsys.readouterr()
    assert '  solution: 6 个测试通过 5 个' in captured.out
    assert 'numeric/clamp/python: 未通过 (solution: 6 个测试通过 5 个)' in captured.out
    assert 'solution_failed: 解答有测试未通过；请修正代码或测试' in captured.err
    assert '失败或被跳过: test_ends_in_wrong_order__R2' in captured.err
    assert f'下一步：修正后运行 proven verify {PY}' in captured.err


def test_errors_of_ours_are_chinese_too(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(['check', '--lang', 'zh']) == 2
    assert '这里没有文件夹 examples' in capsys.readouterr().err


def test_show_prefers_chinese_texts(tree, capsys):
    assert cli.main(['show', '--lang', 'zh', 'clamp/python']) == 0
    out = capsys.readouterr().out
    assert out.startswith('# 将数值限制在区间内\n')
    assert '尚未证明' in out
