"""Referrals and the history of their steps."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Uuid,
    and_,
    bindparam,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    text,
    update,
)
from sqlmodel import SQLModel

from adapters.database.cases import CASE
from adapters.database.cells import OF_REFERRAL, cells_of_referral, referral_cells
from adapters.database.codec import Codec, table_of
from adapters.database.keys import KEY, Keys
from adapters.database.lanes import Lane
from adapters.database.schema import CENTRE, WORD, Sealed, Several, Shows, UTCDateTime, Words, among, column, identity, of_centre, one_of
from adapters.database.scope import bound, case_in_scope, in_centres
from adapters.database.statements import Prepared
from adapters.database.store import Reader, Store, by_id, keyed
from adapters.database.tally import Tally
from adapters.database.weeks import Cell
from domain.figures.funnel import BY_WORD
from domain.figures.partners import NO_SERVICE
from domain.identity import Scope
from domain.partners.declining import DeclineCode
from domain.referrals.doors import ReferralFilter
from domain.referrals.history import StepTaken
from domain.referrals.record import Referral
from domain.referrals.steps import DUE, LIVE, OPEN, State, Urgency
from domain.secrecy import KeyVault
from domain.values import CaseId, CentreCode, ClientId, PartnerId, ReferralId, StaffId

_RUNNING = text(f"state IN ({', '.join(repr(str(state)) for state in sorted(DUE))})")


class ReferralRow(SQLModel, table=True):
    __tablename__ = "referral"
    __table_args__ = (
        of_centre("client", "client_id"),
        of_centre("case", "case_id"),
        ForeignKeyConstraint(["partner_id"], ["partner.id"]),
        one_of("urgency", Urgency),
        one_of("state", State),
        one_of("decline_code", DeclineCode, nullable=True),
        Index(None, "case_id"),
        Index(None, "client_id"),
        Index(None, "partner_id", "id"),
        Index(None, "centre", "state", "id"),
        Index(None, "counsellor_id", "state"),
        Index(
            "ix_referral_late",
            "centre",
            "answer_by",
            postgresql_include=["partner_id", "case_id"],
            postgresql_where=_RUNNING,
            sqlite_where=_RUNNING,
        ),
        Index("ix_referral_clock", "clock_at", postgresql_where=text("clock_at IS NOT NULL"), sqlite_where=text("clock_at IS NOT NULL")),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid())
    case_id: UUID = column(Uuid())
    partner_id: UUID = column(Uuid())
    service_id: UUID | None = column(Uuid(), nullable=True)
    ref: str = column(String(60), unique=True)
    reason: bytes = column(String(), Shows.sensitive, sealed=Sealed.subject)
    urgency: str = column(WORD)
    field_groups: str = column(Words())
    state: str = column(WORD)
    approval_needed: bool = column(Boolean())
    made_by: UUID = column(Uuid())
    counsellor_id: UUID = column(Uuid())
    made_at: datetime = column(UTCDateTime())
    said: bytes = column(String(), Shows.sensitive, sealed=Sealed.subject)
    approved_by: UUID | None = column(Uuid(), nullable=True)
    sent_at: datetime | None = column(UTCDateTime(), nullable=True)
    answer_by: datetime | None = column(UTCDateTime(), nullable=True)
    expires_at: datetime | None = column(UTCDateTime(), nullable=True)
    clock_at: datetime | None = column(UTCDateTime(), nullable=True)
    appointment_at: datetime | None = column(UTCDateTime(), nullable=True)
    replaces: UUID | None = column(Uuid(), nullable=True)
    working_time: bool = column(Boolean())
    deletion_confirmed_at: datetime | None = column(UTCDateTime(), nullable=True)
    feedback: bytes | None = column(String(), Shows.sensitive, sealed=Sealed.subject, nullable=True)
    sequence: int = column(Integer())
    version: int = column(Integer())
    partner_holder: UUID | None = column(Uuid(), nullable=True)
    acknowledged_at: datetime | None = column(UTCDateTime(), nullable=True)
    answered_at: datetime | None = column(UTCDateTime(), nullable=True)
    decline_code: str | None = column(WORD, nullable=True)
    submitted_at: datetime | None = column(UTCDateTime(), nullable=True)


class ReferralStepRow(SQLModel, table=True):
    __tablename__ = "referral_step"
    __table_args__ = (
        of_centre("client", "client_id"),
        ForeignKeyConstraint(["referral_id"], ["referral.id"]),
        one_of("decline_code", DeclineCode, nullable=True),
        Index(None, "referral_id"),
        Index(None, "client_id"),
    )
    id: UUID = identity()
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid())
    referral_id: UUID = column(Uuid())
    step: str = column(WORD)
    was: str = column(WORD)
    state: str = column(WORD)
    at: datetime = column(UTCDateTime())
    by: UUID = column(Uuid())
    channel: str = column(WORD)
    said: bytes = column(String(), Shows.sensitive, sealed=Sealed.subject)
    decline_code: str | None = column(WORD, nullable=True)


REFERRAL, STEP = table_of(ReferralRow), table_of(ReferralStepRow)
REFERRALS: Codec[Referral] = Codec(Referral, ReferralRow)
STEPS: Codec[StepTaken] = Codec(StepTaken, ReferralStepRow)

_pk = bindparam("pk", type_=Uuid())
_states = bindparam("states", type_=Several(String()))
_n = bindparam("n", type_=Integer())
_after = bindparam("after", type_=Uuid())
_bare = keyed(REFERRALS, "client_id")
_scoped = _bare.join(CASE, CASE.c.id == REFERRAL.c.case_id).where(case_in_scope(CASE))
_SEE = Prepared(_scoped.where(REFERRAL.c.id == _pk))
_HOLD = Prepared(_scoped.where(REFERRAL.c.id == _pk).with_for_update(of=REFERRAL))
_OF_CASE = Prepared(_scoped.where(REFERRAL.c.case_id == _pk).order_by(REFERRAL.c.id.desc()))
_late_at = bindparam("late_at", type_=UTCDateTime())
# The states stand in the statement itself, as they do in the index of those whose clock runs: given as values, they might be any.
LATE = and_(REFERRAL.c.answer_by < _late_at, or_(*(REFERRAL.c.state == literal_column(f"'{state}'") for state in sorted(DUE))))
_NARROWED: dict[str, ColumnElement[Any]] = {
    "state": among(REFERRAL.c.state, _states),
    "partner": REFERRAL.c.partner_id == bindparam("whose", type_=Uuid()),
    "late_at": LATE,
    "service": func.coalesce(REFERRAL.c.service_id, literal(NO_SERVICE, type_=Uuid())) == bindparam("service", type_=Uuid()),
    "centre": REFERRAL.c.centre == bindparam("centre"),
    "sent_from": REFERRAL.c.sent_at >= bindparam("sent_from", type_=UTCDateTime()),
    "sent_before": REFERRAL.c.sent_at < bindparam("sent_before", type_=UTCDateTime()),
    "silent": and_(REFERRAL.c.state == State.expired.value, REFERRAL.c.acknowledged_at.is_(None)),
    "acknowledged": REFERRAL.c.acknowledged_at.is_not(None),
    "answered": REFERRAL.c.answered_at.is_not(None),
    "counsellor": and_(
        REFERRAL.c.counsellor_id == bindparam("counsellor", type_=Uuid()),
        among(REFERRAL.c.state, bindparam("open_states", type_=Several(String()))),
    ),
    "decline_code": and_(REFERRAL.c.state == State.declined.value, REFERRAL.c.decline_code == bindparam("decline_code")),
    "code_unsaid": and_(REFERRAL.c.state == State.declined.value, REFERRAL.c.decline_code.is_(None)),
    "after": REFERRAL.c.id < _after,
}


@cache
def _page(names: tuple[str, ...]) -> Prepared:
    """One statement for each way of narrowing, made when it is first asked for."""
    return Prepared(_scoped.where(*(_NARROWED[name] for name in names)).order_by(REFERRAL.c.id.desc()).limit(_n))


_FOR_PARTNER = Prepared(
    _bare.where(REFERRAL.c.ref == bindparam("ref"), REFERRAL.c.partner_id == bindparam("whose", type_=Uuid())).with_for_update(of=REFERRAL)
)
_OF_MESSAGE = Prepared(_bare.where(REFERRAL.c.id == _pk).with_for_update(of=REFERRAL))
_ENDED = Prepared(
    select(REFERRAL.c.id).where(among(REFERRAL.c.id, bindparam("ids", type_=Several(Uuid()))), not_(among(REFERRAL.c.state, _states)))
)
_OPEN_TO = {
    to_one: Prepared(
        _bare.where(
            REFERRAL.c.client_id == _pk,
            among(REFERRAL.c.state, _states),
            *([REFERRAL.c.partner_id == bindparam("whose", type_=Uuid())] if to_one else []),
        )
        .order_by(REFERRAL.c.id)
        .with_for_update(of=REFERRAL)
    )
    for to_one in (False, True)
}
_at = bindparam("at", type_=UTCDateTime())
_open_of = (REFERRAL.c.case_id == bindparam("of_case", type_=Uuid()), among(REFERRAL.c.state, _states))
COUNTED = [REFERRAL.c[name] for name in OF_REFERRAL]
"""What a referral is counted by."""
_HANDED = Prepared(select(*COUNTED).where(*_open_of).with_for_update(of=REFERRAL))
_HAND_OVER = Prepared(
    update(REFERRAL).where(*_open_of).values(counsellor_id=bindparam("holder", type_=Uuid()), version=REFERRAL.c.version + 1)
)
_DUE = Prepared(
    _bare.where(REFERRAL.c.clock_at <= _at).order_by(REFERRAL.c.clock_at).limit(_n).with_for_update(of=REFERRAL, skip_locked=True)
)
_UNTOUCHED = Prepared(
    _bare.where(REFERRAL.c.partner_id == bindparam("whose", type_=Uuid()), among(REFERRAL.c.state, _states), REFERRAL.c.sent_at <= _at)
    .order_by(REFERRAL.c.sent_at)
    .limit(_n)
    .with_for_update(of=REFERRAL, skip_locked=True)
)
_STEPS = Prepared(
    select(*STEPS.columns, KEY.c.wrapped)
    .select_from(
        STEP.join(REFERRAL, REFERRAL.c.id == STEP.c.referral_id)
        .join(CASE, CASE.c.id == REFERRAL.c.case_id)
        .outerjoin(KEY, KEY.c.id == STEP.c.client_id)
    )
    .where(STEP.c.referral_id == _pk, case_in_scope(CASE))
    .order_by(STEP.c.id)
)
ASKED_OF = or_(
    among(REFERRAL.c.state, _states),
    and_(REFERRAL.c.state == State.recalled.value, REFERRAL.c.sent_at.is_not(None), REFERRAL.c.deletion_confirmed_at.is_(None)),
)
"""What its partner still has to do something about."""


_held_by = (
    REFERRAL.c.partner_id == bindparam("whose", type_=Uuid()),
    REFERRAL.c.partner_holder == bindparam("holder", type_=Uuid()),
    ASKED_OF,
)
_HELD = Prepared(select(REFERRAL.c.id, REFERRAL.c.centre).where(*_held_by).order_by(REFERRAL.c.id).with_for_update(of=REFERRAL))
_PUT_BACK = Prepared(update(REFERRAL).where(*_held_by).values(partner_holder=None, version=REFERRAL.c.version + 1))


_LIVE_BY_SERVICE = Prepared(
    select(REFERRAL.c.service_id, func.count())
    .where(in_centres(REFERRAL), REFERRAL.c.service_id.is_not(None), among(REFERRAL.c.state, _states))
    .group_by(REFERRAL.c.service_id)
)


class SqlReferrals(Store[Referral]):
    codec = REFERRALS

    def __init__(self, lane: Lane, vault: KeyVault, keys: Keys, tally: Tally) -> None:
        super().__init__(lane, vault, keys)
        self._tally = tally
        self._seen: dict[UUID, tuple[Cell, ...]] = {}
        self._case_of: dict[UUID, UUID] = {}

    def _read(self, row: Sequence[Any]) -> Referral:
        referral = super()._read(row)
        self._case_of[referral.id] = referral.case_id
        self._seen[referral.id] = cells_of_referral(referral)
        return referral

    async def add(self, record: Referral) -> None:
        await super().add(record)
        self._count(record)

    async def save(self, record: Referral) -> None:
        await super().save(record)
        self._count(record)

    def _count(self, record: Referral) -> None:
        was, now = self._seen.get(record.id, ()), cells_of_referral(record)
        if was != now:
            self._tally.sharing.add(record.client_id)
        self._tally.move(was, now)
        self._seen[record.id] = now
        self._case_of[record.id] = record.case_id

    async def get(self, scope: Scope, id: ReferralId) -> Referral:
        return await self._one(_HOLD, by_id(bound(scope), id))

    async def for_partner(self, partner: PartnerId, ref: str) -> Referral:
        return await self._one(_FOR_PARTNER, {"ref": ref, "whose": partner})

    async def of_message(self, id: ReferralId) -> Referral:
        return await self._one(_OF_MESSAGE, {"pk": id})

    async def ended(self, ids: list[ReferralId]) -> frozenset[ReferralId]:
        rows = await self._lane.rows(_ENDED, {"ids": ids, "states": sorted(LIVE)}) if ids else []
        return frozenset(row[0] for row in rows)

    async def step(self, taken: StepTaken) -> None:
        wrapped = await self._keys.of(taken.client_id)
        self._lane.later(STEPS.insert, STEPS.values(taken, self._vault, wrapped))
        if reached := BY_WORD.get(taken.step):
            self._tally.reach(self._case_of[taken.referral_id], reached, taken.at)

    async def open_to(self, client: ClientId, partner: PartnerId | None) -> list[Referral]:
        return await self._all(_OPEN_TO[partner is not None], {"pk": client, "states": sorted(OPEN), "whose": partner})

    async def hand_over(self, case: CaseId, to: StaffId) -> None:
        which = {"of_case": case, "states": sorted(OPEN)}
        for centre, counsellor, *rest in await self._lane.rows(_HANDED, which):
            self._tally.move(referral_cells(centre, counsellor, *rest), referral_cells(centre, to, *rest))
        await self._lane.change(_HAND_OVER, {**which, "holder": to})

    async def put_back(self, partner: PartnerId, holder: StaffId) -> list[tuple[ReferralId, CentreCode]]:
        which = {"whose": partner, "holder": holder, "states": sorted(LIVE)}
        held = [(ReferralId(id), CentreCode(centre)) for id, centre in await self._lane.rows(_HELD, which)]
        if held:
            await self._lane.change(_PUT_BACK, which)
        return held

    async def due(self, at: datetime, limit: int) -> list[Referral]:
        return await self._all(_DUE, {"at": at, "n": limit})

    async def untouched(self, partner: PartnerId, before: datetime, limit: int) -> list[Referral]:
        states = [State.queued, State.delivered, State.seen]
        return await self._all(_UNTOUCHED, {"whose": partner, "states": states, "at": before, "n": limit})


class SqlReferralViews(Reader):
    async def referral(self, scope: Scope, id: ReferralId) -> Referral:
        return await self._record(REFERRALS, _SEE, scope, pk=id)

    async def page(self, scope: Scope, wanted: ReferralFilter, limit: int, after: UUID | None) -> list[Referral]:
        asked = {name: getattr(wanted, name) for name in ReferralFilter.__slots__} | {"after": after}
        given = {name: value for name, value in asked.items() if value not in (None, False)}
        states = [wanted.state] if wanted.state else []
        return await self._records(
            REFERRALS,
            _page(tuple(given)),
            scope,
            **{**given, "states": states, "open_states": sorted(OPEN), "whose": wanted.partner, "n": limit},
        )

    async def of_case(self, scope: Scope, case: CaseId) -> list[Referral]:
        return await self._records(REFERRALS, _OF_CASE, scope, pk=case)

    async def steps(self, scope: Scope, id: ReferralId) -> list[StepTaken]:
        return await self._records(STEPS, _STEPS, scope, pk=id)

    async def live_by_service(self, scope: Scope) -> dict[UUID, int]:
        return {row[0]: int(row[1]) for row in await self._rows(_LIVE_BY_SERVICE, scope, {"states": sorted(LIVE)})}
