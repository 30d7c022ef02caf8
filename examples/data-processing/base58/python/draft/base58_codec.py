"""Base58 encoding and decoding with the Bitcoin alphabet (no checksum)."""

__all__ = ["InvalidCharacterError", "decode", "encode"]

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE = len(_ALPHABET)
_ZERO = _ALPHABET[0]
_DIGIT_OF = {character: digit for digit, character in enumerate(_ALPHABET)}


class InvalidCharacterError(ValueError):
    """A text to decode has a character outside the Base58 alphabet."""

    character: str
    position: int

    def __init__(self, character: str, position: int) -> None:
        super().__init__(character, position)
        self.character = character
        self.position = position

    def __str__(self) -> str:
        return f"invalid Base58 character {self.character!r} at position {self.position}"


def encode(data: bytes) -> str:
    """Return the Base58 text for ``data``."""
    zeros = len(data) - len(data.lstrip(b"\0"))
    number = int.from_bytes(data, "big")
    characters = []  # least significant first
    while number:
        number, digit = divmod(number, _BASE)
        characters.append(_ALPHABET[digit])
    return _ZERO * zeros + "".join(reversed(characters))


def decode(text: str) -> bytes:
    """Return the bytes that the Base58 ``text`` stands for.

    Raises InvalidCharacterError for the first character outside the alphabet.
    """
    number = 0
    for position, character in enumerate(text):
        digit = _DIGIT_OF.get(character)
        if digit is None:
            raise InvalidCharacterError(character, position)
        number = number * _BASE + digit
    zeros = len(text) - len(text.lstrip(_ZERO))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
