"""How we answer what partners send us: counted with the writes, by the code of why we declined, and each number has its list."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import update

from adapters.database import migrate
from adapters.database.incoming import INCOMING
from adapters.database.lanes import EVERYWHERE
from adapters.database.statements import Prepared
from domain.figures.answers import counted, own_answers
from domain.periods import Quarter
from tests.incoming.conftest import Desk
from tests.incoming.conftest import desk as desk
from tests.postgres import apart

DUE, LIST = "/api/v1/dashboards/due", "/api/v1/incoming"


def test_what_is_told_of_the_answers() -> None:
    told = {("declined", ""): 2, ("declined", "other"): 2, ("declined", "no_capacity"): 2, ("accepted", ""): 1, ("completed", ""): 2}
    its = own_answers("2026-Q1", "2026-Q4", {**told, ("queued", ""): 5, ("withdrawn", ""): 1})
    assert (its.came, its.taken, its.declined, its.declined_share) == (15, 3, 6, 67)
    assert [(one.code, one.n) for one in its.reasons] == [("no_capacity", 2), ("other", 2), (None, 2)], "as the table has them"
    assert own_answers("2026-Q1", "2026-Q4", {}).declined_share is None


def test_the_quarter_is_that_of_the_coming_in_karachi() -> None:
    midnight = datetime(2026, 9, 30, 19, tzinfo=UTC)
    assert counted("declined", midnight, "other") == ("2026-Q4", "declined", "other")
    assert counted("accepted", datetime(2026, 9, 30, 18, 59, tzinfo=UTC), "other") == ("2026-Q3", "accepted", "")


async def declined(desk: Desk, code: str | None) -> None:
    await desk.sent(reference=str(code))
    words = {"reason": "Full."} | ({"decline_code": code} if code else {})
    await desk.step(await desk.there({"reference": str(code)}), "decline", **words)


async def differing(desk: Desk) -> Any:
    return await desk.service.house.usecases.keeping.figures.differing()


async def test_each_decline_is_counted_by_its_code(desk: Desk) -> None:
    before = (await desk.supervisor.get(DUE))["answers"]["came"]
    for code in ("no_capacity", "other", None, "no_capacity"):
        await declined(desk, code)
    await desk.sent(reference="taken")
    await desk.step(await desk.there({"reference": "taken"}), "accept")
    gone = await desk.sent(reference="gone")
    await desk.says(gone, "withdraw")
    its = (await desk.supervisor.get(DUE))["answers"]
    assert (its["came"] - before, its["taken"], its["declined"], its["declined_share"]) == (6, 1, 4, 80)
    assert [(one["code"], one["n"]) for one in its["reasons"]] == [("no_capacity", 2), ("other", 1), (None, 1)]
    assert Quarter.parse(its["last"]).number - Quarter.parse(its["first"]).number == 3, "the last four"
    period = {"came_from": its["first"], "came_to": its["last"]}
    for asked, n in (({"decline_code": "no_capacity"}, 2), ({"code_unsaid": True}, 1), ({"state": "declined"}, 4)):
        listed = (await desk.supervisor.get(LIST, params={**asked, **period}))["items"]
        assert [one["state"] for one in listed] == ["declined"] * n
    past = {"from": "2020-Q1", "to": "2020-Q4"}
    assert (await desk.supervisor.get(DUE, params=past))["answers"]["came"] == 0
    assert (await desk.supervisor.get(LIST, params={"came_from": "2020-Q1", "came_to": "2020-Q4"}))["items"] == []
    assert (await desk.elsewhere.get(DUE))["answers"]["declined"] == 0
    await desk.elsewhere.get(LIST, 403, params={"centre": "ISB"})
    assert await differing(desk) == ()


async def test_it_is_filled_from_what_stands_and_what_is_wrong_shows(desk: Desk) -> None:
    await declined(desk, "outside_area")
    its, url, role = (await desk.supervisor.get(DUE))["answers"], desk.database.owner_url, desk.database.app_role
    apart(lambda: migrate.downgrade(url, to="0034", app_role=role))
    apart(lambda: migrate.upgrade(url, app_role=role))
    assert (await desk.supervisor.get(DUE))["answers"] == its
    assert await differing(desk) == ()
    async with desk.service.house.database.driver.writing(EVERYWHERE) as lane:
        code = INCOMING.c.decline_code == "outside_area"
        await lane.change(Prepared(update(INCOMING).where(code).values(decline_code="not_eligible")), {})
    assert {name.split()[0] for name, _, _ in await differing(desk)} == {"incoming_figure"}
    await desk.service.house.usecases.keeping.figures.rebuild()
    assert [one["code"] for one in (await desk.supervisor.get(DUE))["answers"]["reasons"]] == ["not_eligible"]
