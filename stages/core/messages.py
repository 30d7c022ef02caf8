# ruff: noqa: E501 - a Chinese letter counts as two
"""Messages in English and Chinese: one table, its keys the English texts with `{}` for what is put in.

`say` is for texts of commands. Problems are made in English wherever they are found; `translated` looks them up by what
they say, so that nothing else has to know of languages. What is not in the table stays English.
"""

from __future__ import annotations

import functools
import re
from contextvars import ContextVar

LEAST_LETTERS = 6
# What a message is about, before it.
QUOTED = re.compile(r'(\'.*?\'|".*?") (.*)', re.DOTALL)
# What somebody else says of it, after it.
NOTED = re.compile(r'(.*?) (\(.*\))', re.DOTALL)
_chosen: ContextVar[str] = ContextVar('language', default='en')


def choose(language: str) -> None:
    """`en` or `zh`, for all that this process says from now on."""
    _chosen.set(language)


def language() -> str:
    return _chosen.get()


def say(text: str, *values: object) -> str:
    """A text of the table in the chosen language, with its values."""
    return (CHINESE[text] if language() == 'zh' else text).format(*values)


def translated(message: str) -> str:
    """A message that was made in English, in the chosen language; what is put into it is looked up too."""
    if language() != 'zh':
        return message
    for pattern, text in _patterns():
        match = pattern.fullmatch(message)
        if match:
            return text.format(*(translated(part) for part in match.groups()))
    if match := QUOTED.fullmatch(message):
        return f'{match[1]} {translated(match[2])}'
    if match := NOTED.fullmatch(message):
        return f'{translated(match[1])} {match[2]}'
    return message


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What each text of the table looks like when it is filled in, those that say most first.

    Texts that say next to nothing without their values are left to `say`.
    """
    words = {text: len(re.sub(r'\{\}|\W', '', text)) for text in CHINESE}
    telling = (text for text in CHINESE if '{}' not in text or '; ' in text or words[text] >= LEAST_LETTERS)
    ranked = sorted(telling, key=lambda text: -words[text])
    return tuple(
        (re.compile('(.*?)'.join(map(re.escape, text.split('{}'))), re.DOTALL), CHINESE[text]) for text in ranked
    )


CHINESE: dict[str, str] = {
    # Commands.
    '1 problem; nothing was written': '1 个问题；未写入任何内容',
    '{} problems; nothing was written': '{} 个问题；未写入任何内容',
    'check: 1 example, no problems': 'check：1 个示例，没有问题',
    'check: {} examples, no problems': 'check：{} 个示例，没有问题',
    'left out, it has no role here: {}': '未导入（在示例中没有用途）：{}',
    'next: change them into your example, then: proven verify {}': '下一步：改写成你的示例，然后运行 proven verify {}',
    'next: mend it, then: proven verify {}': '下一步：修正后运行 proven verify {}',
    'next: proven verify {}': '下一步：proven verify {}',
    'task, in kebab-case, new or there already: ': '任务名（小写单词加连字符，新建或已有的）：',
    'category ({}): ': '类别（{}）：',
    'implementation ({}): ': '实现（{}）：',
    'does not pass its tests; proven verify tells why': '未通过自己的测试；原因见 proven verify',
    'has no workloads; add {}': '没有基准负载；请添加 {}',
    'not proven: the solution is neither faster than the draft nor does it need less memory': (
        '未得到证明：与草稿相比，解答既不更快，也不更省内存'
    ),
    '{} of {} mutants killed': '变异体 {1} 个，杀死 {0} 个',
    '{} of {} mutants killed, {} marked as equivalent': '变异体 {1} 个，杀死 {0} 个；另有 {2} 个标记为等价',
    '{} of {} tests pass': '{1} 个测试通过 {0} 个',
    'passed': '通过',
    'failed': '未通过',
    'not_run': '未运行',
    'not built': '无法构建',
    'no tests': '没有测试',
    'timed out': '超时',
    'out of memory': '内存不足',
    'too much output': '输出过多',
    'crashed': '崩溃',
    'installing packages {}': '正在安装软件包 {}',
    'installing toolchain {}': '正在安装工具链 {}',
    'installed': '已安装',
    'human variants': '人工实现变体',
    'databases': '数据库',
    'sandbox: isolates': '沙箱：隔离有效',
    'sandbox: {}': '沙箱：{}',
    '{}: missing, needed for {}; proven doctor --install {}': '{0}：缺失，{1} 需要它；请运行 proven doctor --install {2}',
    '{}: {}, for {}': '{0}：{1}，用于 {2}',
    'no toolchain {}; there are {}': '没有工具链 {}；可用的有 {}',
    '{} is missing; ./setup installs it': '缺少 {}；./setup 会安装',
    # show
    'level': '难度',
    'topics': '主题',
    'licence': '许可证',
    'origin': '来源',
    'authors': '作者',
    'Interface': '接口',
    'What the code does': '代码说明',
    'Requirements': '需求',
    'Proofs': '证明',
    'verdict': '结论',
    'proven by {}': '由 {} 证明',
    'not proven yet': '尚未证明',
    '{} faults found': '发现 {} 个植入的错误',
    'faults not tried yet': '尚未植入错误检验',
    'none yet; proven verify {} runs the tests': '暂无；运行测试：proven verify {}',
    'Of another state: the example changed since. proven verify {} proves this one.': (
        '以下属于另一状态：示例之后有改动。证明当前状态请运行 proven verify {}。'
    ),
    '{} tests waver in {} shuffled runs': '{1} 次乱序运行中有 {0} 个测试结果不稳定',
    'tests reach {} of the lines': '测试覆盖 {} 的代码行',
    'released': '已发布',
    'not released: {}': '未发布：{}',
    'draft by {}, {}': '草稿由 {} 生成，{}',
    'measured: {}': '已测得：{}',
    'fail on the draft: {}': '在草稿上失败：{}',
    # diff
    'Risk: {}': '风险：{}',
    'Rows against {}: {}.': '相对 {} 的数据行：{}。',
    'row': '数据行',
    'what': '变化',
    'risk': '风险',
    'requirement': '需求',
    'Other files': '其他文件',
    'none changed': '没有变化',
    '{} of {}': '{1} 中 {0}',
    'not proven': '未证明',
    'none': '无',
    'low': '低',
    'medium': '中',
    'high': '高',
    '{} added': '新增 {}',
    '{} changed': '修改 {}',
    '{} renamed': '改名 {}',
    '{} removed': '删除 {}',
    'added': '新增',
    'changed': '修改',
    'renamed': '改名',
    'removed': '删除',
    'new row, verified': '新增数据行，已验证',
    'Chinese text': '中文文本',
    'English text': '英文文本',
    'written differently, says the same': '写法不同，含义相同',
    'documentation': '文档',
    'faster than before, or less memory': '比之前更快，或更省内存',
    'no difference in speed shown': '速度没有显出差别',
    'new row, not verified here; --run verifies it': '新增数据行，此处未验证；加 --run 可验证',
    'what is asked changed': '题目要求有改动',
    'requirement added': '新增需求',
    'metadata changed': '元数据有改动',
    'change notes changed': '改进说明有改动',
    'variant added': '新增变体',
    'solution changed': '解答有改动',
    'tests changed': '测试有改动',
    'workloads changed': '基准负载有改动',
    'adapter of the human variant changed': '人工实现变体的适配代码有改动',
    'slower than before, or more memory': '比之前更慢，或更耗内存',
    'speed can not be told': '无法判断速度',
    'row removed': '数据行被删除',
    'id changed: the row is another one': '标识有改动：已成为另一数据行',
    'requirement removed': '需求被删除',
    'test removed': '测试被删除',
    'test skipped, or others by it': '测试被跳过，或因它跳过了其他测试',
    'fewer assertions': '断言减少',
    'fewer cases': '用例减少',
    'wider tolerance': '容差放宽',
    'test proves a requirement no longer': '测试不再证明某项需求',
    'faults that the tests found before and no longer find': '测试以前能发现、现在发现不了的错误',
    'mutants marked as equivalent': '变异体被标记为等价',
    'draft edited: it is no first answer any more': '草稿被改动：不再是模型的首次回答',
    'draft removed': '草稿被删除',
    'licence changed': '许可证有改动',
    'provenance changed': '出处信息有改动',
    'refused by proven check': '被 proven check 拒绝',
    'does not pass proven verify': '未通过 proven verify',
    'outside of examples': '在 examples 之外',
    # Choosing, git, new.
    'no folder {} here; go to the top of the repository or name it with --examples': (
        '这里没有文件夹 {}；请到仓库顶层，或用 --examples 指定'
    ),
    'is not below {}; name an example': '不在 {} 之下；请指定一个示例',
    'does not exist; mend the path': '不存在；请修正路径',
    'is no example below {}; name one as TASK/IMPLEMENTATION': '不是 {} 下的示例；请写成 任务/实现',
    'git {} failed: {}; name the examples, or a commit that is here': 'git {} 失败：{}；请指定示例，或指定本地存在的提交',
    '{}: {}; it can not be compared with': '{}：{}；无法与之比较',
    'has to be told CATEGORY/TASK/IMPLEMENTATION': '需要给出 类别/任务/实现',
    'was told no names': '没有得到名称',
    'has to be CATEGORY/TASK/IMPLEMENTATION': '必须是 类别/任务/实现',
    'is not given; say --origin human or --origin ai': '未给出；请加 --origin human 或 --origin ai',
    '{} is not kebab-case (lower-case words with hyphens)': '{} 不是小写单词加连字符的形式',
    'is there already; choose another name': '已经存在；请换一个名称',
    'has the same task name; add to it or choose another name': '任务名相同；请在其中添加实现，或换一个名称',
    'is no folder; name the one that has the code': '不是文件夹；请指定代码所在的文件夹',
    'has more than {} bytes; name the folder of one program': '超过 {} 字节；请指定单个程序的文件夹',
    'has no solution; files of one are {}': '没有解答文件；可用的文件是 {}',
    'can not be read; proven check tells why': '无法读取；原因见 proven check',
    # Drafts.
    'is there already; --replace gives it up for a new one': '已经存在；加 --replace 可舍弃它并重新生成',
    'is not set; for a server on this machine: http://127.0.0.1:8080/v1': '未设置；若服务在本机，可设为 http://127.0.0.1:8080/v1',
    'is not set, and {} is not on this machine; set it': '未设置，而 {} 不在本机；请设置',
    'did not answer within {} s; try again, or give it more with --timeout': '在 {} 秒内没有应答；请重试，或用 --timeout 延长',
    'can not be reached; start the server or mend OPENAI_BASE_URL': '无法连接；请启动服务，或修正 OPENAI_BASE_URL',
    'answers {}: the key is refused; mend OPENAI_API_KEY': '返回 {}：密钥被拒绝；请修正 OPENAI_API_KEY',
    'answers 404: no model {} or no such address; mend --model or OPENAI_BASE_URL': (
        '返回 404：没有模型 {}，或地址不存在；请修正 --model 或 OPENAI_BASE_URL'
    ),
    'answers 429: too many requests; try again {}': '返回 429：请求过多；请{}重试',
    'after {} s': '在 {} 秒后',
    'later': '稍后',
    'answers {}; see what it says': '返回 {}；请看它的说明',
    'answers something else than a chat completion; mend OPENAI_BASE_URL': '返回的不是对话补全结果；请修正 OPENAI_BASE_URL',
    '{}; the raw answer is in this file': '{}；原始回答在此文件中',
    'the answer was cut off at the limit of tokens; raise --max-tokens': '回答因 token 上限被截断；请增大 --max-tokens',
    'the model gave no answer (finish_reason {}); try another model': '模型没有给出回答（finish_reason {}）；请换一个模型',
    'can not be taken as it is: {}': '无法原样采用：{}',
    'is no solution file; use one of {}': '不是解答文件；可用 {}',
    # Files.
    'begins with a byte order mark (BOM); save it as UTF-8 without BOM': '以字节顺序标记（BOM）开头；请存为不带 BOM 的 UTF-8',
    'is a binary file; examples are text only': '是二进制文件；示例只能是文本',
    'has a carriage return in line {}; save it with LF line ends': '第 {} 行有回车符；请用 LF 换行保存',
    'is not UTF-8 at byte {}; save it as UTF-8': '第 {} 字节处不是 UTF-8；请存为 UTF-8',
    'is {} bytes, more than {}; make it smaller': '有 {} 字节，超过 {}；请缩小',
    'is {} bytes in all, more than {}; make it smaller': '共 {} 字节，超过 {}；请缩小',
    'is a symbolic link to {}; put the file itself there': '是指向 {} 的符号链接；请放入文件本身',
    'is a symbolic link; put the folder itself there': '是符号链接；请放入文件夹本身',
    'is not a regular file; remove it': '不是普通文件；请删除',
    'is not a folder; make it one': '不是文件夹；请改为文件夹',
    'a name is made of ASCII letters, digits, _ . and - only; rename it': '名称只能由 ASCII 字母、数字、_、. 和 - 组成；请改名',
    'no file belongs here; move it into an example or remove it': '这里不应有文件；请移入某个示例或删除',
    'has no role; files here are {}, draft/…, human/… or testdata/…; rename or remove it': (
        '没有用途；这里的文件应为 {}、draft/…、human/… 或 testdata/…；请改名或删除'
    ),
    'has no role; shared tests are test_*.py, their data lies in testdata/': '没有用途；共享测试是 test_*.py，数据放在 testdata/',
    'is missing or unreadable; `proven new` writes one': '缺失或无法读取；`proven new` 会生成',
    'is missing; `proven new` writes one': '缺失；`proven new` 会生成',
    # Examples.
    'is not a category; use one of {}': '不是类别；可用 {}',
    'no adapter for {}; use one of {}': '没有 {} 的适配器；可用 {}',
    'has no implementation; add one or remove the folder': '没有任何实现；请添加或删除该文件夹',
    'the folder of a task is named in kebab-case (lower-case words with hyphens); rename it': '任务文件夹名须为小写单词加连字符；请改名',
    'is {}; number them R1, R2, … in order': '是 {}；请按 R1、R2、… 顺序编号',
    'has no solution; add {}': '没有解答；请添加 {}',
    'has no tests; add {}': '没有测试；请添加 {}',
    'has no test; add one or remove the file': '没有测试；请添加或删除该文件',
    'has no test; add one with the id in its name': '没有测试；请添加名称中带有该编号的测试',
    'names {}, which is not in task.yaml; mend the name': '提到 {}，但 task.yaml 中没有；请修正名称',
    'is missing; a backend task has black-box tests over HTTP': '缺失；后端任务需要通过 HTTP 的黑盒测试',
    '{} is no backend; shared tests are over HTTP': '{} 不是后端；共享测试要通过 HTTP',
    'is no JSON object of texts with names like APP_KEY; mend it': '不是值为文本、名称形如 APP_KEY 的 JSON 对象；请修正',
    '{} has no driver; remove it': '{} 没有负载驱动；请删除',
    'is a second one; put all workloads into {}': '是第二个；请把所有负载放入 {}',
    'are for backends; remove the field': '只用于后端；请删除该字段',
    '{}: the code shows no sign of it; build it, name it in the code, or remove it from task.yaml': (
        '{}：代码中没有它的迹象；请实现它、在代码中点明，或从 task.yaml 中删除'
    ),
    '{} is no mutant of the solution as it is now; `proven mutate` shows them, or remove it': (
        '{} 不是当前解答的变异体；`proven mutate` 会列出变异体，否则请删除'
    ),
    '{} is no solution file; use one of {}': '{} 不是解答文件；可用 {}',
    '{} does not occur in {}; mend the name': '{} 没有出现在 {} 中；请修正名称',
    'is missing, but there is a folder {}/; say where it comes from': '缺失，但有文件夹 {}/；请说明其来源',
    'is given, but {}/ has no code; add the files or remove the field': '已给出，但 {}/ 中没有代码；请添加文件或删除该字段',
    'replaces no solution file; name it as one of {}': '没有对应的解答文件；请用 {} 之一命名',
    'is missing; add what the model was asked, word for word': '缺失；请逐字写入向模型提出的问题',
    '{} examples can have none; remove it': '{} 示例不能有它；请删除',
    'no benchmark file names a workload {}; add it, or mend the name': '基准文件中没有负载 {}；请添加，或修正名称',
    '{} is not in task.yaml; use one of {}': '{} 不在 task.yaml 中；可用 {}',
    '{} is proven by a requirement of kind {}, {}; name another one or mend the kind': (
        '{} 须由 {} 类需求证明，而 {}；请改用其他需求或修正类型'
    ),
    '{} is of kind {}': '{} 属于 {} 类',
    'are given, but there is no draft that they change; add draft/ or remove them': (
        '已给出，但没有它们所改进的草稿；请添加 draft/ 或删除它们'
    ),
    '{} is also the id of {}/{}; `proven new` issues ids': '{} 也是 {}/{} 的标识；标识由 `proven new` 生成',
    '{}/{} has the same name; rename one': '{}/{} 名称相同；请改其中一个',
    '{} is no task here; mend the id': '这里没有任务 {}；请修正标识',
    # YAML and metadata.
    'line {}: {}; mend the YAML syntax': '第 {} 行：{}；请修正 YAML 语法',
    'line {}: key {} is not text; quote it': '第 {} 行：键 {} 不是文本；请加引号',
    'line {}: key {} is given twice; keep one': '第 {} 行：键 {} 重复；请只留一个',
    'line {}: anchors and aliases are not allowed; write the value out': '第 {} 行：不允许锚点和别名；请直接写出值',
    'line {}: nested deeper than {}; flatten it': '第 {} 行：嵌套超过 {} 层；请减少层数',
    '{}; mend the file': '{}；请修正文件',
    'is missing; add it': '缺失；请添加',
    'is not a known key; remove it or mend its spelling': '不是已知的键；请删除或修正拼写',
    '{} is not known; {}': '{} 未知；{}',
    '{} is not known; use {}': '{} 未知；可用 {}',
    '{} is not known; use one of {}': '{} 未知；可用 {}',
    'did you mean {}?': '是否想写 {}？',
    'use one of {}': '可用 {}',
    '{} does not match {}; mend it': '{} 与 {} 不匹配；请修正',
    '{} is not text; put it in quotes': '{} 不是文本；请加引号',
    'is not a list; write it as [a, b]': '不是列表；请写成 [a, b]',
    'is not a mapping; write it as {key: value}': '不是映射；请写成 {{key: value}}',
    'is empty; give at least one': '为空；请至少给出一项',
    'is empty; write the text': '为空；请写出文本',
    '{} is not written yet; write it': '{} 尚未填写；请填写',
    '{} given twice; keep one': '{} 重复；请只留一个',
    '{}; mend it': '{}；请修正',
    'a note of kind {} names a {} and no {}': '{} 类说明应给出 {}，不应给出 {}',
    'is empty; write the SPDX id': '为空；请写 SPDX 标识',
    '{} is not known as permissive: {} may not be redistributed; use {}': '{} 不是已知的宽松许可证：{} 不允许再分发；可用 {}',
    '{} is not written as SPDX has it; write {}': '{} 不是 SPDX 的写法；请写 {}',
    'is no SPDX expression ({}); write it like MIT OR Apache-2.0': '不是 SPDX 表达式（{}）；请写成 MIT OR Apache-2.0 的形式',
    # Manifests and packages.
    'no object': '不是对象',
    'can not be read ({}); mend it': '无法读取（{}）；请修正',
    'has a list or text where a table of packages and versions belongs; mend it': '在应为包与版本对照表之处是列表或文本；请修正',
    'is {}, the {} toolchain has {}; write {}': '为 {0}，而 {1} 工具链中是 {2}；请写 {3}',
    '{} has no packages for {}; use one of its own': '{} 没有 {} 可用的包；请用它自己的包',
    '{} is not in stages/toolchains/{}; add it there or use one of {}': '{} 不在 stages/toolchains/{} 中；请添加，或用 {} 之一',
    # Screening.
    'looks like a secret ({}); put a fake that no scanner takes for real, like example-token, or read it from the environment': (
        '像是密钥（{}）；请换成扫描器不会当真的假值（如 example-token），或从环境变量读取'
    ),
    'the scanner for secrets does not load ({}); ./setup installs it': '密钥扫描器无法加载（{}）；./setup 会安装',
    'may be an address of someone; use one at example.com': '可能是真实的邮箱地址；请用 example.com 的地址',
    'is a public address; use one for documentation, like {}': '是公网地址；请用文档专用地址，如 {}',
    'may be a number of someone; use one for fiction, like +1 212 555 0123': '可能是真实的电话号码；请用虚构号码，如 +1 212 555 0123',
    'may be a payment card; use a test number, like 4111 1111 1111 1111': '可能是支付卡号；请用测试卡号，如 4111 1111 1111 1111',
    'may be an account of someone; use GB82 WEST 1234 5698 7654 32': '可能是真实账户；请用 GB82 WEST 1234 5698 7654 32',
    'may be the name of someone; use {}': '可能是真实姓名；请用 {}',
    'is of a licence that forbids to redistribute it here; remove the code': '所属许可证禁止在此再分发；请删除该代码',
    'is a notice of {}, which example.yaml does not state; {}': '是 {} 的声明，而 example.yaml 没有写明；{}',
    'names a holder who is no author; {}': '所列权利人不在作者之中；{}',
    'contradicts the licence; {}': '与许可证矛盾；{}',
    'says {}, which may not be redistributed; remove the code': '注明 {}，不允许再分发；请删除该代码',
    'is not what example.yaml states; {}': '与 example.yaml 所写不符；{}',
    'name it in sources of example.yaml with url, license and revision, or remove the code': (
        '请在 example.yaml 的 sources 中写明 url、license 和 revision，或删除该代码'
    ),
    'SPDX-License-Identifier: {}': 'SPDX-License-Identifier：{}',
    # Verdicts.
    'tests fail on the solution; mend the code or the test': '解答有测试未通过；请修正代码或测试',
    'the solution or its tests do not compile, load or start; see the output': '解答或其测试无法编译、加载或启动；请看输出',
    'no test was run; an example without tests proves nothing': '没有运行任何测试；没有测试的示例证明不了任何东西',
    'the tests of the solution use up their time; make them quicker': '解答的测试用尽了时间；请加快',
    'the tests of the solution use up their memory; make them smaller': '解答的测试用尽了内存；请减小规模',
    'the tests of the solution print without end; print less': '解答的测试输出过多；请减少输出',
    'the test process was killed before it reported; see the output': '测试进程在给出报告前被终止；请看输出',
    'no passing test proves {}, or one of its tests is skipped; mend the test': '没有通过的测试证明 {}，或其某个测试被跳过；请修正测试',
    'the {} tests pass on a solution with empty bodies; make them check results': '{} 测试在函数体为空的解答上也能通过；请让测试检查结果',
    'changes {}: no test of the requirement fails on the draft and passes on the solution; add one': (
        'changes {}：该需求没有在草稿上失败、在解答上通过的测试；请添加'
    ),
    'the name of test {} has a temporary path in it, so that no run has it again; name the case': (
        '测试 {} 的名称含有临时路径，每次运行都不同；请给用例命名'
    ),
    'the {} toolchain has no such package; see `human.package` in example.yaml': (
        '{} 工具链中没有这个包；请看 example.yaml 的 `human.package`'
    ),
    '`human.license` in example.yaml is not what the package itself says: {}': (
        'example.yaml 的 `human.license` 与包自身所写不符：{}'
    ),
    'the draft passes every test: nothing was refined; remove draft/ and its notes': (
        '草稿通过全部测试：没有任何改进；请删除 draft/ 及其说明'
    ),
    'no {} on this machine; proven doctor --install {}': '本机没有 {}；请运行 proven doctor --install {}',
    'changed after it was indexed; run dvc repro again': '建立索引之后又有改动；请重新运行 dvc repro',
    'fails or is skipped': '失败或被跳过',
    'passes on the draft too': '在草稿上也通过',
    'no mutant makes a test of {} fail, so {} is not proven; make its tests check more': (
        '没有变异体能让 {} 的测试失败，因此 {} 未得到证明；请让其测试检查更多'
    ),
    'equivalent_mutants: a test kills {}, so it is not equivalent; remove the mark': (
        'equivalent_mutants：有测试杀死了 {}，所以它并不等价；请删除标记'
    ),
    # This machine.
    'no bubblewrap on this machine; apt-get install bubblewrap': '本机没有 bubblewrap；请运行 apt-get install bubblewrap',
    'the sandbox did not start: {}; {}': '沙箱没有启动：{}；{}',
    'the sandbox does not isolate: {}; {}': '沙箱没有隔离：{}；{}',
    '{} could not be installed: {}': '{} 安装失败：{}',
    '{} could not be installed:\n{}': '{} 安装失败：\n{}',
    'toolchain {} does not run ({}); remove {} and install it again': '工具链 {} 无法运行（{}）；请删除 {} 后重新安装',
}
