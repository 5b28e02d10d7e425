"""Work that is due, kept with the writes, by whose it is and its kind; what open cases are watched for; months of the caseload that begin
when they do in Karachi, with how long cases were open; and since when somebody has their role and place.

A task that came into being in the moment in which its case's plan was approved is an action of that plan: nothing else is written in both.
"""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_still, _open = sa.text("n > 0"), sa.text("done_at IS NULL")
_ends = sa.text("withdrawn_at IS NULL AND valid_to IS NOT NULL")
MOMENT = sa.DateTime(timezone=True)
CASE = {"id": sa.Uuid(), "client_id": sa.Uuid(), "opened_at": MOMENT, "touched_at": MOMENT}
FLOW = sa.table("case_flow", *(sa.column(name, sa.String()) for name in ("centre", "month", "happened")), sa.column("n", sa.Integer()))


def _put(figure: Any, counted: Counter[tuple[Any, ...]]) -> None:
    names = [column.name for column in figure.columns]
    if counted:
        op.bulk_insert(figure, [dict(zip(names, (*cell, n), strict=True)) for cell, n in counted.items()])


def _kind(row: Any) -> str:
    return "asks_after" if row.asks_after else "planned" if row.planned else "other"


def _work_due() -> None:
    figure = op.create_table(
        "work_due",
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "holder_id", "what", "due_on", name=op.f("pk_work_due")),
    )
    op.create_index("ix_work_due_still", "work_due", ["centre", "due_on"], unique=False, postgresql_where=_still, sqlite_where=_still)
    ask, counted = op.get_bind().execute, Counter[tuple[Any, ...]]()
    cases = sa.text("SELECT centre, counsellor_id, next_due FROM \"case\" WHERE next_due IS NOT NULL AND stage <> 'closed'")
    for row in ask(cases.columns(counsellor_id=sa.Uuid(), next_due=sa.Date())):
        counted[row.centre, row.counsellor_id, "case", row.next_due] += 1
    tasks = sa.text("SELECT centre, assignee_id, asks_after, planned, due_on FROM task WHERE done_at IS NULL")
    for row in ask(tasks.columns(assignee_id=sa.Uuid(), asks_after=sa.Uuid(), planned=sa.Boolean(), due_on=sa.Date())):
        counted[row.centre, row.assignee_id, _kind(row), row.due_on] += 1
    _put(figure, counted)


WATCHED = ("untouched", "uncounselled", "unplanned", "unreviewed")
LADDER = (900, 1800, 3600, 7200, 10800, 21600, 43200, *(86400 * days for days in (1, 2, 3, 5, 7, 14, 30, 60, 90, 180, 365)))
"""As it was when these figures were first counted."""
CAME_ABOUT = ("accept", "approve", "close", "complete", "send", "start_service")
MOVED = {
    "counselled": "SELECT case_id, max(held_at) AS at FROM session GROUP BY case_id",
    "screened": "SELECT case_id, max(screened_at) AS at FROM screening GROUP BY case_id",
    "planned": "SELECT case_id, max(approved_at) AS at FROM plan WHERE state = 'approved' GROUP BY case_id",
    "stepped": "SELECT r.case_id, max(s.at) AS at FROM referral_step s JOIN referral r ON r.id = s.referral_id "  # noqa: S608  words of ours
    f"WHERE s.step IN ({', '.join(map(repr, CAME_ABOUT))}) GROUP BY r.case_id",
}


def _there(at: datetime) -> datetime:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(ZoneInfo("Asia/Karachi"))


def _rows(statement: str, **kinds: Any) -> Any:
    return op.get_bind().execute(sa.text(statement).columns(**kinds))


def _watch_tables() -> tuple[sa.Table, sa.Table]:
    watch = op.create_table(
        "case_watch",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=True) for name in WATCHED),
        sa.ForeignKeyConstraint(["centre", "client_id"], ["client.centre", "client.id"], name=op.f("fk_case_watch_centre_client_id")),
        sa.ForeignKeyConstraint(["centre", "case_id"], ["case.centre", "case.id"], name=op.f("fk_case_watch_centre_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_watch")),
    )
    op.create_index(op.f("ix_case_watch_client_id"), "case_watch", ["client_id"], unique=False)
    for name in WATCHED:
        still = sa.text(f"{name} IS NOT NULL")
        along = f"ix_case_watch_{name}"
        op.create_index(along, "case_watch", ["centre", name], unique=False, postgresql_where=still, sqlite_where=still)
    figure = op.create_table(
        "watch_figure",
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "what", "since_on", name=op.f("pk_watch_figure")),
    )
    along = "ix_watch_figure_still"
    op.create_index(along, "watch_figure", ["centre", "what", "since_on"], unique=False, postgresql_where=_still, sqlite_where=_still)
    return watch, figure


