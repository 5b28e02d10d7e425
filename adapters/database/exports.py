"""Exports as they are written, and the lines they are made of, page by page along the ids."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ForeignKeyConstraint,
    Index,
    Integer,
    Select,
    String,
    UniqueConstraint,
    Uuid,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlmodel import SQLModel

from adapters.database.cases import CASE
from adapters.database.clients import CLIENT, CLIENTS
from adapters.database.codec import Codec, table_of
from adapters.database.identity import STAFF
from adapters.database.keys import KEY
from adapters.database.partners import PARTNER
from adapters.database.referrals import REFERRAL
from adapters.database.schema import CENTRE, WORD, Sealed, Shows, UTCDateTime, Words, column, identity, one_of
from adapters.database.scope import bound, case_in_scope, client_in_scope, in_centres
from adapters.database.statements import Prepared
from adapters.database.store import PlainStore, Reader, by_id
from domain.errors import NotFound
from domain.exports.columns import ExportColumn, Subject
from domain.exports.record import Export, ExportState
from domain.identity import Scope, Sensitivity
from domain.periods import begin_of, end_of, month_of
from domain.reports.sheet import Cell, FileKind

PAGE = 250
"""Lines in one look: their names are opened on the event loop, in some ten milliseconds."""


class ExportRow(SQLModel, table=True):
    __tablename__ = "export"
    __table_args__ = (
        UniqueConstraint("centre", "number"),
        ForeignKeyConstraint(["centre"], ["centre.code"]),
        one_of("state", ExportState),
        one_of("subject", Subject),
        one_of("kind", FileKind),
        Index("ix_export_waits", "centre", "id", postgresql_where=text("state = 'asked'"), sqlite_where=text("state = 'asked'")),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    number: str = column(String(20))
    state: str = column(WORD)
    subject: str = column(WORD)
    columns: str = column(Words())
    first: str = column(String(7))
    last: str = column(String(7))
    kind: str = column(WORD)
    words: bytes = column(String(), Shows.personal, sealed=Sealed.house)
    asked_by: UUID = column(Uuid())
    asked_at: datetime = column(UTCDateTime())
    restricted: bool = column(Boolean())
    decided_by: UUID | None = column(Uuid(), nullable=True)
    decided_at: datetime | None = column(UTCDateTime(), nullable=True)
    fetches: int = column(Integer())
    fetched_at: datetime | None = column(UTCDateTime(), nullable=True)
    rows: int | None = column(Integer(), nullable=True)
    version: int = column(Integer())


EXPORT = table_of(ExportRow)
EXPORTS: Codec[Export] = Codec(Export, ExportRow)

_pk = bindparam("pk", type_=Uuid())
_after = bindparam("after", type_=Uuid())
_n = bindparam("n", type_=Integer())
_me = bindparam("scope_staff", type_=Uuid())
_base = select(*EXPORTS.columns).where(in_centres(EXPORT))
_HOLD = Prepared(_base.where(EXPORT.c.id == _pk).with_for_update(of=EXPORT))
_OWN = {False: [], True: [EXPORT.c.asked_by == _me]}
_ONE = {own: Prepared(_base.where(EXPORT.c.id == _pk, *its)) for own, its in _OWN.items()}
_PAGES = {
    (paged, own): Prepared(_base.where(*([EXPORT.c.id < _after] if paged else []), *its).order_by(EXPORT.c.id.desc()).limit(_n))
    for paged in (False, True)
    for own, its in _OWN.items()
}
# In the statement itself, as it stands in the index.
_waits = (EXPORT.c.state == literal_column(f"'{ExportState.asked}'"), EXPORT.c.asked_by != _me)
_since = EXPORT.c.asked_at > bindparam("asked_since", type_=UTCDateTime())
_WAITING = Prepared(_base.where(*_waits, _since).order_by(EXPORT.c.id).limit(_n))
WAITING = Prepared(
    select(*(EXPORT.c[name] for name in ("id", "number", "centre", "asked_by", "asked_at")), func.count().over())
    .where(in_centres(EXPORT), *_waits, _since)
    .order_by(EXPORT.c.id)
    .limit(_n)
)
"""For the board, with how many there are."""

Made = Mapping[str, Any]
_PERSON = (CLIENT.c.id, CLIENT.c.names, CLIENT.c.particulars, KEY.c.wrapped)
_OF_PERSON = (CLIENT.c.number, CLIENT.c.gender, CLIENT.c.birth_year, CLIENT.c.district, CLIENT.c.migration_stage)
_OF_CASE = (CASE.c.kind, CASE.c.risk, CASE.c.outcome)


def _named(prefix: str, columns: Sequence[Any]) -> list[Any]:
    return [one.label(f"{prefix}_{one.name}") for one in columns]


_PEOPLE = [*_named("client", (*_PERSON[:3], *_OF_PERSON)), KEY.c.wrapped.label("wrapped")]
_CASES = (
    select(*_named("its", (CASE.c.id, CASE.c.centre, CASE.c.opened_at, CASE.c.number, CASE.c.stage, CASE.c.closed_at, CASE.c.next_due)))
    .add_columns(*_PEOPLE, *_named("case", _OF_CASE), STAFF.c.name.label("counsellor"))
    .select_from(
        CASE.join(CLIENT, CLIENT.c.id == CASE.c.client_id)
        .join(KEY, KEY.c.id == CLIENT.c.id)
        .outerjoin(STAFF, STAFF.c.id == CASE.c.counsellor_id)
    )
    .where(case_in_scope(CASE))
)
_CLIENTS = (
    select(*_named("its", (CLIENT.c.id, CLIENT.c.centre, CLIENT.c.registered_at, CLIENT.c.number)))
    .add_columns(*_PEOPLE)
    .select_from(CLIENT.join(KEY, KEY.c.id == CLIENT.c.id))
    .where(client_in_scope(CLIENT))
)
_sent = (REFERRAL.c.state, REFERRAL.c.urgency, REFERRAL.c.sent_at, REFERRAL.c.answered_at)
_REFERRALS = (
    select(*_named("its", (REFERRAL.c.id, REFERRAL.c.centre, REFERRAL.c.made_at)), REFERRAL.c.ref.label("its_number"))
    .add_columns(*_named("its", _sent), *_PEOPLE, *_named("case", _OF_CASE))
    .add_columns(STAFF.c.name.label("counsellor"), PARTNER.c.name.label("partner"))
    .select_from(
        REFERRAL.join(CASE, CASE.c.id == REFERRAL.c.case_id)
        .join(CLIENT, CLIENT.c.id == REFERRAL.c.client_id)
        .join(KEY, KEY.c.id == CLIENT.c.id)
        .join(PARTNER, PARTNER.c.id == REFERRAL.c.partner_id)
        .outerjoin(STAFF, STAFF.c.id == REFERRAL.c.counsellor_id)
    )
    .where(case_in_scope(CASE))
)
_let_in = bindparam("let_in", type_=Boolean())
_plain_person = CLIENT.c.sensitivity == Sensitivity.normal.value
_OF: dict[Subject, tuple[Select[Any], Any, Any, Any]] = {
    Subject.cases: (_CASES, CASE, CASE.c.opened_at, and_(_plain_person, CASE.c.sensitivity == Sensitivity.normal.value)),
    Subject.clients: (_CLIENTS, CLIENT, CLIENT.c.registered_at, _plain_person),
    Subject.referrals: (_REFERRALS, REFERRAL, REFERRAL.c.made_at, and_(_plain_person, CASE.c.sensitivity == Sensitivity.normal.value)),
}
"""What is read, its table, the moment that the months are about, and which are restricted by nothing: an assignment or a broken glass opens
a restricted file to somebody, and lets it into no export."""


def _of(subject: Subject) -> Select[Any]:
    its, table, at, plain = _OF[subject]
    within = (
        table.c.centre == bindparam("of_centre"),
        at >= bindparam("first", type_=UTCDateTime()),
        at < bindparam("until", type_=UTCDateTime()),
    )
    return its.where(*within, or_(_let_in, plain))


_LINES = {
    (subject, paged): Prepared(
        _of(subject).where(*([its[1].c.id > _after] if paged else [])).order_by(its[1].c.id).limit(bindparam("n", type_=Integer()))
    )
    for subject, its in _OF.items()
    for paged in (False, True)
}
_NAMES = {subject: [one.name for one in its[0].selected_columns] for subject, its in _OF.items()}
_COUNTS = {subject: Prepared(_of(subject).with_only_columns(func.count())) for subject in _OF}

_C = ExportColumn


def _month(name: str) -> Callable[[Made], Cell]:
    return lambda row: month_of(row[name]) if row[name] else None


def _as(name: str) -> Callable[[Made], Cell]:
    return lambda row: row[name]


def _phone(row: Made) -> Cell:
    """Only where ringing is safe."""
    its = row["particulars"]
    return None if its.safe_contact.never else " ".join(str(one) for one in its.phones if one.safe) or None


_CELLS: dict[ExportColumn, Callable[[Made], Cell]] = {
    _C.centre: _as("its_centre"),
    _C.stage: _as("its_stage"),
    _C.closed_month: _month("its_closed_at"),
    _C.next_due: _as("its_next_due"),
    _C.counsellor: _as("counsellor"),
    _C.partner: _as("partner"),
    _C.state: _as("its_state"),
    _C.urgency: _as("its_urgency"),
    _C.sent_month: _month("its_sent_at"),
    _C.answered_month: _month("its_answered_at"),
    _C.number: _as("its_number"),
    _C.client_number: _as("client_number"),
    _C.name: lambda row: row["names"].name,
    _C.name_urdu: lambda row: row["names"].name_urdu or None,
    _C.phone: _phone,
    _C.cnic: lambda row: str(row["particulars"].cnic) if row["particulars"].cnic else None,
    _C.gender: _as("client_gender"),
    _C.birth_year: _as("client_birth_year"),
    _C.district: _as("client_district"),
    _C.migration_stage: _as("client_migration_stage"),
    _C.case_kind: _as("case_kind"),
    _C.risk: _as("case_risk"),
    _C.outcome: _as("case_outcome"),
}
_MOMENTS = {Subject.cases: "its_opened_at", Subject.clients: "its_registered_at", Subject.referrals: "its_made_at"}
_OPENED = {"names": (_C.name, _C.name_urdu), "particulars": (_C.phone, _C.cnic)}
"""What is sealed, and the columns for which it is opened."""


class SqlExports(PlainStore[Export]):
    codec = EXPORTS

    async def get(self, scope: Scope, id: UUID) -> Export:
        return await self._one(_HOLD, by_id(bound(scope), id))


class SqlExportViews(Reader):
    async def _found(self, statement: Prepared, scope: Scope, **values: Any) -> list[Export]:
        return [EXPORTS.record(row, self._vault) for row in await self._rows(statement, scope, values)]

    async def one(self, scope: Scope, id: UUID, *, own: bool) -> Export:
        found = await self._found(_ONE[own], scope, pk=id)
        if not found:
            raise NotFound()
        return found[0]

    async def page(self, scope: Scope, limit: int, after: UUID | None, *, own: bool) -> list[Export]:
        return await self._found(_PAGES[after is not None, own], scope, n=limit, after=after)

    async def waiting(self, scope: Scope, since: datetime, limit: int) -> list[Export]:
        return await self._found(_WAITING, scope, asked_since=since, n=limit)

    async def count(self, scope: Scope, export: Export) -> int:
        return int((await self._rows(_COUNTS[export.subject], scope, _asked(export)))[0][0])

    async def lines(self, scope: Scope, export: Export, after: UUID | None) -> tuple[list[Sequence[Cell]], UUID | None]:
        asked = {**_asked(export), "after": after, "n": PAGE}
        rows = await self._rows(_LINES[export.subject, after is not None], scope, asked)
        cells = {**_CELLS, _C.month: _month(_MOMENTS[export.subject])}
        makers = [cells[one] for one in export.columns]
        opened = [name for name, its in _OPENED.items() if set(its) & set(export.columns)]
        names, lines = _NAMES[export.subject], list[Sequence[Cell]]()
        for row in rows:
            made = self._made(dict(zip(names, row, strict=True)), opened)
            lines.append([maker(made) for maker in makers])
        return lines, rows[-1][0] if len(rows) == PAGE else None

    def _made(self, row: dict[str, Any], opened: Sequence[str]) -> dict[str, Any]:
        for name in opened:
            row[name] = CLIENTS.seals[name].open(self._vault, row["wrapped"], row["client_id"], row[f"client_{name}"])
        return row


def _asked(export: Export) -> dict[str, Any]:
    months = {"first": begin_of(export.first), "until": end_of(export.last)}
    return {"of_centre": export.centre, "let_in": export.restricted, **months}
