"""Contacts and clients, their search tokens, and the numbers people are given."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKeyConstraint,
    FromClause,
    Index,
    Integer,
    String,
    UniqueConstraint,
    Uuid,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
)
from sqlmodel import SQLModel

from adapters.database.cells import cells_of_contact, client_cells
from adapters.database.codec import Codec, table_of
from adapters.database.keys import KEY, Keys
from adapters.database.lanes import Lane
from adapters.database.schema import CENTRE, WORD, Sealed, Several, Shows, UTCDateTime, among, column, identity, of_centre, one_of
from adapters.database.scope import bound, client_in_scope, in_centres
from adapters.database.statements import Prepared
from adapters.database.store import CountingStore, Reader, by_id, keyed, with_key
from adapters.database.tally import Tally
from adapters.database.weeks import Cell
from domain.clients import Candidate, Client, MigrationStage, Names
from domain.contacts import Channel, Contact
from domain.errors import NotFound
from domain.identity import Scope, Sensitivity
from domain.secrecy import Erased, KeyVault
from domain.values import CentreCode, ClientId, ContactId, Gender

ERASED = Names("(erased)")


class ClientRow(SQLModel, table=True):
    __tablename__ = "client"
    __table_args__ = (
        UniqueConstraint("centre", "id"),
        UniqueConstraint("centre", "number"),
        ForeignKeyConstraint(["centre"], ["centre.code"]),
        Index(None, "centre", "registered_at", "id"),
        one_of("gender", Gender),
        one_of("migration_stage", MigrationStage),
        one_of("sensitivity", Sensitivity),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    number: str = column(String(20), Shows.personal)
    names: bytes = column(String(), Shows.personal, sealed=Sealed.subject)
    particulars: bytes = column(String(), Shows.personal, sealed=Sealed.subject)
    gender: str = column(WORD, Shows.personal)
    migration_stage: str = column(WORD, Shows.personal)
    district: str | None = column(String(20), Shows.personal, nullable=True)
    birth_year: int | None = column(Integer(), Shows.personal, nullable=True)
    sensitivity: str = column(WORD)
    registered_at: datetime = column(UTCDateTime())
    registered_by: UUID = column(Uuid())
    version: int = column(Integer())


class ContactRow(SQLModel, table=True):
    __tablename__ = "contact"
    __table_args__ = (
        of_centre("client", "client_id"),
        of_centre("outreach_session", "outreach_session"),
        one_of("channel", Channel),
        Index(None, "centre", "at"),
        Index(None, "outreach_session"),
        Index(None, "client_id"),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    channel: str = column(WORD)
    said: bytes = column(String(), Shows.personal, sealed=Sealed.subject)
    minutes: int = column(Integer())
    at: datetime = column(UTCDateTime())
    taken_by: UUID = column(Uuid())
    client_id: UUID | None = column(Uuid(), nullable=True)
    outreach_session: UUID | None = column(Uuid(), nullable=True)
    version: int = column(Integer())


class TokenRow(SQLModel, table=True):
    """What a client can be found by: keyed, so that the table alone tells nobody's name."""

    __tablename__ = "client_token"
    __table_args__ = (of_centre("client", "client_id"), Index(None, "client_id"))
    centre: str = column(CENTRE, primary_key=True)
    token: int = column(BigInteger(), Shows.personal, primary_key=True)
    client_id: UUID = column(Uuid(), primary_key=True)


class CounterRow(SQLModel, table=True):
    __tablename__ = "counter"
    centre: str = column(CENTRE, primary_key=True)
    kind: str = column(String(4), primary_key=True)
    last: int = column(Integer())


CLIENT = table_of(ClientRow)
CONTACT = table_of(ContactRow)
TOKEN = table_of(TokenRow)
COUNTER = table_of(CounterRow)
CLIENTS: Codec[Client] = Codec(Client, ClientRow)
CONTACTS: Codec[Contact] = Codec(Contact, ContactRow)

