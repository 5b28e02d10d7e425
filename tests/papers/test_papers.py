"""What stands on a letter and on a summary, and what never does, over both databases."""

import re
from html import unescape
from io import BytesIO

import pytest
import segno
from pypdf import PdfReader

from domain.referrals.packet import Stays
from domain.referrals.record import Allowed
from tests.papers.conftest import SHARE, Desk, opened
from tests.web.conftest import plain

NEVER = ("Privatenote", "Privatetext", "3007654321", "Cheated abroad", "cheated", "protection", "Protection")


def read(html: str) -> str:
    return plain(unescape(re.sub("<style>.*?</style>", "", html, flags=re.S)))


def found(text: str, *words: str) -> list[str]:
    return [word for word in words if word in text]


async def test_a_letter_says_what_leaves_and_by_whose_word(desk: Desk) -> None:
    said = read((await desk.letter(language="en")).text)
    assert "Yousaf Khan" in said
    assert "یوسف خان" in said
    assert "34201-0891231-7" in said
    assert "+923001234567" in said
    assert "Please assess him." in said
    assert desk.ref in said
    assert "Returned" in said
    assert "Consent of the client: Thumb mark, given on" in said
    assert "Agreement between us: Sample agreement, signed on 1 January 2024" in said
    assert found(said, *NEVER) == []


async def test_what_nobody_consented_to_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A consent that has run out takes its fields off the letter, and at last the letter itself."""
    await desk.later(days=3)
    said = read((await desk.letter(language="en")).text)
    assert "Yousaf Khan" in said
    assert found(said, "Returned", "Migration") == []
    with monkeypatch.context() as patch:  # the control: a letter that did not ask would be seen
        patch.setattr("domain.referrals.packet._stays", lambda group, wanted, allowed: None if group in wanted else Stays.not_asked)
        assert "Returned" in read((await desk.letter(language="en")).text)
    await desk.later(days=3)
    assert (await desk.letter(409)).json()["type"] == "/problems/no-consent"


async def test_a_letter_needs_a_referral_that_has_left(desk: Desk) -> None:
    asked = {"partner": "reintegration", "reason": "Again.", "field_groups": ["identity"]}
    draft = await desk.counsellor.post(f"/api/v1/cases/{desk.case}/referrals", asked)
    answer = await desk.paper(f"/api/v1/referrals/{draft['id']}/letter", 409)
    assert answer.json()["type"] == "/problems/not-under-way"
    await desk.counsellor.post(f"/api/v1/referrals/{desk.referral}/steps", {"step": "withdraw", "reason": "He found work."})
    assert (await desk.letter(409)).json()["type"] == "/problems/not-under-way"


async def test_withdrawing_consent_takes_the_letter_away(desk: Desk) -> None:
    path = f"/api/v1/clients/{desk.client}/consents"
    for consent in (await desk.counsellor.get(path))["items"]:
        await desk.counsellor.post(f"/api/v1/consents/{consent['id']}/withdrawal")
    await desk.letter(409)


async def test_no_agreement_no_letter(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    partners = await desk.counsellor.get("/api/v1/partners")
    without = next(one for one in partners["items"] if one["verified"])
    await desk.counsellor.post(f"/api/v1/clients/{desk.client}/consents", {**SHARE, "partner": without["id"], "field_groups": ["identity"]})
    asked = {"partner": without["id"], "reason": "Please help.", "field_groups": ["identity"]}
    made = await desk.counsellor.post(f"/api/v1/cases/{desk.case}/referrals", asked)
    with monkeypatch.context() as patch:  # on its way under an agreement that has ended since
        patch.setattr(Allowed, "check", lambda self, wanted: None)
        if made["approval_needed"]:
            supervisor = await desk.service.sign_in("supervisor.isb")
            await desk.counsellor.post(f"/api/v1/referrals/{made['id']}/steps", {"step": "submit"})
            await supervisor.post(f"/api/v1/referrals/{made['id']}/steps", {"step": "approve"})
        else:
            await desk.counsellor.post(f"/api/v1/referrals/{made['id']}/steps", {"step": "send"})
    answer = await desk.paper(f"/api/v1/referrals/{made['id']}/letter", 409)
    assert answer.json()["type"] == "/problems/no-agreement"


async def test_a_summary_is_for_the_client(desk: Desk) -> None:
    said = read((await desk.summary(language="en")).text)
    assert "Yousaf Khan" in said
    assert desk.case_number in said
    assert "In person · Counsellor ISB" in said
    assert "We talked about: False agents" in said
    assert "Bring the passport · by" in said
    assert "Reintegration network" in said
    assert "We promised to speak with you again on" in said
    assert "0304-1112123" in said
    assert found(said, *NEVER, "34201", "+92300") == []


async def test_papers_say_where_to_go(desk: Desk) -> None:
    """The open address of the service that was asked, on the letter and for the client's hands; never a hidden one."""
    admin = await desk.service.sign_in("admin")
    network = next(one for one in (await admin.get("/api/v1/partners"))["items"] if one["key"] == "reintegration")
    (its,) = (await admin.get(f"/api/v1/partners/{network['id']}/services"))["items"]
    await admin.patch(f"/api/v1/partners/{network['id']}/services/{its['id']}", {"hidden_address": "Canaryhouse"}, its["version"])
    asked = {"partner": "reintegration", "service": its["id"], "reason": "A shop.", "field_groups": ["identity"]}
    made = await desk.counsellor.post(f"/api/v1/cases/{desk.case}/referrals", asked)
    await desk.counsellor.post(f"/api/v1/referrals/{made['id']}/steps", {"step": "send"})
    letter = await desk.paper(f"/api/v1/referrals/{made['id']}/letter", language="en")
    for paper in (letter, await desk.summary(language="en")):
        said = read(paper.text)
        assert "Plot 7, Sample Avenue · Islamabad 44000" in said
        assert "Canaryhouse" not in said
    assert "Where to go" not in read((await desk.letter(language="en")).text), "the control: that referral asks no service of the partner"


