"""Figures by week: what each person of a centre recorded, and cases opened, closed and counselled; when a session was written down.

When a session was written down is told by the trail; where that is silent (made-up people), it was when it was held.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
DONE = {
    "contact": "SELECT centre, at, taken_by AS by FROM contact",
    "client": "SELECT centre, registered_at AS at, registered_by AS by FROM client",
    "outreach": "SELECT centre, added_at AS at, added_by AS by FROM outreach_session",
    "screening": "SELECT centre, screened_at AS at, screened_by AS by FROM screening",
    "plan": "SELECT centre, written_at AS at, written_by AS by FROM plan",
    "referral": "SELECT centre, sent_at AS at, made_by AS by FROM referral WHERE sent_at IS NOT NULL",
}
WRITTEN = "SELECT min(e.at) FROM audit_entry e WHERE e.subject = session.id AND e.action = 'session_held'"


def _day(at: datetime) -> date:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(ZoneInfo("Asia/Karachi")).date()


def _week(at: datetime) -> date:
    return _day(at) - timedelta(days=_day(at).weekday())


def _rows(statement: str, **kinds: Any) -> Any:
    return op.get_bind().execute(sa.text(statement).columns(**kinds))


def _table(name: str, *keys: tuple[str, Any]) -> sa.Table:
    return op.create_table(
        name,
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        *(sa.Column(key, kind, nullable=False) for key, kind in keys),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "week", *(key for key, _ in keys), name=op.f(f"pk_{name}")),
    )


def _put(figure: sa.Table, counted: Counter[tuple[Any, ...]]) -> None:
    names = [column.name for column in figure.columns]
    if counted:
        op.bulk_insert(figure, [dict(zip(names, (*cell, n), strict=True)) for cell, n in counted.items()])


def _written_down() -> None:
    with op.batch_alter_table("session") as batch:
        batch.add_column(sa.Column("written_at", MOMENT, nullable=True))
    op.execute(f"UPDATE session SET written_at = coalesce(({WRITTEN}), held_at)")  # noqa: S608  words of ours
    with op.batch_alter_table("session") as batch:
        batch.alter_column("written_at", existing_type=MOMENT, nullable=False)


def _counselled(held: datetime, written: datetime) -> str:
    days = (_day(written) - _day(held)).days
    return "counselled_same_day" if days <= 0 else "counselled_soon" if days <= 3 else "counselled_later"


def _figures() -> None:
    use, used = _table("use_figure", ("staff_id", sa.Uuid()), ("what", sa.String(length=40))), Counter[tuple[Any, ...]]()
    weekly, weeks = _table("case_week", ("happened", sa.String(length=40))), Counter[tuple[Any, ...]]()
    for what, statement in DONE.items():
        for row in _rows(statement, at=MOMENT, by=sa.Uuid()):
            used[row.centre, _week(row.at), row.by, what] += 1
    for row in _rows("SELECT centre, held_at, held_by, written_at FROM session", held_at=MOMENT, held_by=sa.Uuid(), written_at=MOMENT):
        used[row.centre, _week(row.written_at), row.held_by, _counselled(row.held_at, row.written_at)] += 1
        weeks[row.centre, _week(row.held_at), "counselled"] += 1
    for row in _rows('SELECT centre, opened_at, closed_at FROM "case"', opened_at=MOMENT, closed_at=MOMENT):
        weeks[row.centre, _week(row.opened_at), "opened"] += 1
        if row.closed_at:
            weeks[row.centre, _week(row.closed_at), "closed"] += 1
    _put(use, used)
    _put(weekly, weeks)


def upgrade() -> None:
    op.create_index(op.f("ix_client_centre_registered_at_id"), "client", ["centre", "registered_at", "id"], unique=False)
    _written_down()
    _figures()


def downgrade() -> None:
    op.drop_table("case_week")
    op.drop_table("use_figure")
    with op.batch_alter_table("session") as batch:
        batch.drop_column("written_at")
    op.drop_index(op.f("ix_client_centre_registered_at_id"), table_name="client")
