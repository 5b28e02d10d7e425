"""Passwords cost what they should, tell nobody who exists, and never hold up the event loop."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from adapters.identity.passwords import LONGEST, ArgonPasswords, TooManySignIns
from domain.errors import Invalid
from domain.sessions import Passwords

pytestmark = pytest.mark.usefixtures("passwords_at_their_cost")


@pytest.fixture
async def passwords() -> AsyncIterator[ArgonPasswords]:
    made = ArgonPasswords()
    yield made
    made.close()


async def test_the_right_one_and_no_other(passwords: Passwords) -> None:
    hashed = await passwords.hash("سات کبوتر, 7 pigeons")
    assert await passwords.verify("سات کبوتر, 7 pigeons", hashed)
    for wrong in ("سات کبوتر, 7 pigeon", "", " سات کبوتر, 7 pigeons", "سات کبوتر, 7 Pigeons", hashed):
        assert not await passwords.verify(wrong, hashed)


async def test_owasps_minimum_and_a_salt_each(passwords: Passwords) -> None:
    one, two = await passwords.hash("same"), await passwords.hash("same")
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert one != two


async def test_one_password_typed_on_two_keyboards(passwords: Passwords) -> None:
    hashed = await passwords.hash("caf\u00e9 \u0622ب")
    assert await passwords.verify("cafe\u0301 \u0627\u0653ب", hashed)
    assert await passwords.verify("\uff43\uff41\uff46\u00e9 \u0622\ufe8f", hashed), "full-width and presentation forms"


@pytest.mark.parametrize(
    "hashed",
    ["", "plain", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA", "!", "\0", "کلید"],
)
async def test_a_broken_or_absent_hash_matches_nothing(passwords: Passwords, hashed: str) -> None:
    assert not await passwords.verify("", hashed)
    assert not await passwords.verify("password", hashed)


@pytest.mark.parametrize("password", ["\ud800", "nul\0inside", "a" * (LONGEST + 1), "a" * 1_000_000, "ﷺ" * 2000])
async def test_strange_passwords_are_only_wrong(passwords: Passwords, password: str) -> None:
    assert not await passwords.verify(password, await passwords.hash("right"))


async def test_nothing_after_a_null_byte_is_ignored(passwords: Passwords) -> None:
    assert not await passwords.verify("start\0other", await passwords.hash("start\0end"))


async def test_a_page_of_text_is_no_password(passwords: Passwords) -> None:
    with pytest.raises(Invalid) as refused:
        await passwords.hash("a" * (LONGEST + 1))
    assert refused.value.field == "password"
    hashed = PasswordHash([Argon2Hasher(1, 8, 1)]).hash("a" * (LONGEST + 1))
    assert not await passwords.verify("a" * (LONGEST + 1), hashed)


async def test_an_absent_name_takes_as_long_as_a_wrong_password(passwords: Passwords) -> None:
    hashed = await passwords.hash("right")

    async def cost(against: str) -> float:
        begun = time.perf_counter()
        await passwords.verify("wrong", against)
        return time.perf_counter() - begun

    present, absent = [], []
    for _ in range(9):
        present.append(await cost(hashed))
        absent.append(await cost(""))
    # A shortcut would answer in microseconds; the minimum of each is what an observer could average down to.
    assert 0.5 < min(present) / min(absent) < 2
    assert statistics.median(absent) > 0.002


async def test_the_loop_goes_on_and_two_compute_at_once(passwords: ArgonPasswords) -> None:
    hashed = await passwords.hash("right")
    work = [asyncio.create_task(passwords.verify("right", hashed)) for _ in range(8)]
    turns = 0
    while not all(task.done() for task in work):
        await asyncio.sleep(0.001)
        turns += 1
    assert all(task.result() for task in work)
    assert turns > 8
    assert passwords._pool._max_workers == 2


async def test_a_flood_is_refused_and_then_forgotten() -> None:
    passwords = ArgonPasswords(waiting=2)
    hashed = await passwords.hash("right")
    answers = await asyncio.gather(*(passwords.verify("right", hashed) for _ in range(10)), return_exceptions=True)
    assert answers.count(True) == 4
    assert sum(isinstance(answer, TooManySignIns) for answer in answers) == 6
    assert await passwords.verify("right", hashed)
    passwords.close()
