"""Who is let in to a page: strange forms are refused on every route, cookies and headers are as promised, and each has a control."""

import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from starlette.routing import BaseRoute

from domain.identity import Act, Role
from domain.values import CentreCode
from service.settings import Settings
from service.usecases.identity import HOUSE_ACTOR
from service.web import assets, guard
from service.web.edge import PageRoute
from tests.altered import altered
from tests.databases import Database
from tests.web.conftest import Desk, Visitor, opened, opened_case, plain

STRANGE = "This form did not come from a page of this service"
SOMEWHERE = str(UUID(int=7))
LINK = "/r/"
"""Opens by a code that goes to an agency: tests/delivery/test_links.py."""
DOOR = ("/sign-in", "/sign-in/passkey", "/sign-in/passkey/challenge")
"""Forms of somebody who is not signed in: they are bound to a passing name, not to a session."""
ENDS = ("/sign-out", "/lock")


def pages(desk: Desk) -> list[PageRoute]:
    """Every page route, through whatever the application nests its routers in."""

    def within(routes: list[BaseRoute]) -> list[PageRoute]:
        found = []
        for route in routes:
            inner = getattr(getattr(route, "original_router", None), "routes", None) or getattr(route, "routes", None)
            found += [route] if isinstance(route, PageRoute) else within(list(inner)) if inner else []
        return found

    return within(list(desk.app.routes))  # type: ignore[attr-defined]


def address(route: PageRoute) -> str:
    known = {"name": "desk.css", "tag": "ur"}
    return re.sub(r"\{(\w+)\}", lambda gap: known.get(gap.group(1), SOMEWHERE), route.path)


def writing(desk: Desk) -> list[str]:
    return [address(route) for route in pages(desk) if "POST" in route.methods]


def test_there_are_pages(desk: Desk) -> None:
    assert len(pages(desk)) > 40
    assert len(writing(desk)) > 20


def test_every_page_names_its_act(desk: Desk) -> None:
    acts = {(route.openapi_extra or {}).get("x-act") for route in pages(desk)}
    assert acts <= {act.value for act in Act} | {"public"}
    assert not [route.path for route in pages(desk) if route.include_in_schema]


async def strange(visitor: Visitor, path: str, form: dict[str, str], **headers: str) -> bool:
    kept = dict(visitor.http.headers)
    if "nothing" in headers:
        del visitor.http.headers["Origin"]
        headers = {}
    answer = await visitor.http.post(
        path, data={"any": "thing", **form}, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )
    visitor.http.headers.update(kept)
    return answer.status_code == 403 and STRANGE in plain(answer.text)


async def test_forms_that_are_not_ours_are_refused_everywhere(desk: Desk) -> None:
    visitor, other = await desk.sign_in("counsellor.isb"), await desk.sign_in("counsellor2.isb")
    for path in writing(desk):
        if path in DOOR or path.startswith(LINK):
            assert await strange(visitor, path, {"form_token": visitor.token}) or path in DOOR, path
            continue
        right = {"form_token": visitor.token}
        assert await strange(visitor, path, {"x": "1"}), path
        assert await strange(visitor, path, {"form_token": ""}), path
        assert await strange(visitor, path, {"form_token": altered(visitor.token)}), path
        assert await strange(visitor, path, {"form_token": other.token}), path
        assert await strange(visitor, path, right, Origin="https://elsewhere.example"), path
        assert await strange(visitor, path, right, Origin="null"), path
        assert await strange(visitor, path, right, Sec_Fetch_Site="cross-site"), path
        assert await strange(visitor, path, right, Sec_Fetch_Site="same-site"), path
        assert await strange(visitor, path, right, nothing="at all"), path
        if path not in ENDS:
            assert not await strange(visitor, path, right), path
            assert not await strange(visitor, path, right, Sec_Fetch_Site="same-origin"), path


