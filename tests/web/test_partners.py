"""The directory's pages: the administrator runs it without losing a word, others read it, and a secret is shown once."""

import re

from tests.web.conftest import Desk, Visitor, opened_case, plain

SERVICE = {
    "name": "Shelter for families",
    "offers": "Two rooms.",
    "eligibility": "Families on the way home.",
    "genders": ["female", "male"],
    "age_to": "۶۰",
    "stages": ["returnee"],
    "provinces": ["PK5"],
    "districts": "Gujrat, lahore",
    "hours-monday": "09:00-13:00, 14:00-17:00",
    "languages": ["ps"],
    "documents": "CNIC\n\nLetter of the centre",
    "capacity": "4",
    "waiting": "1",
    "source": "visit",
    "verified": "1",
    "offered": "1",
}


async def network(visitor: Visitor) -> str:
    found = re.search(r'href="(/partners/[0-9a-f-]{36})"><bdi>Reintegration network<', await visitor.open("/partners"))
    assert found
    return found.group(1)


async def test_a_partner_is_added_and_its_particulars_changed(desk: Desk) -> None:
    admin = await desk.sign_in("admin")
    await admin.open("/partners/new")
    again = await admin.send("/partners", 422, name="Edhi", partner_key="Edhi Foundation", kind="ngo")
    assert "A key is small letters" in again.text
    assert 'value="Edhi"' in again.text
    taken = await admin.send("/partners", 409, name="Edhi", partner_key="fia", kind="ngo")
    assert 'href="#partner-partner_key"' in taken.text
    made = await admin.sent("/partners", name="Edhi", partner_key="edhi", kind="ngo", source="their site")
    page = plain(await admin.open(made))
    assert "Takes referrals. not verified (source: their site)" in page
    assert "No agreement: nothing leaves for this partner." in page
    await admin.send(made, version="1", name="Edhi Foundation", kind="ngo", source="their site", verified="1")
    assert "Paused: takes no referrals. Checked." in plain(await admin.open(made))
    stale = await admin.send(made, 412, version="1", name="Mine", kind="ngo", source="x", active="1")
    assert "Now in the record: Edhi Foundation" in plain(stale.text)
    assert 'value="Mine"' in stale.text
    bare = await admin.send(made, 422, version="2", name="Mine", kind="ngo", source="", verified="1")
    assert 'href="#particulars-source"' in bare.text


async def test_a_service_is_typed_and_found(desk: Desk) -> None:
    admin, counsellor = await desk.sign_in("admin"), await desk.sign_in("counsellor.isb")
    place = await network(admin)
    assert "Add a service" in await admin.open(f"{place}/services/new")
    wrong = {**SERVICE, "hours-monday": "9 to 5", "districts": "Gujrat, Atlantis", "age_from": "70"}
    again = await admin.send(f"{place}/services", 422, **wrong)
    for words in ("closing comes after opening", "There is no district of this name", 'value="9 to 5"', 'value="Gujrat, Atlantis"'):
        assert words in again.text, words
    turned = await admin.send(f"{place}/services", 422, **{**SERVICE, "age_from": "70"})
    assert 'href="#service-age_to"' in turned.text
    await admin.send(f"{place}/services", **SERVICE)
    page = await admin.open(place)
    for words in (
        "Female, Male, Returned, up to 60 years ; Families on the way home.",
        "Khyber Pakhtunkhwa, Gujrat, Lahore",
        "3 places left of 4, 1 waiting there",
        "CNIC ; Letter of the centre",
        "Monday 09:00–13:00, 14:00–17:00",
    ):
        assert words in plain(page), words
    its = re.search(rf'href="({place}/services/[0-9a-f-]{{36}})" aria-label="Change: Shelter for families"', page)
    assert its
    form = await admin.open(its.group(1))
    assert 'value="09:00-13:00, 14:00-17:00"' in form
    assert 'value="Gujrat, Lahore"' in form
    file = await opened_case(counsellor)
    assert "Shelter for families" in await counsellor.open(f"{file.case}/refer?need=shelter&where=PK610")
    await admin.send(its.group(1), **{**SERVICE, "version": "1", "offered": ""})
    assert "Shelter for families" not in await counsellor.open(f"{file.case}/refer?need=shelter&where=PK610")
    stale = await admin.send(its.group(1), 412, **{**SERVICE, "version": "1", "name": "Mine"})
    assert "Now in the record: Shelter for families" in plain(stale.text)
    await admin.send(f"{its.group(1)}/confirmation")
    assert "Confirmed not yet" not in plain(await admin.open(place))


async def test_an_agreement_is_signed_and_ended(desk: Desk) -> None:
    admin = await desk.sign_in("admin")
    place = await network(admin)
    again = await admin.send(f"{place}/agreements", 422, title="Memorandum", signed_on="")
    assert "Choose at least one." in again.text
    turned = await admin.send(f"{place}/agreements", 422, title="M", groups=["identity"], signed_on="2026-05-01", valid_to="2026-04-01")
    assert 'href="#agreement-valid_to"' in turned.text
    sent = {"title": "Memorandum", "groups": ["identity", "health"], "signed_on": "2026-05-01", "purposes": "Reintegration."}
    await admin.send(f"{place}/agreements", **sent)
    page = await admin.open(place)
    assert "Memorandum in force signed 1 May 2026 What may leave Who they are, Health What it is for Reintegration." in plain(page)
    ends = re.findall(rf'action="({place}/agreements/[0-9a-f-]+/end)"', page)
    assert len(ends) == 2
    for path in ends:
        await admin.send(path)
    assert "no agreement in force" in await admin.open("/partners")
    await admin.send(ends[0], 409)


