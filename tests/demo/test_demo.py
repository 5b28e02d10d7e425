"""The made-up people: the same for the same seed, found again, sealed, with figures and numbers that hold."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from adapters.database.cases import CASES
from adapters.database.clients import CLIENTS
from adapters.database.consent import CONSENTS
from adapters.database.counselling import NOTES, SESSIONS, TASKS
from adapters.database.keys import KEY
from adapters.database.lanes import EVERYWHERE
from adapters.database.plans import PLANS
from adapters.database.recruitment import JOBS
from adapters.database.referrals import REFERRALS, STEPS
from adapters.database.reintegration import REVIEWS
from adapters.database.screening import SCREENINGS
from adapters.database.statements import Prepared
from adapters.database.tables import METADATA
from domain.cases import Case, CaseKind, Risk, Stage
from domain.clients import MigrationStage
from domain.demo import Cast, Colleagues, Dossier, client
from domain.demo.reviewing import reviewed
from domain.identity import Actor, Role, Sensitivity, Staff
from domain.plans.content import OPEN, Owner
from domain.plans.record import PlanState, in_force
from domain.referrals.steps import State
from domain.reintegration.reviews import Round
from domain.samples.house import CODES
from domain.screening import IndicationOutcome
from domain.values import CaseId, CentreCode, Cnic, Gender, Phone, StaffId, day_of
from service.cli.main import program
from service.settings import Settings
from service.usecases.demo import Crowd
from service.wiring import House, wire
from tests.databases import KINDS, SAMPLES, Database, Laid

CLIENTS_LAID = 160
DAY = date(2026, 11, 20)
CODECS = (CLIENTS, CASES, CONSENTS, NOTES, SESSIONS, TASKS, PLANS, SCREENINGS, REFERRALS, STEPS)
Lay = Callable[..., Any]


@asynccontextmanager
async def laid(database: Database, folder: Path, *, clients: int = CLIENTS_LAID, seed: int = 1) -> AsyncIterator[House]:
    """The people of the demo in a database that holds the sample house."""
    house = wire(Settings(data_dir=folder, database_url=database.url))
    await house.usecases.demo.begin(clients)
    await house.usecases.demo.lay(Crowd(clients, seed, DAY), range(clients))
    await house.usecases.demo.finish(Crowd(clients, seed, DAY))
    yield house
    await house.close()


async def _lay(database: Database, folder: Path) -> None:
    async with laid(database, folder):
        pass


DEMO = Laid("demo", _lay, of=SAMPLES)


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, fresh_database: Callable[..., Database]) -> Database:
    """One of each kind in turn with the demo in it."""
    return fresh_database(request.param, laid=DEMO)


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    made = wire(Settings(data_dir=tmp_path, database_url=database.url))
    yield made
    await made.close()


async def records(house: House, codec: Any) -> list[Any]:
    """Every record of a table, opened with its subject's key."""
    subject = "id" if codec is CLIENTS else "client_id"
    statement = Prepared(
        select(*codec.columns, KEY.c.wrapped)
        .select_from(codec.table.join(KEY, KEY.c.id == codec.table.c[subject]))
        .order_by(codec.table.c.id)
    )
    async with house.database.driver.reading(EVERYWHERE) as lane:
        rows = await lane.rows(statement, {})
    return [codec.record(row[:-1], house.vault, row[-1]) for row in rows]


async def counted(house: House, table: str) -> int:
    async with house.database.driver.reading(EVERYWHERE) as lane:
        return len(await lane.rows(Prepared(select(*METADATA.tables[table].columns)), {}))


async def staff_of(house: House) -> dict[str, Staff]:
    async with house.database.work(Actor(UUID(int=0), Role.admin, ())) as work:
        return {one.username: one for one in await work.staff.all()}


async def everything(house: House) -> list[str]:
    """All that was made up, with the sample house's own ids, which are new each time, written as the names they stand for."""
    names = {str(one.id): one.username for one in (await staff_of(house)).values()}
    async with house.database.work(Actor(UUID(int=0), Role.admin, ())) as work:
        names |= {str(one.id): one.key for one in await work.partners.all()}
    told = []
    for codec in CODECS:
        for record in await records(house, codec):
            text = repr(record)
            for id, name in names.items():
                text = text.replace(id, name)
            told.append(text)
    return told


