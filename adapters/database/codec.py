"""A record moves between its dataclass and its row by field name; sealed columns are opened and closed on the way.

Refuses at import time to lose a field: the dataclass and the table have the same names or the program does not start.
"""

import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from enum import StrEnum
from operator import attrgetter
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Table, bindparam, insert, select, update
from sqlmodel import SQLModel

from adapters.database.schema import Sealed
from adapters.database.statements import Prepared
from domain.secrecy import KeyVault

R = TypeVar("R")


def table_of(row: type[SQLModel]) -> Table:
    return typing.cast(Table, row.__table__)  # type: ignore[attr-defined]


def _plain(hint: Any) -> Any:
    """The type behind `X | None` and `NewType`."""
    if isinstance(hint, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    return getattr(hint, "__supertype__", hint)


def _reader(hint: Any) -> Callable[[Any], Any] | None:
    """How a plain column's value becomes the field's: enums by their word, tuples of enums one by one, tuples of values that read
    themselves (`parse`) too, the rest as it is."""
    kind = _plain(hint)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {member.value: member for member in kind}.__getitem__
    inside = _plain(typing.get_args(kind)[0]) if typing.get_origin(kind) is tuple else None
    if isinstance(inside, type) and issubclass(inside, StrEnum):
        words = {member.value: member for member in inside}
        return lambda values: tuple(words[value] for value in values)
    if (parse := getattr(inside, "parse", None)) is not None:
        return lambda values: tuple(parse(value) for value in values)
    return None


class Seal:
    """One sealed column: how its field is written to bytes and read back, and the place it is bound to."""

    __slots__ = ("_place", "_read", "_write", "kind")

    def __init__(self, table: str, name: str, hint: Any, kind: Sealed) -> None:
        adapter: TypeAdapter[Any] = TypeAdapter(hint)
        # The validator itself: the adapter's own methods add half their cost again, fifty times for a list.
        self._read, self._write = adapter.validator.validate_json, adapter.serializer.to_json
        self.kind, self._place = kind, f"{table}.{name}:"

    def close(self, vault: KeyVault, wrapped: bytes, id: UUID, value: Any) -> bytes | None:
        if value is None:
            return None
        plain, at = self._write(value), self._place + id.hex
        return vault.seal_house(plain, at=at) if self.kind is Sealed.house else vault.seal(wrapped, plain, at=at)

    def open(self, vault: KeyVault, wrapped: bytes, id: UUID, sealed: bytes | None) -> Any:
        if sealed is None:
            return None
        at = self._place + id.hex
        plain = vault.open_house(sealed, at=at) if self.kind is Sealed.house else vault.open(wrapped, sealed, at=at)
        return self._read(plain)


class Codec(Generic[R]):
    """`extra` names columns of the table that are no fields of the record (kept by the store itself)."""

    def __init__(self, kind: type[R], row: type[SQLModel], *, extra: frozenset[str] = frozenset()) -> None:
        self.kind, self.table = kind, table_of(row)
        self.names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
        if lost := set(self.names) ^ (set(self.table.columns.keys()) - extra):
            raise TypeError(f"{kind.__name__} and {row.__name__} differ in {sorted(lost)}")
        hints = typing.get_type_hints(kind)
        self.columns = [self.table.c[name] for name in self.names]
        self._take = attrgetter(*self.names)
        self._id = self.names.index("id")
        self._seals = {
            index: Seal(self.table.name, name, hints[name], self.table.c[name].info["sealed"])
            for index, name in enumerate(self.names)
            if self.table.c[name].info.get("sealed")
        }
        self.seals = {self.names[index]: seal for index, seal in self._seals.items()}
        self._reads = {
            index: reader for index, name in enumerate(self.names) if index not in self._seals and (reader := _reader(hints[name]))
        }
        self.insert = Prepared(insert(self.table).values({name: bindparam(name, type_=self.table.c[name].type) for name in self.names}))
        self.update = (
            Prepared(
                update(self.table)
                .where(self.table.c.id == bindparam("pk"), self.table.c.version == bindparam("seen"))
                .values({name: bindparam(name, type_=self.table.c[name].type) for name in self.names if name != "id"})
            )
            if "version" in self.names
            else None
        )

    def find(self, *where: ColumnElement[bool], lock: bool = False) -> Prepared:
        """A statement for the record's columns under these conditions."""
        statement = select(*self.columns).where(*where)
        return Prepared(statement.with_for_update(of=self.table) if lock else statement)

    def values(self, record: R, vault: KeyVault, wrapped: bytes = b"") -> dict[str, Any]:
        taken = list(self._take(record))
        for index, seal in self._seals.items():
            taken[index] = seal.close(vault, wrapped, taken[self._id], taken[index])
        return dict(zip(self.names, taken, strict=True))

    def record(self, row: Sequence[Any], vault: KeyVault, wrapped: bytes = b"") -> R:
        taken = list(row)
        for index, reader in self._reads.items():
            if taken[index] is not None:
                taken[index] = reader(taken[index])
        for index, seal in self._seals.items():
            taken[index] = seal.open(vault, wrapped, taken[self._id], taken[index])
        return self.kind(*taken)


def renewed(values: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of `Codec.update`: the row as it should be, if it is still as it was seen."""
    seen = values["version"]
    return {**values, "pk": values["id"], "seen": seen, "version": seen + 1}
