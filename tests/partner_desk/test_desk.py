"""A referral inside the partner: shared out among its people, seen by whom it concerns, and never stranded with somebody who left."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from domain.events import Event
from domain.identity import Actor, Staff
from domain.referrals.queue import ReferralTakenUp
from domain.referrals.record import Referral
from service.usecases import partner_desk
from tests.databases import Database
from tests.delivery.room import CLIENT, Room, room
from tests.service import Person
from tests.trust.raw import raw

PASSWORD = "five quiet otters knit"


@dataclass
class Desk:
    """The desk of a partner with one who leads and two who work; `other` leads another partner's."""

    room: Room
    lead: Person
    worker: Person
    second: Person
    other: Person
    counsellor: Person
    ids: dict[str, str]

    async def send(self, **more: Any) -> dict[str, Any]:
        return await self.room.send(self.counsellor, "swd-punjab", **more)

    async def refs(self, who: Person, share: str = "all") -> list[str]:
        return [one["ref"] for one in (await who.get(f"/partner/v1/queue?share={share}"))["items"]]


async def came_in(it: Room, admin: Person, partner: str, username: str, role: str) -> Person:
    """Added by an administrator, with a password of their own by now."""
    body = {"username": username, "name": username.title(), "role": role}
    made = await admin.post(f"/api/v1/partners/{(await it.partner(partner)).id}/staff", body, 201)
    person = await it.service.sign_in(username, made["one_time_password"])
    chosen = {"present": made["one_time_password"], "password": PASSWORD}
    assert (await person.http.put("/api/v1/me/password", json=chosen)).is_success
    return await it.service.sign_in(username, PASSWORD)


@asynccontextmanager
async def at_the_desk(database: Database, folder: Path) -> AsyncIterator[Desk]:
    async with room(database, folder) as it:
        admin = await it.service.sign_in("admin")
        second = await came_in(it, admin, "swd-punjab", "second.swd", "partner_worker")
        other = await came_in(it, admin, "fia", "lead.fia", "partner_lead")
        lead, worker = await it.service.sign_in("lead.swd"), await it.service.sign_in("worker.swd")
        ids = {one["username"]: one["id"] for one in (await lead.get("/partner/v1/staff"))["items"]}
        yield Desk(it, lead, worker, second, other, await it.service.sign_in("counsellor.lhe"), ids)


def held_at(ref: str) -> str:
    return f"/partner/v1/referrals/{ref}/holder"


async def test_the_lead_shares_out_and_a_worker_sees_their_part(samples: Database, tmp_path: Path) -> None:
    async with at_the_desk(samples, tmp_path) as it:
        slow, quick = await it.send(urgency="low"), await it.send(urgency="critical")
        assert await it.refs(it.lead) == await it.refs(it.worker) == [quick["ref"], slow["ref"]], "the urgent first"
        await it.lead.post(held_at(slow["ref"]), {"holder": it.ids["second.swd"]})
        assert await it.refs(it.worker) == [quick["ref"]]
        assert await it.refs(it.second, "mine") == [slow["ref"]]
        assert await it.refs(it.lead) == [quick["ref"], slow["ref"]]
        assert await it.refs(it.lead, "unheld") == [quick["ref"]]
        its = f"/partner/v1/referrals/{slow['ref']}"
        nowhere = await it.worker.http.get("/partner/v1/referrals/bm8tc3VjaA")
        for path in (its, f"{its}/steps"):
            answer = await it.worker.http.get(path)
            assert (answer.status_code, answer.json()["detail"]) == (404, nowhere.json()["detail"])
        await it.worker.post(f"{its}/steps", {"step": "accept"}, 404)
        assert [one["ref"] for one in (await it.worker.get("/partner/v1/referrals"))["items"]] == [quick["ref"]]
        assert (await it.second.get(its))["client"]["name"] == CLIENT["name"]
        assert (await it.lead.get(its))["client"]["name"] == CLIENT["name"]
        await it.worker.post(held_at(quick["ref"]), {"holder": it.ids["second.swd"]}, 403)
        await it.lead.post(held_at(quick["ref"]), {"holder": it.ids["second.swd"].replace("0", "1")}, 422)