_pk = bindparam("pk", type_=Uuid())
_GET = with_key(CLIENTS, "id", CLIENT.c.id == _pk, client_in_scope(CLIENT), lock=True)
_SEE = with_key(CLIENTS, "id", CLIENT.c.id == _pk, client_in_scope(CLIENT))
_CONTACT = with_key(CONTACTS, "id", CONTACT.c.id == _pk, in_centres(CONTACT), lock=True)
# What somebody said on the telephone is as restricted as the client they became.
_promoted = select(CLIENT.c.id).where(CLIENT.c.id == CONTACT.c.client_id).correlate(CONTACT)
_open = or_(CONTACT.c.client_id.is_(None), exists(_promoted.where(client_in_scope(CLIENT))))
CONTACTS_SEEN = keyed(CONTACTS, "id", in_centres(CONTACT), _open)
_RECENT = Prepared(CONTACTS_SEEN.order_by(CONTACT.c.at.desc()).limit(bindparam("n", type_=Integer())))
_CONTACT_SEEN = Prepared(CONTACTS_SEEN.where(CONTACT.c.id == _pk))
ADD_TOKEN = Prepared(insert(TOKEN).values({name: bindparam(name, type_=TOKEN.c[name].type) for name in ("centre", "token", "client_id")}))
_DROP_TOKENS = Prepared(delete(TOKEN).where(TOKEN.c.client_id == bindparam("whose", type_=Uuid())))
_NEXT = Prepared.upsert(
    lambda insert: (
        insert(COUNTER)
        .values(centre=bindparam("at_centre"), kind=bindparam("of_kind"), last=1)
        .on_conflict_do_update(index_elements=["centre", "kind"], set_={"last": COUNTER.c.last + 1})
        .returning(COUNTER.c.last)
    )
)

_CARD = (CLIENT.c.id, CLIENT.c.number, CLIENT.c.centre, CLIENT.c.names, CLIENT.c.particulars, CLIENT.c.birth_year, KEY.c.wrapped)
# A name that half the country bears must not be counted to the end: what is looked up beyond so many rows would not be ranked anyway.
_MOST = 2000
_carrying = (
    select(TOKEN.c.client_id)
    .where(in_centres(TOKEN), among(TOKEN.c.token, bindparam("tokens", type_=Several(BigInteger()))))
    .limit(_MOST)
    .subquery()
)
_hits = (
    select(_carrying.c.client_id, func.count().label("hits"))
    .group_by(_carrying.c.client_id)
    .order_by(func.count().desc(), _carrying.c.client_id.desc())
    .limit(bindparam("n", type_=Integer()))
    .cte("hit")
)
_edge = select(func.count().label("n"), func.min(_hits.c.hits).label("fewest")).select_from(_hits).subquery("edge")


def _cards(hits: FromClause) -> Prepared:
    return Prepared(
        select(*_CARD, hits.c.hits)
        .select_from(hits.join(CLIENT, CLIENT.c.id == hits.c.client_id).outerjoin(KEY, KEY.c.id == CLIENT.c.id))
        .where(client_in_scope(CLIENT))
        .order_by(hits.c.hits.desc(), CLIENT.c.id.desc())
    )


_APART = _cards(
    select(_hits.c.client_id, _hits.c.hits)
    .select_from(_hits.join(_edge, or_(_edge.c.n < bindparam("n", type_=Integer()), _hits.c.hits > _edge.c.fewest)))
    .cte("apart")
)
_CARRYING = _cards(_hits)
_NUMBERED = Prepared(select(CLIENT.c.centre, CLIENT.c.id).where(CLIENT.c.number == bindparam("number"), in_centres(CLIENT)))
_NUMBER = Prepared(
    select(*_CARD)
    .select_from(CLIENT.outerjoin(KEY, KEY.c.id == CLIENT.c.id))
    .where(CLIENT.c.number == bindparam("number"), client_in_scope(CLIENT))
)
_NUMBERS = Prepared(
    select(CLIENT.c.id, CLIENT.c.number).where(among(CLIENT.c.id, bindparam("ids", type_=Several(Uuid()))), client_in_scope(CLIENT))
)


class SqlClients(CountingStore[Client]):
    codec = CLIENTS
    subject = "id"

    async def get(self, scope: Scope, id: ClientId) -> Client:
        return await self._one(_GET, by_id(bound(scope), id))

    async def add(self, record: Client, tokens: frozenset[int] = frozenset()) -> None:
        wrapped = self._keys.make(record.id, record.centre)
        self._lane.later(self.codec.insert, self.codec.values(record, self._vault, wrapped))
        self._tally.move((), client_cells(record.centre, record.registered_at, record.registered_by))
        await self._tokens(record, tokens)

    async def save(self, record: Client, tokens: frozenset[int] | None = None) -> None:
        await super().save(record)
        if tokens is not None:
            await self._lane.change(_DROP_TOKENS, {"whose": record.id})
            await self._tokens(record, tokens)

    async def _tokens(self, record: Client, tokens: frozenset[int]) -> None:
        rows = [{"centre": record.centre, "token": token, "client_id": record.id} for token in sorted(tokens)]
        if rows:
            await self._lane.many(ADD_TOKEN, rows)

    async def numbered(self, scope: Scope, number: str) -> tuple[CentreCode, ClientId]:
        rows = await self._lane.rows(_NUMBERED, {**bound(scope), "number": number})
        if not rows:
            raise NotFound()
        return CentreCode(rows[0][0]), ClientId(rows[0][1])

    async def next_number(self, centre: CentreCode, kind: str) -> str:
        rows = await self._lane.rows(_NEXT, {"at_centre": centre, "of_kind": kind})
        return f"{centre}-{kind}-{rows[0][0]:06d}"


