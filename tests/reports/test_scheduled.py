"""Reports made after each period: once, whoever starts again; told without a figure; fetched by whom it was made for; gone in time."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from adapters.database.lanes import EVERYWHERE
from adapters.database.report_schedules import FILE
from adapters.database.statements import Prepared
from adapters.system.clock import FixedClock
from domain.identity import Role, Staff
from domain.reports.built_in import ReportCode
from domain.reports.period import Cycle, latest
from domain.reports.schedule import KEPT_FOR, ReportSchedule
from domain.reports.sheet import FileKind
from domain.values import CentreCode, Language, StaffId, day_of
from service.usecases.identity import HOUSE_ACTOR
from service.web.catalogue import LANGUAGES
from service.web.mails import PageMailWriter
from service.wiring import wire
from tests.databases import Database
from tests.delivery.room import Room, room
from tests.evidence.conftest import people
from tests.service import settings_for

SCHEDULED = "/api/v1/reports/scheduled"
AT = datetime(2025, 5, 2, 6, tzinfo=UTC)
_FILES = Prepared(select(*(FILE.c[name] for name in ("period", "owner", "content", "mail_to"))).order_by(FILE.c.id))


def body(**more: Any) -> dict[str, Any]:
    its = {"report": "trafficking", "centre": "ISB", "cycle": "quarter", "language": "ur", "kind": "csv", "mail_to": "boss@mrc.example"}
    return {**its, **more}


def _schedule(**more: Any) -> ReportSchedule:
    its = (StaffId(HOUSE_ACTOR.id), ReportCode.centre, Cycle.quarter, True, None, FileKind.excel, Language.english, "", AT)
    made = ReportSchedule(HOUSE_ACTOR.id, CentreCode("ISB"), *its)
    for name, value in more.items():
        setattr(made, name, value)
    return made


def test_what_is_due_is_the_last_period_then_each_that_ended_since() -> None:
    def due(made_for: str, today: date) -> str:
        found = _schedule(made_for=made_for).due(today)
        return found.name if found else ""

    assert due("", date(2026, 11, 22)) == "2026-Q3"
    assert due("2026-Q3", date(2026, 12, 31)) == ""
    assert due("2026-Q3", date(2027, 1, 1)) == "2026-Q4"
    assert due("2026-Q1", date(2027, 1, 1)) == "2026-Q2", "one after another, none is left out"


def test_whoever_left_gets_none() -> None:
    def staff(role: Role, *centres: str, active: bool = True) -> Staff:
        return Staff(StaffId(HOUSE_ACTOR.id), "x", "x", role, tuple(map(CentreCode, centres)), "", active=active)

    assert _schedule().may(staff(Role.supervisor, "ISB"))
    gone = (staff(Role.supervisor, "ISB", active=False), staff(Role.supervisor, "LHE"), staff(Role.counsellor, "ISB"))
    assert not any(_schedule().may(one) for one in gone)


async def _rows(it: Room) -> list[tuple[Any, ...]]:
    async with it.service.house.database.driver.reading(EVERYWHERE) as lane:
        return await lane.rows(_FILES, {})


def mails(folder: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in sorted((folder / "mail").glob("*"))]


async def test_made_once_told_without_a_figure_fetched_and_cleared(samples: Database, tmp_path: Path) -> None:
    clock = FixedClock(datetime.now(UTC))
    last = latest(Cycle.quarter, day_of(clock.now())).name
    async with room(samples, tmp_path, clock=clock) as it:
        await people(it.service, 40, agreed=0)
        boss, elsewhere = [await it.service.sign_in(one) for one in ("supervisor.isb", "supervisor.lhe")]
        await boss.post(SCHEDULED, body(centre="LHE"), 403)
        await boss.post(SCHEDULED, body(mail_to="nobody"), 422)
        await boss.post(SCHEDULED, body(report="statistics"), 422)
        await (await it.service.sign_in("counsellor.isb")).post(SCHEDULED, body(), 403)
        made = await boss.post(SCHEDULED, body())
        tend = it.service.house.usecases.scheduled_reports.tend
        assert await tend() > 0
        assert await tend() == 0
        again = wire(settings_for(samples, tmp_path), clock=clock)
        assert await again.usecases.scheduled_reports.tend() == 0, "another worker finds it done"
        await again.close()
        (mine,) = [one for one in (await boss.get(SCHEDULED))["items"] if one["id"] == made["id"]]
        assert [file["period"] for file in mine["files"]] == [last]
        assert all(b"#indicator+num" not in bytes(content) for _, _, content, _ in await _rows(it)), "sealed as it lies there"
        assert len([text for text in mails(tmp_path) if "boss@mrc.example" in text]) == 1
        told = [one["kind"] for one in (await boss.get("/api/v1/my-day"))["notices"]]
        assert told.count("report_ready") == 2, "this one, and that of the sample house"
        path = f"{SCHEDULED}/files/{mine['files'][0]['id']}"
        answer = await boss.http.get(path)
        assert answer.status_code == 200
        assert "#indicator+num" in answer.text
        assert (await elsewhere.http.get(path)).status_code == 404
        assert (await elsewhere.http.delete(f"{SCHEDULED}/{made['id']}")).status_code == 404
        clock.on(timedelta(days=100))
        assert await tend() > 0
        boss = await it.service.sign_in("supervisor.isb")
        (mine,) = [one for one in (await boss.get(SCHEDULED))["items"] if one["id"] == made["id"]]
        periods = [file["period"] for file in mine["files"]]
        assert periods, "a quarter has ended"
        assert last not in periods, "the first has expired"
        assert (await boss.http.get(path)).status_code == 404
        assert (await boss.http.delete(f"{SCHEDULED}/{made['id']}")).status_code == 204
        trail = await (await it.service.sign_in("dpo")).get("/api/v1/audit?limit=100")
        actions = {line["action"] for line in trail["items"]}
        assert {"report_subscribed", "report_made", "fetched_report", "report_ended"} <= actions
    assert timedelta(days=100) > KEPT_FOR


def test_the_mail_says_no_figure() -> None:
    """Not a digit but in the link, in any language, for any report."""
    for code in ReportCode:
        for language in LANGUAGES:
            mail = PageMailWriter().report_ready("boss@mrc.example", code, language, "https://mrc.example/reports/scheduled", "1")
            assert not any(char.isdigit() for char in mail.subject + mail.text), mail.text
            assert "https://mrc.example/reports/scheduled" in mail.text