async def test_the_queue_goes_on_behind_its_first_page(samples: Database, tmp_path: Path) -> None:
    async with at_the_desk(samples, tmp_path) as it:
        sent = [(await it.send(urgency=urgency))["ref"] for urgency in ("low", "critical", "medium", "critical", "high")]
        order = [sent[place] for place in (1, 3, 4, 2, 0)]
        assert await it.refs(it.lead) == order
        found, path = [], "/partner/v1/queue?limit=2"
        while path:
            answer = await it.lead.http.get(path)
            found.append([one["ref"] for one in answer.json()["items"]])
            path = answer.links.get("next", {}).get("url", "")
        assert found == [order[:2], order[2:4], order[4:]]
        second = (await it.lead.get("/partner/v1/queue?limit=2"))["next"]
        await it.lead.post(f"/partner/v1/referrals/{order[1]}/steps", {"step": "decline", "reason": "Full"})
        again = await it.lead.get(f"/partner/v1/queue?limit=2&cursor={second}")
        assert [one["ref"] for one in again["items"]] == [order[0], order[2]], "from the head, where the mark has left the queue"
        await it.lead.get("/partner/v1/queue?limit=101", expect=422)


async def test_whoever_answers_what_nobody_holds_has_it(samples: Database, tmp_path: Path) -> None:
    async with at_the_desk(samples, tmp_path) as it:
        sent = await it.send()
        its = f"/partner/v1/referrals/{sent['ref']}"
        await it.worker.post(f"{its}/steps", {"step": "accept"})
        assert await it.refs(it.worker, "mine") == [sent["ref"]]
        assert await it.refs(it.second) == []
        await it.worker.post(held_at(sent["ref"]), {})
        assert await it.refs(it.second, "unheld") == [sent["ref"]]
        steps = (await it.counsellor.get(f"/api/v1/referrals/{sent['id']}/steps"))["items"]
        assert [(one["step"], one["channel"], one["by"]) for one in steps][-1] == ("accept", "partner_desk", it.ids["worker.swd"])
        assert "partner_holder" not in (await it.counsellor.http.get(f"/api/v1/referrals/{sent['id']}")).text


async def _both_take(it: Desk, ref: str) -> list[httpx.Response]:
    people = {"worker.swd": it.worker, "second.swd": it.second}
    return list(await asyncio.gather(*(who.http.post(held_at(ref), json={"holder": it.ids[name]}) for name, who in people.items())))


async def test_of_two_who_take_the_same_one_the_second_is_told_who_has_it(samples: Database, tmp_path: Path) -> None:
    async with at_the_desk(samples, tmp_path) as it:
        for _ in range(5):
            sent = await it.send()
            answers = await _both_take(it, sent["ref"])
            assert sorted(one.status_code for one in answers) == [200, 409]
            won, lost = sorted(answers, key=lambda one: one.status_code)
            assert won.json()["holder_name"] in lost.text
            [line] = [one for one in (await it.lead.get("/partner/v1/queue"))["items"] if one["ref"] == sent["ref"]]
            assert line["holder"] == won.json()["holder"]


def anybody_takes(it: Referral, to: Staff | None, *, by: Actor, at: datetime, holder_name: str) -> Event:
    it.partner_holder = to.id if to else None
    return ReferralTakenUp(at=at, by=by.id, centre=it.centre, subject=it.id)


