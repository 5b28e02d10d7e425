"""Passkeys: registered after the password, opening the pages alone; and no answer counts that was forged, bent, borrowed or seen before."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.identity.passkeys import WebAuthnCeremony
from adapters.system.clock import FixedClock
from domain.account import WrongPassword
from domain.errors import NotFound, Refusal
from domain.identity import Actor
from domain.passkeys import Passkey, PasskeyRefused, PasskeyThere, Site, TooManyPasskeys
from domain.values import StaffId
from service.usecases.identity import HOUSE_ACTOR, Passkeys
from tests.account.authenticator import Device, coded, decoded
from tests.account.people import PASSWORD, changed, person, reset, trail
from tests.altered import altered
from tests.service import Service

SITE = Site("mrc.example", "https://mrc.example")
DOOR = "a passing name"


def device(**more: bool) -> Device:
    return Device(SITE.origin, SITE.host, **more)


async def who(service: Service, username: str = "counsellor.isb") -> Actor:
    identity = service.house.usecases.identity
    return (await identity.visitor(identity.shown(await identity.enter(username, PASSWORD, None)))).actor


async def registered(service: Service, its: Device, actor: Actor | None = None) -> Actor:
    actor = actor or await who(service)
    passkeys = service.house.usecases.passkeys
    offer = await passkeys.offer(actor, SITE, PASSWORD)
    await passkeys.register(actor, SITE, "Desk", offer.ticket, its.register(offer.options))
    return actor


async def enter(service: Service, its: Device, *, site: Site = SITE, door: str = DOOR) -> Actor:
    passkeys, identity = service.house.usecases.passkeys, service.house.usecases.identity
    offer = passkeys.offer_sign_in(SITE, DOOR)
    cookie = await passkeys.enter(site, door, offer.ticket, its.sign_in(offer.options))
    return (await identity.visitor(identity.shown(cookie))).actor


async def refused(service: Service, ticket: str, answer: str, site: Site = SITE, door: str = DOOR) -> None:
    with pytest.raises(PasskeyRefused):
        await service.house.usecases.passkeys.enter(site, door, ticket, answer)


@pytest.mark.parametrize("counts", [True, False])
async def test_registered_it_opens_the_pages(service: Service, clock: FixedClock, counts: bool) -> None:
    its = device(counts=counts)
    actor = await registered(service, its)
    clock.on(timedelta(seconds=1))
    entered = await enter(service, its)
    assert (entered.id, entered.session != actor.session) == (actor.id, True)
    account = await service.house.usecases.account.of(entered)
    assert [(one.name, one.used_at == clock.now()) for one in account.passkeys] == [("Desk", True)]
    clock.on(timedelta(seconds=1))
    await enter(service, its)
    said = await trail(service)
    assert "passkey_added" in [action for action, _, _ in said]
    assert ("signed_in", "passkey") in [(action, note) for action, _, note in said]


async def test_an_answer_counts_once(service: Service, clock: FixedClock) -> None:
    """Also for devices that do not count, whose counter cannot tell."""
    for counts in (True, False):
        its, passkeys = device(counts=counts), service.house.usecases.passkeys
        await registered(service, its)
        clock.on(timedelta(seconds=1))
        offer = passkeys.offer_sign_in(SITE, DOOR)
        answer = its.sign_in(offer.options)
        assert await passkeys.enter(SITE, DOOR, offer.ticket, answer)
        await refused(service, offer.ticket, answer)
        older = passkeys.offer_sign_in(SITE, DOOR)
        clock.on(timedelta(seconds=1))
        await enter(service, its)
        await refused(service, older.ticket, its.sign_in(older.options))
        clock.on(timedelta(seconds=1))
        await enter(service, its)


async def test_one_answer_sent_together_opens_once(service: Service, clock: FixedClock) -> None:
    its, passkeys = device(counts=False), service.house.usecases.passkeys
    await registered(service, its)
    clock.on(timedelta(seconds=1))
    offer = passkeys.offer_sign_in(SITE, DOOR)
    answer = its.sign_in(offer.options)
    made = await asyncio.gather(*[passkeys.enter(SITE, DOOR, offer.ticket, answer) for _ in range(5)], return_exceptions=True)
    assert sum(isinstance(one, str) for one in made) == 1
    assert all(isinstance(one, str | Refusal) for one in made)


async def test_without_the_memory_it_would_count_again(service: Service, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a device that does not count, and a passkey that forgets."""
    its, passkeys = device(counts=False), service.house.usecases.passkeys
    await registered(service, its)
    clock.on(timedelta(seconds=1))
    offer = passkeys.offer_sign_in(SITE, DOOR)
    answer = its.sign_in(offer.options)
    monkeypatch.setattr(Passkey, "take", lambda *_: None)
    for _ in range(2):
        assert await passkeys.enter(SITE, DOOR, offer.ticket, answer)


