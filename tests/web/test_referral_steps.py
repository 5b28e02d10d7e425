"""The page of a referral: who is offered which step, the question above the answer, and each step by mouse."""

import re

import httpx
import pytest
from playwright.async_api import Browser

from tests.web.conftest import Desk, File, Live, Visitor, opened_case, partner_named, plain
from tests.web.hands import contact_to_client, fold, open_case, person, said

NETWORK, SECRET = "reintegration", "demo-rein-2026"
ASKED = "In which month did he come back?"


async def sent(visitor: Visitor, file: File) -> str:
    partner = await partner_named(visitor, file, "Reintegration network")
    share = {"purpose": "share", "form": "written", "language": "ur"}
    await visitor.send(f"{file.client}/consents", **share, partner=partner, groups=["identity"])
    referral = await visitor.sent(f"{file.case}/refer", partner=partner, reason="A tyre shop.", urgency="low", groups=["identity"])
    page = await visitor.open(referral)
    assert "It leaves at once, with what is listed below." in plain(page)
    done = await visitor.send(f"{referral}/steps", step="send", version="1")
    assert "Sent. The partner is being told now." in await visitor.open(done.headers["location"])
    return referral


async def asks(http: httpx.AsyncClient, **step: str) -> None:
    grant = {"grant_type": "client_credentials", "client_id": NETWORK, "client_secret": SECRET}
    token = (await http.post("/api/v1/auth/token", data=grant)).json()["access_token"]
    head = {"Authorization": f"Bearer {token}"}
    ref = (await http.get("/partner/v1/referrals", headers=head)).json()["items"][0]["ref"]
    answer = await http.post(f"/partner/v1/referrals/{ref}/steps", json=step, headers=head)
    assert answer.status_code == 200, answer.text


def forms(page: str) -> set[str]:
    """Where the forms of a page go, but for those of its frame."""
    return set(re.findall(r'<form[^>]*action="([^"]*)"[^>]*method="post"', page)) - {
        "/clients/search",
        "/sign-out",
        "/lock",
        "/me/language",
    }


async def test_the_question_stands_above_the_answer(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    referral = await sent(visitor, file)
    await asks(desk.stranger().http, step="need_information", note=ASKED)
    page = await visitor.open(referral)
    answer = re.search(r'<form class="form one".*?</form>', page, re.S)
    assert answer
    assert f"What they ask {ASKED} Your answer" in plain(answer.group())
    await visitor.send(f"{referral}/steps", 422, step="answer", note="")
    done = await visitor.send(f"{referral}/steps", step="answer", note="In May.")
    assert "Your answer is on its way to the partner." in await visitor.open(done.headers["location"])
    assert "What was answered In May." in plain(await visitor.open(referral))


async def test_a_colleague_is_offered_no_form_that_would_be_refused(desk: Desk) -> None:
    visitor, colleague, supervisor = [await desk.sign_in(name) for name in ("counsellor.isb", "counsellor2.isb", "supervisor.isb")]
    file = await opened_case(visitor)
    referral = await sent(visitor, file)
    steps = f"{referral}/steps"
    assert forms(await visitor.open(referral)) == {steps}
    assert forms(await supervisor.open(referral)) == {steps}
    page = await colleague.open(referral)
    assert forms(page) == set()
    assert "The counsellor of the case or a supervisor takes the next step." in page
    await colleague.send(steps, 404, step="withdraw", reason="x")
    sheet, own = await colleague.open(file.case), await visitor.open(file.case)
    for path in ("/refer", "/edit"):
        assert f'href="{file.case}{path}"' not in sheet
        assert f'href="{file.case}{path}"' in own, "the control"
        await colleague.open(f"{file.case}{path}", 404)
    assert f"{file.case}/steps" not in forms(sheet)
    assert f"{file.case}/notes" in forms(sheet), "adding to a file of the centre is for everybody who counsels there"


async def test_the_officer_reads_and_moves_nothing(desk: Desk) -> None:
    visitor, officer = await desk.sign_in("counsellor.isb"), await desk.sign_in("dpo")
    file = await opened_case(visitor)
    referral = await sent(visitor, file)
    page = await officer.open(referral)
    assert forms(page) == set()
    assert "takes the next step" not in page
    assert "What leaves Who they are" in plain(page)


@pytest.mark.browser
async def test_each_step_by_mouse(browser: Browser, live_sqlite: Live) -> None:
    async with person(browser, live_sqlite, "counsellor.isb") as page:
        await contact_to_client(page)
        await fold(page, "Record a consent")
        await page.get_by_label("Sharing with a partner").check()
        await page.locator("#consent-partner").select_option(label="Reintegration network")
        await page.locator("#consent-groups").get_by_label("Who they are").check()
        await page.get_by_label("Thumb mark").check()
        await page.get_by_role("button", name="Record the consent").click()
        case = await open_case(page)
        async with httpx.AsyncClient(base_url=live_sqlite.url, trust_env=False) as partner:
            for end in ("Withdraw", "Close"):
                await page.goto(f"{case}/refer?need=reintegration+network")
                await page.get_by_role("link", name="Reintegration package").first.click()
                await page.get_by_label("What do you ask of them?").fill("A tyre shop.")
                await page.get_by_role("button", name="Save the draft").click()
                await page.get_by_role("button", name="Send now").click()
                await said(page, "Sent. The partner is being told now.")
                await asks(partner, step="need_information", note=ASKED)
                await page.reload()
                await said(page, ASKED)
                await page.get_by_label("Your answer").fill("In May.")
                await page.get_by_role("button", name="Answer the partner").click()
                await said(page, "What was answered")
                await asks(partner, step="accept")
                await page.reload()
                await fold(page, end)
                await page.get_by_label("Why?" if end == "Withdraw" else "What became of it?").fill("They said so by telephone.")
                await page.get_by_role("button", name=end, exact=True).click()
                await said(page, "The referral is withdrawn." if end == "Withdraw" else "The referral is closed.")
                if end == "Withdraw":
                    await fold(page, "Try another partner")
                    await page.locator("#step-reroute-partner").select_option(label="Akhuwat")
                    await page.get_by_role("button", name="Try another partner").click()
                    await said(page, "Referral to Akhuwat")