async def test_the_same_seed_gives_the_same_people_on_both_databases(
    fresh_database: Callable[..., Database], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    told = []
    for kind, folder in (("sqlite", "a"), ("postgresql", "b")):
        async with laid(fresh_database(kind, laid=SAMPLES, into=tmp_path / folder), tmp_path / folder, clients=40) as house:
            told.append(await everything(house))
    assert told[0] == told[1]
    assert len(told[0]) > 500
    async with laid(fresh_database("sqlite", laid=SAMPLES, into=tmp_path / "c"), tmp_path / "c", clients=40, seed=2) as other:
        assert await everything(other) != told[0]


async def test_the_parts_make_the_whole_in_any_order(fresh_database: Callable[..., Database], tmp_path: Path) -> None:
    async with laid(fresh_database("sqlite", laid=SAMPLES, into=tmp_path / "whole"), tmp_path / "whole", clients=40) as house:
        whole = await everything(house)
    base = fresh_database("sqlite", laid=SAMPLES, into=tmp_path / "parts")
    parted = wire(Settings(data_dir=tmp_path / "parts", database_url=base.url))
    for part in (range(25, 40), range(25)):
        await parted.usecases.demo.lay(Crowd(40, 1, DAY), part)
    assert await everything(parted) == whole
    assert await parted.usecases.keeping.figures.differing() == ()
    await parted.close()


async def test_figures_are_right_and_a_wrong_one_would_show(house: House) -> None:
    assert await house.usecases.keeping.figures.differing() == ()
    # The control: a case written past the figures.
    lonely = next(one for one in await records(house, CASES) if one.stage is Stage.open)
    async with house.database.driver.writing(EVERYWHERE) as lane:
        again = replace(lonely, id=UUID(int=lonely.id.int ^ 1), number="ISB-K-999999")
        wrapped = (await lane.rows(Prepared(select(KEY.c.wrapped).where(KEY.c.id == lonely.client_id)), {}))[0][0]
        lane.later(CASES.insert, CASES.values(again, house.vault, wrapped))
    assert await house.usecases.keeping.figures.differing() != ()


async def test_every_state_is_there(house: House) -> None:
    cases, referrals, steps = [await records(house, codec) for codec in (CASES, REFERRALS, STEPS)]
    assert {one.stage for one in cases} == set(Stage)
    assert {one.state for one in referrals} == set(State)
    assert {one.outcome for one in await records(house, SCREENINGS)} == set(IndicationOutcome)
    assert {one.state for one in await records(house, PLANS)} == set(PlanState) - {PlanState.replaced}
    assert {one.migration_stage for one in await records(house, CLIENTS)} == set(MigrationStage)
    last = {step.referral_id: step.state for step in steps}
    assert all(last.get(one.id, State.draft) is one.state for one in referrals)


async def test_whoever_tries_it_finds_each_kind_of_work(house: House) -> None:
    """What belongs to people comes with the people, what belongs to the centres with the house."""
    reviews, jobs = await records(house, REVIEWS), await records(house, JOBS)
    assert {one.round for one in reviews} == set(Round)
    held = {one.case_id for one in reviews if one.round is Round.three}
    due = {one.case_id for one in await records(house, TASKS) if one.asks_after == one.case_id and one.done_at is None}
    assert held & due, "one review is behind, and the next is to come"
    assert [one for one in jobs if one.agent and one.ticket and one.income]
    declined = [one for one in await records(house, STEPS) if one.decline_code and one.said.reason]
    assert len({one.decline_code for one in declined}) > 2
    async with house.database.driver.reading(EVERYWHERE) as lane:
        export = METADATA.tables["export"]
        exports = await lane.rows(Prepared(select(export.c.centre, export.c.state)), {})
    assert sorted(map(tuple, exports)) == [("ISB", "approved"), *((code, "asked") for code in CODES)]


async def test_proportions(house: House) -> None:
    cases = len(await records(house, CASES))
    assert cases / CLIENTS_LAID == pytest.approx(1.25, abs=0.06)
    assert len(await records(house, NOTES)) / cases == pytest.approx(4, abs=0.5)
    assert len(await records(house, REFERRALS)) / cases == pytest.approx(1.2, abs=0.25)


async def test_nothing_is_later_than_the_day_or_older_than_three_years(house: House) -> None:
    last = datetime(DAY.year, DAY.month, DAY.day, 4, 1, tzinfo=UTC)
    first = last - timedelta(days=3 * 365 + 1)
    times = [one.registered_at for one in await records(house, CLIENTS)]
    times += [one.at for one in await records(house, STEPS)] + [one.written_at for one in await records(house, NOTES)]
    assert first < min(times)
    assert max(times) < last


async def test_no_work_lies_undone_for_longer_than_three_weeks(house: House) -> None:
    open_tasks = [task for task in await records(house, TASKS) if task.done_at is None]
    assert {task.planned for task in open_tasks} == {True, False}
    assert any(task.asks_after for task in open_tasks), "reviews to come"
    oldest = min(task.due_on for task in open_tasks)
    assert DAY - timedelta(days=22) < oldest < DAY, "some of it is late"


def test_no_review_is_left_whenever_its_case_was_opened() -> None:
    horizon, nobody = datetime.combine(DAY, time(4), UTC), Actor(UUID(int=0), Role.counsellor, ())
    cast = Cast(tuple(Colleagues(CentreCode(code), (nobody, nobody), nobody) for code in ("ISB", "LHE", "PEW")), {}, nobody)
    her = client(cast, Random(0), 0, 1, DAY)
    left = []
    for days in range(1, 3 * 365):
        opened = horizon - timedelta(days=days)
        case = Case(
            id=CaseId(UUID(int=days)),
            centre=her.centre,
            client_id=her.id,
            number="",
            kind=CaseKind.return_reintegration,
            risk=Risk.low,
            sensitivity=Sensitivity.normal,
            stage=Stage.open,
            counsellor_id=StaffId(nobody.id),
            summary="",
            opened_at=opened,
            touched_at=opened,
        )
        made = Dossier(her, [case])
        reviewed(made, Random(days), horizon)
        left += [DAY - task.due_on for task in made.tasks]
    assert len(left) > 300, "those to come, and some that are late"
    assert timedelta(days=10) < max(left) <= timedelta(days=21)


async def test_rules_hold_for_what_was_made_up(house: House) -> None:
    """A closed case leaves nothing loose; nothing left without a consent given before; a second person approved where one was needed."""
    closed = {one.id for one in await records(house, CASES) if one.stage is Stage.closed}
    assert all(one.done_at for one in await records(house, TASKS) if one.case_id in closed and one.asks_after is None)
    assert all(one.decision for one in await records(house, SCREENINGS) if one.case_id in closed)
    plans, tasks = await records(house, PLANS), {one.id: one for one in await records(house, TASKS)}
    for case in [one for one in await records(house, CASES) if one.stage in (Stage.plan_agreed, Stage.in_service)]:
        plan = in_force([one for one in plans if one.case_id == case.id])
        assert plan is not None, "a plan is agreed where there is one"
        assert plan.approved_by not in plan.writers
        for action in plan.content.actions():
            assert (action.id in tasks) or action.owner is not Owner.staff or action.state not in OPEN
    consents = await records(house, CONSENTS)
    for one in await records(house, REFERRALS):
        given = [it for it in consents if (it.client_id, it.partner_id) == (one.client_id, one.partner_id)]
        assert any(it.given_at <= one.made_at for it in given)
        assert not (one.approval_needed and one.sent_at) or one.approved_by not in (None, one.made_by)
        assert one.state is not State.recalled or any(it.withdrawn_at for it in given)


async def test_people_are_formed_as_real_ones(house: House) -> None:
    for one in await records(house, CLIENTS):
        its = one.particulars
        if its.cnic:
            assert Cnic.parse(str(its.cnic)) == its.cnic
            assert one.gender not in (Gender.male, Gender.female) or not its.cnic.doubts(one.gender)
        assert all(Phone.parse(phone.number, safe=phone.safe) == phone for phone in its.phones)
        its.check(DAY)


async def test_the_next_number_is_free(house: House) -> None:
    numbers = {one.number for one in await records(house, CLIENTS)} | {one.number for one in await records(house, CASES)}
    assert "ISB-C-000001" in numbers
    async with house.database.work(Actor(UUID(int=0), Role.admin, ())) as work:
        for centre in ("ISB", "LHE", "PEW"):
            for kind in "CK":
                new = await work.clients.next_number(centre, kind)
                assert new not in numbers
                assert f"{centre}-{kind}-{int(new[-6:]) - 1:06d}" in numbers


async def test_found_by_number_telephone_and_name_in_both_scripts(house: House) -> None:
    staff = (await staff_of(house))["supervisor.isb"]
    supervisor = Actor(staff.id, staff.role, staff.centres)
    for one in [it for it in await records(house, CLIENTS) if it.centre == "ISB"][:5]:
        father = one.particulars.father_or_husband_name
        for asked in (one.number, one.particulars.phones[0].number, f"{one.names.name} {father}", one.names.name_urdu):
            hits = await house.usecases.clients.search(supervisor, asked, 50)
            assert one.id in {hit.id for hit in hits}, asked


async def test_sealed_columns_are_sealed(house: House, database: Database) -> None:
    """No sealed value lies open in its row, no key opens another client's row, and no two blobs are alike."""
    seen: set[bytes] = set()
    for codec in CODECS:
        for column in codec.columns:
            if not column.info["sealed"]:
                continue
            async with house.database.driver.reading(EVERYWHERE) as lane:
                blobs = [row[0] for row in await lane.rows(Prepared(select(column)), {}) if row[0] is not None]
            assert blobs
            assert all(blob[:1] == b"\x01" and len(blob) >= 29 for blob in blobs)
            assert not seen & set(blobs)
            assert len(set(blobs)) == len(blobs)
            seen |= set(blobs)
    names = {one.names.name for one in await records(house, CLIENTS)} | {one.number for one in await records(house, CASES)}
    assert names
    assert not any(name.encode() in blob for name in names for blob in seen)


async def test_returnees_belong_to_the_project_that_stands_for_them(house: House) -> None:
    async with house.database.driver.reading(EVERYWHERE) as lane:
        shares = METADATA.tables["case_project"]
        found = {case for (case,) in await lane.rows(Prepared(select(shares.c.case_id).where(shares.c.percent == 100)), {})}
    assert found == {one.id for one in await records(house, CASES) if one.kind.value == "return_reintegration"} != set()


async def test_one_line_of_the_trail_for_the_whole_load(house: House) -> None:
    async with house.database.driver.reading(EVERYWHERE) as lane:
        entry = METADATA.tables["audit_entry"]
        lines = await lane.rows(Prepared(select(entry.c.action, entry.c.note)), {})
    assert [note for action, note in lines if action == "demo_laid"] == [f"{CLIENTS_LAID} clients, seed 1, {DAY}"]
    assert {action for action, _ in lines} == {
        "demo_laid",
        "partner_added",
        "outreach_planned",
        "outreach_changed",
        "contact_added",
        "holiday_added",
        "project_added",
        "question_saved",
        "report_subscribed",
        "policy_note_written",
        "incoming_came",
        "export_asked",
    }


async def test_the_clocks_leave_the_made_up_referrals_alone(house: House) -> None:
    assert await house.usecases.delivery.hear_clocks() == 0


def told(folder: Path, *arguments: str, **settings: str) -> Any:
    return CliRunner().invoke(
        program, ["demo", *arguments], env={"MRC_DATA_DIR": str(folder), "MRC_DATABASE_URL": "", "MRC_ENV": "development", **settings}
    )


async def test_the_command(fresh_database: Callable[..., Database], tmp_path: Path) -> None:
    url = fresh_database("sqlite").url
    first = await asyncio.to_thread(told, tmp_path, "--clients", "10", "--if-empty", MRC_DATABASE_URL=url)
    assert first.exit_code == 0, first.output
    assert "10 made-up clients" in first.output
    again = await asyncio.to_thread(told, tmp_path, "--clients", "10", MRC_DATABASE_URL=url)
    assert again.exit_code == 1
    assert "--if-empty" in again.output
    left = await asyncio.to_thread(told, tmp_path, "--if-empty", MRC_DATABASE_URL=url)
    assert left.exit_code == 0
    assert "nothing was added" in left.output


@pytest.mark.parametrize("named", [str(DAY), ""])
async def test_their_present_is_the_day_that_is_named_or_today(fresh_database: Callable[..., Database], tmp_path: Path, named: str) -> None:
    url, before = fresh_database("sqlite").url, datetime.now(UTC)
    laid = await asyncio.to_thread(told, tmp_path, "--clients", "40", *(["--day", named] if named else []), MRC_DATABASE_URL=url)
    assert laid.exit_code == 0, laid.output
    house = wire(Settings(data_dir=tmp_path, database_url=url))
    latest = max(one.at for one in await records(house, STEPS))
    await house.close()
    present = datetime.combine(DAY, time(4), UTC) if named else before
    assert present - timedelta(days=30) < latest <= present, "the latest is news, and nothing is yet to happen"


async def test_a_day_to_come_is_refused(fresh_database: Callable[..., Database], tmp_path: Path) -> None:
    tomorrow = str(day_of(datetime.now(UTC)) + timedelta(days=1))
    refused = await asyncio.to_thread(told, tmp_path, "--day", tomorrow, MRC_DATABASE_URL=fresh_database("sqlite").url)
    assert refused.exit_code == 1
    assert "yet to come" in refused.output


def test_the_command_is_refused_in_production(tmp_path: Path) -> None:
    refused = told(tmp_path, MRC_ENV="production", MRC_PUBLIC_URL="https://mrc.example")
    assert refused.exit_code == 1
    assert "production" in refused.output
    assert not list(tmp_path.iterdir())
