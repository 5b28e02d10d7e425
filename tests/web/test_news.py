"""News: whoever is told something finds it on the page that their day begins with, in their language, and nobody else does."""

import re
from uuid import UUID

import pytest

from domain.events import Event, Tell
from domain.identity import PARTNER_PEOPLE, PEOPLE, Actor, Role
from domain.values import HOUSE, StaffId
from service.usecases.identity import HOUSE_ACTOR
from service.web.news import begins
from tests.web.conftest import Desk, main_of, plain

ABOUT = UUID(int=77)
TOLD = {
    "counsellor.isb": ("case_assigned", "A case was given to you", f"/cases/{ABOUT}"),
    "supervisor.isb": ("plan_submitted", "A plan waits for your approval", f"/cases/{ABOUT}/plan"),
    "analyst": ("report_ready", "A report that you asked for is made", "/reports/scheduled"),
    "dpo": ("glass_broken", "A restricted record was opened", "/glass"),
    "admin": ("delivery_given_up", "A message could not be delivered", f"/partners/{ABOUT}"),
}


async def tell(desk: Desk, name: str, kind: str) -> None:
    async with desk.house.database.work(HOUSE_ACTOR) as work:
        who = await work.staff.by_username(name)
        assert who is not None
        tells = (Tell(staff=StaffId(who.id), kind=kind, subject=ABOUT),)
        centre = who.centres[0]
        work.announce(Event(at=desk.clock.now(), by=HOUSE_ACTOR.id, centre=centre, subject=ABOUT, tells=tells))


async def test_each_role_finds_its_news_where_its_day_begins(desk: Desk) -> None:
    for name, (kind, says, way) in TOLD.items():
        visitor = await desk.sign_in(name)
        first = (await visitor.http.get("/start")).headers["location"]
        assert says not in plain(main_of(await visitor.open(first))), (name, "nobody was told yet")
        await tell(desk, name, kind)
        page = main_of(await visitor.open(first))
        assert says in plain(page), name
        assert f'href="{way}"' in page, name
        assert f'href="{way}"' not in main_of(await visitor.open("/me")) or first == "/me", "and on that page alone"


async def test_what_was_read_is_put_away_and_found_again(desk: Desk) -> None:
    counsellor = await desk.sign_in("counsellor.isb")
    for kind in ("case_assigned", "task_assigned"):
        await tell(desk, "counsellor.isb", kind)
    shown = re.findall(r'name="shown" value="([0-9a-f-]+)"', await counsellor.open("/my-cases"))
    assert len(shown) == 2
    await tell(desk, "counsellor.isb", "plan_approved")
    answer = await counsellor.send("/news/reading", shown=shown, back="/my-cases")
    day = plain(main_of(await counsellor.open(answer.headers["location"])))
    assert "Put away." in day
    assert "A case was given to you" not in day
    assert "Your plan is approved" in day, "what came meanwhile stays"
    unread, read = main_of(await counsellor.open("/news")).split("Earlier news")
    assert "Your plan is approved" in plain(unread)
    assert [says in plain(read) for says in ("A case was given to you", "A task was given to you", "approved")] == [True, True, False]


async def test_nobody_reads_the_news_of_somebody_else(desk: Desk) -> None:
    counsellor, other = await desk.sign_in("counsellor.isb"), await desk.sign_in("counsellor2.isb")
    await tell(desk, "counsellor.isb", "case_assigned")
    shown = re.findall(r'name="shown" value="([0-9a-f-]+)"', await counsellor.open("/my-cases"))
    await other.send("/news/reading", shown=[*shown, "no id"])
    assert "A case was given to you" in plain(await counsellor.open("/my-cases"))
    assert "A case was given to you" not in plain(await other.open("/news"))


async def test_of_many_the_latest_are_shown_and_only_those_are_put_away(desk: Desk) -> None:
    counsellor = await desk.sign_in("counsellor.isb")
    for _ in range(13):
        await tell(desk, "counsellor.isb", "case_assigned")
    page = await counsellor.open("/my-cases")
    assert "News (13)" in page
    assert "These are the latest 10." in page
    shown = re.findall(r'name="shown" value="([0-9a-f-]+)"', page)
    await counsellor.send("/news/reading", shown=shown)
    assert "News (3)" in await counsellor.open("/my-cases")


@pytest.mark.parametrize(("tag", "heading"), [("ur", "خبریں"), ("ps", "خبرونه")])
async def test_in_the_readers_language(desk: Desk, tag: str, heading: str) -> None:
    analyst = await desk.sign_in("analyst")
    await tell(desk, "analyst", "report_ready")
    analyst.http.cookies.set("mrc-language", tag)
    page = main_of(await analyst.open("/figures"))
    assert heading in page
    assert "A report that you asked for is made" not in page


def test_every_role_has_a_first_page() -> None:
    first = {role: begins(Actor(UUID(int=1), role, (HOUSE,))) for role in PEOPLE}
    others = {Role.analyst: "/figures", Role.admin: "/me"}
    assert first == {role: "/queue" if role in PARTNER_PEOPLE else others.get(role, "/my-cases") for role in PEOPLE}
    assert begins(Actor(UUID(int=1), Role.supervisor, (HOUSE,), must_take_factor=True)) == "/me/second-factor"
