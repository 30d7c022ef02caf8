import re

import pytest

from base58_codec import InvalidCharacterError, decode, encode

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

# Hexadecimal bytes and their text.
NUMBERS = [
    ("01", "2"),
    ("09", "A"),
    ("21", "a"),
    ("39", "z"),
    ("3a", "21"),
    ("61", "2g"),
    ("ff", "5Q"),
    ("ffffffff", "7YXq9G"),
    ("0100000000", "7YXq9H"),
    ("ffffffffffffffff", "jpXCZedGfVQ"),
    ("010000000000000000", "jpXCZedGfVR"),
    (b"hello world".hex(), "StV1DL6CwTryKyV"),
    (b"Hello World!".hex(), "2NEpo7TZRRrLZSi2U"),
]
LEADING_ZEROS = [
    ("00", "1"),
    ("0000", "11"),
    ("000001", "112"),
    ("0039", "1z"),
    ("00ff00", "1LQX"),
    ("0d24", "211"),
    ("00000d24", "11211"),
    ("0000000000000000010000000000000000", "11111111jpXCZedGfVR"),
]


def number_bytes(number):
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def numbers(count, below):
    """The same numbers each time, evenly spread."""
    state = 1
    found = []
    for _ in range(count):
        state = state * 48271 % 2147483647
        found.append(state % below)
    return found


def error(text):
    with pytest.raises(InvalidCharacterError) as caught:
        decode(text)
    return caught.value.character, caught.value.position


@pytest.mark.parametrize(("data", "text"), NUMBERS)
def test_encode_numbers__R1(data, text):
    assert encode(bytes.fromhex(data)) == text


def test_encode_single_bytes__R1():
    for value in range(1, 256):
        high, low = divmod(value, 58)
        expected = (ALPHABET[high] if high else "") + ALPHABET[low]
        assert encode(bytes([value])) == expected


@pytest.mark.parametrize(("data", "text"), NUMBERS)
def test_decode_numbers__R2(data, text):
    assert decode(text) == bytes.fromhex(data)


def test_decode_single_digits__R2():
    for value, character in enumerate(ALPHABET):
        assert decode(character) == bytes([value])


def test_case_matters__R2():
    assert decode("a") == b"\x21"
    assert decode("A") == b"\x09"
    assert decode("stv1dL6cWtRYkYv") != decode("StV1DL6CwTryKyV")


@pytest.mark.parametrize(("data", "text"), LEADING_ZEROS)
def test_leading_zeros__R3(data, text):
    assert encode(bytes.fromhex(data)) == text
    assert decode(text) == bytes.fromhex(data)


def test_zeros_alone__R3():
    for count in range(1, 70):
        assert encode(bytes(count)) == "1" * count
        assert decode("1" * count) == bytes(count)


def test_zeros_before_and_behind__R3():
    for before in range(20):
        for behind in range(20):
            data = bytes(before) + b"\x05" + bytes(behind)
            text = encode(data)
            assert len(text) - len(text.lstrip("1")) == before
            assert decode(text) == data
            text = "1" * before + "6" + "1" * behind
            assert decode(text) == bytes(before) + number_bytes(5 * 58**behind)
            assert encode(decode(text)) == text


def test_empty__R4():
    assert encode(b"") == ""
    assert decode("") == b""


def test_nothing_else_is_empty__R4():
    assert all(encode(bytes([value])) for value in range(256))
    assert all(decode(digit) for digit in ALPHABET)


def test_all_pairs_of_bytes__R5():
    for first in range(256):
        for second in range(first % 7, 256, 7):
            data = bytes([first, second])
            assert decode(encode(data)) == data


def test_all_pairs_of_characters__R5():
    for first in ALPHABET:
        for second in ALPHABET:
            assert encode(decode(first + second)) == first + second


def test_bytes_of_every_length__R5():
    for length in range(100):
        data = bytes(numbers(length, 256))
        for some in (data, data[::-1], b"\xff" * length, b"\x01" + bytes(length)):
            assert decode(encode(some)) == some


def test_texts_of_every_length__R5():
    for length in range(100):
        text = "".join(ALPHABET[digit] for digit in numbers(length, 58))
        for some in (text, text[::-1], "z" * length, "2" + "1" * length):
            assert encode(decode(some)) == some


def test_powers_of_58__R6():
    for exponent in [*range(1, 70), 4999, 5000]:
        power = 58**exponent
        assert encode(number_bytes(power)) == "2" + "1" * exponent
        assert encode(number_bytes(power - 1)) == "z" * exponent
        assert decode("2" + "1" * exponent) == number_bytes(power)
        assert decode("z" * exponent) == number_bytes(power - 1)


