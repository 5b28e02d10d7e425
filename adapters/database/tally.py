"""What a transaction changes of the figures, gathered while it runs and written at its end."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam

from adapters.database.figures import KEPT
from adapters.database.lanes import Lane
from adapters.database.statements import Prepared
from adapters.database.weeks import Cell
from domain.figures.funnel import Reached


def _adding(table: Any) -> Prepared:
    keys = [c.name for c in table.primary_key.columns]

    def write(insert: Any) -> Any:
        add = insert(table).values({c.name: bindparam(c.name, type_=c.type) for c in table.columns})
        return add.on_conflict_do_update(index_elements=keys, set_={"n": table.c.n + add.excluded.n})

    return Prepared.upsert(write)


ADDING = {table.name: (_adding(table), [c.name for c in table.primary_key.columns]) for table in KEPT}


class Tally:
    """What one transaction changes of the figures. Written at its end, all tables in one order: two writers never wait for each other in
    a circle."""

    def __init__(self) -> None:
        self._change: Counter[Cell] = Counter()
        self.reached: dict[tuple[UUID, str], datetime] = {}
        self.touched: set[UUID] = set()
        """Cases of which something is to be seen anew at the end (`watched.watch`)."""
        self.sharing: set[UUID] = set()
        """Clients of whose consents and open referrals one changed (`lapses.settle`)."""

    def reach(self, case: UUID, step: Reached, at: datetime) -> None:
        """A case came to this; whether it is the first time is known when it is written (`journeys.settle`)."""
        self.reached.setdefault((case, step.value), at)
        self.touched.add(case)

    def move(self, was: Iterable[Cell], now: Iterable[Cell]) -> None:
        """A record goes from the cells it was counted in to those it is in now."""
        self._change.update(now)
        self._change.subtract(was)

    def write(self, lane: Lane) -> None:
        for (table, *key), n in sorted(self._change.items(), key=lambda item: [str(part) for part in item[0]]):
            if n:
                add, names = ADDING[table]
                lane.later(add, {**dict(zip(names, key, strict=True)), "n": n})
