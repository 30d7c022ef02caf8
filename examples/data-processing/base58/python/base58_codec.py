"""Base58 with the alphabet of Bitcoin, without a checksum."""

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE = len(_ALPHABET)
_ZERO = _ALPHABET[0]
_PAIRS = [high + low for high in _ALPHABET for low in _ALPHABET]
_TO_DIGITS = bytes.maketrans(_ALPHABET.encode(), bytes(range(_BASE)))

# So many digits are taken from the long number or put to it at a time; what they stand for is a short one.
_CHUNK_PAIRS = 5
_CHUNK_DIGITS = 2 * _CHUNK_PAIRS
_CHUNK = _BASE**_CHUNK_DIGITS


class InvalidCharacterError(ValueError):
    """A text has a character that is not in the alphabet: which one, and where, counted from 0."""

    def __init__(self, character: str, position: int) -> None:
        super().__init__(character, position)
        self.character = character
        self.position = position

    def __str__(self) -> str:
        return f"not a Base58 character: U+{ord(self.character):04X} at position {self.position}"


def encode(data: bytes) -> str:
    """Return the Base58 text of the bytes."""
    number = int.from_bytes(data, "big")
    pairs = []  # of digits, the last ones first
    while number:
        number, chunk = divmod(number, _CHUNK)
        for _ in range(_CHUNK_PAIRS):
            chunk, pair = divmod(chunk, len(_PAIRS))
            pairs.append(_PAIRS[pair])
    zeros = len(data) - len(data.lstrip(b"\0"))
    return _ZERO * zeros + "".join(reversed(pairs)).lstrip(_ZERO)


def decode(text: str) -> bytes:
    """Return the bytes of a Base58 text; raise InvalidCharacterError for the first character outside the alphabet."""
    rest = text.lstrip(_ALPHABET)
    if rest:
        raise InvalidCharacterError(rest[0], len(text) - len(rest))

    padding = bytes(-len(text) % _CHUNK_DIGITS)
    digits = padding + text.encode().translate(_TO_DIGITS)
    number = 0
    for start in range(0, len(digits), _CHUNK_DIGITS):
        chunk = 0
        for digit in digits[start : start + _CHUNK_DIGITS]:
            chunk = chunk * _BASE + digit
        number = number * _CHUNK + chunk
    zeros = len(text) - len(text.lstrip(_ZERO))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
