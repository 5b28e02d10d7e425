"""Registers taken in through `Registers.take`, on both databases: once, twice, killed half way; and what became of the rows."""

import asyncio
import datetime as dt
import resource
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.audit import Sought
from domain.case_doors import CaseFilter, CaseLine
from domain.cases import CaseKind
from domain.contacts import Channel, Contact
from domain.errors import Invalid, NotAllowed
from domain.identity import Act, Actor, Role, Scope, Sensitivity
from domain.registers import Entry, Kind, Register
from domain.values import CentreCode, Cnic, Phone, StaffId
from service.usecases.identity import HOUSE_ACTOR
from service.usecases.registers import NobodyCounsels, Taken
from service.wiring import House, wire
from tests.databases import Database
from tests.registers.laid import DATA, FILES, ISB, the, written
from tests.registers.laid import registered as registered
from tests.reliability.programs import programs
from tests.service import settings_for


def entry(row: int = 2, **more: object) -> Entry:
    given: dict[str, object] = {"sheet": "s", "row": row, "kind": Kind.walk_in, "on": dt.date(2025, 3, 31), "name": "Yousaf Khan"}
    return Entry(**{**given, **more})  # type: ignore[arg-type]


@pytest.fixture
async def house(samples: Database, tmp_path: Path) -> AsyncIterator[House]:
    made = wire(settings_for(samples, tmp_path))
    yield made
    await made.close()


async def take(house: House, *entries: Entry, centre: CentreCode = ISB, **more: bool) -> Taken:
    return await house.usecases.registers.take(HOUSE_ACTOR, Register(list(entries)), centre, **more)


def everything(*centres: str) -> Scope:
    return Scope(tuple(map(CentreCode, centres or FILES)), StaffId(HOUSE_ACTOR.id), clears=tuple(Sensitivity))


async def cases(house: House, *centres: str) -> list[CaseLine]:
    return await house.database.views.cases.page(everything(*centres), CaseFilter(), 2000, None)


async def called(house: House) -> list[Contact]:
    """All contacts but those who signed up at the sessions of the sample house."""
    return [one for one in await house.database.views.clients.contacts(everything(), 2000) if one.outreach_session is None]


async def counts(house: House) -> tuple[int, int, int]:
    """Clients, cases, contacts."""
    lines = await cases(house)
    contacts = await called(house)
    return len({line.client_id for line in lines}), len(lines), len(contacts)


async def test_all_three_registers_twice(house: House) -> None:
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    first = {code: await house.usecases.registers.take(HOUSE_ACTOR, written(code), CentreCode(code)) for code in FILES}
    took, grown = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert sum(taken.rows for taken in first.values()) == 1130
    assert took < 60, "20 s are promised on a quiet machine"
    assert grown < 300 * 1024
    assert (first["ISB"].cases, first["ISB"].refused) == (417, 13)
    assert (first["LHE"].cases, first["PEW"].contacts) == (380, 320)
    assert all(taken.clients + taken.found == taken.cases for taken in first.values())
    stands = await counts(house)
    assert stands == (first["ISB"].clients + first["LHE"].clients, 797, 320)
    assert await house.usecases.keeping.figures.differing() == ()
    again = {code: await house.usecases.registers.take(HOUSE_ACTOR, the(code), CentreCode(code)) for code in FILES}
    assert [(taken.already, taken.clients, taken.cases, taken.contacts) for taken in again.values()] == [
        (417, 0, 0, 0),
        (380, 0, 0, 0),
        (320, 0, 0, 0),
    ]
    assert await counts(house) == stands
    assert await house.usecases.keeping.figures.differing() == ()


async def test_one_client_for_each_identity_number_of_the_register(registered: Database, tmp_path: Path) -> None:
    house = wire(settings_for(registered, tmp_path))
    numbers = {entry.cnic.digits for entry in the("ISB").entries if entry.cnic}
    tokens = [house.vault.token("cnic", digits) for digits in sorted(numbers)]
    found = [
        one
        for start in range(0, len(tokens), 50)
        for one in await house.database.views.clients.carrying(everything("ISB"), tuple(tokens[start : start + 50]), 500)
    ]
    await house.close()
    assert sorted(one.particulars.cnic.digits for one in found if one.particulars.cnic) == sorted(numbers)


