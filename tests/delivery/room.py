"""A post room to look into: the sample house in this process, with a schedule in small, and messages laid as referrals lay them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from adapters.system.clock import SystemClock
from adapters.system.ids import SystemIds
from domain.chance import Clock
from domain.delivery import Claimed, DeliveryView, Schedule
from domain.events import Outgoing
from domain.partners.channels import Channels
from domain.partners.directory import Partner
from domain.values import HOUSE
from service.usecases.delivery import Delivery
from service.usecases.endpoints import EndpointTested
from service.usecases.identity import HOUSE_ACTOR
from tests.databases import Database
from tests.service import Person, Service, running, settings_for

SECRETS = {"fia": "demo-fia-2026", "swd-punjab": "demo-swd-2026", "reintegration": "demo-rein-2026"}
CLIENT = {"name": "Yousaf Khan", "gender": "male", "birth_year": 1994, "migration_stage": "returnee"}


@dataclass
class Room:
    service: Service

    @property
    def delivery(self) -> Any:
        return self.service.house.usecases.delivery

    @property
    def outbox(self) -> Any:
        return self.service.house.database.outbox

    def worker(
        self, channels: Channels, *, schedule: Schedule | None = None, clock: Clock | None = None, rehearsal: bool = False
    ) -> Delivery:
        """Another worker in the same post room, with channels, schedule and clock of its own."""
        house = self.service.house
        base, at = house.database, clock or SystemClock()
        its = (base.work, base.outbox, schedule or Schedule(), channels, house.vault, at, SystemIds(), HOUSE_ACTOR)
        return Delivery(*its, public_url=house.settings.public_url, rehearsal=rehearsal)

    async def partners(self) -> list[Partner]:
        async with self.service.house.database.work(HOUSE_ACTOR) as work:
            return await work.partners.all()

    async def partner(self, key: str) -> Partner:
        async with self.service.house.database.work(HOUSE_ACTOR) as work:
            return await work.partners.by_key(key)

    async def lay(self, partner: Partner, number: int, *, subject: UUID | None = None) -> list[UUID]:
        """So many messages for the partner, about one thing or about one each; answers with what they are about."""
        subjects = [subject or uuid4() for _ in range(number)]
        at = self.service.house.usecases.identity.now()
        async with self.service.house.database.work(HOUSE_ACTOR) as work:
            for sequence, about in enumerate(subjects, 1):
                message = Outgoing(partner=partner.id, kind="endpoint.test", subject=about, body={"sequence": sequence})
                work.announce(EndpointTested(at=at, by=HOUSE_ACTOR.id, centre=HOUSE, subject=partner.id, outgoing=message))
        return subjects

    async def settle(self, claimed: Claimed, settled: Any) -> bool:
        async with self.service.house.database.work(HOUSE_ACTOR) as work:
            return claimed.id in await work.messages.settle([(claimed, settled)])

    async def log(self, key: str) -> list[DeliveryView]:
        """Oldest first."""
        found: list[DeliveryView] = await self.outbox.log((await self.partner(key)).id, 100)
        return found[::-1]

    async def point(self, key: str, url: str) -> tuple[Person, str]:
        """Sets the partner's endpoint; the partner, and its secret where this was the first setting."""
        partner = await self.service.partner(key, SECRETS[key])
        answer = await partner.http.put("/partner/v1/endpoint", json={"url": url})
        assert answer.is_success, answer.text
        return partner, answer.json()["secret"]

    async def draft(self, counsellor: Person, key: str = "reintegration", **more: Any) -> dict[str, Any]:
        """A referral that may leave, with the client's `consent` beside it."""
        client = await counsellor.post("/api/v1/clients", CLIENT)
        consent = {"purpose": "share", "partner": key, "field_groups": ["identity"], "form": "written", "language": "ur"}
        consent = await counsellor.post(f"/api/v1/clients/{client['id']}/consents", consent)
        case = await counsellor.post("/api/v1/cases", {"client_id": client["id"], "kind": "return_reintegration", "risk": "low"})
        body = {"partner": key, "reason": "Return", "field_groups": ["identity"], **more}
        referral = await counsellor.post(f"/api/v1/cases/{case['id']}/referrals", body)
        return {**referral, "consent": consent}

    async def send(self, counsellor: Person, key: str = "reintegration", **more: Any) -> dict[str, Any]:
        referral = await self.draft(counsellor, key, **more)
        return {**referral, **await counsellor.post(f"/api/v1/referrals/{referral['id']}/steps", {"step": "send"})}


async def carry_all(it: Room, *, rounds: int = 10) -> None:
    """As a worker does, until nothing is due."""
    for _ in range(rounds):
        if not await it.delivery.carry():
            break
    await it.delivery.rest(5.0)


@asynccontextmanager
async def room(database: Database, folder: Path, *, clock: Clock | None = None, **settings: Any) -> AsyncIterator[Room]:
    """Without other settings: tries again at once, twice; leases of a minute; attempts of a second."""
    small = {"delivery_waits": [0.0, 0.0], "delivery_deadline": 1.0, **settings}
    async with running(settings_for(database, folder, **small), database.kind, clock=clock) as service:
        if await service.house.usecases.samples.empty():
            await service.house.usecases.samples.lay()
        yield Room(service)
        await service.house.usecases.delivery.leave(5.0)
