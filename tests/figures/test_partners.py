"""How partners answer, by API: every way a referral goes is counted, and the count is what a fresh one gives."""

from datetime import datetime

from sqlalchemy import update

from adapters.database.figures import ANSWERED
from adapters.database.lanes import EVERYWHERE
from adapters.database.statements import Prepared
from domain.periods import last_quarters
from tests.figures.conftest import Desk

PATH = "/api/v1/dashboards/partners"


async def differing(desk: Desk) -> tuple[tuple[str, int, int], ...]:
    return await desk.service.house.usecases.keeping.figures.differing()


async def test_how_partners_answer(desk: Desk) -> None:
    partner = await desk.service.partner("reintegration", "demo-rein-2026")
    await desk.consent("reintegration", "identity")
    refs = []
    for _ in range(3):
        one = await desk.draft("reintegration", "identity")
        refs.append((await desk.step(desk.counsellor, one["id"], "send"))["ref"])
    await desk.draft("reintegration", "identity")
    for ref, steps in zip(refs, (("seen", "accept", "complete"), ("decline",), ()), strict=True):
        for step in steps:
            more = {"reason": "Full."} if step == "decline" else {"outcome": "Helped."} if step == "complete" else {}
            await partner.post(f"/partner/v1/referrals/{ref}/steps", {"step": step, **more})
    told = await desk.supervisor.get(PATH)
    assert told["centres"] == ["ISB"]
    assert (told["first"], told["last"]) == last_quarters(datetime.fromisoformat(told["as_of"]), 2), "as they answer now"
    (line,) = [one for one in told["lines"] if one["whole"] and one["sent"] == 3]
    assert (line["acknowledged"], line["answered"], line["silent"]) == (2, 2, 0)
    assert (line["acknowledge_median"], line["answer_most"]) == (900, 900), "at most a quarter of an hour"
    assert (line["completion_share"], line["declined_share"], line["late"]) == (50, 50, 0)
    assert await differing(desk) == ()

    assert (await desk.supervisor.get(PATH, params={"from": "2019-Q1", "to": "2019-Q4"}))["lines"] == []
    await desk.supervisor.get(PATH, params={"from": "2026-Q2", "to": "2026-Q1"}, expect=422)
    await desk.supervisor.get(PATH, params={"centre": "LHE"}, expect=403)

    async with desk.service.house.database.driver.writing(EVERYWHERE) as lane:
        await lane.change(Prepared(update(ANSWERED).values(n=9)), {})
    assert {kept for _, kept, _ in await differing(desk)} == {9}, "the control: a wrong one shows"