async def test_what_a_row_becomes(house: House) -> None:
    row = entry(
        on=dt.date(2025, 3, 31),
        father_or_husband_name="Gul Khan",
        cnic=Cnic.parse("17301-1234567-1"),
        phones=(Phone.parse("0300 1234567"),),
        district="PK603",
        category="deportee",
        country="SAU",
        purpose="=cmd|' /C calc'!A0",
        remarks="Wants to go again",
        said=(("category", "some word"),),
    )
    assert (await take(house, row)).cases == 1
    (line,) = await cases(house)
    case = await house.database.views.cases.case(everything(), line.id)
    client = await house.database.views.clients.client(everything(), line.client_id)
    assert (case.number, client.number) == ("ISB-K-000001", "ISB-C-000001")
    assert case.opened_at.date() == client.registered_at.date() == dt.date(2025, 3, 31)
    assert (case.kind, case.country) == (CaseKind.return_reintegration, "SAU")
    assert case.summary.splitlines() == [
        "=cmd|' /C calc'!A0",
        "Wants to go again",
        "Category: deportee",
        "category (as written): some word",
    ]
    assert (client.names.name, client.particulars.father_or_husband_name, client.migration_stage) == ("Yousaf Khan", "Gul Khan", "returnee")
    trail = await house.database.ledger.page(("ISB",), Sought(client.id), 10, None)
    assert sorted(one.action for one in trail) == ["case_opened", "client_registered"]


async def test_a_family_member_counts_as_prospective(house: House) -> None:
    await take(house, entry(category="family"))
    (line,) = await cases(house)
    assert (await house.database.views.clients.client(everything(), line.client_id)).migration_stage == "prospective"


async def test_a_call_without_a_name_is_an_anonymous_contact(house: House) -> None:
    call = entry(kind=Kind.hotline, name="", channel=Channel.whatsapp, minutes=7, purpose="Is this visa real?", clock=dt.time(23, 50))
    assert (await take(house, call)).contacts == 1
    (contact,) = await called(house)
    assert (contact.said.name, contact.said.phone, contact.said.question, contact.minutes) == ("", None, "Is this visa real?", 7)
    assert contact.at == dt.datetime(2025, 3, 31, 18, 50, tzinfo=dt.UTC)


@pytest.mark.parametrize("batches", [1, 2])
async def test_who_is_the_same_person(house: House, batches: int) -> None:
    """In one batch, and against what an earlier one left in the database."""
    cnic, phone = Cnic.parse("1730112345671"), Phone.parse("03001234567")
    rows = [
        entry(2, cnic=cnic, phones=(phone,)),
        entry(3, cnic=cnic, name="Yusuf Khan", on=dt.date(2025, 5, 1)),
        entry(4, phones=(phone,), name="یوسف خان", on=dt.date(2025, 5, 2)),
        entry(5, phones=(phone,), name="Zarmina Bibi", on=dt.date(2025, 5, 3)),
        entry(6, phones=(phone,), cnic=Cnic.parse("1730112345673"), on=dt.date(2025, 5, 4)),
        entry(7, cnic=cnic, name="Zarmina Bibi", on=dt.date(2025, 5, 5)),
        entry(8, on=dt.date(2025, 5, 6)),
    ]
    parts = [rows] if batches == 1 else [rows[:1], rows[1:]]
    results = [await take(house, *part) for part in parts]
    assert (sum(one.clients for one in results), sum(one.found for one in results)) == (4, 3)
    assert [(one.row, one.warnings[-1][0]) for result in results for one in result.warned] == [(7, "name")]


async def test_a_client_found_again_learns_what_was_missing(house: House) -> None:
    cnic, phone = Cnic.parse("1730112345671"), Phone.parse("03001234567")
    await take(house, entry(phones=(phone,)))
    later = entry(3, phones=(phone, Phone.parse("03011234567")), cnic=cnic, father_or_husband_name="Gul Khan", on=dt.date(2025, 5, 1))
    assert (await take(house, later)).found == 1
    (one,) = await house.database.views.clients.carrying(everything(), (house.vault.token("cnic", cnic.digits),), 10)
    assert (one.particulars.cnic, len(one.particulars.phones), one.particulars.father_or_husband_name) == (cnic, 2, "Gul Khan")
    trail = await house.database.ledger.page(("ISB",), Sought(one.id), 10, None)
    assert [entry.fields for entry in trail if entry.action == "client_changed"] == [("particulars",)]


