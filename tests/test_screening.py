from __future__ import annotations

import time

import pytest
from pydantic import TypeAdapter
from pydantic import ValidationError

from stages import index
from stages.all_languages import LANGUAGES
from stages.core import screening
from stages.core.errors import ProblemsFound
from stages.core.errors import ProvenError
from stages.core.models import License
from stages.core.screening import Terms

TERMS = Terms(frozenset({'MIT'}), ('Proven Code contributors', 'Ann Author <ann@author.net>'), False)
WITH_SOURCE = Terms(frozenset({'MIT', 'Apache-2.0', 'BSD-3-Clause'}), TERMS.authors, True)
# Put together here, so that no scanner takes them for real in this file.
GITHUB = 'ghp_' + 'a8Kd9Qm2Lx7Vz4Rt1Yw6Bn3Ph5Js0Uc2xQ4e'
STRIPE = 'sk_' + 'live_51H8xYzKq9vN3mP7rT2wL5jB'
AWS = 'id = "AKIA' + 'Q3EGRZ7LKJH2VN4D"\nsecret = "wJalrXUtnFEMIzK7MDENGa' + 'bPxRfiCYzK4hQ8pLm2"'
GPL = 'GNU General Public License'


def found(text, path='a/b/python/x.py', terms=TERMS):
    return list(screening.problems(path, text.encode(), terms))


# What stands in the second line of a file, and a part of the problem.
FAULTS = [
    ('GitHub token', f'token = "{GITHUB}"', 'looks like a secret (github pat)'),
    ('token that a comment excuses', f'token = "{GITHUB}"  # kingfisher:ignore', 'looks like a secret'),
    ('payment key', f'key = "{STRIPE}"', 'looks like a secret (stripe access token)'),
    ('cloud key with its secret', AWS, 'looks like a secret (aws access token)'),
    ('e-mail', 'send("john.smith@gmail.com")', "'john.smith@gmail.com' may be an address"),
    ('e-mail of a company', '// by someone@mail.company.co.uk', 'use one at example.com'),
    ('e-mail at a domain that only begins so', 'x = "a@example.com.evil.net"', 'a@example.com.evil.net'),
    ('IPv4', 'connect("8.8.8.8")', 'use one for documentation, like 192.0.2.1'),
    ('IPv4 in a URL', 'get("http://93.184.216.34/")', "'93.184.216.34' is a public"),
    ('IPv6', 'connect("2606:4700:4700::1111")', 'like 2001:db8::1'),
    ('IPv6 in a URL', 'get("http://[2a00:1450:4001:81b::200e]:80/")', "'2a00:1450:4001:81b::200e'"),
    ('telephone', 'call("+49 171 8034529")', "'+49 171 8034529' may be a number"),
    ('telephone in groups', 'call("+33 6 12 57 89 03")', 'may be a number'),
    ('American telephone', 'call("(212) 736-5000")', 'use one for fiction'),
    ('American telephone with country', 'call("+1 212-736-5000")', 'may be a number'),
    ('unbroken telephone', 'phone = "+14158675309"', "'+14158675309' may be"),
    ('card in groups', 'pay("4539 5787 6362 1486")', 'use a test number, like 4111'),
    ('card in quotes', 'pay("4539578763621486")', 'may be a payment card'),
    ('IBAN in groups', 'pay("DE44 5001 0517 5407 3249 31")', 'may be an account'),
    ('IBAN', 'pay("DE44500105175407324931")', 'use GB82 WEST'),
    ('name', 'user = {"name": "Jennifer Garcia"}', "'Jennifer Garcia' may be the name"),
    ('name in a sentence', "greet('Hello, Michael Johnson!')", 'use a given name alone, or Jane Doe'),
    ('Chinese name', 'user = "王秀英"', "'王秀英' may be the name"),
    ('short Chinese name', 'user = "张伟"', '张三'),
    ('SPDX line of another licence', '# SPDX-License-Identifier: Apache-2.0', 'not what example.yaml states'),
    ('SPDX line of copyleft', '/* SPDX-License-Identifier: GPL-2.0-only */', 'GPL-2.0-only, which may not be'),
    ('SPDX line of nothing', '// SPDX-License-Identifier: Apache2', 'did you mean Apache-2.0?'),
    ('copyleft', f'# under the terms of the {GPL} as published', 'remove the code'),
    ('copyleft over two lines', f' * modify it under the terms of the\n * {GPL} as', 'remove the code'),
    ('MPL', '// This is subject to the terms of the Mozilla Public License, v. 2.0', 'remove the code'),
    ('non-commercial', '# Licensed under CC BY-NC 4.0', 'remove the code'),
    ('business source', '// use is governed by the Business Source License', 'remove the code'),
    ('Apache', '// Licensed under the Apache License, Version 2.0', 'a notice of Apache-2.0'),
    ('Apache in a docstring', '"""Licensed under the Apache License, Version 2.0."""', 'a notice of Apache-2.0'),
    ('BSD', '# Redistribution and use in source and binary forms', 'BSD-2-Clause or BSD-3-Clause'),
    ('ISC', '# Permission to use, copy, modify, and/or distribute this software for any', 'ISC or 0BSD'),
    ('holder', '# Copyright (c) 2019 Some Company, Inc.', 'names a holder who is no author; name it in sources'),
    ('holder with a sign', ' * © 2015-2020 Some Company', 'names a holder'),
    ('reserved', '// All rights reserved.', 'contradicts the licence'),
]