def _watch() -> None:
    watch, figure = _watch_tables()
    at: dict[str, dict[Any, datetime]] = {
        name: {row.case_id: _there(row.at) for row in _rows(its, case_id=sa.Uuid(), at=MOMENT)} for name, its in MOVED.items()
    }
    made, counted = [], Counter[tuple[Any, ...]]()
    for row in _rows('SELECT id, centre, client_id, stage, opened_at, touched_at FROM "case"', **CASE):
        since = dict.fromkeys(WATCHED)
        if row.stage != "closed":
            its = {name: of.get(row.id) for name, of in at.items()}
            opened = _there(row.opened_at).date()
            since["untouched"] = max(_there(row.touched_at), *(one for one in its.values() if one), _there(row.touched_at)).date()
            since["uncounselled"] = None if its["counselled"] else opened
            since["unplanned"] = opened if row.stage == "in_service" and not its["planned"] else None
            since["unreviewed"] = its["planned"] and its["planned"].date()
        made.append({"case_id": row.id, "centre": row.centre, "client_id": row.client_id, **since})
        counted.update((row.centre, what, day) for what, day in since.items() if day)
    if made:
        op.bulk_insert(watch, made)
    _put(figure, counted)


def _flow() -> None:
    op.execute("DELETE FROM case_flow")
    counted = Counter[tuple[Any, ...]]()
    for row in _rows('SELECT centre, opened_at, closed_at FROM "case"', opened_at=MOMENT, closed_at=MOMENT):
        counted[row.centre, f"{_there(row.opened_at):%Y-%m}", "opened"] += 1
        if row.closed_at:
            month, took = f"{_there(row.closed_at):%Y-%m}", (row.closed_at - row.opened_at).total_seconds()
            counted[row.centre, month, "closed"] += 1
            counted[row.centre, month, f"took {next((step for step in LADDER if took <= step), 0)}"] += 1
    _put(FLOW, counted)


def upgrade() -> None:
    with op.batch_alter_table("staff") as batch:
        batch.add_column(sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("task") as batch:
        batch.add_column(sa.Column("planned", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("task") as batch:
        batch.alter_column("planned", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
    op.execute(
        f"UPDATE task SET planned = {sa.true().compile(dialect=op.get_bind().dialect)} "  # noqa: S608  words of ours
        "WHERE asks_after IS NULL AND EXISTS (SELECT 1 FROM plan p WHERE p.case_id = task.case_id AND p.approved_at = task.added_at)"
    )
    op.create_index("ix_task_due", "task", ["centre", "due_on", "id"], unique=False, postgresql_where=_open, sqlite_where=_open)
    _work_due()
    op.drop_table("case_due")
    op.create_index("ix_consent_ends", "consent", ["centre", "valid_to"], unique=False, postgresql_where=_ends, sqlite_where=_ends)
    _watch()
    _flow()


def downgrade() -> None:
    """Months stay as they are: `mrc figures rebuild` of an earlier release counts them by UTC again."""
    op.execute("DELETE FROM case_flow WHERE happened LIKE 'took %'")
    op.drop_table("watch_figure")
    op.drop_table("case_watch")
    op.drop_index("ix_consent_ends", table_name="consent")
    figure = op.create_table(
        "case_due",
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "due_on", name=op.f("pk_case_due")),
    )
    its = sa.text("SELECT centre, due_on, sum(n) AS n FROM work_due WHERE what = 'case' AND n <> 0 GROUP BY centre, due_on")
    found = op.get_bind().execute(its.columns(due_on=sa.Date()))
    _put(figure, Counter({(row.centre, row.due_on): int(row.n) for row in found}))
    op.drop_table("work_due")
    op.drop_index("ix_task_due", table_name="task")
    with op.batch_alter_table("task") as batch:
        batch.drop_column("planned")
    with op.batch_alter_table("staff") as batch:
        batch.drop_column("placed_at")
