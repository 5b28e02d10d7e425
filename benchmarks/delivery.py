"""`python -m benchmarks.delivery`: how fast notices leave, beside a bare loop of the same signed posts; what a long past costs a claim;
how soon after its commit a notice leaves.

The receivers are a process of their own with a port for each partner, so that none of them waits in another's line.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import asyncpg
import uvloop
from rich.console import Console
from rich.table import Table

from adapters.database.migrate import upgrade
from adapters.partners.standard.translator import Translator
from adapters.partners.transport import HttpCarrier
from domain.events import Event, Outgoing
from domain.partners.directory import Endpoint, Partner, PartnerKind
from domain.partners.exchange import Package
from domain.values import HOUSE, PartnerId
from service.settings import Settings
from service.usecases.identity import HOUSE_ACTOR
from service.wiring import House, wire
from service.worker import Worker
from tests import postgres

SCREEN = Console(width=120 if not sys.stdout.isatty() else None)
HANDS = 32
LEAST_SHARE, MOST_GROWTH, SOONEST = 0.7, 1.2, 2.0
"""Of a bare loop's rate; of a claim's time with a million delivered behind it; seconds from commit to the post, 95th percentile."""
ANSWER = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
PAST = """
INSERT INTO message (id, centre, partner_id, kind, subject, sequence, body, state, due_at, attempts, made_at, settled_at, detail)
SELECT gen_random_uuid(), 'MRC', p.id, 'referral.sent', gen_random_uuid(), 1, decode(repeat('00', 180), 'hex'), 'delivered',
       now() - n * interval '1 second', 1, now() - n * interval '1 second', now() - n * interval '1 second', 'taken'
FROM generate_series(1, $1::int) AS n JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM partner WHERE key LIKE 'bench-%') p
ON p.place = n % $2
"""


LET_GO = "UPDATE message SET state = 'waiting', attempts = 0, token = NULL, lease_until = NULL WHERE state = 'claimed'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid(Event):
    pass


async def receive(ports: int) -> None:
    """Takes every post, on as many ports, and writes when the first bytes of each came. The first line names the ports."""
    came: list[float] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            at = time.time()
            length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
            body = await reader.readexactly(length)
            if b"when?" in body:
                writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + json.dumps(came).encode())
                came.clear()
            else:
                came.append(at)
                writer.write(ANSWER)
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    servers = [await asyncio.start_server(serve, "127.0.0.1", 0, backlog=512) for _ in range(ports)]
    sys.stdout.write(json.dumps([server.sockets[0].getsockname()[1] for server in servers]) + "\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


@asynccontextmanager
async def receivers(number: int) -> AsyncIterator[list[int]]:
    command = [sys.executable, "-m", "benchmarks.delivery", "--receive", str(number)]
    process = await asyncio.create_subprocess_exec(*command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    yield json.loads(await process.stdout.readline())
    process.terminate()
    await process.wait()


async def came(port: int) -> list[float]:
    """When posts came to any of the receivers since this was asked last."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nwhen?")
    answer = await reader.read()
    writer.close()
    return [float(at) for at in json.loads(answer.split(b"\r\n\r\n", 1)[1])]


@dataclass(frozen=True, slots=True)
class Yard:
    house: House
    admin_url: str
    partners: tuple[PartnerId, ...]
    secrets: tuple[str, ...]
    urls: tuple[str, ...]

    async def lay(self, each: int) -> None:
        """So many notices for each partner, turn by turn, each about something of its own; a thousand in a transaction."""
        at, left = self.house.usecases.identity.now(), [one for _ in range(each) for one in self.partners]
        for start in range(0, len(left), 1000):
            async with self.house.database.work(HOUSE_ACTOR) as work:
                for partner in left[start : start + 1000]:
                    body: dict[str, object] = {"referral": uuid4().hex, "sequence": 1, "urgency": "high", "href": "/partner/v1/referrals/x"}
                    out = Outgoing(partner=partner, kind="referral.reminder", subject=uuid4(), body=body)
                    work.announce(Laid(at=at, by=HOUSE_ACTOR.id, centre=HOUSE, subject=partner, outgoing=out))

    async def drain(self, seconds: float) -> float:
        """Messages a second."""
        begin, sent = time.perf_counter(), 0
        while time.perf_counter() - begin < seconds and (claimed := await self.house.usecases.delivery.carry(HANDS)):
            sent += claimed
        await self.house.usecases.delivery.rest(10.0)
        return sent / (time.perf_counter() - begin)

    async def bare(self, seconds: float) -> float:
        """The same posts, signed by the same secrets and carried by the same client, with nothing around them."""
        carrier = HttpCarrier(allow_local=True)
        translator = Translator()
        turn, sent, begin = 0, 0, time.perf_counter()

        async def hand() -> None:
            nonlocal turn, sent
            while time.perf_counter() - begin < seconds:
                its = turn = (turn + 1) % len(self.partners)
                now = self.house.usecases.identity.now()
                data = {"referral": uuid4().hex, "sequence": 1, "urgency": "high", "href": "/partner/v1/referrals/x"}
                package = Package(id=uuid4().hex, kind="referral.reminder", at=now, url=self.urls[its], data=data)
                reply = await carrier.carry(translator.write(package), message=package.id, at=now, secrets=(self.secrets[its],))
                translator.read_reply(reply)
                sent += 1

        await asyncio.gather(*(hand() for _ in range(HANDS)))
        took = time.perf_counter() - begin
        await carrier.aclose()
        return sent / took

    async def claiming(self, rounds: int) -> float:
        """Milliseconds of a claim of 32, the middle one; what was claimed is let go again."""
        took = []
        for _ in range(rounds):
            begin = time.perf_counter()
            await self.house.database.outbox.claim(HANDS)
            took.append((time.perf_counter() - begin) * 1000)
            await self.execute(LET_GO)
        return statistics.median(took)

    async def soon(self, number: int, port: int) -> list[float]:
        """Seconds from the commit of a notice to its post, with a worker that had nothing to do."""
        await came(port)
        worker = asyncio.create_task(Worker(self.house).run())
        found = []
        for turn in range(number):
            await asyncio.sleep(0.11 + 0.037 * (turn % 11))
            partner = self.partners[turn % len(self.partners)]
            async with self.house.database.work(HOUSE_ACTOR) as work:
                out = Outgoing(partner=partner, kind="referral.reminder", subject=uuid4(), body={"sequence": 1})
                work.announce(Laid(at=self.house.usecases.identity.now(), by=HOUSE_ACTOR.id, centre=HOUSE, subject=partner, outgoing=out))
            committed = time.time()
            while not (posts := await came(port)):  # noqa: ASYNC110  the receiver is another process
                await asyncio.sleep(0.02)
            found.append(posts[0] - committed)
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)
        return sorted(found)

    async def execute(self, statement: str, *arguments: object) -> None:
        connection = await asyncpg.connect(self.admin_url, command_timeout=900)
        try:
            await connection.execute(statement, *arguments)
        finally:
            await connection.close()