@pytest.mark.parametrize(('text', 'message'), [pytest.param(*rest, id=name) for name, *rest in FAULTS])
def test_fault_is_told_with_its_line(text, message):
    problems = found(f'first line\n{text}\n')
    assert [(one.path, one.field) for one in problems] == [('a/b/python/x.py', 'line 2')], problems
    assert message in problems[0].message
    assert not any(secret in problems[0].message for secret in (GITHUB, STRIPE, 'AKIA'))


GOOD = [
    'a = "alice@example.com", "bob@mail.example.org", "c@host.test", "d@localhost", "e@shop.example"',
    '@app.get("/x")\n@pytest.fixture\n@Component.name',
    'npm install left-pad@1.3.0 lodash@latest; git clone git@github.com:owner/repo.git',
    'url = "http://alice@shop.com/"; x = a@b.dot(c); y = left@right.T',
    'uses: actions/checkout@v4.2.0',
    '"127.0.0.1", "0.0.0.0", "10.1.2.3", "192.168.1.77", "169.254.169.254", "172.31.0.1", "100.64.0.9", "255.255.255.255"',
    '"192.0.2.44", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1", "1.2.3.4", "256.1.1.1", "8.8.8"',
    'bounds = "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "223.255.255.255", "128.0.0.0"',
    '// Follow steps 5.2.1.1 and 4.2.6.10 of the specification.',
    'Windows version 10.0.19041.1, Version=4.2.1.3, section 4.2.1.3, "8.8.8.8.8", Chrome/12.9.8.7, pkg==2.3.4.5, v9.8.7.6',
    "global unicast is 2000::/3, of which 2a00::/12 is one of the registries'",
    '"::1", "fe80::1", "fd00::1", "2001:db8::7", "ff02::1", "::ffff:10.0.0.1", "2002:7f00:1::"',
    'std::cafe::beef(); Foo::Bar; 12:34:56; 2025:01:02 03:04:05; a[1::2]; 00:1b:44:11:3a:b7',
    '"(555) 123-4567", "(212) 555-0123", "+1 212 555 0199", "+1-555-867-5309", "+44 20 7946 0958", "+44 7700 900123"',
    'phone = "+15555551234"; tel = "+33 1 99 00 12 34"; "+86 138 0013 8000"; phone = "+1234567890"',
    'parse("+2147483648"); x = a +12345678901; "2025-03-03T09:00:00+08:00"; "+002025-03-03T09:00:00Z"; "+12025-03-03"',
    '"+1 234 567 890", "+12.345678", "+1.5 -2.5 +33.25"; f(100) 200-3000; 1 + 22 - 33 - 44 - 55',
    '"4111 1111 1111 1111", "5555-5555-5555-4444", "378282246310005", "4000 0000 0000 0002", "4242424242424242"',
    '"4539 5787 6362 1487"; 4539578763621486; t = "1735689600000000000"; id = "1234567812345670"',
    '"GB82 WEST 1234 5698 7654 32", "DE89370400440532013000", "DE45 5001 0517 5407 3249 31", "AB12CDEF34567890"',
    '"Alice", "Bob", "小明", "张三", "李四", "Jane Doe", "John Doe", "Ada Lovelace", "Grace Hopper", "Margaret Hamilton"',
    '"Main Street", "New York", "Green Field", "Mark Price", "Content Type", "高亮", "沈阳", "苏丹", "文件", "王国"',
    '# The algorithm is from a paper by Michael Johnson and Robert Miller.',
    'LICENSES = ["GPL-3.0-only", "MIT", "Apache-2.0"]; text = "Licensed under the Apache License"',
    f"assert detect('under the terms of the {GPL}') == 'GPL'; say(`© 2024 Some Company`)",
    'This permission is checked before it is distributed under load. A licence is needed to drive.',
    'print("Copyright (c) 2019 Some Company"); f(c) 2020; <footer>© 2024 Some Company</footer>',
    'LINE = re.compile(r"SPDX-License-Identifier: (.+)")',
    '# SPDX-License-Identifier: MIT\n# Copyright (c) 2025 Proven Code contributors',
    '# Copyright 2025 Ann Author <ann@author.net>. Permission is hereby granted, free of charge, to any person',
    'password = "correct horse battery staple"; token = "example-token"; SECRET_KEY = "for-tests-only"',
]


@pytest.mark.parametrize('text', GOOD)
def test_look_alike_passes(text):
    assert found(text) == []


def test_names_in_test_data_need_no_quotes():
    row = 'id,name\n7,Jennifer Garcia\n8,王秀英\n'
    assert [one.field for one in found(row, 'a/b/go/testdata/users.csv')] == ['line 2', 'line 3']
    assert found(row, 'a/b/go/users.md') == []


