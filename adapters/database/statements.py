"""Statements written once in SQLAlchemy Core, compiled once for each database, and run on the driver itself.

Decision. Context: SQLAlchemy's async execution costs 0.15-0.2 ms of CPU a statement, more than the database's own work on our hot
requests; the bare programme we measure ourselves against has none of it. Choice: Core stays the one language for every statement
(and SQLModel for every table), but a statement is compiled once into text, parameter order and converters, and the driver (asyncpg,
aiosqlite) runs that text. Price: no implicit conversions or expanding IN; `among` stands in for IN, and this file has to be understood.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.postgresql.asyncpg import PGCompiler_asyncpg, PGDialect_asyncpg
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.sql.base import Executable
from sqlalchemy.types import TypeEngine

POSTGRESQL: Dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
SQLITE: Dialect = SQLiteDialect_aiosqlite()


class _Once(PGCompiler_asyncpg):
    """Words of ours stand in the statement itself, and a value stands behind a SELECT, where the planner cannot see it."""

    def visit_bindparam(self, bindparam: Any, *args: Any, **kw: Any) -> str:
        plain: Any = super().visit_bindparam
        if not bindparam.required and bindparam.value is not None:
            return str(plain(bindparam, *args, **{**kw, "literal_binds": True}))
        kind = bindparam.type.dialect_impl(self.dialect)
        return f"(SELECT {plain(bindparam, *args, **kw)})::{self.dialect.type_compiler_instance.process(kind)}"


class _Planned(PGDialect_asyncpg):
    supports_statement_cache = True
    statement_compiler = _Once


PLANNED: Dialect = _Planned()  # type: ignore[no-untyped-call]
"""PostgreSQL, for statements that it should plan once.

Decision. Context: PostgreSQL plans a statement anew for its values as long as it reckons that to be cheaper, and a dashboard's plan took
longer than its answer (0.9 ms and 0.6). It keeps a plan that costs the same without the values. Choice: for these statements it does not
get to see them. Price: one plan for a reader of one centre and of all; so only for statements that read little either way.
"""

Convert = Callable[[Any], Any]


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """How a cell is converted. asyncpg gives plain bytes already; copying them would be most of the work on a row."""
    if dialect is not SQLITE and type(kind) is LargeBinary:
        return None
    return kind.dialect_impl(dialect).result_processor(dialect, None)


_HOLDS = re.compile(r"\s+FOR UPDATE\b[^()]*$")


class Ready:
    """A statement as one driver takes it: its text, and how values go in and come out."""

    __slots__ = ("_into", "_out", "asks", "joins", "looking", "size", "text")

    def __init__(self, statement: Any, dialect: Dialect, *, joins: bool) -> None:
        self.joins = joins
        """May stand in one statement with others: a plain insert may, an upsert may not."""
        self.asks: bool = statement.is_select
        """Changes nothing, so it may be broken off and asked again."""
        compiled: Any = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self.looking = _HOLDS.sub("", self.text)
        """Without holding rows, for who only looks: a lock outside a transaction is gone at once, and yet a write that waits for disk."""
        if "POSTCOMPILE" in self.text:
            raise TypeError("an expanding IN cannot be prepared: write it with `among`")
        kinds = {name: bind for bind, name in compiled.bind_names.items()}
        self._into: list[tuple[str, Any, Convert | None]] = []
        for name in compiled.positiontup or ():
            bind = kinds[name]
            convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
            self._into.append((bind.key, bind.value, convert))
        self.size = len(self._into)
        columns = getattr(statement, "exported_columns", ())
        converts = [_reader(column.type, dialect) for column in columns]
        self._out = [(place, convert) for place, convert in enumerate(converts) if convert]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        return [(convert(value) if convert else value) for key, fixed, convert in self._into for value in (values.get(key, fixed),)]

    def rows(self, raw: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
        """Rows as tuples, converted where the column's type asks for it."""
        if not self._out:
            return [tuple(row) for row in raw]
        return [self._converted(row) for row in raw]

    def _converted(self, row: Sequence[Any]) -> tuple[Any, ...]:
        cells = list(row)
        for place, convert in self._out:
            cells[place] = convert(cells[place])
        return tuple(cells)


class Prepared:
    """One statement for both databases; compiled when first used on each."""

    __slots__ = ("_dialect", "_joins", "_on_postgresql", "_on_sqlite", "_postgresql", "_sqlite")

    def __init__(self, statement: Executable, *, on_sqlite: Executable | None = None, joins: bool = True, once: bool = False) -> None:
        self._on_postgresql, self._on_sqlite = statement, on_sqlite if on_sqlite is not None else statement
        self._joins, self._dialect = joins, PLANNED if once else POSTGRESQL
        self._postgresql: Ready | None = None
        self._sqlite: Ready | None = None

    @classmethod
    def upsert(cls, write: Callable[[Any], Executable]) -> "Prepared":
        """For ON CONFLICT, which both databases have and SQLAlchemy writes by two functions: `write` is handed the one to use."""
        return cls(write(postgresql_insert), on_sqlite=write(sqlite_insert), joins=False)

    def for_postgresql(self) -> Ready:
        if self._postgresql is None:
            self._postgresql = Ready(self._on_postgresql, self._dialect, joins=self._joins)
        return self._postgresql

    def for_sqlite(self) -> Ready:
        if self._sqlite is None:
            self._sqlite = Ready(self._on_sqlite, SQLITE, joins=False)
        return self._sqlite


_PLACE = re.compile(r"\$(\d+)")


def together(texts: Sequence[str], sizes: Sequence[int]) -> str:
    """Several changes as one PostgreSQL statement: `WITH w0 AS (…), w1 AS (…) …`, each one's parameters counted on from the last."""
    shifted, start = [], 0
    for text, size in zip(texts, sizes, strict=True):
        offset = start
        shifted.append(_PLACE.sub(lambda place, by=offset: f"${int(place.group(1)) + by}", text))  # type: ignore[misc]
        start += size
    head = ", ".join(f"w{index} AS ({text})" for index, text in enumerate(shifted[:-1]))
    return f"WITH {head} {shifted[-1]}" if head else shifted[-1]
