"""What the server does for a device: a key for one person at one device, plain words for scripts, which forms were done, the lock."""

import gzip
import re

import pytest

from service.settings import Settings
from service.web.assets import assets, mark
from tests.architecture.source import ROOT
from tests.web.conftest import PASSWORD, Desk, Visitor

DEVICE_KEY = re.compile(r'name="mrc-device-key" content="([0-9a-f]+)" data-done="([^"]*)"')
JSON = {"Accept": "application/json"}
KEY = "a-key-made-when-it-was-written"


async def key_of(visitor: Visitor) -> str:
    found = DEVICE_KEY.search(await visitor.open("/my-cases"))
    assert found
    assert len(found.group(1)) == 64
    return found.group(1)


async def came_back(desk: Desk, visitor: Visitor, username: str) -> Visitor:
    """Somebody signs in at the device that another left."""
    other = desk.stranger()
    for name in ("mrc-device", "mrc-done"):
        if value := visitor.http.cookies.get(name):
            other.http.cookies.set(name, value)
    await other.open("/sign-in")
    await other.send("/sign-in", username=username, password=PASSWORD)
    return other


async def test_the_key_is_one_persons_at_one_device(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    key = await key_of(visitor)
    assert await key_of(await came_back(desk, visitor, "counsellor.isb")) == key
    assert await key_of(await came_back(desk, visitor, "counsellor2.isb")) != key, "another person"
    assert await key_of(await desk.sign_in("counsellor.isb")) != key, "another device"


@pytest.mark.parametrize("name", ["", "short", "a b", "x" * 500, "../../../../../../etc"])
async def test_a_made_up_device_has_no_key(desk: Desk, name: str) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    visitor.http.cookies.delete("mrc-device")
    visitor.http.cookies.set("mrc-device", f'"{name}"')
    assert "mrc-device-key" not in await visitor.open("/my-cases")


async def test_only_pages_of_somebody_who_is_in_have_it(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    await visitor.send("/lock", next="/contacts")
    for path in ("/sign-in", "/offline"):
        page = await visitor.open(path)
        assert "mrc-device-key" not in page
        assert not re.search(r'name="form_token" value="[^"]+"', page) or path == "/sign-in"


async def test_a_page_says_once_which_forms_were_done(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    await visitor.send("/contacts", 422, key=f"{KEY}-refused", channel="phone", phone="12")
    await visitor.send("/contacts", key=f"{KEY}-one", channel="phone")
    await visitor.send("/contacts", key=f"{KEY}-two", channel="phone")
    await visitor.send("/contacts", key="no; such=name", channel="phone")
    said = [DEVICE_KEY.search(await visitor.open("/contacts")) for _ in range(2)]
    assert [found and found.group(2) for found in said] == [f"{KEY}-one {KEY}-two", ""]


async def test_a_script_is_told_what_became_of_a_form(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    token = (await visitor.http.get("/session", headers=JSON)).json()["form_token"]
    form = {"form_token": token, "key": KEY, "channel": "phone", "name": "Gul Zaman", "phone": "12"}
    answer = await visitor.http.post("/contacts", data=form, headers=JSON)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    fault = {"field": "phone", "label": "Telephone", "says": "This telephone number has too few or too many digits."}
    assert answer.json()["faults"] == [fault]
    await visitor.open("/language/ur", 303)
    answer = await visitor.http.post("/contacts", data=form, headers=JSON)
    assert answer.json()["faults"][0]["label"] == "ٹیلیفون"
    for _ in range(3):
        answer = await visitor.http.post("/contacts", data={**form, "phone": "0300 1234567"}, headers=JSON)
        assert (answer.status_code, answer.json()) == (201, {"done": True})
    assert (await visitor.open("/contacts")).count("<bdi>Gul Zaman</bdi>") == 1
    answer = await visitor.http.post("/contacts", data={**form, "phone": "0300 7654321"}, headers=JSON)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/key-reused")


async def test_a_script_is_refused_as_a_person_is(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    answer = await visitor.http.post("/contacts", data={"form_token": "x"}, headers=JSON)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/strange-form")
    answer = await visitor.http.get("/clients/019a0000-0000-7000-8000-000000000000", headers=JSON)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    answer = await desk.stranger().http.get("/session", headers=JSON)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/signed-out")


async def test_the_lock_ends_the_session_and_knows_the_way_back(desk: Desk) -> None:
    visitor, tab = await desk.sign_in("counsellor.isb"), desk.stranger()
    tab.http.cookies.update(visitor.http.cookies)
    answer = await visitor.send("/lock", next="/contacts")
    assert answer.headers["location"] == "/sign-in?locked=1&next=/contacts"
    assert "The desk is locked." in await visitor.open(answer.headers["location"])
    await tab.open("/my-cases", 303)
    visitor = await desk.sign_in("counsellor.isb")
    assert (await visitor.send("/lock", next="//evil.example")).headers["location"] == "/sign-in?locked=1&next=/"


async def test_asking_for_the_session_is_a_visit(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    for _ in range(3):
        desk.clock.ahead += desk.clock.ahead.resolution * 50 * 60 * 10**6
        assert (await visitor.http.get("/session", headers=JSON)).status_code == 200
    await visitor.open("/my-cases")


async def test_the_worker_names_its_release_and_is_the_same_in_every_language(desk: Desk) -> None:
    """A worker that changed with the language would take another's place in the middle of somebody's clicks."""
    texts = set()
    for tag in ("en", "ps"):
        answer = await desk.stranger(**{"Accept-Language": tag}).http.get("/sw.js")
        assert (answer.headers["content-type"], answer.headers["cache-control"]) == ("text/javascript; charset=utf-8", "no-store")
        texts.add(answer.text)
    assert len(texts) == 1
    assert f'"mark":"{mark()}"' in texts.pop()


async def test_the_page_on_the_device_says_its_language(desk: Desk) -> None:
    stranger = desk.stranger()
    assert 'lang="ps" dir="rtl"' in await stranger.open("/offline?tongue=ps")
    assert stranger.seen[-1].headers["content-language"] == "ps"


async def test_operators_say_when_a_desk_locks(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    assert 'data-after="10"' in await visitor.open("/my-cases")
    for minutes in ("2", "56"):
        with pytest.raises(ValueError, match="idle_lock"):
            Settings(idle_lock=minutes)  # type: ignore[arg-type]


def reached(name: str, seen: set[str]) -> set[str]:
    seen.add(name)
    for other in re.findall(r'import (?:.* from )?"\./([\w.]+)"', (ROOT / "service" / "web" / "static" / name).read_text(encoding="utf-8")):
        if other not in seen:
            reached(other, seen)
    return seen


def test_the_scripts_of_a_first_visit_are_small() -> None:
    """On a bad line each kilobyte is a wait."""
    modules = reached("desk.js", set())
    assert {"drafts.js", "lock.js", "device.js"} <= modules
    assert sum(len(gzip.compress(assets()[name].body)) for name in (*modules, "sw.js")) < 12_000