async def test_without_the_rule_both_would_have_it(samples: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the race."""
    monkeypatch.setattr(partner_desk, "hold", anybody_takes)
    async with at_the_desk(samples, tmp_path) as it:
        assert sorted(one.status_code for one in await _both_take(it, (await it.send())["ref"])) == [200, 200]


async def test_whoever_leaves_strands_nothing(samples: Database, tmp_path: Path) -> None:
    async with at_the_desk(samples, tmp_path) as it:
        first, second = await it.send(), await it.send()
        for sent in (first, second):
            await it.worker.post(held_at(sent["ref"]), {"holder": it.ids["worker.swd"]})
        await it.worker.post(f"/partner/v1/referrals/{second['ref']}/steps", {"step": "decline", "reason": "Full"})
        [line] = [one for one in (await it.lead.get("/partner/v1/staff"))["items"] if one["username"] == "worker.swd"]
        await it.lead.patch(f"/partner/v1/staff/{line['id']}", {"active": False}, line["version"])
        assert (await it.worker.http.get("/partner/v1/queue")).status_code == 401
        assert await it.refs(it.second, "unheld") == [first["ref"]]
        await it.lead.post(held_at(first["ref"]), {"holder": it.ids["worker.swd"]}, 422)
        async with raw(samples) as db:
            held = "SELECT count(*) AS n FROM referral WHERE partner_holder IS NOT NULL"
            assert [list(row.values()) for row in await db.rows(held)] == [[1]], "who declined the other one stays written"


async def test_the_walls_around_a_desk(samples: Database, tmp_path: Path) -> None:
    """Another partner's people, our own staff, and what a partner's people find of our house."""
    async with at_the_desk(samples, tmp_path) as it:
        sent = await it.send()
        assert await it.refs(it.other) == []
        await it.other.get(f"/partner/v1/referrals/{sent['ref']}", 404)
        await it.other.post(held_at(sent["ref"]), {}, 404)
        await it.other.patch(f"/partner/v1/staff/{it.ids['worker.swd']}", {"active": False}, 1, 404)
        await it.other.get(f"/api/v1/partners/{(await it.room.partner('swd-punjab')).id}/staff", 404)
        await it.worker.get("/partner/v1/staff", 403)
        await it.counsellor.get("/partner/v1/queue", 403)
        for path in ("/api/v1/staff", "/api/v1/cases", "/api/v1/clients/search", "/api/v1/dashboards/referrals", "/partner/v1/endpoint"):
            answer = await (it.lead.http.post(path, json={"q": "x"}) if path.endswith("search") else it.lead.http.get(path))
            assert answer.status_code == 403, path
        admin = await it.room.service.sign_in("admin")
        assert "worker.swd" not in {one["username"] for one in (await admin.get("/api/v1/staff"))["items"]}
        await admin.get(f"/api/v1/staff/{it.ids['worker.swd']}", 404)
        await admin.patch(f"/api/v1/staff/{it.ids['worker.swd']}", {"role": "dpo"}, 1, 404)
        body = {"username": "x.swd", "name": "X", "role": "dpo"}
        await it.lead.post("/partner/v1/staff", body, 422)
        await admin.post("/api/v1/staff", {**body, "role": "partner_lead"}, 422)


async def test_each_opening_is_in_the_trail_by_person(samples: Database, tmp_path: Path) -> None:
    async with at_the_desk(samples, tmp_path) as it:
        sent = await it.send()
        await it.worker.get(f"/partner/v1/referrals/{sent['ref']}")
        dpo = await it.room.service.sign_in("dpo")
        lines = (await dpo.get("/api/v1/audit?limit=100"))["items"]
        [opened] = [one for one in lines if one["action"] == "opened_packet"]
        assert (opened["actor"], opened["note"]) == (it.ids["worker.swd"], "partner_desk")


async def test_a_partner_that_is_switched_off_takes_its_people_along(samples: Database, tmp_path: Path) -> None:
    async with at_the_desk(samples, tmp_path) as it:
        admin, swd = await it.room.service.sign_in("admin"), await it.room.partner("swd-punjab")
        await it.lead.get("/partner/v1/queue")
        await admin.patch(f"/api/v1/partners/{swd.id}", {"active": False}, swd.version)
        assert (await it.lead.http.get("/partner/v1/queue")).status_code == 401
        form = {"grant_type": "password", "username": "lead.swd", "password": "demo-password-2026"}
        assert (await it.room.service.http().post("/api/v1/auth/token", data=form)).status_code in (400, 401, 403)
