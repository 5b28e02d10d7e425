"""Up, down and up again on both databases: the same tables, triggers and policies, no row or cell lost, and a lossy step refused."""

import shutil
import sqlite3
from collections.abc import Callable, Coroutine
from contextlib import closing
from itertools import pairwise, starmap
from pathlib import Path
from textwrap import indent
from typing import Any

import asyncpg
import pytest

from adapters.database import migrate
from adapters.database.tables import METADATA
from tests.databases import KINDS, SAMPLES, Database, Laid
from tests.postgres import APP, apart, settle
from tests.service import running, settings_for

Make = Callable[..., Database]
Shape = list[tuple[Any, ...]]


def answers(database: Database, *statements: str) -> list[Shape]:
    """What each question found, over one connection with an administrator's rights."""
    if database.kind == "sqlite":
        with closing(sqlite3.connect(database.url.split("///", 1)[1])) as connection:
            return [[tuple(row) for row in connection.execute(statement)] for statement in statements]
    found: list[Shape] = []

    async def ask() -> None:
        connection = await asyncpg.connect(database.admin_url)
        for statement in statements:
            found.append([tuple(row.values()) for row in await connection.fetch(statement)])
        await connection.close()

    waited(ask())
    return found


def asked(database: Database, *statements: str) -> Shape:
    """The answers to several questions, one after the other."""
    return [row for found in answers(database, *statements) for row in found]


def there(database: Database) -> list[str]:
    """Our tables that this revision has."""
    found = asked(database, TABLES[database.kind])
    return [name for name in sorted(METADATA.tables) if (name,) in found]


def waited(work: Coroutine[Any, Any, Any]) -> None:
    apart(lambda: settle(work))


SHAPE = {
    "sqlite": ("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name",),
    "postgresql": (
        "SELECT table_name::text, column_name::text, data_type::text, is_nullable::text, column_default::text, "
        "character_maximum_length::text FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2",
        "SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2",
        "SELECT tablename::text, indexname::text, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
        "SELECT tablename::text, policyname::text, cmd, qual, with_check, permissive FROM pg_policies ORDER BY 1, 2",
        "SELECT relname::text, relrowsecurity, relforcerowsecurity FROM pg_class "
        "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1",
        "SELECT tgrelid::regclass::text, tgname::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1, 2",
        "SELECT proname::text, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
        f"SELECT table_name::text, privilege_type::text FROM information_schema.role_table_grants WHERE grantee = '{APP}' ORDER BY 1, 2",
        f"SELECT table_name::text, column_name::text, privilege_type::text FROM information_schema.column_privileges "
        f"WHERE grantee = '{APP}' ORDER BY 1, 2, 3",
    ),
}


def shape(database: Database) -> Shape:
    return [tuple(map(_in_order, row)) for row in asked(database, *SHAPE[database.kind])]


def _in_order(told: Any) -> Any:
    """A table that SQLite made anew names its constraints in any order."""
    if not isinstance(told, str) or not told.startswith("CREATE TABLE"):
        return told
    lines = [line.strip(" \t,") for line in told.splitlines()]
    return sorted(lines, key=lambda line: (line.startswith("CONSTRAINT"), line if line.startswith("CONSTRAINT") else ""))


def cells(database: Database) -> dict[str, Shape]:
    """Every cell of every table, in an order that does not depend on where rows lie."""
    tables = there(database)
    rows = answers(database, *(f'SELECT * FROM "{name}"' for name in tables))
    return {name: sorted(found, key=repr) for name, found in zip(tables, rows, strict=True)}


COLUMNS = {
    "sqlite": "SELECT tables.name, columns.name FROM sqlite_master tables, pragma_table_info(tables.name) columns "
    "WHERE tables.type = 'table' ORDER BY tables.name, columns.cid",
    "postgresql": "SELECT attrelid::regclass::text, attname::text FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid "
    "WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped ORDER BY attrelid, attnum",
}


def named(database: Database) -> dict[str, dict[str, list[Any]]]:
    """Each column of each of our tables by its name, in the order of the rows' ids or first columns: an earlier revision has fewer."""
    columns: dict[str, list[str]] = {}
    for table, column in asked(database, COLUMNS[database.kind]):
        columns.setdefault(table.strip('"'), []).append(column)
    ours = {table: columns[table] for table in sorted(METADATA.tables) if table in columns}
    rows = answers(database, *starmap(_by_key, ours.items()))
    return {
        table: {name: [row[place] for row in found] for place, name in enumerate(names)}
        for (table, names), found in zip(ours.items(), rows, strict=True)
    }


def _by_key(table: str, columns: list[str]) -> str:
    picked = ", ".join(f'"{name}"' for name in columns)
    return f'SELECT {picked} FROM "{table}" ORDER BY {", ".join(_key(table))}'


