"""Kills the service and its workers at random points while referrals are sent, and counts at the end what was lost and what happened twice.

The client is what a careful counsellor's browser is: it repeats each request under its own key until it is acknowledged.
"""

import asyncio
import json
import random
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import httpx

from tests.databases import Database
from tests.postgres import free_port
from tests.reliability.programs import People, Program, Programs, lay, programs, until

PARTNER = ("reintegration", "demo-rein-2026")
NAMES = UUID("6c1f3f52-8f0e-4d0a-9a4c-0d6f3b1f7a11")
CLIENT = {"name": "Yousaf Khan", "gender": "male", "birth_year": 1994, "migration_stage": "returnee"}
CONSENT = {"purpose": "share", "partner": PARTNER[0], "field_groups": ["identity"], "form": "written", "language": "ur"}
FAST = {
    "MRC_DELIVERY_WAITS": json.dumps([0.1, 0.2, 0.4, 0.8] + [1.0] * 30),
    "MRC_DELIVERY_LEASE": "2.0",
    "MRC_DELIVERY_DEADLINE": "1.5",
}
"""The schedule of Standard Webhooks in small, and leases that a killed worker does not hold for a minute."""
BETWEEN = (30, 90)
"""Acknowledgements between two kills of one program, from a seeded chance: progress and not time, so that a slow machine tests the same."""


@dataclass
class Count:
    """What came of a run."""

    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    undelivered: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    repeats: int = 0
    """Deliveries that reached the partner again: to be expected, and to have no effect."""
    kills: int = 0
    seconds: float = 0.0


class Progress:
    """How much has been acknowledged, and a way to wait for it."""

    def __init__(self) -> None:
        self._made, self._moved = 0, asyncio.Condition()

    async def one_more(self) -> None:
        async with self._moved:
            self._made += 1
            self._moved.notify_all()

    async def reaches(self, number: int) -> None:
        async with self._moved:
            await self._moved.wait_for(lambda: self._made >= number)


class Careful:
    """A client that repeats until it is acknowledged: a dead socket, 5xx and 401 (the token ran out with the process) are no answers."""

    def __init__(self, url: str, progress: Progress) -> None:
        self._progress = progress
        self._http = httpx.AsyncClient(base_url=url, timeout=10)
        self._form = {"grant_type": "password", "username": "counsellor.isb", "password": "demo-password-2026"}

    async def post(self, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        while True:
            try:
                said = await self._http.post(path, json=body, headers={"Idempotency-Key": key})
                if said.status_code == 401:
                    await self._sign_in()
                elif said.status_code < 500:
                    assert said.is_success, (path, said.status_code, said.text)
                    await self._progress.one_more()
                    answer: dict[str, Any] = said.json()
                    return answer
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)

    async def _sign_in(self) -> None:
        said = await self._http.post("/api/v1/auth/token", data=self._form)
        if said.status_code == 200:
            self._http.headers["Authorization"] = f"Bearer {said.json()['access_token']}"

    async def close(self) -> None:
        await self._http.aclose()


async def send(client: Careful, case: str, number: int) -> tuple[str, str]:
    """One referral drafted and sent; its id and its reference."""
    asked = {"partner": PARTNER[0], "reason": f"Return {number}", "field_groups": ["identity"]}
    drafted = await client.post(f"/api/v1/cases/{case}/referrals", asked, str(uuid5(NAMES, f"{number} draft")))
    sent = await client.post(f"/api/v1/referrals/{drafted['id']}/steps", {"step": "send"}, str(uuid5(NAMES, f"{number} send")))
    return sent["id"], sent["ref"]


async def torment(program: Program, chance: random.Random, progress: Progress, last: int, count: Count) -> None:
    """Kills and starts one program again and again on the way, a few milliseconds after a chosen point; leaves it running."""
    point = chance.randint(*BETWEEN)
    while point < last:
        await progress.reaches(point)
        await asyncio.sleep(chance.uniform(0, 0.05))
        await asyncio.to_thread(program.end)
        program.start()
        count.kills += 1
        point += chance.randint(*BETWEEN)


