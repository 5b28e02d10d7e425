"""How many referrals are in which state, kept with the writes: true after every way a referral moves, and a wrong one would show."""

from sqlalchemy import update

from adapters.database.figures import REFERRED
from adapters.database.lanes import EVERYWHERE
from adapters.database.referrals import REFERRAL
from adapters.database.statements import Prepared
from tests.referrals.conftest import Desk


async def differing(desk: Desk) -> tuple[tuple[str, int, int], ...]:
    return await desk.service.house.usecases.keeping.figures.differing()


async def written(desk: Desk, statement: Prepared) -> None:
    """Past everything that keeps figures."""
    async with desk.service.house.database.driver.writing(EVERYWHERE) as lane:
        await lane.change(statement, {})


async def test_a_referral_is_counted_where_it_is(desk: Desk) -> None:
    await desk.consent("reintegration", "identity")
    kept = await desk.draft("reintegration", "identity")
    sent = await desk.draft("reintegration", "identity")
    await desk.step(desk.counsellor, sent["id"], "send")
    assert (await desk.supervisor.get("/api/v1/dashboards/referrals"))["by_state"] == {"draft": 1, "queued": 1}
    assert (await desk.counsellor.get("/api/v1/my-day"))["waiting_for_partner"] == 1

    case = await desk.supervisor.get(f"/api/v1/cases/{desk.case}")
    colleague = (await desk.colleague.get("/api/v1/me"))["id"]
    await desk.supervisor.patch(f"/api/v1/cases/{desk.case}", {"counsellor": colleague}, version=case["version"])
    assert (await desk.counsellor.get("/api/v1/my-day"))["waiting_for_partner"] == 0
    assert (await desk.colleague.get("/api/v1/my-day"))["waiting_for_partner"] == 1

    await desk.step(desk.colleague, kept["id"], "withdraw", reason="Not needed.")
    assert (await desk.supervisor.get("/api/v1/dashboards/referrals"))["by_state"] == {"queued": 1, "withdrawn": 1}
    assert await differing(desk) == ()


async def test_a_recall_counts_each_of_them(desk: Desk) -> None:
    consent = await desk.consent("reintegration", "identity")
    for _ in range(3):
        sent = await desk.draft("reintegration", "identity")
        await desk.step(desk.counsellor, sent["id"], "send")
    await desk.counsellor.post(f"/api/v1/consents/{consent}/withdrawal")
    assert (await desk.supervisor.get("/api/v1/dashboards/referrals"))["by_state"] == {"recalled": 3}
    assert await differing(desk) == ()


async def test_a_figure_that_is_wrong_shows(desk: Desk) -> None:
    await desk.draft("reintegration", "identity")
    assert await differing(desk) == ()
    await written(desk, Prepared(update(REFERRED).values(n=5)))
    assert [(kept, counted) for _, kept, counted in await differing(desk)] == [(5, 1)]
    await written(desk, Prepared(update(REFERRED).values(n=1)))
    await written(desk, Prepared(update(REFERRAL).values(state="queued")))
    assert sorted((kept, counted) for _, kept, counted in await differing(desk)) == [(0, 1), (1, 0)]
