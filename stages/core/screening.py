"""What must not be in an example's files: secrets, data of real people, code whose licence is not stated.

Precision counts more than recall: what is reported must be worth mending. Data may be only what is reserved for
documentation, because nobody can tell whether an address that looks made up belongs to someone.
"""

from __future__ import annotations

import functools
import importlib
import ipaddress
import os
import re
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from typing import NamedTuple

from stages.core.errors import Problem
from stages.core.errors import ProvenError
from stages.core.models import LICENSES
from stages.core.models import ExampleMeta
from stages.core.models import Task
from stages.core.models import allows_license
from stages.core.models import license_ids

NAME_SOURCES = 'name it in sources of example.yaml with url, license and revision, or remove the code'
# Versions are all they have that looks like an address.
MANIFESTS = ('Cargo.toml', 'go.mod', 'go.sum', 'package.json', 'pom.xml', 'requirements.txt')

# Each expression begins with a character, and looks behind it after that: so they skip what can not match ten times
# as fast as with the look-behind first.
EMAIL_DOMAIN = re.compile(r'@((?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+([A-Za-z]{2,24}))(?![\w(@-]|\.\w)')
EMAIL_LOCAL = re.compile(r'[A-Za-z0-9_+-][A-Za-z0-9._%+-]*$', re.ASCII)
EMAIL_ALLOWED = re.compile(r'(?:.+\.)?example\.(?:com|org|net)|.+\.(?:example|test|invalid|localhost)')
# Other words after the last dot are methods and file names: `a@b.dot`, `pkg@latest.tgz`.
TLD = re.compile(
    r'(?!js$|ts$|py$|rb$|go$)[a-z]{2}|com|org|net|edu|gov|mil|int|info|biz|name|mobi|app|dev|cloud|online|site|tech|'
    r'email|xyz|shop|store|company|software|systems|agency|studio|works|world|live|museum|local'
)

IPV4_PART = re.compile(r'\.\d{1,3}\.\d{1,3}\.')
IPV4 = re.compile(r'\d(?<![\w.+-]\d)\d{0,2}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?![\w-]|\.\w)', re.ASCII)
IPV6 = re.compile(r'[23](?<![\w:.][23])[0-9a-fA-F]{3}:[0-9a-fA-F:.]{0,40}[0-9a-fA-F:](?![\w:])', re.ASCII)
# Four small numbers are more likely a section of a specification, unless they stand in quotes.
NETWORK = re.compile(r'/[1-9]\d?\b')
SECTION = re.compile(r'[12]?\d(?:\.[12]?\d){3}')
# Before four numbers with dots that are a version, a section or an object identifier.
NO_ADDRESS = re.compile(r'(?:\b(?:version|ver|release|build|sections?|chapter|oid)\W{0,4}|§ ?|[=<>~!]=|\w/)$', re.I)

PHONES = (
    # +44 20 7946 0123; unbroken it may be a signed number, and counts only where the line speaks of telephones before.
    re.compile(r'\+(?<![\w+.*/-]\+)[1-9](?:\d{0,2}[ .-]?\(?\d{1,4}\)?(?:[ .-]\d{2,8}){1,4}|\d{9,13})(?![\w:]|[.-]\d)'),
    re.compile(r'\((?<![\w+.*/-]\()\d{3}\) ?\d{3}-\d{4}(?![\w:]|[.-]\d)'),  # (212) 555-0123
)
PHONE_WORD = re.compile(r'phone|mobile|\btel\b|\btel:|sms|\bfax|whatsapp|电话|手机', re.I)
# A date with a long year, thousands in groups, a decimal number.
NO_PHONE = re.compile(r'\+\d{4,6}-\d\d-\d\d|\+\d{1,3}(?:[ .]\d{3})+|\+\d+\.\d+')
# What the regulators of these countries keep for fiction, and numbers that anyone takes for made up.
PHONE_ALLOWED = re.compile(
    r'1555\d+|1\d{3}55501\d\d|'
    r'44(?:7700900|2079460|1\d\d4960|1914980|2896496|2920180|1632960|8081570|9098790|3069990)\d+|'
    r'33(?:19900|26191|35301|46571|53649|63998)\d+|49(?:3023125|4066969)\d+|61(?:[2378](?:5550|7010)|491570)\d+|'
    r'8613800138000|\d*(?:012345|123456|234567|345678|456789|987654|(\d)\1{5})\d*'
)

