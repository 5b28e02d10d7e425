"""The third door: a link to an agency's mailbox, a code to its registered contact, one person; and the centre's hand on it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from adapters.database.statements import Prepared
from adapters.database.tables import METADATA
from adapters.system.clock import FixedClock
from tests.databases import Database
from tests.delivery.mailbox import CODES, DESK, LINK, Desk, Post, by_mail, mail_server, reached_by
from tests.delivery.room import Room, carry_all, room
from tests.service import Person

PERSON = {
    "name": "Zarghuna Kandiwal",
    "gender": "female",
    "birth_year": "1993",
    "phone1": "0300 9876543",
    "phone1_safe": "1",
    "languages": "ps",
    "reason": "Came back on Monday and asks for counselling.",
    "urgency": "high",
    "agreed": "thumb_mark",
    "agreed_on": "2026-01-04",
    "reference": "R-118",
}


class Office:
    """An invited agency, and the supervisor and the counsellor of the centre that invited it."""

    def __init__(self, it: Room, post: Post, partner: str, clock: FixedClock, supervisor: Person, counsellor: Person) -> None:
        self.it, self.post, self.partner, self.clock, self.supervisor, self.counsellor = it, post, partner, clock, supervisor, counsellor

    async def invited(self) -> Desk:
        await self.supervisor.post("/api/v1/invitations", {"partner": self.partner}, 202)
        await carry_all(self.it)
        return Desk(self.it.service.http(), self.post.link())

    async def links(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.supervisor.get("/api/v1/invitations"))["items"]
        return found

    async def came(self) -> list[dict[str, Any]]:
        """Those whom this agency sent; the sample house has others."""
        items = (await self.counsellor.get("/api/v1/incoming"))["items"]
        return [one for one in items if one["partner"] == self.partner and one["told"]["reference"] == "R-118"]


@asynccontextmanager
async def office(database: Database, folder: Path, **box: str) -> AsyncIterator[Office]:
    clock = FixedClock(datetime.now(UTC))
    async with mail_server() as post, room(database, folder, clock=clock, **by_mail(post)) as it:
        await reached_by(it, "email", key="swd-punjab", **box)
        partner = str((await it.partner("swd-punjab")).id)
        people = [await it.service.sign_in(name) for name in ("supervisor.lhe", "counsellor.lhe")]
        yield Office(it, post, partner, clock, *people)


async def test_the_whole_way_from_the_mail_to_the_answer(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path) as its:
        desk = await its.invited()
        door = await desk.open()
        assert 'name="reason"' not in door, "nothing is shown before the code"
        assert "Lahore" not in door
        await desk.send("code")
        assert 'name="reason"' in await desk.send("enter", code=its.post.code())
        refused = await desk.send("person", 422, **{**PERSON, "agreed": ""})
        assert PERSON["name"] in refused, "what was typed is still there"
        await desk.send("person", **PERSON)
        [it] = await its.came()
        assert (it["state"], it["centre"], it["urgency"]) == ("queued", "LHE", "high")
        assert it["told"]["person"]["particulars"]["phones"] == [{"number": "+923009876543", "safe": True}]
        path = f"/api/v1/incoming/{it['id']}/steps"
        await its.counsellor.post(path, {"step": "need_information", "note": "When did she arrive?"})
        assert "When did she arrive?" in await desk.open()
        await carry_all(its.it)
        mail = its.post.to(DESK)[-1].get_content()
        assert ("Zarghuna" in mail, "arrive" in mail, bool(LINK.search(mail))) == (False, False, True)
        its.clock.on(timedelta(minutes=31))
        later = Desk(its.it.service.http(), its.post.link())
        assert "When did she arrive?" not in await later.open()
        assert "When did she arrive?" in await later.enter(its.post)
        await later.send("said", step="answer", note="On Sunday night.")
        its.counsellor = await its.it.service.sign_in("counsellor.lhe")
        assert (await its.came())[0]["talk"]["answer"] == "On Sunday night."
        assert "When did she arrive?" not in await desk.open(), "the link opened last ends the one before"
        await its.counsellor.post(path, {"step": "accept"})
        await later.open()
        await later.send("said", 409, step="withdraw")


async def test_taken_back_while_nobody_has_answered(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path) as its:
        desk = await its.invited()
        await desk.enter(its.post)
        await desk.send("person", **PERSON)
        await desk.send("said", step="withdraw")
        assert await its.came() == [], "nothing of the person is kept, nor what they were called"
        assert "withdrawn" in [one["state"] for one in (await its.counsellor.get("/api/v1/incoming"))["items"]]


async def test_one_link_is_one_person_and_a_form_sent_twice_counts_once(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path) as its:
        desk = await its.invited()
        await desk.enter(its.post)
        page = desk.page
        await desk.send("person", key="form-1", **PERSON)
        first, desk.page = desk.page.text, page
        again = await desk.send("person", key="form-1", **PERSON)
        assert again.count("R-118") == first.count("R-118") == 1
        await desk.send("person", 409, key="form-2", **PERSON)
        assert len(await its.came()) == 1
        await desk.send("another")
        await desk.send("another", 409)
        following = Desk(desk.http, its.post.link())
        assert following.path != desk.path
        await following.open()
        await following.send("person", **PERSON)
        assert len(await its.came()) == 2
        assert [bool(one["incoming"]) for one in await its.links()] == [True, True]


async def test_two_tabs_at_once_send_one_person(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path) as its:
        desk = await its.invited()
        await desk.enter(its.post)
        tabs = [Desk(desk.http, desk.path) for _ in range(3)]
        for tab in tabs:
            await tab.open()

        async def send(tab: Desk, number: int) -> bool:
            try:
                await tab.send("person", key=f"form-{number}", **PERSON)
            except AssertionError:
                return False
            return True

        assert sum(await asyncio.gather(*[send(tab, number) for number, tab in enumerate(tabs)])) == 1
        assert len(await its.came()) == 1


async def test_whose_link_it_is_and_how_it_ends(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path) as its:
        desk = await its.invited()
        await desk.enter(its.post)
        [link] = await its.links()
        assert (link["centre"], link["opened_at"] is None, "token" in link) == ("LHE", False, False)
        path = f"/api/v1/invitations/{link['id']}/revocation"
        elsewhere = await its.it.service.sign_in("supervisor.isb")
        assert (await elsewhere.get("/api/v1/invitations"))["items"] == []
        await elsewhere.post(path, expect=404)
        await its.counsellor.post(path, expect=403)
        await elsewhere.post("/api/v1/invitations", {"partner": its.partner, "centre": "LHE"}, 403)
        unreached = str((await its.it.partner("fia")).id)
        await its.supervisor.post("/api/v1/invitations", {"partner": unreached}, 409)
        await its.supervisor.post(path)
        assert 'name="reason"' not in await desk.open()
        await desk.send("code", 409)
        await its.supervisor.post(path, expect=409)
        its.clock.on(timedelta(days=1))
        supervisor = await its.it.service.sign_in("supervisor.lhe")
        await desk.open()
        await desk.send("new")
        assert len((await supervisor.get("/api/v1/invitations"))["items"]) == 2, "the mailbox asks for another"


async def test_the_code_is_read_out_where_the_contact_is_a_telephone(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path, codes_by="phone", codes_to="042 35761234") as its:
        desk = await its.invited()
        await desk.open()
        await desk.send("code", 409)
        [link] = await its.links()
        spoken = await its.supervisor.post(f"/api/v1/invitations/{link['id']}/code")
        assert spoken["phone"] == "+924235761234"
        assert 'name="reason"' in await desk.send("enter", code=spoken["code"])


async def test_the_database_holds_nothing_that_opens_it(database: Database, tmp_path: Path) -> None:
    async with office(database, tmp_path) as its:
        desk = await its.invited()
        await desk.enter(its.post)
        await desk.send("person", key="form-1", **PERSON)
        token, secret = desk.path.rsplit("/", 1)[1], desk.http.cookies["mrc-link"]
        async with its.it.service.house.database.driver.reading("*") as lane:
            rows = [repr(row) for table in METADATA.sorted_tables for row in await lane.rows(Prepared(select(table)), {})]
        for there in ("invitation_opened", "POST link person"):
            assert any(there in row for row in rows), "the control: what is there is found"
        for opener in (token, secret, DESK, CODES, PERSON["name"]):
            assert not any(opener in row for row in rows), opener
