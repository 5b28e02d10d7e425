"""The pages of one's own account and of the staff: what they keep, what they never show again, and who is led where first."""

import re
from datetime import timedelta
from html import unescape

import pyotp

from tests.web.conftest import PASSWORD, Desk, Visitor, plain

NEW = "marmot kettle orbit sandal"


async def signed_in(desk: Desk, username: str, password: str) -> Visitor:
    visitor = desk.stranger()
    await visitor.open("/sign-in")
    await visitor.send("/sign-in", username=username, password=password)
    return visitor


async def added(admin: Visitor, **more: str | list[str]) -> str:
    """The password that is handed over."""
    await admin.open("/staff/new")
    form = {"username": "gul.isb", "name": "Gul Bano", "role": "counsellor", "centres": ["ISB"], **more}
    page = (await admin.send("/staff", 200, key="once", **form)).text
    found = re.search(r'class="id handed">([a-z2-9-]{19})<', page)
    assert found, plain(page)
    return found.group(1)


async def place_of(admin: Visitor, name: str) -> tuple[str, str]:
    """The address of somebody's page and the version that its forms carry."""
    found = re.search(rf'href="(/staff/[0-9a-f-]{{36}})"><bdi>{re.escape(name)}<', await admin.open("/staff"))
    assert found
    version = re.search(r'name="version" value="(\d+)"', await admin.open(found.group(1)))
    assert version
    return found.group(1), version.group(1)


async def test_a_handed_password_leads_to_its_change_from_everywhere(desk: Desk) -> None:
    admin = await desk.sign_in("admin")
    handed = await added(admin)
    visitor = await signed_in(desk, "gul.isb", handed)
    for path in ("/start", "/me", "/my-cases", "/clients", "/staff", "/me/second-factor"):
        answer = await visitor.http.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/me/password"), path
    page = await visitor.open("/me/password")
    assert "handed to you" in page
    assert "/my-cases" not in page, "no place is shown that would not open"
    for path in ("/clients/search", "/contacts", "/me/sessions/end"):
        assert (await visitor.send(path)).headers["location"] == "/me/password"
    await visitor.send("/me/language", language="ur", back="/me/password")
    assert 'dir="rtl"' in await visitor.open("/me/password")
    await visitor.send("/me/password", present=handed, password=NEW, password_again=NEW)
    await visitor.open("/my-cases")
    again = await signed_in(desk, "gul.isb", NEW)
    await again.open("/my-cases")


async def test_a_handed_password_says_how_long_it_works_and_then_what_to_do(desk: Desk) -> None:
    admin = await desk.sign_in("admin")
    handed = await added(admin)
    assert "It works for 72 hours." in plain(admin.seen[-1].text)
    path, _ = await place_of(admin, "Gul Bano")
    assert "handed over, not chosen yet, works until" in plain(await admin.open(path))
    desk.clock.ahead = timedelta(hours=72, minutes=1)
    late = desk.stranger()
    await late.open("/sign-in")
    said = plain((await late.send("/sign-in", 401, username="gul.isb", password=handed)).text)
    assert "This password was handed to you for 72 hours, and they are over." in said
    assert "Ask an administrator to make a new one." in said
    admin = await desk.sign_in("admin")
    assert "no longer works; make a new one below" in plain(await admin.open(path))


async def test_a_form_sent_twice_shows_no_password_twice(desk: Desk) -> None:
    admin = await desk.sign_in("admin")
    handed = await added(admin)
    form = {"username": "gul.isb", "name": "Gul Bano", "role": "counsellor", "centres": ["ISB"]}
    again = (await admin.send("/staff", 200, key="once", **form)).text
    assert handed not in again
    assert "It was shown once." in again
    path, _ = await place_of(admin, "Gul Bano")
    assert handed not in await admin.open(path)
    refused = await admin.send("/staff", 409, **form)
    assert "Somebody signs in by this name already." in refused.text
    assert 'value="Gul Bano"' in refused.text