Bend = Callable[[Device], None]


def _origin(its: Device) -> None:
    its.origin = "https://mrc.example.evil.example"


def _host(its: Device) -> None:
    its.host = "evil.example"


def _unverified(its: Device) -> None:
    its.verifies = False


def _other_key(its: Device) -> None:
    its.key = Device("", "").key


def _other_handle(its: Device) -> None:
    its.handle = bytes(32)


def _unknown(its: Device) -> None:
    its.id = bytes(32)


def _counted_back(its: Device) -> None:
    its.counter -= 1


@pytest.mark.parametrize("bend", [_origin, _host, _unverified, _other_key, _other_handle, _unknown, _counted_back])
async def test_a_bent_answer_opens_nothing(service: Service, clock: FixedClock, bend: Bend) -> None:
    its = device()
    await registered(service, its)
    clock.on(timedelta(seconds=1))
    straight = replace(its)
    straight.key = its.key
    bend(its)
    offer = service.house.usecases.passkeys.offer_sign_in(SITE, DOOR)
    await refused(service, offer.ticket, its.sign_in(offer.options))
    assert (await enter(service, straight)).role == "counsellor", "the control: unbent it opens"
    if bend is not _unknown:
        assert ("sign_in_refused", "passkey") in [(action, note) for action, _, note in await trail(service)]


def _flipped(answer: str, part: str) -> str:
    said = json.loads(answer)
    raw = bytearray(decoded(said["response"][part]))
    raw[-1] ^= 1
    said["response"][part] = coded(bytes(raw))
    return json.dumps(said)


async def test_a_changed_byte_is_seen(service: Service, clock: FixedClock) -> None:
    its, passkeys = device(), service.house.usecases.passkeys
    await registered(service, its)
    for part in ("clientDataJSON", "authenticatorData", "signature", "userHandle"):
        clock.on(timedelta(seconds=1))
        offer = passkeys.offer_sign_in(SITE, DOOR)
        await refused(service, offer.ticket, _flipped(its.sign_in(offer.options), part))
    await enter(service, its)


@pytest.mark.parametrize(
    "answer", ["", "x", "[]", "{}", "null", '{"id": 1}', "{" * 5000, "x" * 20_000, '{"id":"é","rawId":"é","type":"x"}']
)
async def test_rubbish_is_refused(service: Service, answer: str) -> None:
    offer = service.house.usecases.passkeys.offer_sign_in(SITE, DOOR)
    await refused(service, offer.ticket, answer)
    with pytest.raises(PasskeyRefused):
        WebAuthnCeremony().registered(SITE, b"x" * 32, answer)


async def test_a_ticket_is_for_one_browser_one_purpose_and_five_minutes(service: Service, clock: FixedClock) -> None:
    its, passkeys = device(), service.house.usecases.passkeys
    actor = await registered(service, its)
    clock.on(timedelta(seconds=1))
    offer = passkeys.offer_sign_in(SITE, DOOR)
    await refused(service, offer.ticket, its.sign_in(offer.options), door="another browser")
    await refused(service, offer.ticket, its.sign_in(offer.options), site=Site("mrc.example", "https://evil.example"))
    await refused(service, altered(offer.ticket), its.sign_in(offer.options))
    mine = await passkeys.offer(actor, SITE, PASSWORD)
    await refused(service, mine.ticket, its.sign_in(mine.options), door=str(actor.session))
    with pytest.raises(PasskeyRefused):
        await passkeys.register(actor, SITE, "Desk", offer.ticket, device().register(mine.options))
    other = await who(service)
    with pytest.raises(PasskeyRefused):
        await passkeys.register(other, SITE, "Desk", mine.ticket, device().register(mine.options))
    clock.on(timedelta(minutes=6))
    await refused(service, offer.ticket, its.sign_in(offer.options))
    with pytest.raises(PasskeyRefused):
        await passkeys.register(actor, SITE, "Desk", mine.ticket, device().register(mine.options))
    await enter(service, its)


