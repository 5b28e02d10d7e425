"""How people fare, on pages: written down, refused with what was typed, changed, and not shown where it does not belong."""

import re
from datetime import UTC, datetime

from domain.values import day_of
from tests.web.conftest import Desk, main_of, opened_case, plain
from tests.web.conftest import desk as desk


async def test_a_review_is_written_down_and_changed(desk: Desk) -> None:
    she = await desk.sign_in("counsellor.isb")
    file = await opened_case(she)
    assert "Reviews after 3, 6 and 12 months" not in plain(await she.open(file.case))
    assert "Only a case of return and reintegration" in plain(await she.open(f"{file.case}/reviews"))
    case = await she.sent(f"{file.client}/cases", kind="return_reintegration", risk="low")
    sheet = plain(await she.open(case))
    assert "Reviews after 3, 6 and 12 months" in sheet
    assert "Reintegration review after 3 months" in sheet, "among the tasks"
    here, today = f"{case}/reviews", str(day_of(datetime.now(UTC)))
    said = {"round": "m3", "channel": "phone", "held_on": today, "words": "He said wait"}
    refused = await she.send(here, 422, **said, result="reached", economic="65")
    assert 'id="review-m3-economic-fault"' in refused.text
    assert "He said wait" in refused.text
    refused = await she.send(here, 422, **said, result="lost_contact", social="0.5")
    assert "has no scores and no answers" in plain(refused.text)
    await she.send(here, **said, result="reached", economic="0.65", working="yes")
    html = plain(main_of(await she.open(here)))
    assert re.match(r"Case ISB-K-[0-9-]+ · یوسف خان Yousaf Khan Reviews after return", html), "on paper it says whose they are"
    assert "Economic score 0.65 Social score not scored" in html
    await she.send(here, **said, result="reached", economic="0.7", version="1")
    stale = await she.send(here, 412, **said, result="reached", economic="0.1", version="1")
    assert "Someone else changed this record meanwhile" in plain(stale.text)
    assert "Economic score 0.70" in plain(main_of(await she.open(here)))
    twice = await she.send(here, 409, **said, result="reached")
    assert "written down already" in plain(twice.text)
    assert "wrote down a review of reintegration" in plain(await she.open(f"{case}/timeline"))