async def test_no_page_shows_a_password_again_or_keeps_it(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    for fields in (
        {"present": PASSWORD, "password": NEW, "password_again": "another one altogether"},
        {"present": "wrong-word", "password": NEW, "password_again": NEW},
        {"present": PASSWORD, "password": "short", "password_again": "short"},
        {"present": PASSWORD, "password": "counsellor.isb1", "password_again": "counsellor.isb1"},
    ):
        page = (await visitor.send("/me/password", 422, **fields)).text
        assert not [word for word in fields.values() if word in page], plain(page)
        assert 'aria-invalid="true"' in page
    other = await desk.sign_in("counsellor.isb")
    await other.send("/me/sessions/end")
    kept = (await visitor.send("/me/passkeys", 401, name="Desk telephone", present=PASSWORD, password=NEW)).text
    sealed = kept.split('name="kept" value="')[1].split('"')[0]
    again = desk.stranger()
    await again.open("/sign-in")
    shown = (await again.send("/sign-in", 200, username="counsellor.isb", password=PASSWORD, kept=sealed)).text
    assert "Desk telephone" in shown, "the control: what is no secret is kept"
    assert PASSWORD not in shown
    assert NEW not in shown


async def test_changing_the_password_keeps_this_page_and_ends_the_others(desk: Desk) -> None:
    here, there = await desk.sign_in("counsellor.isb"), await desk.sign_in("counsellor.isb")
    answer = await here.send("/me/password", present=PASSWORD, password=NEW, password_again=NEW)
    assert answer.headers["location"] == "/me?done=password"
    await here.open("/me")
    await there.open("/me", 303)


async def test_the_code_is_set_up_by_what_the_page_shows(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    page = await visitor.open("/me/second-factor")
    secret = re.search(r'class="id long groups">([A-Z2-7 ]+)<', page)
    assert secret
    codes = pyotp.TOTP(secret.group(1).replace(" ", ""))
    assert codes.secret not in page.replace(secret.group(0), ""), "nowhere else, not in an address"
    ticket = page.split('name="ticket" value="')[1].split('"')[0]
    wrong = (await visitor.send("/me/second-factor", 422, ticket=ticket, code="000000")).text
    assert secret.group(0) in wrong, "the same secret once more"
    colleague = await desk.sign_in("counsellor2.isb")
    await colleague.send("/me/second-factor", 422, ticket=ticket, code=codes.at(desk.clock.now()))
    await visitor.send("/me/second-factor", ticket=ticket, code=codes.at(desk.clock.now()))
    assert "A six-digit code is asked for" in await visitor.open("/me")
    desk.clock.ahead += timedelta(minutes=2)
    await visitor.send("/me/second-factor/removal", 422, present=PASSWORD, code="000000")
    await visitor.send("/me/second-factor/removal", present=PASSWORD, code=codes.at(desk.clock.now()))
    assert "A six-digit code is asked for" not in await visitor.open("/me")


async def test_sessions_end_from_the_page(desk: Desk) -> None:
    here, there, third = [await desk.sign_in("counsellor.isb") for _ in range(3)]
    ends = re.findall(r'action="(/me/sessions/[0-9a-f-]{36}/end)"', await here.open("/me"))
    assert len(ends) == 2
    await here.send(ends[0])
    assert sorted([(await one.http.get("/me")).status_code for one in (there, third)]) == [200, 303]
    await here.send("/me/sessions/end")
    assert [(await one.http.get("/me")).status_code for one in (there, third)] == [303, 303]
    await here.open("/me")


async def test_the_language_goes_with_the_person_to_another_desk(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    answer = await visitor.send("/me/language", language="ps", back="/my-cases")
    assert answer.headers["location"] == "/my-cases"
    elsewhere = await desk.sign_in("counsellor.isb")
    assert '<html lang="ps" dir="rtl">' in await elsewhere.open("/my-cases")
    assert '<html lang="en"' in await (await desk.sign_in("counsellor2.isb")).open("/my-cases")
    away = await visitor.send("/me/language", language="en", back="//evil.example")
    assert away.headers["location"] == "/"
    await visitor.send("/me/language", 404, language="xx")


async def test_staff_are_changed_with_both_versions_side_by_side(desk: Desk) -> None:
    admin, other = await desk.sign_in("admin"), await desk.sign_in("admin")
    path, version = await place_of(admin, "Counsellor ISB")
    await other.open(path)
    form = {"version": version, "role": "counsellor", "centres": ["ISB"], "language": "en"}
    await other.send(path, **{**form, "name": "Nazia Bibi"})
    stale = unescape((await admin.send(path, 412, **{**form, "name": "Shazia Bibi"})).text)
    assert 'value="Shazia Bibi"' in stale
    assert "Now in the record: <bdi>Nazia Bibi</bdi>" in stale
    version = re.search(r'name="version" value="(\d+)"', stale).group(1)  # type: ignore[union-attr]
    await admin.send(path, **{**form, "name": "Shazia Bibi", "version": version})
    assert "<h1><bdi>Shazia Bibi</bdi></h1>" in await admin.open(path)


async def test_letting_go_setting_back_and_the_last_administrator(desk: Desk) -> None:
    admin, she = await desk.sign_in("admin"), await desk.sign_in("counsellor.isb")
    path, version = await place_of(admin, "Counsellor ISB")
    await admin.send(f"{path}/factors", 422, version=version, reason="")
    handed = (await admin.send(f"{path}/password", 200, version=version)).text
    assert re.search(r'class="id handed">[a-z2-9-]{19}<', handed)
    await she.open("/me", 303)
    _, version = await place_of(admin, "Counsellor ISB")
    await admin.send(f"{path}/deactivation", version=version)
    page = await admin.open("/staff")
    assert "No longer here" in page
    assert "Cannot sign in any more." in await admin.open(path)
    own, version = await place_of(admin, "Admin")
    refused = await admin.send(f"{own}/deactivation", 409, version=version)
    assert "This is the last administrator who can sign in." in refused.text
    assert "Make a new password" not in await admin.open(own)