CARD = re.compile(
    r'[2-6](?:(?<![\w.-][2-6])\d{3}(?:([ -])\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?|([ -])\d{6}\2\d{4,5})(?![\w-])|'
    r'(?<=["\'][2-6])\d{12,18}(?=["\']))'
)
CARD_PREFIX = re.compile(
    r'4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35\d{14}|'
    r'6(?:011|4[4-9]\d|5\d\d)\d{12}|62\d{14,17}'
)
# Published by the networks and payment providers for tests, and Stripe's whole range 4000 00….
CARD_ALLOWED = re.compile(
    '4111111111111111|4242424242424242|4012888888881881|4222222222222|4917610000000000|4007000000027|4012000033330026|'
    '5555555555554444|5105105105105100|5200828282828210|5424000000000015|2223003122003222|2223000048400011|'
    '378282246310005|371449635398431|378734493671000|370000000000002|6011111111111117|6011000990139424|'
    r'6011000000000012|3056930009020004|30569309025904|38520000023237|38000000000006|3566002020360505|'
    r'3530111333300000|6200000000000005|6200000000000047|400000\d{10}|(\d)\1+'
)

IBAN = re.compile(r'[A-Z](?<![\w-][A-Z])[A-Z]\d\d(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)(?![\w-])')
# Country and length of its IBANs; others have none.
IBAN_LENGTHS = re.compile(
    'NO.{13}|BE.{14}|(?:DK|FI|FO|GL|NL).{16}|(?:MK|SI).{17}|(?:AT|BA|EE|KZ|LT|LU|XK).{18}|(?:CH|HR|LI|LV).{19}|'
    '(?:BG|BH|CR|DE|GB|GE|IE|ME|RS|VA).{20}|(?:AE|GI|IL|TL|IQ).{21}|(?:AD|CZ|ES|MD|PK|RO|SA|SE|SK|TN|VG).{22}|'
    'PT.{23}|(?:IS|TR).{24}|(?:FR|GR|IT|MC|MR|SM).{25}|(?:AL|AZ|CY|DO|GT|HU|LB|PL|BY|SV).{26}|(?:BR|EG|PS|QA|UA).{27}|'
    '(?:JO|KW|MU).{28}|(?:MT|SC).{29}'
)
# The examples of the standard's registry and of Wikipedia.
IBAN_ALLOWED = frozenset(
    """
    AT611904300234573201 BE68539007547034 BE71096123456769 CH9300762011623852957 CH5604835012345678009
    CZ6508000000192000145399 DE89370400440532013000 DE91100000000123456789 DE75512108001245126199 DK5000400440116243
    ES9121000418450200051332 ES7921000813610123456789 FI2112345600000785 FR1420041010050500013M02606
    FR7630006000011234567890189 GB29NWBK60161331926819 GB82WEST12345698765432 GB33BUKB20201555555555
    GR1601101250000000012300695 IE29AIBK93115212345678 IT60X0542811101000000123456 LU280019400644750000
    NL91ABNA0417164300 NL02ABNA0123456789 NO9386011117947 NO8330001234567 PL61109010140000071219812874
    PT50000201231234567890154 SA0380000000608010167519 SE4550000000058398257466 SE7280000810340009783242
    TR330006100519786457841326
    """.split()  # noqa: SIM905 - quotes around each word are hard to read
)

