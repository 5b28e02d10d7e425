"""A referral's clocks in the partner's working time, with time held still: whose hours, holidays, agreed times, and who sees a silence."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from adapters.system.clock import FixedClock
from domain.values import KARACHI
from tests.databases import Database
from tests.delivery.room import Room, room

PARTNER, SECRET = "reintegration", "demo-rein-2026"
_today = datetime.now(KARACHI).replace(hour=16, minute=0, second=0, microsecond=0)
FRIDAY = (_today + timedelta(days=7 + (4 - _today.weekday()) % 7)).astimezone(UTC)
"""A Friday afternoon to come: sessions are judged by the database's own clock, to which a past one would have ended."""
WEEK = [{"day": weekday, "opens": "09:00", "closes": "17:00"} for weekday in ("monday", "tuesday", "wednesday", "thursday", "friday")]
MINUTE = timedelta(minutes=1)


def there(days: int, clock: str) -> datetime:
    """So many days after that Friday, at this time on the wall."""
    hours, minutes = map(int, clock.split(":"))
    return FRIDAY.astimezone(KARACHI).replace(hour=hours, minute=minutes) + timedelta(days=days)


def day(days: int) -> str:
    return there(days, "12:00").date().isoformat()


async def sent(it: Room, **more: Any) -> dict[str, Any]:
    return await it.send(await it.service.sign_in("counsellor.lhe"), PARTNER, urgency="high", **more)


def due(referral: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(referral["answer_by"])


async def the_partner(it: Room) -> str:
    return str((await it.partner(PARTNER)).id)


async def test_whose_hours_a_clock_keeps(database: Database, tmp_path: Path) -> None:
    """The service's where it has some, else the partner's, else around the clock."""
    async with room(database, tmp_path, clock=FixedClock(FRIDAY)) as it:
        admin, id = await it.service.sign_in("admin"), await the_partner(it)
        bare = await sent(it)
        assert (due(bare), bare["working_time"]) == (FRIDAY + timedelta(hours=3), False)
        service = (await admin.get(f"/api/v1/partners/{id}/services"))["items"][0]["id"]
        by_service = await sent(it, service=service)
        assert (due(by_service), by_service["working_time"]) == (there(3, "11:00"), True)
        mornings = [{**one, "closes": "12:00"} for one in WEEK]
        await admin.patch(f"/api/v1/partners/{id}", {"hours": mornings}, 1)
        assert due(await sent(it)) == there(3, "12:00")
        assert due(await sent(it, service=service)) == there(3, "11:00")
        partner = await it.service.partner(PARTNER, SECRET)
        packet = await partner.get(f"/partner/v1/referrals/{by_service['ref']}")
        assert packet["working_time"] is True
        assert datetime.fromisoformat(packet["answer_by"]) == there(3, "11:00")


async def test_a_holiday_and_an_agreement_change_clocks_to_come_and_none_that_runs(database: Database, tmp_path: Path) -> None:
    async with room(database, tmp_path, clock=FixedClock(FRIDAY)) as it:
        admin, id = await it.service.sign_in("admin"), await the_partner(it)
        await admin.patch(f"/api/v1/partners/{id}", {"hours": WEEK}, 1)
        runs = await sent(it)
        eid = await admin.post("/api/v1/holidays", {"day": day(3), "name": "Announced"})
        await admin.post("/api/v1/holidays", {"day": day(3), "name": "Twice"}, 409)
        assert due(await sent(it)) == there(4, "11:00")
        own = {"title": "Own times", "field_groups": ["identity"], "signed_on": day(-5), "expiry_days": 2}
        times = [{"urgency": "high", "number": 5, "unit": "hours"}, {"urgency": "low", "number": 2, "unit": "days"}]
        await admin.post(f"/api/v1/partners/{id}/agreements", {**own, "times": times[:1]}, 409)
        await admin.post(f"/api/v1/partners/{id}/agreements", {**own, "times": times})
        assert due(await sent(it)) == there(4, "13:00")
        assert (await admin.http.delete(f"/api/v1/holidays/{eid['id']}")).status_code == 204
        assert due(await sent(it)) == there(3, "13:00")
        counsellor = await it.service.sign_in("counsellor.lhe")
        assert due(await counsellor.get(f"/api/v1/referrals/{runs['id']}")) == there(3, "11:00")


async def test_reminder_and_expiry_keep_working_time_too(database: Database, tmp_path: Path) -> None:
    clock = FixedClock(FRIDAY)
    async with room(database, tmp_path, clock=clock) as it:
        admin, id = await it.service.sign_in("admin"), await the_partner(it)
        await admin.patch(f"/api/v1/partners/{id}", {"hours": WEEK}, 1)
        referral = await sent(it)

        async def heard(days: int, at: str) -> tuple[list[str], str]:
            clock.on(there(days, at) - clock.now())
            await it.delivery.hear_clocks()
            kinds = [line.kind for line in await it.log(PARTNER)]
            person = await it.service.sign_in("counsellor.lhe")
            return kinds, (await person.get(f"/api/v1/referrals/{referral['id']}"))["state"]

        assert await heard(3, "09:29") == (["referral.sent"], "queued"), "a weekend is no half of three hours"
        assert await heard(3, "09:30") == (["referral.sent", "referral.reminder"], "queued")
        await heard(3, "11:00")
        assert (await heard(10, "16:00"))[1] == "queued", "seven days of the wall are five at the desk"
        assert (await heard(11, "16:00"))[1] == "expired"


async def test_a_silent_partner_is_on_the_board_within_a_minute(database: Database, tmp_path: Path) -> None:
    clock = FixedClock(FRIDAY)
    async with room(database, tmp_path, clock=clock) as it:
        referral = await sent(it)

        async def board() -> tuple[int, list[str]]:
            await it.delivery.hear_clocks()
            supervisor = await it.service.sign_in("supervisor.lhe")
            told = [notice["kind"] for notice in (await supervisor.get("/api/v1/my-day"))["notices"]]
            return (await supervisor.get("/api/v1/board"))["late"]["n"], told

        clock.on(due(referral) - FRIDAY - MINUTE)
        assert await board() == (0, [])
        clock.on(2 * MINUTE)
        assert await board() == (1, ["referral_late"])
        late = await (await it.service.sign_in("supervisor.lhe")).get("/api/v1/referrals?late=true")
        assert [one["id"] for one in late["items"]] == [referral["id"]]