def test_versions_in_a_manifest_are_no_addresses():
    assert found('<x>90.8.7.6</x>', 'a/b/java/pom.xml') == []
    assert len(found('<x>90.8.7.6</x>', 'a/b/java/x.xml')) == 1


def test_the_signing_author_may_be_named():
    assert found('authors: ["Ann Author <ann@author.net>"]', 'a/b/go/example.yaml') == []


def test_stated_source_accounts_for_its_notices():
    notice = '# Copyright (c) 2019 Some Company <legal@company.com>. All rights reserved.\n# Licensed under the Apache License\n'
    assert len(found(notice)) == 3
    assert found(notice, terms=WITH_SOURCE) == []
    assert len(found(f'# under the terms of the {GPL}', terms=WITH_SOURCE)) == 1
    assert found('# SPDX-License-Identifier: MIT AND BSD-3-Clause', terms=WITH_SOURCE) == []
    assert found('# SPDX-License-Identifier: GPL-2.0-only OR MIT', terms=WITH_SOURCE) == []
    assert len(found('# SPDX-License-Identifier: MIT AND GPL-2.0-only', terms=WITH_SOURCE)) == 1


def test_every_kind_of_file_is_screened(tree):
    example, task = tree / 'numeric/clamp/python', tree / 'numeric/clamp/task.yaml'
    lines = {}
    for path in (task, example / 'example.yaml', example / 'clamp.py', example / 'test_clamp.py'):
        with path.open('a') as file:
            file.write('# ask john.smith@gmail.com\n')
        lines[path.as_posix()] = f'line {len(path.read_text().splitlines())}'
    (example / 'testdata').mkdir()
    (example / 'testdata/key.txt').write_text(f'\n\n{GITHUB}\n')
    lines[f'{example.as_posix()}/testdata/key.txt'] = 'line 3'
    with pytest.raises(ProblemsFound) as caught:
        index.index(tree, LANGUAGES)
    assert {problem.path: problem.field for problem in caught.value.problems} == lines


@pytest.mark.parametrize(
    'text',
    [
        'x@' + 'a' * 250_000,
        'x@' + 'a.' * 125_000,
        'john@gmail.com ' * 4_000,
        'SPDX-License-Identifier: MIT' + ' ' * 250_000 + 'x',
        '# SPDX-License-Identifier: ' + '(' * 250_000,
        '# Copyright (c) 2019 ' + '<' * 250_000,
        '# licensed under' + ' ' * 250_000,
        '2001:' * 50_000,
        '+1 ' * 80_000,
        '"' * 250_000 + 'John Smith"',
        'Jennifer Garcia ' * 15_000,
        '8.8.' * 60_000,
    ],
    ids=range(12),
)
def test_hostile_text_takes_no_long_time(text):
    found('warm')
    start = time.process_time()
    found(text)
    assert time.process_time() - start < 5


def test_missing_scanner_is_no_pass(monkeypatch):
    def missing(name):
        raise ImportError(f'No module named {name!r}')

    monkeypatch.setattr(screening.importlib, 'import_module', missing)
    screening._scanner.cache_clear()
    with pytest.raises(ProvenError, match='scanner for secrets does not load'):
        found('nothing in it, and never read before')
    screening._scanner.cache_clear()


@pytest.mark.parametrize(
    'text',
    [
        'MIT',
        'MIT OR Apache-2.0',
        'Apache-2.0 AND MIT',
        'Apache-2.0 WITH LLVM-exception',
        'GPL-2.0-or-later OR MIT',
        '(MIT OR GPL-3.0-only) AND BSD-3-Clause',
    ],
)
def test_permissive_licence(text):
    assert TypeAdapter(License).validate_python(text) == text


@pytest.mark.parametrize(
    ('text', 'message'),
    [
        ('Apache2.0', "'Apache2.0' is not known; did you mean Apache-2.0?"),
        ('MIT OR Apache2', "'Apache2' is not known; did you mean Apache-2.0?"),
        ('mit', 'did you mean MIT?'),
        ('GPL-3.0', 'did you mean GPL-3.0-only?'),
        ('MIT AND GPL-3.0-only', 'GPL-3.0-only may not be redistributed'),
        ('MPL-2.0 OR CC-BY-NC-4.0', 'CC-BY-NC-4.0, MPL-2.0 may not be redistributed'),
        ('GPL-2.0-only WITH Classpath-exception-2.0', 'GPL-2.0-only may not be redistributed'),
        ('Apache-2.0 and MIT', 'write Apache-2.0 AND MIT'),
        ('(MIT)', 'write MIT'),
        ('MIT OR', 'is no SPDX expression'),
        ('MIT ISC', 'is no SPDX expression'),
        ('LLVM-exception', 'is no SPDX expression'),
        ('', 'is empty'),
    ],
)
def test_refused_licence(text, message):
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(License).validate_python(text)
    assert message in str(caught.value)
