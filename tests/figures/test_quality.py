"""What open cases are watched for: each number is the length of its list, and goes down with what is done."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, update

from adapters.database.cases import CASE
from adapters.database.consent import CONSENT
from adapters.database.lanes import EVERYWHERE
from adapters.database.schema import UTCDateTime
from adapters.database.statements import Prepared
from adapters.database.watched import WATCH
from domain.cases import Stage
from domain.figures.durations import DAY, LONGER
from domain.figures.quality import Took, closing, standing
from domain.values import day_of
from tests.figures.conftest import Desk
from tests.figures.test_due import plan

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
_OPENED = bindparam("opened", type_=UTCDateTime())
_BEFORE = Prepared(update(CASE).values(opened_at=_OPENED, touched_at=_OPENED))


def test_what_a_case_is_watched_for() -> None:
    day, later = date(2026, 11, 2), date(2026, 11, 3)
    after = NOON + timedelta(days=1)
    assert standing(Stage.open, NOON, after, None, None) == (later, day, None, None)
    assert standing(Stage.in_service, NOON, after, NOON, None) == (later, None, day, None)
    assert standing(Stage.in_service, NOON, after, NOON, after) == (later, None, None, later)
    assert standing(Stage.closed, NOON, after, None, after) == (None,) * 4


def test_how_long_cases_were_open() -> None:
    assert closing({DAY: 3, LONGER: 1}) == ((Took(DAY, 3), Took(LONGER, 1)), DAY, LONGER)
    assert closing({}) == ((), None, None)


async def told(desk: Desk) -> dict[str, int]:
    its = await desk.supervisor.get("/api/v1/dashboards/quality")
    found = {line["what"]: line["n"] for line in its["watched"]}
    for what, n in found.items():
        assert len((await desk.supervisor.get("/api/v1/dashboards/quality/cases", params={"what": what}))["items"]) == n
    for which in ("ending", "ended"):
        found[which] = its[f"consents_{which}"]
        assert len((await desk.supervisor.get("/api/v1/dashboards/quality/consents", params={"which": which}))["items"]) == found[which]
    return found | {"undecided": its["undecided"], "closed": sum(one["n"] for one in its["closing"])}


async def changed(desk: Desk, statement: Prepared, **values: Any) -> None:
    house = desk.service.house
    async with house.database.driver.writing(EVERYWHERE) as lane:
        await lane.change(statement, values)
    await house.usecases.keeping.figures.rebuild()


async def test_what_is_done_goes_off_the_list(desk: Desk) -> None:
    nothing = dict.fromkeys(("untouched", "uncounselled", "unplanned", "unreviewed", "ending", "ended", "undecided", "closed"), 0)
    assert await told(desk) == nothing
    await changed(desk, _BEFORE, opened=datetime.now(UTC) - timedelta(days=40))
    assert await told(desk) == {**nothing, "untouched": 1, "uncounselled": 1}
    base = f"/api/v1/cases/{desk.case}"
    await desk.counsellor.post(f"{base}/sessions", {"channel": "phone", "minutes": 5})
    await desk.counsellor.post(f"{base}/steps", {"step": "start_counselling"})
    await desk.counsellor.post(f"{base}/steps", {"step": "start_service"})
    assert await told(desk) == {**nothing, "unplanned": 1}
    await plan(desk, "2030-01-01")
    assert await told(desk) == nothing
    answers = {"is_cheated": "yes"}
    await desk.counsellor.post(f"{base}/screenings", {"instrument": "short-flags", "answers": answers})
    await desk.supervisor.post(f"{base}/steps", {"step": "close", "outcome": "informed", "reason": "So it is."})
    assert await told(desk) == {**nothing, "closed": 1}
    assert await desk.service.house.usecases.keeping.figures.differing() == ()


async def test_consents_that_end(desk: Desk) -> None:
    consent = await desk.consent("reintegration", "identity")
    made = await desk.draft("reintegration", "identity")
    await desk.step(desk.counsellor, made["id"], "send")
    until, today = Prepared(update(CONSENT).values(valid_to=bindparam("day", type_=CONSENT.c.valid_to.type))), day_of(datetime.now(UTC))
    for days, ending, ended in ((40, 0, 0), (30, 1, 0), (0, 1, 0), (-1, 0, 1), (-91, 0, 0)):
        await changed(desk, until, day=today + timedelta(days=days))
        its = await told(desk)
        assert (its["ending"], its["ended"]) == (ending, ended), days
    await changed(desk, until, day=today - timedelta(days=1))
    await desk.consent("reintegration", "identity")
    assert (await told(desk))["ended"] == 0, "another has taken its place"
    await desk.counsellor.post(f"/api/v1/consents/{consent}/withdrawal")
    assert (await told(desk))["ended"] == 0


async def test_rows_that_are_wrong_are_found_and_put_right(desk: Desk) -> None:
    keeper, driver = desk.service.house.usecases.keeping.figures, desk.service.house.database.driver
    async with driver.writing(EVERYWHERE) as lane:
        await lane.change(Prepared(update(WATCH).values(uncounselled=None)), {})
    assert {name.split()[0] for name, _, _ in await keeper.differing()} == {"case_watch", "wait_figure"}
    assert {one.table: one.wrong for one in await keeper.rebuild()}["wait_figure"] == 1
    assert await keeper.differing() == ()


@pytest.mark.parametrize("query", ["from=2026-12&to=2026-11"])
async def test_a_period_that_ends_before_it_begins_is_refused(desk: Desk, query: str) -> None:
    await desk.supervisor.get(f"/api/v1/dashboards/quality?{query}", 422)
