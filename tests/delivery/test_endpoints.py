"""A partner looks after its own post: the log page by page, one or a range sent again, holding back, two live secrets, health."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from adapters.database import deliveries
from domain.delivery import Range
from domain.values import PartnerId
from service.usecases.identity import HOUSE_ACTOR
from tests.databases import Database
from tests.delivery.room import SECRETS, Room, room
from tests.delivery.test_attempts import carry_all
from tests.partners.hostile import Connection, Receiver, answering, receiver
from tests.service import Person

LONG_AGO = "2020-01-01T00:00:00Z"


def ids(theirs: Receiver) -> list[str]:
    return [request.headers["webhook-id"] for request in theirs.requests]


async def both_doors(it: Room, key: str) -> tuple[tuple[Person, str], tuple[Person, str]]:
    """The partner's own system and the administrator, each with where the same handles are."""
    admin = await it.service.sign_in("admin")
    partner = await it.service.partner(key, SECRETS[key])
    return (partner, "/partner/v1"), (admin, f"/api/v1/partners/{(await it.partner(key)).id}")


def handle(base: str, name: str) -> str:
    return f"{base}/{'endpoints' if base.startswith('/api') else 'endpoint'}/{name}"


async def test_the_log_is_read_page_by_page_and_by_state(samples: Database, tmp_path: Path) -> None:
    async with receiver(answering("204 No Content")) as theirs, room(samples, tmp_path) as it:
        await it.point("fia", theirs.url)
        await it.lay(await it.partner("fia"), 3)
        await carry_all(it)
        await it.lay(await it.partner("fia"), 2)
        await it.lay(await it.partner("swd-punjab"), 1)
        for person, base in await both_doors(it, "fia"):
            everything = (await person.get(f"{base}/deliveries"))["items"]
            assert [line["state"] for line in everything] == ["waiting"] * 2 + ["delivered"] * 3
            found, cursor = [], ""
            while cursor is not None:
                page = await person.get(f"{base}/deliveries", params={"limit": 2, **({"cursor": cursor} if cursor else {})})
                found += page["items"]
                cursor = page["next"]
            assert found == everything
            taken = await person.get(f"{base}/deliveries", params={"state": "delivered", "limit": 2})
            assert [line["id"] for line in taken["items"]] == [line["id"] for line in everything[2:4]]
            assert taken["next"] == everything[3]["id"]
            await person.get(f"{base}/deliveries", 422, params={"state": "lost"})


async def test_a_range_is_sent_again_in_order_and_once(samples: Database, tmp_path: Path) -> None:
    async with receiver(answering("204 No Content")) as theirs, room(samples, tmp_path) as it:
        await it.point("fia", theirs.url)
        fia = await it.partner("fia")
        [about] = set(await it.lay(fia, 3, subject=uuid4()))
        await it.lay(await it.partner("swd-punjab"), 1)
        await carry_all(it)
        first = ids(theirs)
        assert len(first) == 3
        (partner, _), (admin, base) = await both_doors(it, "fia")
        key = {"Idempotency-Key": "once"}
        body = {"since": LONG_AGO}
        assert await partner.post("/partner/v1/deliveries/replay", body, headers=key) == {"replayed": 3, "next": None}
        assert await partner.post("/partner/v1/deliveries/replay", body) == {"replayed": 0, "next": None}, "they wait already"
        await carry_all(it)
        assert ids(theirs) == first * 2, "first in, first out for one referral, known by their ids"
        assert await partner.post("/partner/v1/deliveries/replay", body, headers=key) == {"replayed": 0, "next": None}, "the same call"
        await carry_all(it)
        assert ids(theirs) == first * 2
        assert await admin.post(f"{base}/deliveries/replay", {"first": first[1]}) == {"replayed": 2, "next": None}
        await carry_all(it)
        assert ids(theirs) == [*first * 2, *first[1:]]
        later = datetime.now(UTC) + timedelta(hours=1)
        for nothing in ({"since": later.isoformat()}, {**body, "until": "2020-02-01T00:00:00Z"}, {**body, "only_given_up": True}):
            assert (await partner.post("/partner/v1/deliveries/replay", nothing))["replayed"] == 0
        assert about is not None