NAME = re.compile(r"([A-Z](?<![\w'][A-Z])[a-z]+) ([A-Z][a-z]+)(?![\w'])")
HAN_NAME = re.compile(r'[一-鿿](?<![一-鿿]{2})[一-鿿]{1,2}(?![一-鿿])')
# The commonest names of the censuses without those that are words or places too, since `Mark Price` is no person.
# A name module of a package would do the same in 0.9 s.
GIVEN = frozenset(
    """
    Aaron Adam Alexander Alice Alicia Allison Alyssa Amanda Amy Andrea Andrew Angela Ann Anna Anne Anthony Ashley
    Barbara Ben Benjamin Betty Bob Bradley Brandon Brenda Brian Brittany Bruce Bryan Carol Caroline Catherine
    Charles Charlie Cheryl Christina Christine Christopher Cindy Courtney Craig Cynthia Daniel Danielle Dave David
    Deborah Debra Denise Dennis Derek Diana Diane Donald Donna Dorothy Douglas Dustin Edward Elena Elizabeth Emily
    Emma Eric Erica Erin Ethan Eva Frank Gary George Greg Gregory Hannah Helen Henry Isabella Jack Jacob Jacqueline
    James Jamie Jane Jason Jeff Jeffrey Jennifer Jeremy Jerry Jesse Jessica Jill Jim Joe John Jonathan Jose Joseph
    Joshua Juan Julia Julie Justin Karen Kate Katherine Kathleen Kathryn Katie Keith Kenneth Kevin Kimberly Kristen
    Kyle Larry Laura Lauren Leslie Liam Linda Lisa Lori Lucas Lucy Margaret Maria Martha Martin Mary Matthew Megan
    Melissa Mia Michael Michelle Mike Monica Nancy Natalie Nathan Nicholas Nicole Noah Oliver Olivia Pamela Patricia
    Patrick Paul Peter Philip Rachel Raymond Rebecca Richard Robert Ronald Ruth Ryan Samantha Samuel Sandra Sara
    Sarah Scott Sean Sharon Shawn Sophia Sophie Stephanie Stephen Steve Steven Susan Teresa Thomas Tiffany Timothy
    Tom Travis Tyler Vanessa Veronica Walter Wendy William Zachary
    """.split()  # noqa: SIM905 - quotes around each word are hard to read
)
FAMILY = frozenset(
    """
    Adams Allen Alvarez Anderson Bailey Baker Barnes Bennett Brooks Brown Bryant Butler Campbell Carter Castillo
    Chavez Clark Coleman Collins Cook Cooper Cox Cruz Davis Diaz Edwards Ellis Evans Fisher Flores Foster Garcia
    Gibson Gomez Gonzales Gonzalez Gray Green Griffin Gutierrez Hall Hamilton Harris Harrison Hayes Henderson
    Hernandez Hill Howard Hughes Jackson Jenkins Jimenez Johnson Jones Kelly Kennedy King Lee Lewis Long Lopez
    Marshall Martinez Mendoza Miller Mitchell Moore Morales Morgan Morris Murphy Murray Myers Nelson Nguyen Ortiz
    Owens Parker Patel Patterson Perez Perry Peterson Phillips Powell Price Ramirez Reed Reyes Reynolds Richardson
    Rivera Roberts Robertson Robinson Rodriguez Rogers Ross Ruiz Russell Sanchez Sanders Schmidt Scott Simmons
    Simpson Smith Stevens Stewart Sullivan Taylor Thomas Thompson Torres Turner Wagner Walker Wallace Ward
    Washington Watson Webb West White Williams Wilson Wood Wright Young
    """.split()  # noqa: SIM905 - quotes around each word are hard to read
)
# Of the history of computing and science; the others of it have names that are not in these lists.
FIGURES = frozenset(
    {
        'Charles Moore',
        'James Watson',
        'Karen Jones',
        'Katherine Johnson',
        'Margaret Hamilton',
        'Mary Jackson',
        'Robert Taylor',
        'Stephen Cook',
    }
)
# A given name of one character makes a word with many a family name, as in 苏丹 or 沈阳; not with these.
HAN_FAMILY = frozenset('王李张刘陈赵吴周徐孙朱郭罗郑谢唐许邓冯韩曹')
HAN_FAMILY_LONG = HAN_FAMILY | frozenset('杨黄马胡林何高梁宋曾彭萧蔡潘田董袁余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范')
HAN_GIVEN = frozenset('伟强磊洋勇军杰涛超刚辉鹏飞鑫斌宇浩凯俊帅旭雷博彬坤楠芳娜敏静丽艳娟霞燕玲丹萍莉婷颖雪慧倩琳欣璐')
HAN_GIVEN_LONG = frozenset(
    """
    建华 建国 建军 建平 志强 红霞 红梅 秀英 秀兰 秀珍 秀荣 秀云 秀梅 秀芳 秀华 桂英 桂兰 桂珍 桂荣
    桂芳 桂香 玉兰 玉梅 玉珍 玉英 玉华 凤英 凤兰 兰英 淑珍 淑兰 淑英 淑华 春梅 海燕 冬梅 丽娟 丽华
    婷婷 雪梅 丽丽 丹丹 小红 金凤 晓明 国强
    """.split()  # noqa: SIM905 - quotes around each word are hard to read
)

