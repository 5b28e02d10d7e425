"""Consents without which something is shared: one row for each whose end leaves an open referral to its partner without any.

Decision. Context: whether an end matters is told by a client's referrals and by their other consents, which two people write at once, and
asking it of every consent that ended grows with the house. Choice: the row of a consent that stands last between a client and a partner
with an open referral, computed from the records by the statement that a fresh count uses; who computes it holds the client's name in the
database until the end, so whoever comes second sees what the first wrote. Held before all other figures: nobody waits in a circle.
Price: three statements more where a consent or a referral changes.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, String, Uuid, and_, bindparam, cast, delete, exists, func, insert, literal, not_, or_, select
from sqlmodel import SQLModel

from adapters.database.cells import wait_cells
from adapters.database.codec import table_of
from adapters.database.consent import CONSENT
from adapters.database.lanes import Lane
from adapters.database.referrals import REFERRAL
from adapters.database.schema import CENTRE, Several, among, column, of_centre
from adapters.database.statements import Prepared
from adapters.database.tally import Tally
from adapters.database.weeks import Cell
from domain.consent import Purpose
from domain.figures.quality import Ending
from domain.referrals.steps import LIVE


class ConsentLapseRow(SQLModel, table=True):
    """A consent whose end leaves, or will leave, an open referral without one."""

    __tablename__ = "consent_lapse"
    __table_args__ = (of_centre("client", "client_id"),)
    consent_id: UUID = column(Uuid(), primary_key=True)
    centre: str = column(CENTRE)
    client_id: UUID = column(Uuid(), index=True)
    ends: date = column(Date())


LAPSE = table_of(ConsentLapseRow)
OF_LAPSE = ("centre", "ends")
"""The columns that say where one is counted, as `lapse_cells` takes them."""
_whose = bindparam("whose", type_=Uuid())
_later: Any = CONSENT.alias()
_replaced = exists().where(
    _later.c.client_id == CONSENT.c.client_id,
    _later.c.partner_id == CONSENT.c.partner_id,
    _later.c.purpose == Purpose.share.value,
    _later.c.withdrawn_at.is_(None),
    or_(
        _later.c.valid_to.is_(None),
        _later.c.valid_to > CONSENT.c.valid_to,
        and_(_later.c.valid_to == CONSENT.c.valid_to, _later.c.id > CONSENT.c.id),
    ),
)
_open = exists().where(
    REFERRAL.c.client_id == CONSENT.c.client_id,
    REFERRAL.c.partner_id == CONSENT.c.partner_id,
    among(REFERRAL.c.state, bindparam("states", type_=Several(String()))),
)
_found = select(CONSENT.c.id, CONSENT.c.centre, CONSENT.c.client_id, CONSENT.c.valid_to).where(
    CONSENT.c.purpose == Purpose.share.value, CONSENT.c.withdrawn_at.is_(None), CONSENT.c.valid_to.is_not(None), _open, not_(_replaced)
)
_OF_CLIENT, _ALL = Prepared(_found.where(CONSENT.c.client_id == _whose)), Prepared(_found)
_OF_SOME = Prepared(_found.where(among(CONSENT.c.client_id, bindparam("some", type_=Several(Uuid())))))
_kept = select(*LAPSE.columns)
_KEPT_OF_CLIENT, _KEPT = Prepared(_kept.where(LAPSE.c.client_id == _whose)), Prepared(_kept)
_HOLD = Prepared(select(func.pg_advisory_xact_lock(func.hashtextextended(cast(_whose, String()), 0))), on_sqlite=select(literal(1)))
_ADD = Prepared(insert(LAPSE).values({c.name: bindparam(c.name, type_=c.type) for c in LAPSE.columns}))
_DROP = Prepared(delete(LAPSE).where(LAPSE.c.consent_id == bindparam("pk", type_=Uuid())))
_STATES = {"states": sorted(LIVE)}
Row = tuple[UUID, str, UUID, date]


def lapse_cells(centre: str, ends: date) -> Iterator[Cell]:
    return wait_cells(centre, Ending.ended.value, ends)


def _cells(rows: Sequence[Row]) -> Iterator[Cell]:
    for _, centre, _, ends in rows:
        yield from lapse_cells(centre, ends)


async def _put_right(lane: Lane, kept: Sequence[Row], found: Sequence[Row]) -> list[Row]:
    """Rows that were astray."""
    wrong, missing = [row for row in kept if row not in found], [row for row in found if row not in kept]
    for id, *_ in wrong:
        await lane.change(_DROP, {"pk": id})
    for row in missing:
        await lane.change(_ADD, dict(zip((c.name for c in LAPSE.columns), row, strict=True)))
    return wrong + missing


async def settle(lane: Lane, tally: Tally) -> None:
    """For each client of whose consents or referrals a transaction changed one."""
    for client in sorted(tally.sharing):
        await lane.rows(_HOLD, {"whose": client})
        kept: Any = await lane.rows(_KEPT_OF_CLIENT, {"whose": client})
        found: Any = await lane.rows(_OF_CLIENT, {"whose": client, **_STATES})
        if await _put_right(lane, kept, found):
            tally.move(_cells(kept), _cells(found))


async def lay(lane: Lane, clients: Sequence[UUID]) -> Iterator[Cell]:
    """The rows of people who were just laid, and the cells they are counted in."""
    found: Any = await lane.rows(_OF_SOME, {"some": list(clients), **_STATES})
    await _put_right(lane, (), found)
    return _cells(found)


async def _both(lane: Lane) -> tuple[dict[UUID, Row], dict[UUID, Row]]:
    kept: Any = await lane.rows(_KEPT, {})
    found: Any = await lane.rows(_ALL, _STATES)
    return {row[0]: row for row in kept}, {row[0]: row for row in found}


async def astray(lane: Lane) -> list[tuple[str, int, int]]:
    """Rows that differ from the records, each as a figure that does."""
    kept, found = await _both(lane)
    apart = [id for id in kept.keys() | found.keys() if kept.get(id) != found.get(id)]
    return [(f"consent_lapse {id}", int(id in kept), int(id in found)) for id in sorted(apart)]


async def mend(lane: Lane) -> int:
    """How many were put right."""
    kept, found = await _both(lane)
    return len({row[0] for row in await _put_right(lane, tuple(kept.values()), tuple(found.values()))})