def ours(found: dict[str, dict[str, list[Any]]]) -> dict[str, dict[str, list[Any]]]:
    """Without the partners' own people: a release that has no place for them keeps their rows, and lets none of them in."""
    rows = [place for place, role in enumerate(found["staff"]["role"]) if not role.startswith("partner")]
    return {**found, "staff": {name: [cells[row] for row in rows] for name, cells in found["staff"].items()}}


def _key(table: str) -> list[str]:
    return [f'"{column.name}"' for column in METADATA.tables[table].primary_key.columns]


def kept(before: dict[str, dict[str, list[Any]]], after: dict[str, dict[str, list[Any]]]) -> bool:
    """Whether every cell of a column that both have is the same."""
    both = [(table, name) for table in before if table in after for name in before[table] if name in after[table]]
    return all(after[table][name] == before[table][name] for table, name in both)


TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'",
}


def up(database: Database, to: str = "head") -> None:
    apart(lambda: migrate.upgrade(database.owner_url, app_role=database.app_role, to=to))


def down(database: Database, to: str) -> None:
    apart(lambda: migrate.downgrade(database.owner_url, app_role=database.app_role, to=to))


def drift(database: Database) -> list[Any]:
    return apart(lambda: migrate.drift(database.owner_url))


def revisions() -> list[str]:
    """Oldest first; the files are numbered."""
    return sorted(path.name.split("_")[0] for path in (migrate.SCRIPTS / "versions").glob("0*.py"))


async def _peopled(database: Database, folder: Path) -> None:
    """The sample house with a client, a case and what hangs on it."""
    async with running(settings_for(database, folder), database.kind) as service:
        she = await service.sign_in("counsellor.isb")
        body = {"name": "Amna Bibi", "gender": "female", "migration_stage": "returnee", "phones": [{"number": "03001234567", "safe": True}]}
        for _ in range(3):
            client = await she.post("/api/v1/clients", body)
            case = await she.post(
                "/api/v1/cases", {"client_id": client["id"], "kind": "protection", "risk": "low", "next_due": "2026-12-01"}
            )
            base = f"/api/v1/cases/{case['id']}"
            await she.post(f"{base}/notes", {"text": "x"})
            await she.post(f"{base}/tasks", {"title": "x", "due_on": "2026-12-01"})
            await she.post(f"{base}/sessions", {"channel": "phone", "minutes": 1})
            await she.post(f"{base}/screenings", {"instrument": "short-flags", "answers": {}})
            consent = {"purpose": "share", "partner": "reintegration", "field_groups": ["identity"], "form": "written", "language": "ur"}
            await she.post(f"/api/v1/clients/{client['id']}/consents", consent)
            sent = await she.post(f"{base}/referrals", {"partner": "reintegration", "reason": "x", "field_groups": ["identity"]})
            await she.post(f"/api/v1/referrals/{sent['id']}/steps", {"step": "send"})
            await she.post(f"{base}/transfers", {"centre": "LHE", "reason": "x", "agreed": {"how": "written", "on": "2026-01-05"}})
        await service.house.usecases.audit.seal()
        assert (await service.house.usecases.audit.verify([])).faults == ()


PEOPLED = Laid("peopled", _peopled, of=SAMPLES)


@pytest.mark.parametrize("kind", KINDS)
def test_the_tables_in_code_are_those_in_the_database(fresh_database: Make, kind: str) -> None:
    database = fresh_database(kind)
    assert drift(database) == []
    _run(database, "ALTER TABLE note ADD COLUMN stray integer")
    assert drift(database) != [], "the control: a column nobody knows is noticed"


def _run(database: Database, *statements: str) -> None:
    if database.kind == "sqlite":
        with sqlite3.connect(database.url.split("///", 1)[1]) as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()
        return

    async def work() -> None:
        connection = await asyncpg.connect(database.admin_url)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    waited(work())


@pytest.mark.parametrize("kind", KINDS)
def test_up_down_up_ends_where_a_fresh_one_stands(fresh_database: Make, kind: str) -> None:
    fresh, database = fresh_database(kind), fresh_database(kind, migrated=False)
    up(database)
    assert shape(database) == shape(fresh)
    down(database, "base")
    assert {name for (name,) in asked(database, TABLES[kind])} <= {"alembic_version"}
    up(database)
    assert shape(database) == shape(fresh)
    up(database)
    assert shape(database) == shape(fresh), "the present revision once more changes nothing"
    guard = "audit_entry_stands" if kind == "postgresql" else "audit_entry_no_delete"
    assert guard in str(shape(fresh)), "the control: guards are part of what is compared"