async def test_a_range_begins_somewhere_and_with_ones_own(samples: Database, tmp_path: Path) -> None:
    async with room(samples, tmp_path) as it:
        await it.lay(await it.partner("swd-punjab"), 1)
        [strange] = await it.log("swd-punjab")
        for person, base in await both_doors(it, "fia"):
            refused = [
                (await person.post(f"{base}/deliveries/replay", body, expect=(404, 422)))["type"]
                for body in ({}, {"since": LONG_AGO, "until": LONG_AGO}, {"first": str(strange.id)}, {"first": str(uuid4())})
            ]
            assert refused == [f"/problems/{rule}" for rule in ("no-range", "range-turned", "not-found", "not-found")]


async def test_one_call_looks_through_so_many_and_says_where_to_go_on(
    samples: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "MOST_REPLAYED", 2)
    monkeypatch.setattr(deliveries, "_RANGE", deliveries.in_range(2))
    async with receiver(answering("204 No Content")) as theirs, room(samples, tmp_path) as it:
        await it.point("fia", theirs.url)
        fia = await it.partner("fia")
        await it.lay(fia, 5)
        await carry_all(it)
        partner = await it.service.partner("fia", SECRETS["fia"])
        log = [str(line.id) for line in await it.log("fia")]
        went, body = [], {"since": LONG_AGO}
        for key in ("a", "b", "c"):
            said = await partner.post("/partner/v1/deliveries/replay", body, headers={"Idempotency-Key": key})
            again = await partner.post("/partner/v1/deliveries/replay", body, headers={"Idempotency-Key": key})
            assert again == {"replayed": 0, "next": said["next"]}, "a lost answer does not lose the place"
            went.append((said["replayed"], said["next"]))
            body = {"first": said["next"]}
        assert went == [(2, log[2]), (2, log[4]), (1, None)]


@pytest.mark.parametrize("door", [0, 1], ids=["the partner", "the administrator"])
async def test_held_back_notices_wait_lose_nothing_and_leave_in_order(samples: Database, tmp_path: Path, door: int) -> None:
    async with (
        receiver(answering("204 No Content")) as theirs,
        receiver(answering("204 No Content")) as others,
        room(samples, tmp_path) as it,
    ):
        await it.point("fia", theirs.url)
        await it.point("swd-punjab", others.url)
        person, base = (await both_doors(it, "fia"))[door]
        assert (await person.post(handle(base, "pause")))["paused"] is True
        await it.lay(await it.partner("fia"), 3, subject=uuid4())
        await it.lay(await it.partner("swd-punjab"), 1)
        for _ in range(5):
            await carry_all(it)
        assert theirs.requests == []
        assert len(others.requests) == 1, "the control: the others' post goes on"
        lines = await it.log("fia")
        assert [(line.state.value, line.attempts) for line in lines] == [("waiting", 0)] * 3
        assert (await person.get(handle(base, "health")))["paused"] is True
        other, other_base = (await both_doors(it, "fia"))[1 - door]
        assert (await other.post(handle(other_base, "resume")))["paused"] is False, "either may let them leave"
        await carry_all(it)
        assert ids(theirs) == [str(line.id) for line in lines]


async def test_two_secrets_are_live_and_both_sign(samples: Database, tmp_path: Path) -> None:
    """What leaves after a change, verified by the sample that we hand to partners, with either secret and with both."""
    async with receiver(answering("204 No Content")) as theirs, room(samples, tmp_path) as it:
        partner, old = await it.point("fia", theirs.url)
        new = (await partner.post("/partner/v1/endpoint/rotate-secret"))["secret"]
        delivery = (await partner.post("/partner/v1/endpoint/test"))["delivery"]
        await carry_all(it)
        [request] = theirs.requests
        assert len(request.headers["webhook-signature"].split()) == 2
        assert request.headers["webhook-id"] == delivery
        for secrets in ((old,), (new,), (new, old)):
            assert it.service.house.usecases.endpoints._carrier.verify(request.headers, request.body, secrets) == delivery


async def at_first(it: Room) -> Any:
    return await (await it.service.partner("fia", SECRETS["fia"])).get("/partner/v1/endpoint/health")


