"""The public directory, read without any column that is not public.

Decision. Context: anybody may ask, as often as they like, and a directory of some hundreds of rows takes milliseconds to read and to put
together. Choice: it is read whole and kept by the process, and each request asks only how many rows there are and how often they were
written (`state`); it is read anew when that has grown. Rows are never deleted, so it only grows. Price: one small question a request.
"""

from sqlalchemy import func, select

from adapters.database.lanes import ANYWHERE, Driver
from adapters.database.partners import PARTNER, SERVICES
from adapters.database.schema import Shows
from adapters.database.statements import Prepared
from domain.partners.centres import ours
from domain.partners.directory import PartnerKind
from domain.partners.published import Organisation, Publication, State
from domain.secrecy import KeyVault
from domain.values import PartnerId

_SERVICE = SERVICES.table
READ = (PARTNER.c.id, PARTNER.c.name, PARTNER.c.kind, PARTNER.c.verified, PARTNER.c.source)
_ORGANISATIONS = Prepared(select(*READ).where(PARTNER.c.active))
_OFFERED = Prepared(
    select(*SERVICES.columns)
    .select_from(_SERVICE.join(PARTNER, PARTNER.c.id == _SERVICE.c.partner_id))
    .where(PARTNER.c.active, _SERVICE.c.offered)
)
_STATE = Prepared(
    select(
        select(func.count()).select_from(PARTNER).scalar_subquery(),
        select(func.coalesce(func.sum(PARTNER.c.version), 0)).scalar_subquery(),
        select(func.count()).select_from(_SERVICE).scalar_subquery(),
        select(func.coalesce(func.sum(_SERVICE.c.version), 0)).scalar_subquery(),
    )
)
NOT_SHOWN = frozenset({"id", "version"})
"""Of the columns read, those that are marked as ours: names of rows, and how often they were written."""


def columns_read() -> list[tuple[str, Shows]]:
    """For the test that holds that nothing else is read."""
    return [(column.name, column.info["shows"]) for column in (*READ, *SERVICES.columns)]


class SqlPublicationViews:
    def __init__(self, driver: Driver, vault: KeyVault) -> None:
        self._driver, self._vault = driver, vault

    async def state(self) -> State:
        async with self._driver.reading(ANYWHERE) as lane:
            return tuple(map(int, (await lane.rows(_STATE, {}))[0]))

    async def read(self) -> Publication:
        async with self._driver.reading(ANYWHERE) as lane:
            organisations = await lane.rows(_ORGANISATIONS, {})
            services = await lane.rows(_OFFERED, {})
        centres, theirs = ours()
        partners = (
            Organisation(PartnerId(id), name, PartnerKind(kind), bool(verified), source)
            for id, name, kind, verified, source in organisations
        )
        return Publication.of((centres, *partners), (*theirs, *(SERVICES.record(row, self._vault) for row in services)))
