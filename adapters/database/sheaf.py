"""Rows of several tables in one answer: each table's columns are laid into slots of their own type, and taken out again.

Decision. Context: a case sheet hangs together from nine tables, and nine round trips cost more than all their rows. Choice: one UNION ALL
over typed slots, built from the codecs, so that a new column of any of the tables needs nothing here. Price: null slots travel along.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, Select, cast, literal_column, null, union_all
from sqlalchemy.types import TypeEngine

from adapters.database.codec import Codec
from adapters.database.statements import Prepared
from domain.secrecy import KeyVault


class Sheaf:
    """`parts` names each codec and the condition on its table. Records come back by name, newest first."""

    def __init__(self, parts: Mapping[str, tuple[Codec[Any], Any]]) -> None:
        self._parts = [(name, codec) for name, (codec, _) in parts.items()]
        slots: list[TypeEngine[Any]] = []
        self._places: list[list[int]] = []
        for _, codec in self._parts:
            taken: dict[type, int] = defaultdict(int)
            self._places.append([self._slot(slots, column.type, taken) for column in codec.columns])
        selects = [
            self._select(number, codec, where, places, slots)
            for number, ((codec, where), places) in enumerate(zip(parts.values(), self._places, strict=True))
        ]
        self.statement = Prepared(union_all(*selects))

    @staticmethod
    def _slot(slots: list[TypeEngine[Any]], kind: TypeEngine[Any], taken: dict[type, int]) -> int:
        """The next slot of this type that this table has not used, made where there is none."""
        alike = [place for place, slot in enumerate(slots) if type(slot) is type(kind)]
        used = taken[type(kind)]
        taken[type(kind)] += 1
        if used < len(alike):
            return alike[used]
        slots.append(kind)
        return len(slots) - 1

    @staticmethod
    def _select(number: int, codec: Codec[Any], where: Any, places: list[int], slots: list[TypeEngine[Any]]) -> Select[Any]:
        laid: list[Any] = [cast(null(), slot) for slot in slots]
        for column, place in zip(codec.columns, places, strict=True):
            laid[place] = column
        named = [one.label(f"slot{place}") for place, one in enumerate(laid)]
        part = literal_column(str(number), Integer()).label("part")
        return codec.table.select().with_only_columns(part, *named).where(where)

    def only(self, name: str, rows: Sequence[tuple[Any, ...]], vault: KeyVault) -> list[Any]:
        """The records of one part that is not sealed: the key, before the others can be opened."""
        return [self._record(row, vault, b"")[1] for row in rows if self._parts[row[0]][0] == name]

    def _record(self, row: tuple[Any, ...], vault: KeyVault, wrapped: bytes) -> tuple[str, Any]:
        name, codec = self._parts[row[0]]
        return name, codec.record([row[place + 1] for place in self._places[row[0]]], vault, wrapped)

    def records(self, rows: Sequence[tuple[Any, ...]], vault: KeyVault, wrapped: bytes) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {name: [] for name, _ in self._parts}
        for row in rows:
            name, record = self._record(row, vault, wrapped)
            found[name].append(record)
        for records in found.values():
            records.sort(key=lambda record: record.id, reverse=True)
        return found