# Quick to look for; without one of them there is no notice, and no holder.
NOTICE_WORDS = ('licens', 'licenc', 'permission is', 'permission to', 'redistribution', 'unencumbered', 'gpl')
HOLDER_WORDS = ('copyright', '©', '(c)', 'rights reserved')
MANIFEST_LICENSE = re.compile(r'^[ \t]*"?license"?[ \t]*[:=][ \t]*"([^"\n]{1,200})"', re.MULTILINE)
# Of a service of the test itself, with what stands for a password.
LOCAL_URI = re.compile(
    r'://[^\s/@]*@(?:localhost|127\.|\[::1\]|[\w.-]*\b(?:example\.(?:com|org|net)|example|test|invalid)\b)'
)
SPDX_LINE = re.compile(r'SPDX-License-Identifier:[ \t]*([^\n]{1,200})')
COPYRIGHT = re.compile(
    r'(?<![\w>])(?:SPDX-FileCopyrightText:|(?:\(c\)|©)[ \t]*copyright|copyright(?:[ \t]*(?:\(c\)|©))?|\(c\)|©)[ \t:]*'
    r'\d{4}(?:[ \t]*[-–,][ \t]*(?:\d{4}|present))*,?[ \t]+(?:by[ \t]+)?(\w[^\n]{0,200})',
    re.I,
)
RESERVED = re.compile(r'\ball rights reserved\b', re.I)


def _phrase(words: str) -> re.Pattern[str]:
    """Words as they stand in a comment, maybe across its lines."""
    return re.compile(r'\b' + words.replace(' ', r'[\s*#/;%,\-]{1,40}'), re.I)


GRANT = (
    r'(?:(?:licen[cs]ed|released|distributed|available|published|provided) under|under the terms of|'
    r'subject to the terms of|governed by) (?:the )?(?:terms (?:and conditions )?of )?(?:either )?'
    r'(?:version \d(?:\.\d)? of )?(?:the |an? )?'
)
# What a notice says, and the licences it may stand for; none: no licence that may be redistributed.
NOTICES = tuple(
    (_phrase(words), ids)
    for words, ids in (
        ('permission is hereby granted free of charge to any person', ('MIT', 'MIT-0', 'BSL-1.0')),
        ('redistribution and use in source and binary forms', ('BSD-2-Clause', 'BSD-3-Clause')),
        ('permission to use copy modify (?:and/or|and|or) distribute this software for', ('ISC', '0BSD')),
        ('permission to use copy modify (?:and/or|and|or) distribute this software and', ()),  # HPND
        ('free and unencumbered software released into the public domain', ('Unlicense',)),
        (GRANT + r'apache (?:software )?licen[cs]e', ('Apache-2.0',)),
        (GRANT + r'(?:mit|expat)(?:-style)? licen[cs]e', ('MIT', 'MIT-0')),
        (GRANT + r'(?:[23].clause |simplified |new |modified )?bsd(?:-style)?\b', ('BSD-2-Clause', 'BSD-3-Clause')),
        (GRANT + r'isc licen[cs]e', ('ISC',)),
        (GRANT + 'boost software licen[cs]e', ('BSL-1.0',)),
        (GRANT + '(?:cc0|creative commons zero)', ('CC0-1.0',)),
        (GRANT + r'gnu (?:affero |lesser |library )?(?:general )?public licen[cs]e', ()),
        (GRANT + r'(?:gnu )?[al]?gpl(?:\b|v?\d)', ()),
        (GRANT + r'(?:mozilla|eclipse|server side|european union|common development) public licen[cs]e', ()),
        (GRANT + r'(?:mpl|epl|sspl|busl|eupl|cddl)\b', ()),
        (GRANT + r'(?:business source|elastic|common development and distribution) licen[cs]e', ()),
        (GRANT + r'(?:creative commons attribution|cc.by)', ()),
        (r'gnu (?:affero |lesser |library )?general public licen[cs]e version \d', ()),
        (r'(?:__)?licen[cs]e(?:__)?["\']?\s?[:=]?\s?["\']?(?:gnu )?[al]?gpl[-\s]?v?\d', ()),
        (r'(?:free )?software under (?:the )?(?:gnu )?[al]?gpl[-\s]?v?\d', ()),
        (r'(?:code|answer|snippet|text) (?:is )?(?:under |licen[cs]ed )?cc[-\s]by[-\s](?:sa|nc|nd)', ()),
    )
)