async def test_registering_takes_the_password_and_a_device_that_verifies(service: Service) -> None:
    actor, passkeys = await who(service), service.house.usecases.passkeys
    with pytest.raises(WrongPassword):
        await passkeys.offer(actor, SITE, "not the word")
    offer = await passkeys.offer(actor, SITE, PASSWORD)
    with pytest.raises(PasskeyRefused):
        await passkeys.register(actor, SITE, "Desk", offer.ticket, device(verifies=False).register(offer.options))
    its = device()
    answer = its.register(offer.options)
    await passkeys.register(actor, SITE, "Desk", offer.ticket, answer)
    with pytest.raises(PasskeyThere):
        await passkeys.register(actor, SITE, "Desk", offer.ticket, answer)


async def test_ten_are_enough_and_one_goes_again(service: Service) -> None:
    actor, passkeys, account = await who(service), service.house.usecases.passkeys, service.house.usecases.account
    for _ in range(10):
        await registered(service, device(), actor)
    with pytest.raises(TooManyPasskeys):
        await registered(service, device(), actor)
    its = (await account.of(actor)).passkeys[0]
    with pytest.raises(NotFound):
        await passkeys.remove(await who(service, "counsellor2.isb"), its.id)
    await passkeys.remove(actor, its.id)
    assert len((await account.of(actor)).passkeys) == 9


async def test_a_passkey_removed_or_of_somebody_let_go_opens_nothing(service: Service, clock: FixedClock) -> None:
    admin = await service.sign_in("admin")
    removed, reset_, gone = device(), device(), device()
    first = await registered(service, removed)
    await registered(service, reset_, await who(service, "counsellor2.isb"))
    await registered(service, gone, await who(service, "supervisor.isb"))
    clock.on(timedelta(seconds=1))
    account = await service.house.usecases.account.of(first)
    await service.house.usecases.passkeys.remove(first, account.passkeys[0].id)
    path, record = await person(service, admin, "counsellor2.isb")
    assert record["passkeys"] == 1
    await reset(admin, path, record["version"], what="factors", reason="lost")
    path, record = await person(service, admin, "supervisor.isb")
    let_go = await changed(admin, path, record["version"], active=False)
    for its in (removed, reset_, gone):
        offer = service.house.usecases.passkeys.offer_sign_in(SITE, DOOR)
        await refused(service, offer.ticket, its.sign_in(offer.options))
    await changed(admin, path, let_go["version"], active=True)
    clock.on(timedelta(seconds=1))
    await enter(service, gone)


async def test_a_sample_persons_passkey_opens_nothing_in_production(service: Service, clock: FixedClock) -> None:
    its = device()
    await registered(service, its)
    clock.on(timedelta(seconds=1))
    there: Passkeys = service.house.usecases.passkeys
    offer = there.offer_sign_in(SITE, DOOR)
    there._samples_allowed = False
    await refused(service, offer.ticket, its.sign_in(offer.options))
    there._samples_allowed = True
    await enter(service, its)


async def test_what_a_device_is_told_names_no_id_of_ours(service: Service) -> None:
    actor = await who(service)
    offer = await service.house.usecases.passkeys.offer(actor, SITE, PASSWORD)
    wanted = json.loads(offer.options)
    assert wanted["authenticatorSelection"]["userVerification"] == "required"
    assert wanted["authenticatorSelection"]["residentKey"] == "required"
    assert (wanted["rp"]["id"], wanted["attestation"]) == ("mrc.example", "none")
    assert actor.id.bytes not in decoded(wanted["user"]["id"])
    door = json.loads(service.house.usecases.passkeys.offer_sign_in(SITE, DOOR).options)
    assert (door["userVerification"], door.get("allowCredentials")) == ("required", [])
    async with service.house.database.work.looking(HOUSE_ACTOR) as work:
        assert await work.passkeys.of(StaffId(actor.id)) == []