async def test_without_the_check_they_would_pass(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the check taken out, the test above must turn red."""
    visitor = await desk.sign_in("counsellor.isb")
    monkeypatch.setattr(guard, "check", lambda *_: None)
    assert not [path for path in writing(desk) if path not in (*DOOR, *ENDS) and await strange(visitor, path, {})]


async def test_nobody_is_signed_in_by_a_strange_form(desk: Desk) -> None:
    form = {"username": "counsellor.isb", "password": "demo-password-2026"}
    for path in DOOR:
        assert await strange(desk.stranger(), path, form)
    visitor, other = desk.stranger(), desk.stranger()
    await visitor.open("/sign-in")
    await other.open("/sign-in")
    for path in DOOR:
        assert await strange(visitor, path, {**form, "form_token": other.token})
        assert await strange(visitor, path, {**form, "form_token": visitor.token}, Origin="https://elsewhere.example")
        assert path == "/sign-in" or not await strange(visitor, path, {"form_token": visitor.token}), "the control"
    await visitor.send("/sign-in", **form)


async def test_a_stranger_sees_no_page(desk: Desk) -> None:
    stranger = desk.stranger()
    for route in pages(desk):
        if (route.openapi_extra or {})["x-act"] == "public" or "GET" not in route.methods:
            continue
        answer = await stranger.http.get(address(route))
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/sign-in"), route.path
    for path in writing(desk):
        if path != "/sign-in":
            answer = await stranger.http.post(path, data={"form_token": "x"})
            assert answer.status_code in (401, 403), path


EXPECTED = {
    "cache-control": "no-store",
    "content-security-policy": guard.POLICY,
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}


PAPERS = ("/cases/{id}/summary", "/cases/{id}/plan/paper", "/referrals/{id}/letter")
"""They have a narrower policy of their own (tests/papers)."""


def missing_headers(answer_headers: list[tuple[str, str]]) -> set[str]:
    """Headers that are not there exactly once with the promised value."""
    return {name for name, value in EXPECTED.items() if [given for said, given in answer_headers if said == name] != [value]}


async def test_every_page_has_its_headers(desk: Desk) -> None:
    visitor, stranger = await desk.sign_in("supervisor.isb"), desk.stranger()
    file = await opened_case(visitor)
    ids = {"/clients/{id}": file.client, "/cases/{id}": file.case}
    for route in pages(desk):
        path = next((route.path.replace(shape, real) for shape, real in ids.items() if route.path.startswith(shape)), route.path)
        path = re.sub(r"\{(\w+)\}", lambda gap: "ur" if gap.group(1) == "tag" else SOMEWHERE, path)
        if route.path in ("/static/{release}/{name}", "/leave", *ENDS):
            continue
        for who in (visitor, stranger):
            method = "POST" if "POST" in route.methods else "GET"
            answer = await who.http.request(method, path, data={"form_token": who.token} if method == "POST" else None)
            assert answer.status_code < 500, (route.path, answer.text)
            own = {"content-security-policy"} if route.path in PAPERS and answer.status_code == 200 else set()
            assert missing_headers(answer.headers.multi_items()) == own, route.path


def test_a_header_that_is_missing_or_said_twice_is_seen() -> None:
    right = list(EXPECTED.items())
    assert missing_headers(right) == set()
    assert missing_headers(right[1:]) == {"cache-control"}
    assert missing_headers([*right, ("referrer-policy", "unsafe-url")]) == {"referrer-policy"}


async def test_the_policy_needs_nothing_inline(desk: Desk) -> None:
    visitor = await desk.sign_in("supervisor.isb")
    file = await opened_case(visitor)
    for path in ("/sign-in", "/my-cases", "/figures", "/clients/new", "/contacts", file.case, file.client, f"{file.case}/refer"):
        page = await visitor.open(path)
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=|javascript:", page), path
    assert "unsafe" not in guard.POLICY


async def test_cookies_in_development(desk: Desk) -> None:
    visitor = desk.stranger()
    await visitor.open("/sign-in")
    answer = await visitor.send("/sign-in", username="counsellor.isb", password="demo-password-2026")
    cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("mrc="))
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert "Domain" not in cookie


async def test_cookies_in_production(fresh_database: Callable[..., Database], tmp_path: Path) -> None:
    database = fresh_database("sqlite")
    async with opened(Settings(data_dir=tmp_path, database_url=database.url)):
        pass  # makes the keys and the sample house, which production does neither
    strict = Settings(data_dir=tmp_path, database_url=database.url, env="production", public_url="https://mrc.example")
    async with opened(strict, "https://mrc.example", samples=False) as desk:
        await desk.house.usecases.staff.add(
            HOUSE_ACTOR, None, "somebody", "Somebody", Role.counsellor, (CentreCode("ISB"),), "a long enough word"
        )
        visitor = desk.stranger()
        await visitor.open("/sign-in")
        answer = await visitor.send("/sign-in", username="somebody", password="a long enough word")
        given = [line for answer in visitor.seen for line in answer.headers.get_list("set-cookie")]
        assert {line.split("=")[0] for line in given} == {"__Host-mrc", "__Host-mrc-door", "__Host-mrc-device"}
        assert all({"Secure", "HttpOnly", "Path=/", "SameSite=strict"} <= set(line.split("; ")) for line in given), given
        assert not [line for line in given if "omain=" in line]
        assert await strange(visitor, "/contacts", {"form_token": visitor.token}, Origin="http://mrc.example")
        await visitor.open("/me")
        assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    "text",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "/a?b", "/a#b", "/a b", "", "/\u202eb", "\t//e"],
)
def test_no_path_leads_away(text: str) -> None:
    assert guard.own_path(text) == "/"
    assert guard.own_path("/cases/1") == "/cases/1"


async def test_sign_in_leads_back_but_never_away(desk: Desk) -> None:
    visitor = desk.stranger()
    answer = await visitor.http.get("/clients")
    assert answer.headers["location"] == "/sign-in?next=/clients"
    page = await visitor.open("/sign-in?next=//evil.example")
    assert "evil" not in page
    answer = await visitor.send("/sign-in", username="counsellor.isb", password="demo-password-2026", next="//evil.example")
    assert answer.headers["location"] == "/"


async def test_files_are_only_ours(desk: Desk) -> None:
    stranger = desk.stranger()
    answer = await stranger.http.get(assets.address("desk.css"))
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    other = await stranger.http.get("/static/anotherone/desk.css")
    assert (other.content, other.headers["cache-control"]) == (answer.content, "no-store"), (
        "another release's page is not left without, nor kept"
    )
    for name in ("..%2fedge.py", "%2e%2e/edge.py", "edge.py", "desk.css%00", ".", "desk.css/"):
        assert (await stranger.http.get(f"/static/{assets.mark()}/{name}")).status_code == 404, name


async def test_a_wrong_turn_is_a_page_for_people_and_a_problem_for_programmes(desk: Desk) -> None:
    stranger = desk.stranger()
    answer = await stranger.http.get("/no/such/place", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "There is no such page." in answer.text
    assert missing_headers(answer.headers.multi_items()) == set()
    answer = await stranger.http.get("/sign-out", headers={"Accept": "text/html"})
    assert (answer.status_code, "There is no such page." in answer.text) == (405, True)
    answer = await stranger.http.get("/no/such/place")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_the_language_changes_where_one_is(desk: Desk) -> None:
    visitor = await desk.sign_in("counsellor.isb")
    file = await opened_case(visitor)
    form = {"form_token": visitor.token, "text": ""}
    answer = await visitor.http.post(f"{file.case}/notes", data=form, headers={"Referer": f"http://mrc.test{file.case}"})
    assert f'name="back" value="{file.case}"' in answer.text
    answer = await visitor.http.post(f"{file.case}/notes", data=form, headers={"Referer": "http://mrc.test//evil.example/x"})
    assert 'name="back" value="/"' in answer.text
    await visitor.open("/clients/search", 303)
