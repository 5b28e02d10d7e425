"""Erasing somebody: their keys are destroyed, their tokens deleted, plain personal values blanked, and the files cleared of what is left.

What is blanked follows from how the columns are declared (`shows`, `sealed`), in every table whose rows are about a client.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import String, Table, Uuid, bindparam, delete, func, select, update

from adapters.database.audit import ADD_ENTRY, ENTRY, marked
from adapters.database.cases import CASE
from adapters.database.clearing import clear_postgres, clear_sqlite
from adapters.database.clients import CLIENT, CLIENTS, CONTACT, CONTACTS, TOKEN
from adapters.database.inbox import INBOX
from adapters.database.incoming import INCOMING, OF_CLIENT, shred_incoming
from adapters.database.keys import _ADD as ADD_KEY
from adapters.database.keys import KEY
from adapters.database.lanes import EVERYWHERE, Driver, Lane
from adapters.database.referrals import REFERRAL
from adapters.database.schema import Sealed, Several, Shows, among
from adapters.database.statements import Prepared
from adapters.database.tables import METADATA
from domain.audit import Entry
from domain.cases import Stage
from domain.clients import MigrationStage
from domain.contacts import Said
from domain.errors import NotFound
from domain.keeping import Standing
from domain.recruitment import Paid
from domain.referrals.steps import OPEN
from domain.reintegration.reviews import ASKED
from domain.screening import IndicationOutcome
from domain.secrecy import KeyVault
from domain.values import CentreCode, ClientId, Gender

ERASED_ACTION = "client_erased"

BLANKS: dict[tuple[str, str], Any] = {
    ("client", "gender"): Gender.undisclosed.value,
    ("client", "migration_stage"): MigrationStage.prospective.value,
    ("case_watch", "undecided"): 0,
    ("job_abroad", "country"): "ZZZ",
    ("job_abroad", "year"): 0,
    ("job_abroad", "paid"): Paid.not_known.value,
    **{("review", name): "unknown" for name in ASKED},
    ("screening", "outcome"): IndicationOutcome.unclear.value,
}
"""The word that says least, where a column must have one."""
KEPT = {
    ("client", "number"): "printed on papers that people hold; it leads to nothing any more",
    ("case", "number"): "as the client's number",
    ("transfer", "number"): "the case's, as it stands in the lists of two centres",
    ("consent", "purpose"): "that there was a consent, and for what, is what the centre answers for",
}


def about_clients() -> list[Table]:
    """The tables whose rows are about a client; contacts and incoming referrals are apart, for they have keys of their own."""
    return [table for table in METADATA.sorted_tables if table not in (CONTACT, INCOMING) and (table is CLIENT or "client_id" in table.c)]


def blanks(table: Table) -> dict[str, Any]:
    """What each personal column of this table becomes. Raises KeyError for one nobody has decided about."""
    found: dict[str, Any] = {}
    for column in table.columns:
        if column.info.get("sealed") is Sealed.subject:
            found[column.name] = None if column.nullable else b""
        elif column.info.get("shows") in (Shows.personal, Shows.sensitive) and (table.name, column.name) not in KEPT:
            found[column.name] = None if column.nullable else BLANKS[table.name, column.name]
    return found


_whose = bindparam("whose", type_=Uuid())


@cache
def _blanking() -> tuple[Prepared, ...]:
    """Search tokens and the trail have their own ways: the first are deleted, the second holds ids only and stays."""
    return tuple(
        Prepared(update(table).where((table.c.id if table is CLIENT else table.c.client_id) == _whose).values(**values))
        for table in about_clients()
        if table not in (TOKEN, ENTRY) and (values := blanks(table))
    )


_DROP_KEY = Prepared(delete(KEY).where(KEY.c.id == _whose))
_DROP_TOKENS = Prepared(delete(TOKEN).where(TOKEN.c.client_id == _whose))
_HOLD = Prepared(
    select(CLIENT.c.id, CLIENT.c.centre, CLIENT.c.names, CLIENT.c.particulars, KEY.c.wrapped)
    .select_from(CLIENT.outerjoin(KEY, KEY.c.id == CLIENT.c.id))
    .where(CLIENT.c.number == bindparam("number"))
    .with_for_update(of=CLIENT)
)
_CONTACTS = Prepared(select(CONTACT.c.id).where(CONTACT.c.client_id == _whose))
_CONTACT = Prepared(select(CONTACT.c.centre).where(CONTACT.c.id == _whose))
_SILENCE = Prepared(update(CONTACT).where(CONTACT.c.id == _whose).values(said=bindparam("said"), version=CONTACT.c.version + 1))
_OPEN_CASES = Prepared(select(func.count()).where(CASE.c.client_id == _whose, CASE.c.stage != Stage.closed.value))
_OPEN_REFERRALS = Prepared(
    select(func.count()).where(REFERRAL.c.client_id == _whose, among(REFERRAL.c.state, bindparam("states", type_=Several(String()))))
)
_REFS = Prepared(select(REFERRAL.c.ref, REFERRAL.c.partner_id).where(REFERRAL.c.client_id == _whose))
_NEWS = Prepared(select(INBOX.c.delivery, INBOX.c.body).where(INBOX.c.partner_id == _whose))
_BLANK_NEWS = Prepared(
    update(INBOX)
    .where(INBOX.c.partner_id == _whose, INBOX.c.delivery == bindparam("which"))
    .values(body=bindparam("blank"), headers=bindparam("blank"), done=True)
)
_ERASED = Prepared(select(ENTRY.c.client_id, ENTRY.c.others).where(ENTRY.c.action == ERASED_ACTION))
_READABLE = Prepared(select(CLIENT.c.centre).select_from(CLIENT.join(KEY, KEY.c.id == CLIENT.c.id)).where(CLIENT.c.id == _whose))


async def shred_client(lane: Lane, vault: KeyVault, client: UUID) -> None:
    await lane.change(_DROP_KEY, {"whose": client})
    await lane.change(_DROP_TOKENS, {"whose": client})
    await _silence_news(lane, vault, client)
    for statement in _blanking():
        await lane.change(statement, {"whose": client})


async def _leads(lane: Lane, client: UUID) -> tuple[UUID, ...]:
    """The contacts and incoming referrals that became this client: each has a key of its own."""
    contacts, incoming = await lane.rows(_CONTACTS, {"whose": client}), await lane.rows(OF_CLIENT, {"pk": client})
    return tuple(id for (id,) in (*contacts, *incoming))


async def shred_contact(lane: Lane, vault: KeyVault, contact: UUID) -> bool:
    """The contact stays as an anonymous one, under a new key: what it said went with the old key. An incoming referral likewise."""
    rows = await lane.rows(_CONTACT, {"whose": contact})
    if not rows:
        return await shred_incoming(lane, vault, contact)
    wrapped = vault.new_key()
    await lane.change(_DROP_KEY, {"whose": contact})
    await lane.change(ADD_KEY, {"id": contact, "centre": rows[0][0], "wrapped": wrapped})
    await lane.change(_SILENCE, {"whose": contact, "said": CONTACTS.seals["said"].close(vault, wrapped, contact, Said())})
    return True


async def shred_known(lane: Lane, vault: KeyVault, erased: frozenset[UUID]) -> list[tuple[CentreCode, ClientId]]:
    """Those of these clients and contacts that are here, erased again; which clients that were."""
    clients = []
    for subject in sorted(erased):
        if found := await lane.rows(_READABLE, {"whose": subject}):
            for lead in await _leads(lane, subject):
                await shred_contact(lane, vault, lead)
            await shred_client(lane, vault, subject)
            clients.append((CentreCode(found[0][0]), ClientId(subject)))
        else:
            await shred_contact(lane, vault, subject)
    return clients


async def _silence_news(lane: Lane, vault: KeyVault, client: UUID) -> None:
    """What partners wrote about this client stands sealed for the house: it is looked through by the references it names."""
    refs: dict[UUID, list[bytes]] = {}
    for ref, partner in await lane.rows(_REFS, {"whose": client}):
        refs.setdefault(partner, []).append(ref.encode())
    for partner, its in refs.items():
        for delivery, body in await lane.rows(_NEWS, {"whose": partner}):
            at = f"inbox:{partner.hex}:{delivery}"
            if any(ref in vault.open_house(body, at=at) for ref in its):
                await lane.change(_BLANK_NEWS, {"whose": partner, "which": delivery, "blank": vault.seal_house(b"{}", at=at)})


class SqlErasing:
    def __init__(self, lane: Lane, vault: KeyVault, standing: Standing) -> None:
        self._lane, self._vault, self.standing = lane, vault, standing

    async def shred(self, entry: Entry) -> None:
        for contact in self.standing.contacts:
            await shred_contact(self._lane, self._vault, contact)
        await shred_client(self._lane, self._vault, self.standing.client)
        self._lane.later(ADD_ENTRY, marked(entry, self._vault))


class SqlEraser:
    """`owner_url` names the database as its owner sees it: only the owner may rewrite PostgreSQL's files."""

    def __init__(self, driver: Driver, vault: KeyVault, owner_url: str) -> None:
        self._driver, self._vault, self._owner_url = driver, vault, owner_url

    @asynccontextmanager
    async def erasing(self, number: str) -> AsyncIterator[SqlErasing]:
        async with self._driver.writing(EVERYWHERE) as lane:
            rows = await lane.rows(_HOLD, {"number": number})
            if not rows:
                raise NotFound("There is no client of this number.")
            yield SqlErasing(lane, self._vault, await self._standing(lane, *rows[0]))

    async def _standing(self, lane: Lane, id: UUID, centre: str, names: bytes, particulars: bytes, wrapped: bytes | None) -> Standing:
        return Standing(
            client=ClientId(id),
            centre=CentreCode(centre),
            contacts=await _leads(lane, id),
            erased=wrapped is None,
            words=self._words(id, names, particulars, wrapped) if wrapped else frozenset(),
            open_cases=(await lane.rows(_OPEN_CASES, {"whose": id}))[0][0],
            open_referrals=(await lane.rows(_OPEN_REFERRALS, {"whose": id, "states": sorted(OPEN)}))[0][0],
        )

    def _words(self, id: UUID, names: bytes, particulars: bytes, wrapped: bytes) -> frozenset[str]:
        its = CLIENTS.seals["particulars"].open(self._vault, wrapped, id, particulars)
        his = CLIENTS.seals["names"].open(self._vault, wrapped, id, names)
        return frozenset(f"{his.name} {his.name_urdu} {its.father_or_husband_name}".casefold().split())

    async def erased(self) -> frozenset[UUID]:
        async with self._driver.reading(EVERYWHERE) as lane:
            rows = await lane.rows(_ERASED, {})
        return frozenset(id for client, others in rows for id in (client, *others))

    async def clear(self) -> str:
        clear = clear_sqlite if self._owner_url.startswith("sqlite") else clear_postgres
        return await clear(self._owner_url)