class Terms(NamedTuple):
    """What example.yaml says of where the code is from."""

    licenses: frozenset[str]
    authors: tuple[str, ...]
    has_sources: bool


class Finding(NamedTuple):
    """Something in a line; ``value`` is empty where it must not be shown."""

    line: int
    value: str
    message: str


def terms_of(task: Task, meta: ExampleMeta) -> Terms:
    stated = [meta.license or task.license, task.license, *(source.license for source in meta.sources)]
    if meta.human:
        stated.append(meta.human.license)
    licenses = frozenset(name for one in stated for name in license_ids(one))
    return Terms(licenses, meta.authors, bool(meta.sources or meta.human))


def problems(path: str, content: bytes, terms: Terms) -> Iterator[Problem]:
    """What must not be in a text file, by line."""
    name = path.rpartition('/')[2]
    for found in _data(content, name in MANIFESTS, '/testdata/' in path):
        # Who signs the code may be named in it.
        if not found.value or not any(found.value in author for author in terms.authors):
            yield Problem(path, f'line {found.line}', found.message)
    if name not in ('task.yaml', 'example.yaml'):
        text = content.decode()
        stated = MANIFEST_LICENSE.finditer(text) if name in ('Cargo.toml', 'composer.json', 'package.json') else ()
        told = (found for match in stated for found in _spdx_problem(text, match, terms))
        for found in (*told, *_notices(text, terms)):
            yield Problem(path, f'line {found.line}', found.message)


@functools.lru_cache(maxsize=256)  # shared tests are read once for each backend of the task
def _data(content: bytes, is_manifest: bool, is_fixture: bool) -> tuple[Finding, ...]:
    text = content.decode()
    kinds = [_secrets(content), _emails(text), _phones(text), _cards(text), _ibans(text), _names(text, is_fixture)]
    return tuple(found for kind in (*kinds, () if is_manifest else _addresses(text)) for found in kind)


