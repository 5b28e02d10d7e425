"""The second door for whom a partner sends: signed news, with the rules of the first and nothing of the person in the inbox."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import orjson
from sqlalchemy import select

from adapters.database.inbox import INBOX
from adapters.database.statements import Prepared
from adapters.partners.signatures import new_secret, signed_headers
from tests.incoming.conftest import Desk

KEY = "reintegration"


async def secret_of(desk: Desk) -> str:
    answer = await desk.partner.http.put("/partner/v1/endpoint", json={"url": "http://127.0.0.1:9/hook"})
    assert answer.is_success, answer.text
    secret: str = answer.json()["secret"]
    return secret


async def push(desk: Desk, secret: str, id: str, kind: str, data: dict[str, Any]) -> httpx.Response:
    body = orjson.dumps({"type": kind, "timestamp": "2026-01-05T09:00:00Z", "data": data})
    headers = signed_headers(body, message=id, at=datetime.now(UTC), secrets=[secret])
    return await desk.service.http().post("/partner/v1/news", content=body, headers={**headers, "MRC-Partner": KEY})


async def kept(desk: Desk) -> list[bytes]:
    """What the inbox holds, opened: the first word of each message."""
    house = desk.service.house
    async with house.database.driver.reading("*") as lane:
        rows = await lane.rows(Prepared(select(INBOX.c.partner_id, INBOX.c.delivery, INBOX.c.body)), {})
    return [house.vault.open_house(body, at=f"inbox:{partner.hex}:{delivery}").split()[0] for partner, delivery, body in rows]


async def test_sent_asked_answered_and_taken_back_by_signed_news(desk: Desk) -> None:
    secret = await secret_of(desk)
    first = await push(desk, secret, "msg_1", "incoming.sent", desk.body())
    assert first.status_code == 202, first.text
    sent = first.json()
    assert (sent["state"], sent["steps"], sent["answer_by"]) == ("queued", ["withdraw"], (await desk.fares(sent))["answer_by"])
    assert await desk.notices(desk.counsellor) == ["incoming_came"]
    it = await desk.there(sent)
    await desk.step(it, "need_information", note="When did she arrive?")
    replied = await push(desk, secret, "msg_2", "incoming.replied", {"incoming": sent["ref"], "note": "On Sunday night."})
    assert (replied.status_code, replied.json()["state"]) == (202, "answered")
    assert (await desk.there(sent))["talk"]["answer"] == "On Sunday night."
    back = await push(desk, secret, "msg_3", "incoming.withdrawn", {"incoming": sent["ref"]})
    assert (back.status_code, back.json()["state"]) == (202, "withdrawn")
    assert "Zarghuna" not in str(await desk.counsellor.get(f"/api/v1/incoming/{it['id']}"))
    assert (await desk.service.house.usecases.partner_side.work_through(10), await desk.notices(desk.counsellor)) == (
        0,
        ["incoming_withdrawn", "incoming_answered", "incoming_came"],
    )


async def test_however_often_and_at_once_one_delivery_is_one_person(desk: Desk) -> None:
    secret = await secret_of(desk)
    answers = await asyncio.gather(*[push(desk, secret, "msg_1", "incoming.sent", desk.body()) for _ in range(4)])
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["ref"] for answer in answers}) == 1
    for _ in range(2):
        back = await push(desk, secret, "msg_2", "incoming.withdrawn", {"incoming": answers[0].json()["ref"]})
        assert (back.status_code, back.json()["state"]) == (202, "withdrawn")
    other = await push(desk, secret, "msg_9", "incoming.sent", desk.body())
    assert other.json()["ref"] != answers[0].json()["ref"], "another delivery is another person"
    strange = orjson.dumps([{"referral": "x", "step": "accept"}])
    headers = {**signed_headers(strange, message="msg_10", at=datetime.now(UTC), secrets=[secret]), "MRC-Partner": KEY}
    assert (await desk.service.http().post("/partner/v1/news", content=strange, headers=headers)).status_code == 202
    assert (await push(desk, secret, "msg_10", "incoming.sent", desk.body())).json()["type"].endswith("key-reused")


async def test_the_same_refusals_as_by_a_call_and_none_of_the_person_kept(desk: Desk) -> None:
    secret = await secret_of(desk)
    for number, (kind, data, rule) in enumerate(
        (
            ("incoming.sent", desk.body(agreed=None), "person-not-asked"),
            ("incoming.sent", desk.body(centre="XXX"), "no-such-centre"),
            ("incoming.sent", desk.body(colour="red"), "invalid"),
            ("incoming.send", desk.body(), "invalid"),
            ("incoming.withdrawn", {"incoming": "nobody's"}, "not-found"),
        )
    ):
        refused = await push(desk, secret, f"msg_{number}", kind, data)
        assert refused.json()["type"] == f"/problems/{rule}", refused.text
        assert "Zarghuna" not in refused.text
    strange = await push(desk, new_secret(), "msg_x", "incoming.sent", desk.body())
    assert (strange.status_code, strange.json()["type"]) == (401, "/problems/bad-signature")
    assert (await desk.counsellor.get("/api/v1/incoming"))["items"] == []
    taken = await push(desk, secret, "msg_good", "incoming.sent", desk.body())
    other = await desk.service.partner("fia", "demo-fia-2026")
    await other.get(f"/partner/v1/incoming/{taken.json()['ref']}", expect=404)
    assert await kept(desk) == [b"record"], "what was refused is not kept, what was taken not twice"
