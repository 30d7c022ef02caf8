import base64
import hashlib

import pytest

from notes.passwords import hash_password, verify_password

PASSWORD = "Corréct horse \N{GRINNING FACE} "


@pytest.fixture(scope="module")
def stored() -> str:
    return hash_password(PASSWORD)


def test_hash_is_text_with_enough_cost__R4(stored: str) -> None:
    scheme, *numbers, salt, key = stored.split("$")
    raw_salt, raw_key = base64.b64decode(salt, validate=True), base64.b64decode(key, validate=True)
    assert len(raw_salt) >= 16
    assert len(raw_key) >= 32
    costs = [int(number) for number in numbers]
    assert [str(cost) for cost in costs] == numbers
    if scheme == "scrypt":
        n, r, p = costs
        assert (n >= 16384, r >= 8, p >= 1) == (True, True, True)
        expected = hashlib.scrypt(
            PASSWORD.encode(), salt=raw_salt, n=n, r=r, p=p, dklen=len(raw_key), maxmem=256 * n * r
        )
    else:
        assert scheme == "pbkdf2-sha256"
        (iterations,) = costs
        assert iterations >= 600_000
        expected = hashlib.pbkdf2_hmac("sha256", PASSWORD.encode(), raw_salt, iterations, len(raw_key))
    assert raw_key == expected


def test_each_hash_has_its_own_salt__R4(stored: str) -> None:
    again = hash_password(PASSWORD)
    assert again.split("$")[-2] != stored.split("$")[-2]
    assert again.split("$")[-1] != stored.split("$")[-1]
    assert verify_password(PASSWORD, again) is True
    assert verify_password(PASSWORD, stored) is True


@pytest.mark.parametrize(
    "other", [PASSWORD.strip(), PASSWORD.lower(), PASSWORD.replace("é", "e\N{COMBINING ACUTE ACCENT}")]
)
def test_other_password_does_not_verify__R4(stored: str, other: str) -> None:
    assert verify_password(other, stored) is False


def test_password_with_nul_or_surrogate_does_not_verify__R4_R10(stored: str) -> None:
    assert verify_password(PASSWORD + "\0", stored) is False
    assert verify_password(PASSWORD + "\ud83d", stored) is False
