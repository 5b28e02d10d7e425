"""The desk's work over HTTP: nothing typed is lost, nothing is done twice, what was typed stays text, and roles see their own pages."""

import re

import pytest

from tests.web.conftest import CLIENT, FIA, KEYLESS, Desk, Visitor, opened_case, partner_named, plain

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "'; DROP TABLE client; --",
    "</textarea><svg onload=alert(1)>",
]


async def written(visitor: Visitor, case: str) -> str:
    answer = await visitor.send(
        f"{case}/sessions", 422, channel="in_person", minutes="ninety", note="Came with her brother.", topics="wages"
    )
    return answer.text


async def test_nothing_typed_is_lost(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    page = await written(visitor, file.case)
    assert "Came with her brother.</textarea>" in page
    assert 'value="ninety"' in page
    assert '<a href="#session-minutes">Minutes: A number is needed here.</a>' in page
    assert 'id="session-minutes-fault"' in page
    assert 'aria-invalid="true"' in page
    assert "<title>Please look again: Case – MRC</title>" in page


async def test_a_number_of_twelve_digits_is_told_so_in_each_language(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    await visitor.open("/clients/new")
    answer = await visitor.send("/clients", 422, **{**CLIENT, "cnic": "342010891231", "phone1": "12"})
    assert "This number has 12 digits; a CNIC has 13." in answer.text
    assert "too few or too many digits" in answer.text
    assert 'value="یوسف خان"' in answer.text
    await visitor.http.get("/language/ur")
    answer = await visitor.send("/clients", 422, **{**CLIENT, "cnic": "342010891231"})
    assert "ہندسے ہیں؛ شناختی کارڈ میں 13" in answer.text


async def test_sent_twice_is_done_once(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    for _ in range(3):
        await visitor.send(f"{file.case}/notes", key="the same", text="Once.")
    assert (await visitor.open(file.case)).count("<bdi>Once.</bdi>") == 1
    answer = await visitor.send(f"{file.case}/notes", 422, key="the same", text="Something else.")
    assert "This form was sent before with other answers." in answer.text
    assert "Something else.</textarea>" in answer.text


async def test_every_form_that_makes_something_carries_a_key(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    fia = await partner_named(visitor, file, FIA)
    for path in (file.client, file.case, "/clients/new", "/contacts", f"{file.case}/refer?partner={fia}", "/break-glass"):
        forms = re.findall(r'<form[^>]*method="post".*?</form>', await visitor.open(path), re.S)
        keys = [re.search(r'name="key" value="([^"]+)"', form) for form in forms]
        bare = [form for form, key in zip(forms, keys, strict=True) if key is None]
        assert {action for form in bare for action in re.findall(r'action="([^"]*)"', form)} <= KEYLESS, path
        assert all('name="form_token"' in form for form in forms)


async def test_found_before_registered(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    assert "Register someone new" not in await visitor.open("/clients")
    answer = await visitor.send("/clients/search", 200, q="Yousaf Khan")
    assert "Nobody found" in answer.text
    answer = await visitor.send("/clients/new", 200, q="Yousaf Khan")
    assert 'value="Yousaf Khan"' in answer.text
    file = await opened_case(visitor)
    answer = await visitor.send("/clients/search", 200, q="یوسف خان")
    assert file.client in answer.text
    answer = await visitor.send("/clients", 409, **CLIENT)
    assert "This may be somebody we know" in answer.text
    assert file.client in answer.text
    assert await visitor.sent("/clients", **CLIENT, sure="1") != file.client


async def test_a_contact_becomes_a_client(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    await visitor.open("/contacts")
    place = await visitor.sent(
        "/contacts", channel="whatsapp", name="Yousaf", phone="0300 1234567", question="Is this visa real?", register="1"
    )
    page = await visitor.open(place)
    assert 'value="Yousaf"' in page
    assert 'value="+923001234567"' in page
    client = await visitor.sent(place, **{**CLIENT, "name": "Yousaf"})
    assert f'href="{client}"' in await visitor.open("/contacts")
    answer = await visitor.send(place, 409, **CLIENT)
    assert "This contact has become a client already." in answer.text


async def test_two_people_change_one_record(desk: Desk) -> None:
    one, two = await desk.sign_in("counsellor.isb"), await desk.sign_in("counsellor2.isb")
    file = await opened_case(one)
    version = re.search(r'name="version" value="(\d+)"', await one.open(f"{file.client}/edit"))
    assert version
    await two.send(f"{file.client}/edit", **{**CLIENT, "name": "Yusuf Khan", "version": version.group(1)})
    answer = await one.send(f"{file.client}/edit", 412, **{**CLIENT, "name": "Yousef Khan", "version": version.group(1)})
    said = plain(answer.text)
    assert 'value="Yousef Khan"' in answer.text
    assert "Now in the record: Yusuf Khan" in said
    assert answer.text.count('name="theirs"') == 1
    fresh = re.search(r'name="version" value="(\d+)"', answer.text)
    assert fresh
    await one.send(f"{file.client}/edit", **{**CLIENT, "name": "Yousef Khan", "version": fresh.group(1)})
    assert "Yousef Khan" in await two.open(file.client)


async def test_a_case_changed_by_two_shows_both(desk: Desk) -> None:
    counsellor, supervisor = await desk.sign_in("counsellor.isb"), await desk.sign_in("supervisor.isb")
    file = await opened_case(counsellor)
    first = {"version": "1", "risk": "high", "sensitivity": "normal", "summary": "Mine."}
    await supervisor.open(f"{file.case}/edit")
    await supervisor.send(f"{file.case}/edit", **{**first, "risk": "critical", "summary": "Theirs."})
    answer = await counsellor.send(f"{file.case}/edit", 412, **first)
    assert "Mine.</textarea>" in answer.text
    assert "Now in the record: Theirs." in plain(answer.text)


async def test_what_both_changed_is_chosen_field_by_field(desk: Desk) -> None:
    """One changed the risk and the summary; the other, meanwhile, the summary only: the risk is taken from the record by itself."""
    counsellor, supervisor = await desk.sign_in("counsellor.isb"), await desk.sign_in("supervisor.isb")
    file = await opened_case(counsellor)
    seen = {f"was-{name}": value for name, value in (("risk", "high"), ("summary", "Cheated abroad."), ("sensitivity", "normal"))}
    mine = {"version": "1", "risk": "high", "sensitivity": "normal", "summary": "Mine."}
    await supervisor.open(f"{file.case}/edit")
    await supervisor.send(f"{file.case}/edit", **{**mine, "risk": "critical", "summary": "Theirs."})
    page = (await counsellor.send(f"{file.case}/edit", 412, **mine, **seen)).text
    assert re.findall(r'name="theirs" value="(\w+)"( checked)?', page) == [("risk", " checked"), ("summary", "")]
    assert 'name="was-summary" value="Theirs."' in page, "what was seen now is the ground of the next try"
    await counsellor.send(f"{file.case}/edit", **{**mine, "version": "2"}, theirs=["risk", "counsellor"])
    sheet = plain(await counsellor.open(file.case))
    assert "Risk: Critical" in sheet
    assert "Mine." in sheet


async def test_a_number_that_somebody_took_out_is_not_put_back_unseen(desk: Desk) -> None:
    counsellor, supervisor = await desk.sign_in("counsellor.isb"), await desk.sign_in("supervisor.isb")
    file = await opened_case(counsellor)
    without = {name: value for name, value in CLIENT.items() if not name.startswith("phone1")}
    await supervisor.open(f"{file.client}/edit")
    await supervisor.send(f"{file.client}/edit", version="1", **without)
    page = (await counsellor.send(f"{file.client}/edit", 412, version="1", **CLIENT)).text
    assert {name for name, _ in re.findall(r'name="theirs" value="(\w+)"( checked)?', page)} == {"phone1", "phone1_safe"}
    assert "Now in the record: nothing" in plain(page)


@pytest.mark.parametrize("payload", PAYLOADS)
async def test_what_is_typed_stays_text(desk: Desk, payload: str) -> None:
    visitor = await desk.sign_in("supervisor.isb")
    client = await visitor.sent("/clients", **{**CLIENT, "name": payload, "father_or_husband_name": payload, "contact_note": payload})
    case = await visitor.sent(f"{client}/cases", kind="protection", risk="low", summary=payload)
    await visitor.send(f"{case}/notes", text=payload)
    await visitor.send(f"{case}/tasks", title=payload, due_on="2026-12-01")
    await visitor.send(f"{case}/sessions", channel="phone", minutes="5", topics=payload, note=payload)
    await visitor.send("/contacts", channel="phone", name=payload, question=payload)
    search = await visitor.send("/clients/search", 200, q=payload)
    again = await visitor.send(f"{case}/sessions", 422, channel=payload, minutes=payload, note=payload)
    pages = [await visitor.open(path) for path in (client, case, "/my-cases?whose=mine", "/contacts", f"{client}/edit", f"{case}/edit")]
    for page in (*pages, search.text, again.text):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "<svg onload" not in page
        assert "49" not in re.findall(r"<h1>(.*?)</h1>", page, re.S)
        assert not re.search(r'href="javascript:', page)


async def test_a_name_that_turns_direction_is_read_straight(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    client = await visitor.sent("/clients", **{**CLIENT, "name": "Ali\u202eftp.exe"})
    assert "\u202e" not in await visitor.open(client)


async def test_no_name_in_a_title_or_an_address(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    await visitor.send("/clients/search", 200, q="Yousaf")
    for path in (file.client, file.case, f"{file.client}/edit", f"{file.case}/refer", "/my-cases"):
        await visitor.open(path)
    for answer in visitor.seen:
        address = str(answer.url) + answer.headers.get("location", "")
        title = "".join(re.findall("<title>(.*?)</title>", answer.text, re.S))
        assert not re.search("Yousaf|یوسف|34201|3001234567", address + title)


async def test_each_role_has_its_pages(desk: Desk) -> None:
    own = {
        "counsellor.isb": ({"/my-cases", "/clients", "/referrals", "/contacts"}, {"/approvals", "/board", "/figures"}),
        "supervisor.isb": ({"/my-cases", "/clients", "/referrals", "/approvals", "/board", "/figures"}, set()),
        "analyst": ({"/figures", "/me"}, {"/my-cases", "/clients", "/referrals", "/approvals", "/break-glass", "/contacts"}),
        "dpo": ({"/my-cases", "/clients", "/referrals"}, {"/approvals", "/figures", "/contacts", "/break-glass", "/clients/new"}),
        "admin": ({"/me", "/partners"}, {"/my-cases", "/clients", "/figures", "/approvals", "/board"}),
    }
    for name, (mine, others) in own.items():
        visitor = await desk.sign_in(name)
        for path in mine:
            await visitor.open(path)
        nav = set(re.findall(r'<li><a href="(/[a-z-]+)"', await visitor.open("/me")))
        assert not nav & others, name
        for path in others:
            assert "Ask your supervisor." in await visitor.open(path, 403)


async def test_another_centre_sees_what_is_not_there(desk: Desk) -> None:
    visitor, other = await desk.sign_in("counsellor.isb"), await desk.sign_in("counsellor.lhe")
    file = await opened_case(visitor)
    nowhere = "/cases/00000000-0000-7000-8000-000000000000"
    hidden, absent = plain(await other.open(file.case, 404)), plain(await other.open(nowhere, 404))
    assert hidden == absent
    await other.open("/cases/not-an-id", 404)


async def test_closing_over_something_open(desk: Desk) -> None:
    counsellor, supervisor = await desk.sign_in("counsellor.isb"), await desk.sign_in("supervisor.isb")
    file = await opened_case(counsellor)
    await counsellor.send(f"{file.case}/tasks", title="Ring the sister", due_on="2026-12-01")
    answer = await counsellor.send(f"{file.case}/steps", 409, step="close", outcome="informed")
    assert "Still open in this case: tasks: 1." in plain(answer.text)
    assert 'value="informed" selected' in answer.text
    answer = await counsellor.send(f"{file.case}/steps", 422, step="close")
    assert "Choose an outcome." in answer.text
    await supervisor.open(file.case)
    await supervisor.send(f"{file.case}/steps", step="close", outcome="informed", reason="She left the country.")
    assert "Outcome: Informed" in plain(await counsellor.open(file.case))


async def test_a_restricted_record_opens_for_a_reason(desk: Desk) -> None:
    supervisor, counsellor = await desk.sign_in("supervisor.isb"), await desk.sign_in("counsellor.isb")
    client = await supervisor.sent("/clients", **{**CLIENT, "sensitivity": "restricted"})
    await counsellor.open(client, 404)
    await counsellor.open("/break-glass")
    answer = await counsellor.send("/break-glass", 422, client_number="ISB-C-000001", reason="")
    assert 'value="ISB-C-000001"' in answer.text
    place = await counsellor.sent("/break-glass", client_number="ISB-C-000001", reason="She stands at the desk, her counsellor is away.")
    assert place == client
    await counsellor.open(client)
    assert "A restricted record was opened" in await (await desk.sign_in("dpo")).open("/my-cases")


async def test_a_referral_goes_round(desk: Desk) -> None:
    """Draft, refused without consent, returned, withdrawn, tried with another partner, recalled with the consent."""
    counsellor, supervisor = await desk.sign_in("counsellor.isb"), await desk.sign_in("supervisor.isb")
    file = await opened_case(counsellor)
    fia = await partner_named(counsellor, file, FIA)
    assert "A supervisor approves this before it leaves." in await counsellor.open(f"{file.case}/refer?partner={fia}")
    answer = await counsellor.send(f"{file.case}/refer", 422, partner=fia, reason="", urgency="high", groups=["identity"])
    assert "This cannot be empty." in answer.text
    assert 'value="high" checked' in answer.text
    referral = await counsellor.sent(
        f"{file.case}/refer", partner=fia, reason="Please look into this.", urgency="high", groups=["identity"]
    )
    page = plain(await counsellor.open(referral))
    assert "Nothing about the person leaves." in page
    answer = await counsellor.send(f"{referral}/steps", 409, step="submit", version="1")
    assert "The client has not consented to share this with this partner." in answer.text
    assert "record the consent if they agree" in answer.text
    share = {"purpose": "share", "form": "written", "language": "ur"}
    await counsellor.send(f"{file.client}/consents", 422, **share)
    await counsellor.send(f"{file.client}/consents", **share, partner=fia, groups=["contact"])
    answer = await counsellor.send(f"{referral}/steps", 409, step="submit", version="1")
    assert "No live consent covers: Who they are." in answer.text
    await counsellor.send(f"{file.client}/consents", **share, partner=fia, groups=["identity", "contact"])
    assert "What leaves Who they are Name Yousaf Khan" in plain(await counsellor.open(referral))
    await counsellor.send(f"{referral}/steps", step="submit", version="1")
    await counsellor.send(f"{referral}/steps", 412, step="withdraw", version="1", reason="Too late.")
    await counsellor.send(f"{referral}/steps", 403, step="approve")
    await supervisor.open("/approvals")
    assert referral in (await supervisor.open("/approvals"))
    await supervisor.send(f"{referral}/steps", step="return_to_sender", reason="Say which agent.")
    assert "Say which agent." in await counsellor.open(referral)
    await counsellor.send(f"{referral}/steps", step="withdraw", reason="They changed their mind.")
    other = await partner_named(counsellor, file, "Reintegration network")
    second = await counsellor.sent(f"{referral}/steps", step="reroute", partner=other)
    assert second != referral
    await counsellor.send(f"{file.client}/consents", **share, partner=other, groups=["identity"])
    await counsellor.send(f"{second}/steps", step="send")
    assert "Waiting for Reintegration network, 2 hours left" in plain(await counsellor.open(second))
    withdrawal = re.search(rf'action="({file.client}/consents/[^"]+/withdrawal)"', await counsellor.open(file.client))
    assert withdrawal
    for path in re.findall(rf'action="({file.client}/consents/[^"]+/withdrawal)"', await counsellor.open(file.client)):
        await counsellor.send(path)
    assert "Recalled: consent withdrawn" in await counsellor.open(second)