@asynccontextmanager
async def yard(server: postgres.Server, folder: Path, ports: list[int]) -> AsyncIterator[Yard]:
    name = f"mrc_delivery_{os.getpid()}"
    server.create(name)
    await asyncio.to_thread(upgrade, server.owner(name), app_role=postgres.APP)
    house = wire(Settings(data_dir=folder, database_url=server.app(name)))
    partners, secrets, urls = [], [], []
    async with house.database.work(HOUSE_ACTOR) as work:
        for place, port in enumerate(ports):
            partner = Partner(PartnerId(house.ids.new()), f"bench-{place}", f"Bench {place}", PartnerKind.ngo, "standard")
            endpoint = Endpoint(house.ids.new(), partner.id, f"http://127.0.0.1:{port}/hook", HttpCarrier(allow_local=True).new_secret())
            await work.partners.add(partner)
            await work.partners.add_endpoint(endpoint)
            partners.append(partner.id)
            secrets.append(endpoint.secret)
            urls.append(endpoint.url)
    try:
        yield Yard(house, server.admin(name), tuple(partners), tuple(secrets), tuple(urls))
    finally:
        await house.close()
        server.drop(name)


async def measure(server: postgres.Server, options: argparse.Namespace) -> bool:
    table = Table("what", "measured", "bound", title=f"{options.partners} partners, {options.each} notices each")
    with tempfile.TemporaryDirectory() as folder:
        async with receivers(options.partners) as ports, yard(server, Path(folder), ports) as it:
            soon = await it.soon(options.soon, ports[0])
            p95 = soon[int(len(soon) * 0.95)]
            table.add_row("commit to post, p95 (worker idle)", f"{p95:.2f} s (median {statistics.median(soon):.2f})", f"{SOONEST} s")
            await it.lay(options.each)
            await it.execute("ANALYZE message")
            ours, bare = [], []
            for _ in range(options.rounds):
                bare.append(await it.bare(options.seconds))
                ours.append(await it.drain(options.seconds))
            share = statistics.median(one / other for one, other in zip(ours, bare, strict=True))
            rates = f"{statistics.median(ours):.0f} of {statistics.median(bare):.0f} a second"
            table.add_row("draining, of a bare loop", f"{share:.2f} ({rates})", f"{LEAST_SHARE}")
            await it.execute("UPDATE message SET state = 'waiting', due_at = now() - interval '1 hour'")
            await it.execute("VACUUM ANALYZE message")
            fresh = await it.claiming(options.claims)
            await it.execute(PAST, options.past, options.partners)
            await it.execute("VACUUM ANALYZE message")
            old = await it.claiming(options.claims)
            times = f"{old / fresh:.2f} ({old:.1f} of {fresh:.1f} ms)"
            table.add_row(f"a claim behind {options.past:,} delivered", times, f"{MOST_GROWTH}")
    SCREEN.print(table)
    return p95 <= SOONEST and share >= LEAST_SHARE and old / fresh <= MOST_GROWTH


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--partners", type=int, default=100)
    asked.add_argument("--each", type=int, default=1000)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--seconds", type=float, default=5.0)
    asked.add_argument("--past", type=int, default=1_000_000)
    asked.add_argument("--claims", type=int, default=40)
    asked.add_argument("--soon", type=int, default=60)
    asked.add_argument("--receive", type=int, default=0, help=argparse.SUPPRESS)
    options = asked.parse_args()
    if options.receive:
        uvloop.run(receive(options.receive))
        return 0
    server = postgres.begin(os.getpid())
    try:
        return 0 if uvloop.run(measure(server, options)) else 1
    finally:
        postgres.stop(server)


if __name__ == "__main__":
    sys.exit(main())
