"""When a partner gave its first sign and its first answer stands on the referral, and how partners answer is kept as figures.

The ladder of durations is written out as it was when these figures were first counted.
"""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LADDER = (900, 1800, 3600, 7200, 10800, 21600, 43200, *(86400 * days for days in (1, 2, 3, 5, 7, 14, 30, 60, 90, 180, 365)))
ENDED = ("completed", "not_completed", "declined", "expired", "withdrawn", "recalled")
SIGNS = {"acknowledged_at": "'seen', 'accept', 'decline', 'need_information'", "answered_at": "'accept', 'decline'"}
REFERRAL = sa.table(
    "referral",
    sa.column("centre", sa.String()),
    sa.column("partner_id", sa.Uuid()),
    sa.column("service_id", sa.Uuid()),
    sa.column("state", sa.String()),
    sa.column("sent_at", MOMENT),
    sa.column("acknowledged_at", MOMENT),
    sa.column("answered_at", MOMENT),
)


def _figure() -> sa.Table:
    return op.create_table(
        "partner_figure",
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("quarter", sa.String(length=40), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("fact", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "quarter", "partner_id", "service_id", "fact", "detail", name=op.f("pk_partner_figure")),
    )


def _rung(begun: datetime, then: datetime) -> str:
    seconds = (then - begun).total_seconds()
    return str(next((step for step in LADDER if seconds <= step), 0))


def _facts(row: Any) -> list[tuple[str, str]]:
    found = [("sent", "")]
    if row.acknowledged_at is not None:
        found.append(("acknowledged", _rung(row.sent_at, row.acknowledged_at)))
    elif row.state == "expired":
        found.append(("silent", ""))
    if row.answered_at is not None:
        found.append(("answered", _rung(row.sent_at, row.answered_at)))
    return [*found, ("ended", row.state)] if row.state in ENDED else found


def _place(row: Any) -> tuple[Any, ...]:
    at = row.sent_at if row.sent_at.tzinfo else row.sent_at.replace(tzinfo=UTC)
    day = at.astimezone(ZoneInfo("Asia/Karachi"))
    return row.centre, f"{day.year}-Q{(day.month + 2) // 3}", row.partner_id, row.service_id or UUID(int=0)


def upgrade() -> None:
    with op.batch_alter_table("referral") as batch:
        for name in SIGNS:
            batch.add_column(sa.Column(name, MOMENT, nullable=True))
    for name, steps in SIGNS.items():
        first = f"SELECT min(s.at) FROM referral_step s WHERE s.referral_id = referral.id AND s.step IN ({steps})"  # noqa: S608  words of ours
        op.execute(f"UPDATE referral SET {name} = ({first})")  # noqa: S608
    figure, counted = _figure(), Counter[tuple[Any, ...]]()
    for row in op.get_bind().execute(sa.select(REFERRAL).where(REFERRAL.c.sent_at.is_not(None))):
        counted.update((*_place(row), *fact) for fact in _facts(row))
    names = [column.name for column in figure.columns]
    if counted:
        op.bulk_insert(figure, [dict(zip(names, (*cell, n), strict=True)) for cell, n in counted.items()])


def downgrade() -> None:
    op.drop_table("partner_figure")
    with op.batch_alter_table("referral") as batch:
        for name in reversed(SIGNS):
            batch.drop_column(name)