async def test_the_same_number_at_another_centre_is_another_client(house: House) -> None:
    row = entry(cnic=Cnic.parse("1730112345671"))
    for code in ("ISB", "LHE"):
        assert (await take(house, row, centre=CentreCode(code))).clients == 1


async def test_a_further_case_of_a_restricted_client_is_as_restricted(house: House) -> None:
    cnic = Cnic.parse("1730112345671")
    await take(house, entry(cnic=cnic))
    (line,) = await cases(house)
    async with house.database.work(HOUSE_ACTOR) as work:
        client = await work.clients.get(everything(), line.client_id)
        client.sensitivity = Sensitivity.restricted
        await work.clients.save(client)
    assert (await take(house, entry(cnic=cnic, on=dt.date(2025, 6, 1)))).found == 1
    assert [one.sensitivity for one in await cases(house)] == ["restricted", "normal"]


async def test_cases_go_round_the_active_counsellors(house: House) -> None:
    await take(house, *[entry(row, on=dt.date(2025, 1, row)) for row in range(1, 11)])
    held = [line.counsellor for line in await cases(house)]
    assert sorted((name, held.count(name)) for name in set(held)) == [("Counsellor ISB", 5), ("Counsellor Two ISB", 5)]


async def test_a_rehearsal_says_the_same_and_keeps_nothing(house: House) -> None:
    rehearsed = await house.usecases.registers.take(HOUSE_ACTOR, the("ISB"), ISB, rehearsal=True)
    assert await counts(house) == (0, 0, 0)
    assert await house.usecases.registers.take(HOUSE_ACTOR, the("ISB"), ISB) == rehearsed


async def test_two_imports_at_once_take_each_row_once(house: House) -> None:
    both = await asyncio.gather(*[house.usecases.registers.take(HOUSE_ACTOR, the("PEW"), CentreCode("PEW")) for _ in range(2)])
    assert sum(one.contacts for one in both) == sum(one.already for one in both) == 320


async def test_refusals(house: House) -> None:
    with pytest.raises(Invalid, match="no such centre"):
        await take(house, entry(), centre=CentreCode("XXX"))
    async with house.database.work(HOUSE_ACTOR) as work:
        for staff in await work.staff.all():
            if staff.role is Role.counsellor and "LHE" in staff.centres:
                staff.active = False
                await work.staff.save(staff)
    with pytest.raises(NobodyCounsels):
        await take(house, entry(), centre=CentreCode("LHE"))
    counsellor = Actor(HOUSE_ACTOR.id, Role.counsellor, (ISB,))
    manager = Actor(HOUSE_ACTOR.id, Role.centre_manager, (CentreCode("PEW"),))
    assert not counsellor.may(Act.import_register)
    for actor in (counsellor, manager):
        with pytest.raises(NotAllowed):
            await house.usecases.registers.take(actor, Register([entry()]), ISB)


async def test_killed_half_way_and_run_again(samples: Database, house: House, tmp_path: Path) -> None:
    expected = (await house.usecases.registers.take(HOUSE_ACTOR, the("LHE"), CentreCode("LHE"), rehearsal=True)).clients
    with programs(samples, tmp_path) as its:
        running = its.run("import-register", str(DATA / FILES["LHE"]))
        for _ in range(5000):
            if not running.runs() or await cases(house, "LHE"):
                break
            await asyncio.sleep(0.005)
        running.end(signal.SIGKILL)
    made = len(await cases(house, "LHE"))
    rest = await house.usecases.registers.take(HOUSE_ACTOR, the("LHE"), CentreCode("LHE"))
    assert (rest.already, rest.already + rest.cases) == (made, 380)
    assert len(await cases(house, "LHE")) == 380
    assert len({line.client_id for line in await cases(house, "LHE")}) == expected
    assert await house.usecases.keeping.figures.differing() == ()
