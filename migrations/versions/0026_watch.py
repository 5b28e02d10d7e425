"""Work that is due, kept with the writes, by whose it is and its kind; and since when somebody has their role and place.

A task that came into being in the moment in which its case's plan was approved is an action of that plan: nothing else is written in both.
"""

from collections import Counter
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0022"
branch_labels = None
depends_on = None

_still, _open = sa.text("n > 0"), sa.text("done_at IS NULL")


def _put(figure: sa.Table, counted: Counter[tuple[Any, ...]]) -> None:
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


def downgrade() -> None:
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