class SqlContacts(CountingStore[Contact]):
    codec = CONTACTS
    subject = "id"

    def __init__(self, lane: Lane, vault: KeyVault, keys: Keys, tally: Tally) -> None:
        super().__init__(lane, vault, keys, tally)
        self._seen: dict[UUID, tuple[Cell, ...]] = {}

    def _read(self, row: Sequence[Any]) -> Contact:
        contact = super()._read(row)
        self._seen[contact.id] = cells_of_contact(contact)
        return contact

    async def get(self, scope: Scope, id: ContactId) -> Contact:
        return await self._one(_CONTACT, by_id(bound(scope), id))

    async def add(self, record: Contact) -> None:
        wrapped = self._keys.make(record.id, record.centre)
        self._lane.later(self.codec.insert, self.codec.values(record, self._vault, wrapped))
        self._count(record)

    async def save(self, record: Contact) -> None:
        await super().save(record)
        self._count(record)

    def _count(self, record: Contact) -> None:
        now = cells_of_contact(record)
        self._tally.move(self._seen.get(record.id, ()), now)
        self._seen[record.id] = now


class SqlClientViews(Reader):
    async def client(self, scope: Scope, id: ClientId) -> Client:
        return await self._record(CLIENTS, _SEE, scope, pk=id)

    async def find(self, scope: Scope, tokens: tuple[int, ...], limit: int, alike: int) -> list[Candidate]:
        rows = await self._rows(_APART, scope, {"tokens": tokens, "n": limit + 1})
        # Where nobody is left they are all alike, or those who are not are out of reach: to show nobody then would tell of them.
        return self._hit(rows) or await self.carrying(scope, tokens, alike)

    async def carrying(self, scope: Scope, tokens: tuple[int, ...], limit: int) -> list[Candidate]:
        return self._hit(await self._rows(_CARRYING, scope, {"tokens": tokens, "n": limit}))

    async def by_number(self, scope: Scope, number: str) -> list[Candidate]:
        return self._candidates([(row, 1) for row in await self._rows(_NUMBER, scope, {"number": number})])

    async def numbers(self, scope: Scope, ids: tuple[UUID, ...]) -> dict[UUID, str]:
        return {row[0]: row[1] for row in await self._rows(_NUMBERS, scope, {"ids": ids})}

    async def contacts(self, scope: Scope, limit: int) -> list[Contact]:
        return await self._records(CONTACTS, _RECENT, scope, n=limit)

    async def contact(self, scope: Scope, id: ContactId) -> Contact:
        return await self._record(CONTACTS, _CONTACT_SEEN, scope, pk=id)

    def _hit(self, rows: list[tuple[Any, ...]]) -> list[Candidate]:
        return self._candidates([(row[:-1], row[-1]) for row in rows])

    def _candidates(self, rows: list[tuple[tuple[Any, ...], int]]) -> list[Candidate]:
        """Erased clients are left out: there is nobody left to be found."""
        seals = CLIENTS.seals
        return [
            Candidate(
                id,
                number,
                centre,
                seals["names"].open(self._vault, wrapped, id, names),
                seals["particulars"].open(self._vault, wrapped, id, particulars),
                birth_year,
                hits,
            )
            for (id, number, centre, names, particulars, birth_year, wrapped), hits in rows
            if wrapped
        ]


def names_of(vault: KeyVault, id: UUID, sealed: bytes, wrapped: bytes | None) -> Names:
    """The names for a line of a list; an erased client keeps its line, without them."""
    try:
        opened: Names = CLIENTS.seals["names"].open(vault, wrapped or b"", id, sealed)
    except Erased:
        return ERASED
    return opened
