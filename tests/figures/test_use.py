"""The use of the system by person and week, this week beside last, and the lists behind contacts and people registered."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from adapters.database.lanes import EVERYWHERE
from adapters.database.statements import Prepared
from adapters.database.weeks import USED
from domain.figures.use import BadWeeks, Done, Kept, Used, Worker, counselled, first_week, use
from domain.periods import month_of, week_of
from domain.values import CentreCode, StaffId
from domain.weeks import Happened, WeekLine, weeks
from tests.figures.conftest import Desk

SUNDAY = datetime(2026, 11, 22, 18, 59, tzinfo=UTC)
MONDAY = date(2026, 11, 16)


def test_a_week_begins_on_monday_in_karachi() -> None:
    assert (week_of(SUNDAY), week_of(SUNDAY + timedelta(minutes=1))) == (MONDAY, MONDAY + timedelta(weeks=1))
    assert first_week(SUNDAY, 1) == MONDAY
    assert first_week(SUNDAY, 13) == MONDAY - timedelta(weeks=12)
    for wrong in (0, 14):
        with pytest.raises(BadWeeks):
            first_week(SUNDAY, wrong)


def test_how_late_counselling_is_written_down() -> None:
    held = datetime(2026, 11, 2, 18, 59, tzinfo=UTC)
    after = {timedelta(days=-1): Used.same_day, timedelta(0): Used.same_day, timedelta(minutes=1): Used.soon}
    after |= {timedelta(days=3): Used.soon, timedelta(days=3, minutes=1): Used.later}
    assert {passed: counselled(held, held + passed) for passed in after} == after, (
        "by days of Karachi, where one begins at seven in the evening"
    )


def test_this_week_beside_last_and_the_four_before() -> None:
    kept = [(MONDAY - timedelta(weeks=back), Happened.opened, n) for back, n in enumerate((1, 2, 3, 0, 5, 1, 100))]
    its = weeks(MONDAY, kept)
    assert its.lines == (WeekLine(Happened.opened, 1, 2, 2.25), *(WeekLine(what, 0, 0, 0.0) for what in list(Happened)[1:]))


def test_people_stand_by_name_and_are_named_to_those_who_answer_for_them() -> None:
    at, isb = SUNDAY, (CentreCode("ISB"),)
    people = [
        Worker(StaffId(UUID(int=n)), name, signed_in, n == 1)
        for n, (name, signed_in) in enumerate((("Zia", at), ("anum", at - timedelta(days=15)), ("Bano", None)))
    ]
    kept = {UUID(int=0): Kept(2, {Used.same_day: 3, Used.later: 1}), UUID(int=9): Kept(1, {Used.plan: 1})}
    told = use(isb, at, MONDAY, 4, people, kept, named=True)
    assert [(one.name, one.weeks, one.done.counselled) for one in told.people] == [("anum", 0, 0), ("Bano", 0, 0), ("Zia", 2, 4)]
    assert (told.others, told.total) == (Done(plans=1), Done(plans=1, counselled=4)), "whoever works elsewhere is a sum without a name"
    assert (told.staff, told.recording, told.never_signed_in, told.away, told.second_factor_share) == (3, 1, 1, 1, 33)
    assert (told.written.same_day, told.written.later, told.written.same_day_share, told.written.soon_share) == (3, 1, 75, 0)
    alone = use(isb, at, MONDAY, 4, people, kept, named=False)
    assert alone.people == ()
    assert (alone.total, alone.away, alone.written) == (told.total, told.away, told.written)


async def _used(desk: Desk, **params: Any) -> dict[str, Any]:
    found: dict[str, Any] = await desk.supervisor.get("/api/v1/dashboards/use", params=params)
    return found


async def test_what_somebody_records_is_counted_once(desk: Desk) -> None:
    base, now = f"/api/v1/cases/{desk.case}", datetime.now(UTC)
    before = {line["staff"]: line["done"] for line in (await _used(desk))["people"]}
    for days in (0, 2, 9):
        held = {"held_at": (now - timedelta(days=days)).isoformat()}
        await desk.counsellor.post(f"{base}/sessions", {"channel": "phone", "minutes": 5, **held})
    await desk.counsellor.post(f"{base}/screenings", {"instrument": "short-flags", "answers": {}})
    await desk.colleague.post("/api/v1/contacts", {"channel": "phone", "name": "Somebody"})
    await desk.consent("reintegration", "identity")
    sent = await desk.draft("reintegration", "identity")
    await desk.step(desk.counsellor, sent["id"], "send")
    await desk.step(desk.counsellor, (await desk.draft("reintegration", "identity"))["id"], "withdraw", reason="Not needed.")
    told = await _used(desk)
    lines = {line["staff"]: line for line in told["people"]}
    she, colleague, boss = [str((await one.get("/api/v1/me"))["id"]) for one in (desk.counsellor, desk.colleague, desk.supervisor)]
    more = {whose: {name: n - before[whose][name] for name, n in line["done"].items()} for whose, line in lines.items()}
    nothing = dict.fromkeys(more[boss], 0)
    assert more[she] == {**nothing, "counselled": 3, "screenings": 1, "referrals": 1}
    assert (lines[colleague]["weeks"], lines[boss]["weeks"]) == (1, 0)
    assert more[colleague] == {**nothing, "contacts": 1}
    assert before[she]["clients"] == 1
    assert [line["name"] for line in told["people"]] == sorted((line["name"] for line in told["people"]), key=str.casefold)
    assert {name: n for name, n in told["written"].items() if "share" not in name} == {"same_day": 1, "soon": 1, "later": 1}
    assert lines[she]["signed_in"] is not None
    assert told["never_signed_in"] == sum(line["signed_in"] is None for line in told["people"])
    caseload = await desk.supervisor.get("/api/v1/dashboards/caseload")
    held_at = {line["what"]: line for line in caseload["weeks"]["lines"]}
    assert held_at["opened"]["this"] == 1
    assert sum(held_at["counselled"][name] for name in ("this", "last")) + 4 * held_at["counselled"]["before"] == 3
    analyst = await desk.service.sign_in("analyst")
    seen = await analyst.get("/api/v1/dashboards/use", params={"centre": "ISB"})
    assert (seen["people"], seen["total"]) == ([], told["total"]), "sums, and nobody's name"
    await desk.supervisor.get("/api/v1/dashboards/use", 422, params={"weeks": 14})
    await desk.supervisor.get("/api/v1/dashboards/use", 403, params={"centre": "LHE"})
    keeper = desk.service.house.usecases.keeping.figures
    assert await keeper.differing() == ()
    async with desk.service.house.database.driver.writing(EVERYWHERE) as lane:
        await lane.change(Prepared(update(USED).values(n=7)), {})
    assert {name.split()[0] for name, _, _ in await keeper.differing()} == {"use_figure"}, "the control: a wrong figure is noticed"


async def test_lists_of_contacts_and_people_go_on_page_by_page(desk: Desk) -> None:
    for n in range(3):
        contact = await desk.counsellor.post("/api/v1/contacts", {"channel": "phone", "name": f"Somebody {n}"})
    body = {"name": "Amna Bibi", "gender": "female", "migration_stage": "returnee", "birth_year": 1990}
    await desk.counsellor.post(f"/api/v1/contacts/{contact['id']}/promotion", body)
    month = month_of(datetime.now(UTC))
    told = await desk.supervisor.get("/api/v1/dashboards/funnel", params={"from": month, "to": month})
    (counted,) = [its["n"] for its in told["months"]]
    assert (counted["promoted"], counted["registered"]) == (1, 2)
    for path, what in (("contacts", "contact"), ("clients", "registered"), ("contacts?promoted=true", "promoted")):
        found: list[dict[str, Any]] = []
        href = f"/api/v1/{path}{'&' if '?' in path else '?'}from={month}&to={month}&centre=ISB&limit=1"
        for _ in range(counted[what]):
            page = await desk.supervisor.get(href if not found else f"{href}&cursor={found[-1]['id']}")
            found += page["items"]
        assert page["next"] is None, path
        assert len({one["id"] for one in found}) == counted[what], path
        times = [one.get("at") or one["registered_at"] for one in found]
        assert times == sorted(times, reverse=True), "the latest first"
    assert (await desk.supervisor.get("/api/v1/clients?to=2020-01"))["items"] == []
    lahore = await desk.service.sign_in("supervisor.lhe")
    assert (await lahore.get("/api/v1/clients"))["items"] == []
    await lahore.get("/api/v1/clients", 403, params={"centre": "ISB"})
    officer = await desk.service.sign_in("dpo")
    assert "saw_registered" in {one["action"] for one in (await officer.get("/api/v1/audit"))["items"]}