async def test_a_guarded_summary_tells_a_finder_nothing(desk: Desk) -> None:
    """Of a restricted case the paper names neither subject nor partner nor step."""
    guarded = await opened(desk.service, desk.clock, "gbv_child")
    said = read((await guarded.summary(language="en")).text)
    assert "In person · Counsellor ISB" in said
    assert found(said, "False agents", "Bring the passport", "Reintegration network", *NEVER) == []


async def test_papers_speak_the_clients_language(desk: Desk) -> None:
    """Punjabi is not among the languages of papers, so the next that he speaks is taken."""
    own, urdu = (await desk.letter()).text, (await desk.letter(language="ur")).text
    assert '<html lang="ps" dir="rtl">' in own
    assert "د راجع کولو لیک" in own
    assert '<html lang="ur" dir="rtl">' in urdu
    assert '<bdi dir="ltr">34201-0891231-7</bdi>' in urdu
    assert '<bdi class="own" dir="rtl">یوسف خان</bdi>' in urdu
    assert '<p dir="ltr">Please assess him.</p>' in urdu
    await desk.letter(422, language="fr")


async def test_what_was_printed_stands_in_the_trail(desk: Desk) -> None:
    await desk.letter(language="en")
    await desk.summary()
    lines = {line["action"]: line for line in await desk.trail()}
    assert lines["printed_letter"]["subject"] == desk.referral
    assert lines["printed_letter"]["note"] == "en: identity, contact, migration"
    assert (lines["printed_summary"]["subject"], lines["printed_summary"]["note"]) == (desk.case, "ps")


async def test_a_pdf_carries_its_faces_and_no_name_outside_its_pages(desk: Desk, press: object) -> None:
    answer = await desk.letter(language="ur", form="pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="letter.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    document = PdfReader(BytesIO(answer.content))
    fonts = [one.get_object()["/DescendantFonts"][0] for page in document.pages for one in page["/Resources"]["/Font"].values()]
    files = {font["/BaseFont"].split("+")[-1]: font["/FontDescriptor"] for font in fonts}
    assert any("Naskh" in name for name in files)
    assert all({"/FontFile2", "/FontFile3"} & descriptor.keys() for descriptor in files.values())
    assert not re.search("Yousaf|یوسف|34201", str(document.metadata))
    english = PdfReader(BytesIO((await desk.letter(language="en", form="pdf")).content))
    text = " ".join(page.extract_text() for page in english.pages)
    assert "Yousaf Khan" in text
    assert f"Page 1 of {len(english.pages)}" in text


async def test_the_page_lets_in_its_own_style_and_nothing_else(desk: Desk) -> None:
    answer = await desk.letter(language="en")
    assert answer.headers["content-disposition"] == 'inline; filename="letter.html"'
    policy = answer.headers["content-security-policy"]
    assert re.fullmatch(r"default-src 'none'; style-src 'sha256-[\w+/]+='; font-src data:; frame-ancestors 'none'; base-uri 'none'", policy)
    assert not re.findall(r"(?:src|href)=|url\((?!\"data:font/woff2;)", answer.text)


async def test_the_code_holds_the_reference_alone(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    coded: list[str] = []
    true = segno.make
    monkeypatch.setattr(segno, "make", lambda text, **more: (coded.append(text), true(text, **more))[1])
    await desk.letter()
    await desk.summary()
    assert coded == [desk.ref, desk.case_number]


async def test_nobody_prints_what_they_may_not_see(desk: Desk) -> None:
    desk.counsellor = await desk.service.sign_in("counsellor.lhe")
    await desk.letter(404)
    await desk.summary(404)
    desk.counsellor = await desk.service.sign_in("analyst")
    await desk.letter(403)


async def test_a_plan_goes_home_without_what_would_betray(desk: Desk) -> None:
    """Goals and who does what, in the client's language; no kind of need, no word of the client, no money; of a restricted case nothing."""
    action = {"title": "Bring two photographs", "owner": "client", "due_on": "2099-01-05"}
    needs = [{"kind": "safety", "words": "Privatetext.", "goals": [{"title": "Papers of his own", "actions": [action]}]}]
    body = {"needs": needs, "budget": [{"purpose": "Privatenote", "rupees": 77_777, "source": "x"}]}
    plan = await desk.counsellor.post(f"/api/v1/cases/{desk.case}/plans", body)
    said = read((await desk.paper(f"/api/v1/plans/{plan['id']}/paper", language="en")).text)
    assert found(said, "Papers of his own", "thumb mark", desk.case_number) == ["Papers of his own", "thumb mark", desk.case_number]
    assert "Bring two photographs · you · by 5 January 2099" in said
    assert found(said, *NEVER, "Safety", "77,777", "77777") == []
    assert "زموږ پلان" in read((await desk.paper(f"/api/v1/plans/{plan['id']}/paper")).text), "he speaks Pashto before Urdu"
    assert "printed_plan" in {line["action"] for line in await desk.trail()}
    its = await desk.counsellor.get(f"/api/v1/cases/{desk.case}")
    supervisor = await desk.service.sign_in("supervisor.isb")
    await supervisor.patch(f"/api/v1/cases/{desk.case}", {"sensitivity": "restricted"}, its["version"])
    assert (await desk.paper(f"/api/v1/plans/{plan['id']}/paper", 409)).json()["type"] == "/problems/not-on-paper"
