"""Which targets a link may have."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_MAX_LENGTH = 2000
_MAX_NAME_LENGTH = 253
_MAX_PORT = 65535

# Visible ASCII but the backslash, which browsers take for a slash.
_CHARACTERS = re.compile(r"[!-\[\]-~]+")
_BEGINNING = re.compile(r"https?://([^/?#]*)", re.IGNORECASE)
_AUTHORITY = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(:(?P<port>[0-9]{1,5}))?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
_LABEL = re.compile(r"[A-Za-z0-9_-]{1,63}")

_FORBIDDEN = [
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/3",
        "fc00::/7",
        "fe80::/10",
        "ff00::/8",
    )
]
_IPV4_WITHIN_IPV6 = [ip_network(text) for text in ("::/96", "::ffff:0:0/96", "64:ff9b::/96")]


def check_target(target: str) -> None:
    """Check the form of a target, and that its host is not an internal one.

    Raises:
        ValueError: no link may lead there; the message says why.
    """
    if len(target) > _MAX_LENGTH or not _CHARACTERS.fullmatch(target):
        raise ValueError(f"must be 1 to {_MAX_LENGTH} visible ASCII characters without backslash")
    beginning = _BEGINNING.match(target)
    if not beginning:
        raise ValueError("must begin with http:// or https://")
    authority = _AUTHORITY.fullmatch(beginning[1])
    if not authority or not 1 <= int(authority["port"] or 80) <= _MAX_PORT:
        raise ValueError("must have a host, perhaps a port, and no user")
    _check_host(authority["host"])


def _check_host(host: str) -> None:
    if host.startswith("["):
        _check_address(_ipv6_address(host[1:-1]))
        return
    labels = host.removesuffix(".").split(".")
    if _NUMBER.fullmatch(labels[-1]):
        _check_address(_ipv4_address(labels))
    else:
        _check_name(labels)


def _ipv6_address(text: str) -> IPv6Address:
    if "%" in text:
        raise ValueError("must not have a zone in its address")
    return IPv6Address(text)


def _ipv4_address(parts: list[str]) -> IPv4Address:
    """The address that the parts stand for: the last one fills all bytes that are left."""
    *leading, last = map(_number, parts)
    free_bits = 8 * (4 - len(leading))
    if len(leading) > 3 or any(byte > 255 for byte in leading) or last >> free_bits:
        raise ValueError("must have an IPv4 address with at most four parts in their ranges")
    return IPv4Address(int.from_bytes(leading) << free_bits | last)


def _number(part: str) -> int:
    """The value of a part: hexadecimal after 0x, octal after 0, else decimal."""
    if not _NUMBER.fullmatch(part):
        raise ValueError("must have an IPv4 address of numbers only")
    if part[:2].lower() == "0x":
        return int(part[2:] or "0", 16)
    return int(part, 8 if part.startswith("0") else 10)


def _check_address(address: IPv4Address | IPv6Address) -> None:
    if any(address in network for network in _IPV4_WITHIN_IPV6):
        address = ip_address(int(address) & 0xFFFF_FFFF)
    if any(address in network for network in _FORBIDDEN):
        raise ValueError("must not lead to an internal address")


def _check_name(labels: list[str]) -> None:
    name = ".".join(labels)
    if len(name) > _MAX_NAME_LENGTH or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError("must have an address or a name of letters, digits, - and _ as its host")
    if labels[-1].lower() == "localhost":
        raise ValueError("must not lead to localhost")
