"""Base58 by the package base58, with the error of this task."""

import base58


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
    return base58.b58encode(data).decode("ascii")


def decode(text: str) -> bytes:
    """Return the bytes of a Base58 text; raise InvalidCharacterError for the first character outside the alphabet."""
    alphabet = base58.BITCOIN_ALPHABET.decode("ascii")
    for position, character in enumerate(text):
        if character not in alphabet:
            raise InvalidCharacterError(character, position)
    return base58.b58decode(text)
