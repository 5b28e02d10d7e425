"""How every column is declared: its type on both databases, how secret it is, whether it is sealed, and under whose key."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    String,
    Text,
    Uuid,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Shows(StrEnum):
    """How much a column tells. It drives redaction, erasure, exports and the tests of all three."""

    public = "public"
    internal = "internal"
    personal = "personal"
    sensitive = "sensitive"
    secret = "secret"


class Sealed(StrEnum):
    """Under whose key a column is encrypted."""

    subject = "subject"
    """The data key of the client or contact the row is about: destroying it erases the column."""
    house = "house"


class UTCDateTime(TypeDecorator[datetime]):
    """Aware moments only: a naive one is 5 hours off between the two databases (TRUST 2). Kept to the microsecond."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value if dialect.name == "postgresql" else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None else value.replace(tzinfo=UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """PostgreSQL's driver gives aware moments already; a call for each cell would be wasted on it."""
        return None if dialect.name == "postgresql" else super().result_processor(dialect, coltype)


class Words(TypeDecorator[tuple[str, ...]]):
    """A short list of plain words, as JSON text on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str:
        return json.dumps([str(one) for one in value or ()])

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...]:
        return tuple(json.loads(value)) if value and value != "[]" else ()


class Several(TypeDecorator[Any]):
    """Many values in one parameter: an array on PostgreSQL, JSON text on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, one: TypeEngine[Any]) -> None:
        super().__init__()
        self.one = one

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(self.one) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return list(value)
        return json.dumps([one.hex if isinstance(one, UUID) else one for one in value])

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """For numbers and words; PostgreSQL's driver gives a list already."""
        return None if dialect.name == "postgresql" else lambda cell: None if cell is None else json.loads(cell)


class among(FunctionElement[int]):
    """`among(column, bindparam("names", type_=Several(...)))`: one statement text however many values.

    Typed as a number because SQLite would get `(… IN …) = 1` for a boolean, and use no index.
    """

    type = Integer()
    inherit_cache = True


@compiles(among, "postgresql")
def _among_postgres(element: Any, compiler: Any, **kw: Any) -> str:
    left, right = element.clauses
    return f"{compiler.process(left, **kw)} = ANY ({compiler.process(right, **kw)})"


@compiles(among)
def _among(element: Any, compiler: Any, **kw: Any) -> str:
    left, right = element.clauses
    return f"{compiler.process(left, **kw)} IN (SELECT value FROM json_each({compiler.process(right, **kw)}))"  # noqa: S608


class listed(FunctionElement[str]):
    """All words of a group in one, with `;` between them: `listed(word)`."""

    type = Text()
    inherit_cache = True


@compiles(listed, "postgresql")
def _listed_postgres(element: Any, compiler: Any, **kw: Any) -> str:
    return f"string_agg({compiler.process(element.clauses, **kw)}, ';')"


@compiles(listed)
def _listed(element: Any, compiler: Any, **kw: Any) -> str:
    return f"group_concat({compiler.process(element.clauses, **kw)}, ';')"


class gathered(FunctionElement[list[Any]]):
    """A column of a group as one cell that holds all its values: `gathered(column)`. Several of one statement stand in the same order."""

    inherit_cache = False

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column)
        self.type = Several(column.type)


@compiles(gathered, "postgresql")
def _gathered_postgres(element: Any, compiler: Any, **kw: Any) -> str:
    return f"array_agg({compiler.process(element.clauses, **kw)})"


@compiles(gathered)
def _gathered(element: Any, compiler: Any, **kw: Any) -> str:
    return f"json_group_array({compiler.process(element.clauses, **kw)})"


class moment(FunctionElement[datetime]):
    """The database's own clock as the statement begins, `moment()`, or that many seconds after it, `moment(bindparam("wait"))`. It stands
    still within the statement, so that an index can be looked into by it."""

    type = UTCDateTime()
    inherit_cache = True


@compiles(moment, "postgresql")
def _moment_postgres(element: Any, compiler: Any, **kw: Any) -> str:
    shift = [f" + {compiler.process(one, **kw)} * interval '1 second'" for one in element.clauses]
    return "(statement_timestamp()" + "".join(shift) + ")"


@compiles(moment)
def _moment(element: Any, compiler: Any, **kw: Any) -> str:
    shift = [f", {compiler.process(one, **kw)} || ' seconds'" for one in element.clauses]
    return "strftime('%Y-%m-%d %H:%M:%f000', 'now'" + "".join(shift) + ")"


class month_number(FunctionElement[int]):
    """Of a moment or a day: which month it is in Karachi, counted from the year nought."""

    type = Integer()
    inherit_cache = True


@compiles(month_number, "postgresql")
def _month_postgres(element: Any, compiler: Any, **kw: Any) -> str:
    (its,) = element.clauses
    at = compiler.process(its, **kw)
    at = at if isinstance(its.type, Date) else f"({at} AT TIME ZONE interval '5 hours')"
    return f"(date_part('year', {at}) * 12 + date_part('month', {at}) - 1)::integer"


@compiles(month_number)
def _month(element: Any, compiler: Any, **kw: Any) -> str:
    (its,) = element.clauses
    at, shift = compiler.process(its, **kw), "" if isinstance(its.type, Date) else ", '+5 hours'"
    return f"(CAST(strftime('%Y', {at}{shift}) AS INTEGER) * 12 + CAST(strftime('%m', {at}{shift}) AS INTEGER) - 1)"


def column(
    kind: TypeEngine[Any] | type[TypeEngine[Any]],
    shows: Shows = Shows.internal,
    *,
    sealed: Sealed | None = None,
    default: Any = ...,
    **kw: Any,
) -> Any:
    """A column of a table: not null unless `nullable=True` is said; `shows` and `sealed` travel in `Column.info`."""
    kw.setdefault("nullable", False)
    its = LargeBinary() if sealed else kind
    return Field(default, sa_column=Column(its, info={"shows": shows, "sealed": sealed}, **kw))


def identity(**kw: Any) -> Any:
    return column(Uuid(), primary_key=True, **kw)


def one_of(name: str, *kinds: type[StrEnum], nullable: bool = False) -> CheckConstraint:
    """SQLite takes anything anywhere; a CHECK keeps a column to its words on both."""
    words = ", ".join(f"'{word.value}'" for kind in kinds for word in kind)
    null = f' OR "{name}" IS NULL' if nullable else ""
    return CheckConstraint(f'"{name}" IN ({words}){null}', name=name)


def of_centre(table: str, column_name: str) -> ForeignKeyConstraint:
    """A row points only into its own centre: (centre, x_id) -> x (centre, id)."""
    return ForeignKeyConstraint(["centre", column_name], [f"{table}.centre", f"{table}.id"])


CENTRE = String(3)
WORD = String(40)
INT64 = BigInteger()