@pytest.mark.parametrize("kind", KINDS)
def test_each_step_down_and_up_loses_no_cell(fresh_database: Make, kind: str, tmp_path: Path) -> None:
    database = fresh_database(kind, laid=PEOPLED)
    people = asked(database, "SELECT id FROM staff ORDER BY id")
    by_name = ours(named(database))
    assert sum(len(next(iter(columns.values()))) for columns in by_name.values()) > 60
    for revision, above in reversed(list(pairwise(revisions()))):
        down(database, revision)
        left = named(database)
        assert kept(by_name, ours(left)), f"down to {revision}"
        assert asked(database, "SELECT id FROM staff ORDER BY id") == people
        up(database, above)
        assert kept(left, named(database)), f"up to {above}"
    down(database, "base")
    for revision in revisions():
        up(database, revision)
    assert not kept(by_name, {**by_name, "staff": {**by_name["staff"], "username": []}}), "the control: a lost cell is noticed"
    assert shape(database) == shape(fresh_database(kind)), "with a halt at each revision"


STEP = '''"""A step that only this test takes."""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
{up}


def downgrade() -> None:
{down}
'''


def _with_step(folder: Path, monkeypatch: pytest.MonkeyPatch, up: str, down: str = "pass") -> None:
    scripts = folder / "scripts"
    shutil.copytree(migrate.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    text = STEP.format(before=revisions()[-1], up=indent(up, "    "), down=indent(down, "    "))
    (scripts / "versions" / "9999_step.py").write_text(text)
    monkeypatch.setattr(migrate, "SCRIPTS", scripts)


WIDER = 'with op.batch_alter_table("{table}") as batch:\n    batch.add_column(sa.Column("extra", sa.Integer(), nullable=True))'
NARROWER = 'with op.batch_alter_table("{table}") as batch:\n    batch.drop_column("extra")'


ANEW = [("sqlite", table) for table in ("client", "case", "audit_entry")]


@pytest.mark.parametrize("kind, table", [*ANEW, pytest.param("postgresql", "client", marks=pytest.mark.postgresql)])
def test_a_table_made_anew_keeps_what_points_to_it(
    fresh_database: Make, kind: str, table: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite alters a table by dropping it: children, triggers and rows have to survive that."""
    database = fresh_database(kind, laid=PEOPLED)
    before, form = cells(database), shape(fresh_database(kind))
    rebuilt = WIDER.replace("op.batch_alter_table(", 'op.batch_alter_table(recreate="always", table_name=') if kind == "sqlite" else WIDER
    _with_step(tmp_path, monkeypatch, rebuilt.format(table=table), NARROWER.format(table=table))
    up(database)
    wider = cells(database)
    assert {name: rows for name, rows in wider.items() if name != table} == {name: rows for name, rows in before.items() if name != table}
    assert [row[:-1] for row in wider[table]] == before[table]
    guards = {row[1] for row in form if "audit_entry_" in str(row[1])}
    assert guards <= {row[1] for row in shape(database)}
    down(database, revisions()[-1])
    assert cells(database) == before


LOSSY = {
    "rows deleted": "op.execute('DELETE FROM note')",
    "figures and records": "op.execute('DELETE FROM caseload_figure')\nop.execute('DELETE FROM note')",
    "what stands between": "op.execute('DELETE FROM case_watch')",
    "children of a dropped table": 'op.execute(\'DELETE FROM "case" WHERE number IN (SELECT max(number) FROM "case")\')',
}


@pytest.mark.parametrize("how", LOSSY)
def test_a_step_that_loses_rows_is_undone(fresh_database: Make, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = fresh_database("sqlite", laid=PEOPLED)
    before = cells(database)
    _with_step(tmp_path, monkeypatch, LOSSY[how])
    with pytest.raises(migrate.RowsLost):
        up(database)
    assert cells(database) == before
    assert apart(lambda: migrate.revision_of(database.owner_url)) == revisions()[-1]


@pytest.mark.postgresql
def test_a_step_that_loses_rows_is_undone_on_postgresql(fresh_database: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The owner is held back by row-level security too; rows it cannot see must not count as none."""
    database = fresh_database("postgresql", laid=PEOPLED)
    before = cells(database)
    _with_step(tmp_path, monkeypatch, LOSSY["rows deleted"])
    with pytest.raises(migrate.RowsLost):
        up(database)
    assert cells(database) == before


def test_a_row_left_pointing_nowhere_is_refused(fresh_database: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many rows as before, but a child whose parent is another's: SQLite's keys are off during a migration, so it is looked at after."""
    database = fresh_database("sqlite", laid=PEOPLED)
    before = cells(database)
    _with_step(tmp_path, monkeypatch, "op.execute(\"UPDATE note SET case_id = 'ffffffffffffffffffffffffffffffff'\")")
    with pytest.raises(migrate.RowsLost):
        up(database)
    assert cells(database) == before