async def lay_cases(house: Programs, people: People, receiver_port: int, cases: int) -> tuple[list[str], str]:
    counsellor = await people.sign_in("counsellor.isb")
    partner = await people.partner(*PARTNER)
    endpoint = await partner.http.put("/partner/v1/endpoint", json={"url": f"http://127.0.0.1:{receiver_port}/webhook"})
    made = []
    for _ in range(cases):
        client = await counsellor.post("/api/v1/clients", CLIENT)
        await counsellor.post(f"/api/v1/clients/{client['id']}/consents", CONSENT)
        case = await counsellor.post("/api/v1/cases", {"client_id": client["id"], "kind": "return_reintegration", "risk": "low"})
        made.append(case["id"])
    return made, endpoint.json()["secret"]


async def run(database: Database, folder: Path, *, referrals: int, seed: int, workers: int = 3, hands: int = 8) -> Count:
    """`hands` clients send `referrals`, two acknowledged requests each, while the API and each worker are killed on the way."""
    await lay(database, folder)
    count, chance, began = Count(), random.Random(seed), time.monotonic()
    port = free_port()
    with programs(database, folder, **FAST) as house:
        serving, working = house.serve(), [house.work() for _ in range(workers)]
        await house.answers()
        async with house.people() as people:
            cases, secret = await lay_cases(house, people, port, 10)
        house.receive(port, secret, *PARTNER, fail_share=0.05, unacked_share=0.05, seed=seed)
        await house.answers(f"http://127.0.0.1:{port}/seen")

        progress, last = Progress(), 2 * referrals - hands
        killing = [torment(program, random.Random(chance.random()), progress, last, count) for program in (serving, *working)]

        async def everybody_sends() -> dict[str, str]:
            numbers = iter(range(referrals))
            sent: dict[str, str] = {}

            async def one_hand() -> None:
                client = Careful(house.url, progress)
                for number in numbers:
                    id, ref = await send(client, cases[number % len(cases)], number)
                    sent[id] = ref
                await client.close()

            await asyncio.gather(*[one_hand() for _ in range(hands)])
            return sent

        sent, *_ = await asyncio.gather(everybody_sends(), *killing)
        await house.answers()
        count.acknowledged = len(sent)
        await weigh(house, sent, f"http://127.0.0.1:{port}/seen", count)
    count.seconds = time.monotonic() - began
    return count


async def weigh(house: Programs, sent: dict[str, str], seen: str, count: Count) -> None:
    """Waits until the partner's book and the referrals stand still at their ends, then compares them with what was acknowledged."""
    async with house.people() as people, httpx.AsyncClient(timeout=30) as beside:
        counsellor = await people.sign_in("counsellor.isb")
        partner = await people.partner(*PARTNER)

        async def everything_ended() -> bool:
            book = (await beside.get(seen)).json()["items"]
            for it in book:
                if it["kind"] == "referral.sent" and it["answered"] is None:
                    # The partner's own patience ended while the service was down: it asks for the message again, as it would.
                    await partner.post(f"/partner/v1/deliveries/{it['delivery']}/replay", expect=(202, 409))
            live = (await partner.get("/partner/v1/referrals"))["items"]
            return not live and {it["referral"] for it in book} >= set(sent.values())

        with suppress(AssertionError):  # what is missing is counted below, one by one
            await until(everything_ended, seconds=40 + len(sent) / 20, every=0.5)
        book = (await beside.get(seen)).json()
        count.repeats = book["repeats"]
        told = Counter(it["referral"] for it in book["items"] if it["kind"] == "referral.sent")
        count.undelivered = [ref for ref in sent.values() if not told[ref]]
        count.twice = [ref for ref, times in told.items() if times > 1]
        for id, ref in sent.items():
            found = await counsellor.http.get(f"/api/v1/referrals/{id}/steps")
            if found.status_code != 200:
                count.lost.append(ref)
                continue
            lines = found.json()["items"]
            if "completed" not in {line["state"] for line in lines}:
                count.unfinished.append(f"{ref} {lines[-1]['state'] if lines else 'draft'}")
            steps = Counter(line["step"] for line in lines)
            if any(times > 1 for times in steps.values()):
                count.twice.append(f"{ref} {dict(steps)}")
        if extra := set(told) - set(sent.values()):
            count.twice += [f"{ref} was acknowledged to nobody" for ref in sorted(extra)]