@functools.cache
def _scanner() -> Any:
    """Kingfisher with all its rules, in this process; it never validates, so it never uses the network.

    Compiling the rules takes some seconds, once for each version of it: they are kept in our cache.
    """
    cache = Path(os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache') / 'proven' / 'kingfisher'
    try:
        kingfisher = importlib.import_module('kingfisher_sdk')  # a library of 35 MB that `proven new` does not need
        # A comment in the file must not switch the scanner off.
        policy = kingfisher.DetectionPolicy(inline_ignores=False)
        return kingfisher.Scanner(kingfisher.Rules(cache_dir=cache), policy=policy, redact=True)
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        raise ProvenError(f'the scanner for secrets does not load ({error}); ./setup installs it') from error


def _secrets(content: bytes) -> Iterator[Finding]:
    # Without a path: by path it would leave out lock files.
    for found in _scanner().scan(content):
        kind = found.rule_id.rpartition('.')[2].replace('-', ' ')
        line = content.splitlines()[found.location['line'] - 1].decode()
        if found.visible and not (kind.endswith('uri') and LOCAL_URI.search(line)):
            message = (
                f'looks like a secret ({kind}); put a fake that no scanner takes for real, like example-token, '
                'or read it from the environment'
            )
            yield Finding(found.location['line'], '', message)


def _finding(text: str, match: re.Match[str], value: str, message: str) -> Finding:
    return Finding(_line(text, match.start()), value, f'{value!r} {message}')


def _line(text: str, position: int) -> int:
    return text.count('\n', 0, position) + 1


def _before(text: str, position: int) -> str:
    """What stands before a position in its line; of a very long line the nearest."""
    return text[max(text.rfind('\n', 0, position) + 1, position - 400) : position]


def _emails(text: str) -> Iterator[Finding]:
    for match in EMAIL_DOMAIN.finditer(text):
        domain, before = match[1].lower(), _before(text, match.start())
        local = EMAIL_LOCAL.search(before[-64:])
        is_address = local and local[0] != 'git' and TLD.fullmatch(match[2].lower())
        # In a URL it is a user and a host; in a copyright line it belongs to the notice.
        if not is_address or EMAIL_ALLOWED.fullmatch(domain) or re.search(r'://[^\s"\'<>]*$', before):
            continue
        if local and not COPYRIGHT.search(before):
            yield _finding(
                text, match, f'{local[0]}@{match[1]}', 'may be an address of someone; use one at example.com'
            )


def _addresses(text: str) -> Iterator[Finding]:
    kinds = [(IPV6, '2001:db8::1'), *([(IPV4, '192.0.2.1')] if IPV4_PART.search(text) else [])]
    for pattern, instead in kinds:
        for match in pattern.finditer(text):
            try:
                address = ipaddress.ip_address(match[0])
            except ValueError:
                continue
            if NETWORK.match(text, match.end()) and not int(address) % 2**96:
                continue  # a block of a registry, such as 2000::/3
            before = _before(text, match.start())
            is_number = NO_ADDRESS.search(before) or (SECTION.fullmatch(match[0]) and not _in_quotes(before))
            if _is_someones(address) and not is_number:
                yield _finding(text, match, match[0], f'is a public address; use one for documentation, like {instead}')


def _is_someones(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is on the public internet; those beside a special range are for tests of its bounds."""
    embedded = getattr(address, 'sixtofour', None)
    if embedded is not None:
        return _is_someones(embedded)
    if str(address) == '1.2.3.4' or str(address).endswith('.0.0'):
        return False  # what people write for any address; a network or a version
    near = (type(address)(int(address) + step) for step in (-1, 0, 1))
    return all(one.is_global and not one.is_multicast for one in near)


def _phones(text: str) -> Iterator[Finding]:
    for match in (match for pattern in PHONES for match in pattern.finditer(text)):
        digits = re.sub(r'\D', '', match[0])
        if not match[0].startswith('+'):
            digits = f'1{digits}'
        elif match[0][1:].isdigit() and not PHONE_WORD.search(_before(text, match.start())):
            continue
        if 8 <= len(digits) <= 15 and not PHONE_ALLOWED.fullmatch(digits) and not NO_PHONE.fullmatch(match[0]):
            yield _finding(
                text, match, match[0], 'may be a number of someone; use one for fiction, like +1 212 555 0123'
            )


def _cards(text: str) -> Iterator[Finding]:
    for match in CARD.finditer(text):
        digits = re.sub(r'\D', '', match[0])
        if CARD_PREFIX.fullmatch(digits) and not CARD_ALLOWED.fullmatch(digits) and _has_luhn(digits):
            yield _finding(text, match, match[0], 'may be a payment card; use a test number, like 4111 1111 1111 1111')


def _has_luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[::-2])) + sum(doubled)) % 10 == 0


def _ibans(text: str) -> Iterator[Finding]:
    for match in IBAN.finditer(text):
        compact = match[0].replace(' ', '')
        if not IBAN_LENGTHS.fullmatch(compact) or compact in IBAN_ALLOWED:
            continue
        if int(''.join(str(int(one, 36)) for one in compact[4:] + compact[:4])) % 97 == 1:
            yield _finding(text, match, match[0], 'may be an account of someone; use GB82 WEST 1234 5698 7654 32')


def _names(text: str, is_fixture: bool) -> Iterator[Finding]:
    """Full names in data, that is in quotes or in a file of test data; in prose they may be credits."""
    kinds: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], bool], str], ...] = (
        (NAME, _is_name, 'a given name alone, or Jane Doe'),
        (HAN_NAME, lambda match: _is_han_name(match[0]), '小明 or 张三'),
    )
    for pattern, is_name, instead in kinds:
        for match in pattern.finditer(text):
            if is_name(match) and (is_fixture or _is_quoted(text, match)):
                yield _finding(text, match, match[0], f'may be the name of someone; use {instead}')


def _is_name(match: re.Match[str]) -> bool:
    return match[1] in GIVEN and match[2] in FAMILY and match[0] not in FIGURES


def _is_han_name(word: str) -> bool:
    if len(word) == 2:
        return word[0] in HAN_FAMILY and word[1] in HAN_GIVEN
    return word[0] in HAN_FAMILY_LONG and word[1:] in HAN_GIVEN_LONG


def _is_quoted(text: str, match: re.Match[str]) -> bool:
    return _in_quotes(_before(text, match.start())) and bool(re.match(r'[^\n]*["\'`”」]', text[match.end() :][:200]))


def _in_quotes(before: str) -> bool:
    """Whether a string has begun before in the line; marks of a docstring and apostrophes do not count."""
    return bool(re.search(r'["\'`“「]', re.sub(r'"""|\'\'\'|(?<=\w)\'(?=\w)', '', before)))


