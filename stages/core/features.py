"""A cheap look at whether code shows any sign of a feature that a requirement claims."""

from __future__ import annotations

import re
from collections.abc import Mapping

# Feature → what the code of a solution that has it says somewhere, in lower case and in any language. Wide on purpose:
# a sign proves nothing, tests do; a claim without any sign is worth a question. Features that may leave no trace in the
# text, such as Unicode in languages that have it anyway, are not asked for.
SIGNS = {
    'authentication': r'authenti|authoriz|token|session|login|sign_?in|credential|bearer|api_?key|password',
    'authorization': r'authoriz|permi|\brole|owner|forbid|403|polic|grant|not allowed|is_?allowed',
    'caching': r'cache|\bttl|memo|etag|\blru|evict|expir|max-age',
    'cancellation': r'cancel|abort|signal|\bctx\b|context|interrupt|clear_?timeout|terminat|kill',
    'crash_recovery': r'fsync|sync|flush|checksum|crc|torn|truncat|recover|rename|replay|journal|partial|temp|tmp',
    'filtering': r'filter|where|query|match|select|search',
    'idempotency': r'idempoten|replay|duplicate|already|fingerprint|conflict|\bsame\b|exists|\bseen\b|pending'
    r'|submitting',
    'pagination': r'\bpage|limit|offset|cursor',
    'password_hashing': r'scrypt|bcrypt|argon2|pbkdf2|make_password|hash_password|generate_password_hash',
    'persistence': r'sql|database|\bdb\b|\bstore|fsync|save|persist|\bwrite|models\.|repository|open\(',
    'rate_limiting': r'\brate|limit|token|bucket|429|throttl|refill|window|quota',
    'retry': r'retr|attempt|backoff|tries',
    'scheduling': r'schedul|cron|timer|delay|\bdue\b|interval|sleep|\btick|\bjob|next_?run|set_?timeout|after',
    'sorting': r'sort|order|compar|\bcmp|heap|collat',
    'streaming': r'stream|yield|chunk|iterat|read_?line|reader|\bpipe|generator|scanner|watermark|arriv|\bfeed'
    r'|\bread\(',
    'transactions': r'transaction|atomic|\bbegin\b|commit|rollback|savepoint|\btx\b|rename|unique|on conflict'
    r'|one insert',
}


def unseen(features: frozenset[str], sources: Mapping[str, bytes]) -> list[str]:
    """The features that the code shows no sign of, sorted."""
    text = '\n'.join(content.decode() for content in sources.values()).lower()
    return sorted(name for name in features if not re.search(SIGNS.get(name, ''), text))
