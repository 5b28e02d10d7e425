"""What the database itself refuses: another centre's rows (PostgreSQL), and any change to the trail but its sealing (both).

Put in place anew after every migration, because SQLite's way of altering a table drops its triggers (TRUST 11).
"""

from sqlalchemy import Connection, inspect, text

from adapters.database.audit import ENTRY
from adapters.database.tables import METADATA, of_a_centre

_FIXED = [column.name for column in ENTRY.columns if column.name not in ("seq", "seal")]

_POSTGRES_TRAIL = f"""
CREATE OR REPLACE FUNCTION audit_entry_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.seq IS NULL AND NEW.seq IS NOT NULL
     AND ({", ".join(f"NEW.{name}" for name in _FIXED)}) IS NOT DISTINCT FROM ({", ".join(f"OLD.{name}" for name in _FIXED)}) THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'the audit trail is append-only';
END $$
"""

_SQLITE_TRAIL = {
    "audit_entry_no_delete": "BEFORE DELETE ON audit_entry",
    "audit_entry_no_change": f"BEFORE UPDATE OF {', '.join(_FIXED)} ON audit_entry",
    "audit_entry_sealed_once": "BEFORE UPDATE OF seq, seal ON audit_entry WHEN OLD.seq IS NOT NULL",
    # `OR REPLACE` deletes what is in its way, and no delete trigger hears of it.
    "audit_entry_no_replacing": "BEFORE INSERT ON audit_entry "
    "WHEN NEW.seq IS NOT NULL OR EXISTS (SELECT 1 FROM audit_entry WHERE id = NEW.id)",
    "audit_entry_one_place": "BEFORE UPDATE OF seq ON audit_entry "
    "WHEN EXISTS (SELECT 1 FROM audit_entry WHERE centre = NEW.centre AND seq = NEW.seq)",
}


# In sub-selects, so that the setting is read and split once a statement and not once a row.
_SETTING = "current_setting('mrc.centres', true)"
_ANY = f"ANY ((SELECT string_to_array(nullif({_SETTING}, ''), ','))::text[])"
_OWN = f"(SELECT {_SETTING}) = '*' OR centre::text = {_ANY}"


def _own(table: str) -> str:
    """Whose rows somebody reaches; what goes from one centre to another is both's."""
    return f"{_OWN} OR to_centre::text = {_ANY}" if "to_centre" in METADATA.tables[table].c else _OWN


def _walls(table: str) -> tuple[str, ...]:
    return (
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY;',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY;',
        f'DROP POLICY IF EXISTS of_centre ON "{table}";',
        f'CREATE POLICY of_centre ON "{table}" USING ({_own(table)}) WITH CHECK ({_own(table)});',
    )


def stand(connection: Connection, app_role: str | None) -> None:
    """Idempotent. `app_role` is the role the application connects as: it owns nothing and gets what it needs here."""
    if connection.dialect.name == "postgresql":
        _stand_on_postgres(connection, app_role)
    else:
        for name, when in _SQLITE_TRAIL.items():
            connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
            connection.execute(text(f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"))


def _stand_on_postgres(connection: Connection, app_role: str | None) -> None:
    there = set(inspect(connection).get_table_names())  # an earlier revision has fewer
    walls = [wall for name in of_a_centre() if name in there for wall in _walls(name)]
    # All in one: some sixty tables of four statements each, after every step of a migration.
    connection.exec_driver_sql(f"DO $walls$ BEGIN {' '.join(walls)} END $walls$")
    connection.execute(text(_POSTGRES_TRAIL))
    connection.execute(text("DROP TRIGGER IF EXISTS audit_entry_stands ON audit_entry"))
    connection.execute(
        text("CREATE TRIGGER audit_entry_stands BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_stands()")
    )
    if app_role:
        role = '"' + app_role.replace('"', '""') + '"'
        connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {role}"))
        connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"))
        connection.execute(text(f"REVOKE UPDATE, DELETE, TRUNCATE ON audit_entry FROM {role}"))
        connection.execute(text(f"GRANT UPDATE (seq, seal) ON audit_entry TO {role}"))