async def test_health_says_how_it_went(samples: Database, tmp_path: Path) -> None:
    """Taken at the second attempt counts as delivered; what was put away because its referral had ended counts as nothing."""
    refusing = True

    async def moody(connection: Connection) -> None:
        await answering("500 Oh No" if refusing else "204 No Content")(connection)

    async with receiver(moody) as theirs, room(samples, tmp_path, delivery_waits=[0.0]) as it:
        await it.point("fia", theirs.url)
        nothing = {"tried": 0, "delivered": 0, "share": None, "median_seconds": None, "p95_seconds": None, "last_failure": None}
        assert (await at_first(it)).items() >= {**nothing, "waiting": 0, "paused": False, "disabled": False, "days": 7}.items()
        await it.lay(await it.partner("fia"), 1)
        await carry_all(it)
        told = await at_first(it)
        assert (told["tried"], told["delivered"], told["share"], told["waiting"]) == (1, 0, 0.0, 0)
        failure = told["last_failure"]
        assert (failure["notice"], failure["kind"], failure["given_up"]) == ("endpoint.test", "The partner's system failed (500).", True)
        await it.lay(await it.partner("fia"), 1)
        await it.delivery.carry()
        refusing = False
        await carry_all(it)
        await it.lay(await it.partner("fia"), 2)
        await carry_all(it)
        await it.lay(await it.partner("fia"), 1)
        told = await at_first(it)
        assert (told["tried"], told["delivered"], told["share"], told["waiting"]) == (4, 3, 0.75, 1)
        assert 0 <= told["median_seconds"] <= told["p95_seconds"] < 60
        assert told["last_failure"]["given_up"] is False
        for person, base in await both_doors(it, "fia"):
            assert await person.get(handle(base, "health")) == told
        await (await it.service.partner("swd-punjab", SECRETS["swd-punjab"])).get("/partner/v1/endpoint/health", 404)


async def test_the_middle_and_the_tail_are_seconds_that_were_taken(samples: Database, tmp_path: Path) -> None:
    """Twenty messages of 1 to 20 seconds: nearest rank, so 10 and 19; and one of last week, which no longer counts."""
    async with receiver(answering("204 No Content")) as theirs, room(samples, tmp_path) as it:
        await it.point("fia", theirs.url)
        fia = await it.partner("fia")
        await it.lay(fia, 21)
        await carry_all(it, rounds=20)
        await age(it, fia.id, [*range(1, 21), 8 * 86_400])
        told = await at_first(it)
        assert (told["delivered"], told["tried"]) == (20, 20)
        assert (round(told["median_seconds"]), round(told["p95_seconds"])) == (10, 19)


async def age(it: Room, partner: PartnerId, seconds: list[int]) -> None:
    """Makes the partner's messages look made so long before they were taken."""
    driver = it.service.house.database.driver
    change = deliveries.Prepared(
        deliveries.update(deliveries.MESSAGE)
        .where(deliveries.MESSAGE.c.id == deliveries.bindparam("pk", type_=deliveries.Uuid()))
        .values(made_at=deliveries.bindparam("at", type_=deliveries.UTCDateTime()))
    )
    first = deliveries.Prepared(
        deliveries.select(deliveries.ATTEMPT.c.at).where(
            deliveries.ATTEMPT.c.message_id == deliveries.bindparam("pk", type_=deliveries.Uuid())
        )
    )
    async with driver.writing("*") as lane:
        for line, shift in zip(await it.outbox.log(partner, 100), seconds, strict=True):
            [(taken,)] = await lane.rows(first, {"pk": line.id})
            await lane.change(change, {"pk": line.id, "at": taken - timedelta(seconds=shift)})


async def test_a_range_moves_nobody_elses(samples: Database, tmp_path: Path) -> None:
    """The control of the store itself: the same range for another partner finds nothing."""
    async with receiver(answering("204 No Content")) as theirs, room(samples, tmp_path) as it:
        await it.point("fia", theirs.url)
        await it.lay(await it.partner("fia"), 2)
        await carry_all(it)
        for key, moved in (("swd-punjab", 0), ("fia", 2)):
            partner = await it.partner(key)
            async with it.service.house.database.work(HOUSE_ACTOR) as work:
                done = await work.messages.replay_range(partner.id, Range(datetime(2020, 1, 1, tzinfo=UTC)))
            assert done.replayed == moved