async def test_a_secret_is_shown_once(desk: Desk) -> None:
    admin = await desk.sign_in("admin")
    place = await network(admin)
    await admin.open(place)
    shown = await admin.send(f"{place}/credentials", 200, key="one")
    secret = re.search(r'class="id long">([A-Za-z0-9_-]{40,})<', shown.text)
    assert secret
    grant = {"grant_type": "client_credentials", "client_id": "reintegration", "client_secret": secret.group(1)}
    assert (await admin.http.post("/api/v1/auth/token", data=grant)).status_code == 200
    again = await admin.send(f"{place}/credentials", 200, key="one")
    assert secret.group(1) not in again.text
    assert "This secret was shown before." in again.text
    assert secret.group(1) not in await admin.open(place)


async def test_the_post_is_read_and_sent_again(desk: Desk) -> None:
    admin = await desk.sign_in("admin")
    use, place = desk.house.usecases, await network(admin)
    grant = {"grant_type": "client_credentials", "client_id": "reintegration", "client_secret": "demo-rein-2026"}
    token = (await admin.http.post("/api/v1/auth/token", data=grant)).json()["access_token"]
    actor = await use.identity.actor(token)
    await use.endpoints.set_endpoint(actor, "http://127.0.0.1:9/none")
    await use.endpoints.test_endpoint(actor, None)
    assert "endpoint.test Waiting" in plain(await admin.open(place))
    await use.delivery.carry()
    await use.delivery.rest(10)
    assert re.search(r"endpoint\.test Waiting today \d\d:\d\d · 1 attempt · unavailable · next", plain(await admin.open(place)))
    assert "1 message does not arrive" in await admin.open("/partners")
    await admin.send(f"{place}/endpoint", version="1", disabled="1")
    page = await admin.open(place)
    assert "address switched off" in page
    assert "Switch it on again" in page
    await admin.send(f"{place}/endpoint", 412, version="1")
    log, _ = await use.endpoints.deliveries(actor, 1)
    await admin.send(f"{place}/deliveries/{log[0].id}/replay", 409)


async def test_the_post_is_held_back_and_a_range_sent_again(desk: Desk) -> None:
    admin = await desk.sign_in("admin")
    use, place = desk.house.usecases, await network(admin)
    grant = {"grant_type": "client_credentials", "client_id": "reintegration", "client_secret": "demo-rein-2026"}
    actor = await use.identity.actor((await admin.http.post("/api/v1/auth/token", data=grant)).json()["access_token"])
    await admin.send(f"{place}/pause", 422, on="1")
    await use.endpoints.set_endpoint(actor, "http://127.0.0.1:9/none")
    assert "nothing was tried in the last seven days" in plain(await admin.open(place))
    assert "Send a range again" not in await admin.open(place), "there is nothing to send"
    paused = await admin.send(f"{place}/pause", on="1")
    assert paused.headers["location"].endswith("?done=post-paused#endpoint")
    await use.endpoints.test_endpoint(actor, None)
    await use.delivery.carry()
    page = plain(await admin.open(place))
    assert "notices held back" in page
    assert "1 notice waits" in page
    assert "endpoint.test Waiting" in page
    assert "0 attempts" in page
    await admin.send(f"{place}/pause")
    await use.delivery.carry()
    await use.delivery.rest(10)
    page = plain(await admin.open(place))
    assert "notices held back" not in page
    assert "in the last seven days 0 of 1 arrived" in page
    assert re.search(r"last failure today \d\d:\d\d: unavailable", page)
    again = await admin.send(f"{place}/deliveries/replay", 422, since="", only_given_up="1")
    assert 'href="#range-since"' in again.text
    turned = await admin.send(f"{place}/deliveries/replay", 422, since="2026-05-02", until="2026-04-02")
    assert 'href="#range-until"' in turned.text
    assert 'value="2026-04-02"' in turned.text
    again = await admin.send(f"{place}/deliveries/replay", since="2020-01-01")
    assert again.headers["location"].endswith("?done=range-replayed#post")


async def test_others_read_and_run_nothing(desk: Desk) -> None:
    counsellor = await desk.sign_in("counsellor.isb")
    place = await network(counsellor)
    page = await counsellor.open(place)
    assert "Sample agreement" in page
    for words in ("Their system", "Change the particulars", "Confirm today", "End it", "Add a service"):
        assert words not in page, words
    assert '<li><a href="/partners"' not in page, "it is no place of hers"
    assert '<li><a href="/partners"' in await (await desk.sign_in("admin")).open("/me"), "the control"
    for path in (place, f"{place}/services", f"{place}/agreements", f"{place}/credentials", f"{place}/endpoint", f"{place}/pause"):
        await counsellor.send(path, 403, name="x")
    await counsellor.open("/partners/new", 403)
    await counsellor.open("/partners/00000000-0000-7000-8000-000000000000", 404)


async def test_the_post_goes_on_behind_its_first_page(desk: Desk) -> None:
    admin = await desk.sign_in("admin")
    use, place = desk.house.usecases, await network(admin)
    grant = {"grant_type": "client_credentials", "client_id": "reintegration", "client_secret": "demo-rein-2026"}
    actor = await use.identity.actor((await admin.http.post("/api/v1/auth/token", data=grant)).json()["access_token"])
    await use.endpoints.set_endpoint(actor, "http://127.0.0.1:9/none")
    for _ in range(31):
        await use.endpoints.test_endpoint(actor, None)
    page, shown = await admin.open(place), 0
    while further := re.search(r'href="(/partners/[^"?]+\?after=[0-9a-f-]{36})#post"', page):
        shown += page.count("endpoint.test")
        page = await admin.open(further[1])
    log, _ = await use.endpoints.deliveries(actor, 100)
    assert shown + page.count("endpoint.test") == len(log) > 30
