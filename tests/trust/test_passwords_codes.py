"""One-time codes follow RFC 6238, bear one step of drift, and refuse everything else."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from pyotp import TOTP

from adapters.identity.codes import TotpCodes
from domain.sessions import OneTimeCodes

NOW = datetime(2026, 11, 2, 9, 0, 10, tzinfo=UTC)
SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("second", "code"),
    # RFC 6238, appendix B, the last six of eight digits.
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_vectors_of_the_rfc(second: int, code: str) -> None:
    assert TotpCodes().verify(code, SECRET, datetime.fromtimestamp(second, UTC))


@pytest.mark.parametrize(("steps", "right"), [(-3, False), (-2, False), (-1, True), (0, True), (1, True), (2, False), (3, False)])
def test_one_step_of_drift_either_way(steps: int, right: bool) -> None:
    code = TOTP(SECRET).at(NOW + timedelta(seconds=30 * steps))
    assert TotpCodes().verify(code, SECRET, NOW) is right


def test_the_step_tells_a_second_use() -> None:
    code = TOTP(SECRET).at(NOW)
    first, second = (TotpCodes().step(code, SECRET, NOW + timedelta(seconds=late)) for late in (0, 25))
    assert first == second == int(NOW.timestamp()) // 30


@pytest.mark.parametrize("digits", ["۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩"])
def test_the_digits_of_an_urdu_keyboard_are_digits(digits: str) -> None:
    code = TOTP(SECRET).at(NOW).translate(str.maketrans("0123456789", digits))
    assert TotpCodes().verify(f"{code[:3]} {code[3:]}", SECRET, NOW)


@pytest.mark.parametrize("code", ["", "0", "00000", "0000000", "abcdef", "12345²", "-12345", "1e0000", "\0" * 6, "१२३४५६", "0" * 100_000])
def test_anything_else_is_no_code(code: str) -> None:
    assert not TotpCodes().verify(code, SECRET, NOW)


@pytest.mark.parametrize("secret", ["", "A", "not base 32!", "GEZDGNBV", "کلید"])
def test_a_broken_secret_lets_nobody_in(secret: str) -> None:
    assert not TotpCodes().verify("000000", secret, NOW)


def test_another_secret_another_code() -> None:
    codes: OneTimeCodes = TotpCodes()
    made = {codes.secret() for _ in range(200)}
    assert len(made) == 200
    assert all(len(base64.b32decode(secret)) == 20 for secret in made)
    code = TOTP(SECRET).at(NOW)
    assert sum(codes.verify(code, secret, NOW) for secret in made) <= 1


def test_the_address_for_the_authenticator() -> None:
    uri = TotpCodes().uri(SECRET, "amina.k")
    assert uri.startswith("otpauth://totp/MRC%20Casework:amina.k?")
    assert f"secret={SECRET}" in uri