def test_4096_bytes__R6():
    data = b"\xff" * 4096
    text = encode(data)
    assert len(text) == 5594
    assert text.startswith("LsHDw8PAKAqf1k6o")
    assert text.endswith("rDXdrS7X9Ds4Db9Q")
    assert decode(text) == data


def test_zeros_before_a_long_number__R6():
    number = bytes([7, *numbers(1999, 256)])
    text = encode(bytes(1000) + number)
    assert text == "1" * 1000 + encode(number)
    assert text[1000] != "1"
    assert decode(text) == bytes(1000) + number


@pytest.mark.parametrize(
    ("text", "character", "position"),
    [
        ("2Ol0", "O", 1),
        ("0", "0", 0),
        ("O", "O", 0),
        ("I", "I", 0),
        ("l", "l", 0),
        ("0OIl", "0", 0),
        ("lI", "l", 0),
        ("21I", "I", 2),
        ("1110", "0", 3),
        ("StV1DL6CwTryKyVl", "l", 15),
        ("z-z+z", "-", 1),
    ],
)
def test_first_bad_character__R7(text, character, position):
    assert error(text) == (character, position)


def test_every_other_ascii_character__R7():
    for character in map(chr, range(128)):
        if character not in ALPHABET:
            assert error(f"2z1A{character}0") == (character, 4)


def test_far_positions__R7():
    assert error("z" * 5000 + "O" + "z" * 20) == ("O", 5000)
    assert error("1" * 3000 + "0") == ("0", 3000)


@pytest.mark.parametrize(
    ("text", "character", "position"),
    [
        ("2Ol0", "O", 1),
        ("~", "~", 0),
        ("zzzzzzzzzzzz~", "~", 12),
        ("2é", "é", 1),
        ("222\u216b", "\u216b", 3),
        ("21😀1", "😀", 2),
    ],
)
def test_message__R7(text, character, position):
    with pytest.raises(InvalidCharacterError) as caught:
        decode(text)
    message = str(caught.value)
    code_points = [int(digits, 16) for digits in re.findall("[0-9A-Fa-f]+", message)]
    assert character in message or ord(character) in code_points, message
    assert re.search(rf"\b{position}\b", message)


def test_error_is_a_value_error__R7():
    assert issubclass(InvalidCharacterError, ValueError)


@pytest.mark.parametrize(
    ("text", "character", "position"),
    [
        ("2 1", " ", 1),
        ("21\n", "\n", 2),
        (" ", " ", 0),
        ("21\0", "\0", 2),
        (" 21", " ", 0),
        ("21 ", " ", 2),
        ("\t21", "\t", 0),
        ("\n21", "\n", 0),
        ("21\r\n", "\r", 2),
        ("\0", "\0", 0),
        ("1 ", " ", 1),
        ("2\v", "\v", 1),
        ("2\f", "\f", 1),
        ("2\x1f", "\x1f", 1),
        ("2\x7f", "\x7f", 1),
        ("2\x80", "\x80", 1),
        ("21\x85", "\x85", 2),
        ("21\u00a0", "\u00a0", 2),
        ("\u200321", "\u2003", 0),
        ("\ufeff21", "\ufeff", 0),
    ],
)
def test_white_space_and_control_characters__R8(text, character, position):
    assert error(text) == (character, position)


@pytest.mark.parametrize(
    ("text", "character", "position"),
    [
        ("2é", "é", 1),
        ("21😀1", "😀", 2),
        ("😀", "😀", 0),
        ("é21", "é", 0),
        ("2éé0", "é", 1),
        ("2e\u0301\u0301", "\u0301", 2),
        ("\uff11", "\uff11", 0),  # full-width 1
        ("2\u0410", "\u0410", 1),  # Cyrillic A
        ("\u0141", "\u0141", 0),  # its last 8 bits are those of A
        ("\u0661", "\u0661", 0),  # Arabic-Indic 1
        ("2\u00b9", "\u00b9", 1),  # superscript 1
        ("2\u00b1", "\u00b1", 1),  # its last 7 bits are those of 1
        ("2\U00010041", "\U00010041", 1),  # its last 16 bits are those of A
        ("2\U0010ffff", "\U0010ffff", 1),
    ],
)
def test_characters_outside_ascii__R9(text, character, position):
    assert error(text) == (character, position)


def test_characters_with_the_low_bits_of_digits__R9():
    for character in ALPHABET:
        for offset in (0x80, 0x100, 0x1000, 0xFF00 - 0x20, 0x10000, 0x100000):
            other = chr(ord(character) + offset)
            assert error(f"11{other}") == (other, 2)
