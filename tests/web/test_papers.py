"""Papers asked for from a page: where the buttons stand, what the address and the file's name tell, what a refusal looks like."""

import re

from tests.web.conftest import Desk, opened_case, partner_named, plain


async def test_a_letter_is_printed_from_its_referral(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    partner = await partner_named(visitor, file, "Reintegration network")
    share = {"purpose": "share", "form": "written", "language": "ur", "partner": partner, "groups": ["identity"]}
    await visitor.send(f"{file.client}/consents", **share)  # type: ignore[arg-type]
    asked = {"partner": partner, "reason": "Please assess him.", "urgency": "low", "groups": ["identity"]}
    referral = await visitor.sent(f"{file.case}/refer", **asked)  # type: ignore[arg-type]
    assert "Print the letter" not in await visitor.open(referral)
    refused = plain(await visitor.open(f"{referral}/letter", 409))
    assert "No letter may leave" in refused
    assert "Send it first" in refused
    await visitor.open(referral)
    await visitor.send(f"{referral}/steps", step="send", version="1")
    assert f'action="{referral}/letter"' in await visitor.open(referral)
    answer = await visitor.http.get(f"{referral}/letter?language=ur")
    assert answer.status_code == 200
    assert re.fullmatch(r'inline; filename="letter\.(pdf|html)"', answer.headers["content-disposition"])
    assert answer.headers["cache-control"] == "no-store"
    assert not re.search("Yousaf|34201|یوسف", str(answer.url) + str(answer.headers))


async def test_a_summary_is_printed_from_the_case(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    page = plain(await visitor.open(file.case))
    assert "Ask first whether it is safe for them to carry it." in page
    for language in ("", "?language=en", "?language=nonsense"):
        answer = await visitor.http.get(f"{file.case}/summary{language}")
        assert answer.status_code == 200
        assert re.fullmatch(r'inline; filename="summary\.(pdf|html)"', answer.headers["content-disposition"])
    other = await desk.sign_in("counsellor.lhe")
    await other.open(f"{file.case}/summary", 404)
