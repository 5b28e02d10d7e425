"""Signing in with one step or two, a session that ends under somebody's hands, leaving in a hurry, and the language of the pages."""

from datetime import timedelta

import pyotp
import pytest

from service.usecases.identity import HOUSE_ACTOR
from tests.altered import altered
from tests.web.conftest import PASSWORD, Desk, opened_case, plain


async def test_the_first_page_is_where_the_day_begins(desk: Desk) -> None:
    stranger = desk.stranger()
    assert (await stranger.http.get("/")).headers["location"] == "/sign-in"
    for name, place in (("counsellor.isb", "/my-cases"), ("supervisor.isb", "/my-cases"), ("analyst", "/figures"), ("admin", "/me")):
        visitor = await desk.sign_in(name)
        assert (await visitor.http.get("/")).headers["location"] == "/start"
        assert (await visitor.http.get("/start")).headers["location"] == place


async def test_a_wrong_name_and_a_wrong_password_look_alike(desk: Desk) -> None:
    said = []
    for name, password in (("nobody", PASSWORD), ("counsellor.isb", "not-the-word")):
        visitor = desk.stranger()
        await visitor.open("/sign-in")
        answer = await visitor.send("/sign-in", 401, username=name, password=password)
        assert f'value="{name}"' in answer.text
        assert password not in answer.text
        said.append(plain(answer.text))
    assert said[0] == said[1]
    assert "The name, the password or the code is not right." in said[0]


async def test_the_second_step_asks_for_the_code_alone(desk: Desk) -> None:
    secret = pyotp.random_base32()
    async with desk.house.database.work(HOUSE_ACTOR) as work:
        staff = await work.staff.by_username("counsellor.isb")
        assert staff is not None
        staff.totp = secret
        await work.staff.save(staff)
    visitor = desk.stranger()
    await visitor.open("/sign-in")
    answer = await visitor.send("/sign-in", 401, username="counsellor.isb", password=PASSWORD)
    assert "Six-digit code" in answer.text
    assert PASSWORD not in answer.text
    tried = answer.text.split('name="tried" value="')[1].split('"')[0]
    await visitor.send("/sign-in", 401, tried=tried, code="000000")
    await visitor.send("/sign-in", 401, tried=altered(tried), code=pyotp.TOTP(secret).now())
    desk.clock.ahead = timedelta(minutes=6)
    await visitor.send("/sign-in", 401, tried=tried, code=pyotp.TOTP(secret).at(desk.clock.now()))
    desk.clock.ahead = timedelta()
    await visitor.send("/sign-in", tried=tried, code=pyotp.TOTP(secret).now())
    await visitor.open("/my-cases")


async def test_signing_out_ends_the_session_everywhere(desk: Desk) -> None:
    visitor, tab = await desk.sign_in("counsellor.isb"), desk.stranger()
    tab.http.cookies.update(visitor.http.cookies)
    await tab.open("/my-cases")
    await visitor.send("/sign-out")
    await tab.open("/my-cases", 303)
    await visitor.open("/my-cases", 303)


async def test_a_page_left_alone_asks_again(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    for _ in range(3):
        desk.clock.ahead += timedelta(minutes=50)
        await visitor.open("/my-cases")
    desk.clock.ahead += timedelta(minutes=61)
    await visitor.open("/my-cases", 303)


async def test_two_tabs_do_not_sign_each_other_out(desk: Desk) -> None:
    """A refresh token used twice ends a session; the pages' pass may be shown by any number of tabs at the same moment."""
    visitor, tab = await desk.sign_in("counsellor.isb"), desk.stranger()
    tab.http.cookies.update(visitor.http.cookies)
    desk.clock.ahead = timedelta(minutes=30)
    for _ in range(3):
        await visitor.open("/my-cases")
        await tab.open("/my-cases")


@pytest.mark.parametrize("cookie", ["", "x", "AAAA", "a.b.c.d", "é", "A" * 3000])
async def test_a_made_up_cookie_lets_nobody_in(desk: Desk, cookie: str) -> None:
    answer = await desk.stranger().http.get("/my-cases", headers={b"Cookie": f"mrc={cookie}".encode()})  # type: ignore[dict-item]
    assert answer.status_code == 303


async def ended(desk: Desk) -> tuple[str, str]:
    """A note that arrives after its session ended: the sign-in page's sealed text, and the path."""
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    await visitor.open(file.case)
    other = await desk.sign_in("counsellor.isb")
    other.http.cookies.update(visitor.http.cookies)
    await other.open("/me")
    await other.send("/sign-out")
    answer = await visitor.send(f"{file.case}/notes", 401, text="She asked for «Saira» by name.")
    assert "What you typed is kept" in answer.text
    assert "Saira" not in answer.text
    return answer.text.split('name="kept" value="')[1].split('"')[0], file.case


async def test_what_was_typed_waits_for_its_writer(desk: Desk) -> None:
    kept, case = await ended(desk)
    visitor = desk.stranger()
    await visitor.open("/sign-in")
    answer = await visitor.send("/sign-in", 200, username="counsellor.isb", password=PASSWORD, kept=kept)
    assert "She asked for «Saira» by name." in answer.text
    visitor.token = answer.text.split('name="form_token" value="')[1].split('"')[0]
    await visitor.send(f"{case}/notes", text="She asked for «Saira» by name.")
    assert "She asked for «Saira» by name." in await visitor.open(case)


async def test_what_was_typed_is_shown_to_nobody_else(desk: Desk) -> None:
    kept, _ = await ended(desk)
    other = desk.stranger()
    await other.open("/sign-in")
    answer = await other.send("/sign-in", username="counsellor2.isb", password=PASSWORD, kept=kept)
    assert answer.headers["location"] == "/"
    assert "Saira" not in answer.text


async def test_quick_exit_ends_the_session_and_shows_the_weather(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    cookies = dict(visitor.http.cookies)
    answer = await visitor.http.get("/leave")
    assert (answer.status_code, answer.headers["location"]) == (303, "https://www.pmd.gov.pk/")
    assert answer.headers["referrer-policy"] == "no-referrer"
    visitor.http.cookies.update(cookies)
    await visitor.open("/my-cases", 303)


@pytest.mark.parametrize("tag,direction,said", [("en", "ltr", "My day"), ("ur", "rtl", "میرا دن"), ("ps", "rtl", "زما ورځ")])
async def test_the_language_stays_chosen(desk: Desk, tag: str, direction: str, said: str) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    answer = await visitor.http.get(f"/language/{tag}", params={"back": "/my-cases"})
    assert answer.headers["location"] == "/my-cases"
    page = await visitor.open("/my-cases")
    assert f'<html lang="{tag}" dir="{direction}">' in page
    assert said in page


async def test_the_browser_says_which_language_at_first(desk: Desk) -> None:
    stranger = desk.stranger()
    assert 'lang="ps" dir="rtl"' in await stranger.open("/sign-in", **{"Accept-Language": "ps,en;q=0.5"})
    await stranger.open("/language/xx", 404)