def _notices(text: str, terms: Terms) -> Iterator[Finding]:
    """Licences and copyright lines that example.yaml does not account for; those in quotes are data of a program."""
    small = text.lower()
    if not terms.has_sources and any(word in small for word in HOLDER_WORDS):
        yield from _holders(text, terms)
    if not any(word in small for word in NOTICE_WORDS):
        return
    for match in _unquoted(SPDX_LINE, text):
        yield from _spdx_problem(text, match, terms)
    for pattern, ids in NOTICES:
        for match in _unquoted(pattern, text):
            told = ' '.join(re.split(r'[\s*#/;%]+', match[0]))
            if not ids:
                yield _finding(
                    text, match, told, 'is of a licence that forbids to redistribute it here; remove the code'
                )
            elif not terms.licenses & set(ids):
                message = f'is a notice of {" or ".join(ids)}, which example.yaml does not state; {NAME_SOURCES}'
                yield _finding(text, match, told, message)


def _holders(text: str, terms: Terms) -> Iterator[Finding]:
    authors = tuple(map(_bare, terms.authors))
    for match in _unquoted(COPYRIGHT, text):
        if not _bare(match[1]).startswith(authors):
            yield _finding(text, match, match[0].strip(), f'names a holder who is no author; {NAME_SOURCES}')
    for match in _unquoted(RESERVED, text):
        yield _finding(text, match, match[0], f'contradicts the licence; {NAME_SOURCES}')


def _unquoted(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    return (match for match in pattern.finditer(text) if not _in_quotes(_before(text, match.start())))


def _spdx_problem(text: str, match: re.Match[str], terms: Terms) -> Iterator[Finding]:
    expression = re.split(r'\*/|-->|"""|\'\'\'', match[1])[0].strip()
    try:
        if not allows_license(LICENSES, expression):
            refused = ', '.join(sorted(license_ids(expression) - set(LICENSES)))
            yield _finding(text, match, expression, f'says {refused}, which may not be redistributed; remove the code')
        elif not allows_license(terms.licenses, expression):
            yield _finding(text, match, expression, f'is not what example.yaml states; {NAME_SOURCES}')
    except ValueError as error:
        yield Finding(_line(text, match.start()), '', f'SPDX-License-Identifier: {error}')


def _bare(holder: str) -> str:
    """A name as it can be compared: without address, comment marks and what often follows it."""
    holder = re.sub(r'<[^>]*>|\*/|-->|"""|\'\'\'|all rights reserved', '', holder, flags=re.I)
    return holder.strip(' \t.,;*#').casefold()
