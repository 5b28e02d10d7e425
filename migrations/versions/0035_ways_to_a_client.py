"""Every table that hangs on a client leads to its rows by the client; what partners sent us is counted by how we answered."""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

WAYS = (
    *("contact", "attachment", "attachment_content", "disclosure", "note", "plan", "screening", "session", "task", "link"),
    "referral_step",
)


def upgrade() -> None:
    for table in WAYS:
        op.create_index(op.f(f"ix_{table}_client_id"), table, ["client_id"], unique=False)
    figure = op.create_table(
        "incoming_figure",
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("quarter", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "quarter", "state", "code", name=op.f("pk_incoming_figure")),
    )
    its = sa.text("SELECT centre, came_at, state, decline_code FROM incoming").columns(came_at=sa.DateTime(timezone=True))
    counted = Counter(
        (row.centre, _quarter(row.came_at), row.state, row.decline_code or "" if row.state == "declined" else "")
        for row in op.get_bind().execute(its)
    )
    names = ("centre", "quarter", "state", "code", "n")
    if counted:
        op.bulk_insert(figure, [dict(zip(names, (*cell, n), strict=True)) for cell, n in counted.items()])


def _quarter(at: datetime) -> str:
    there = (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(ZoneInfo("Asia/Karachi"))
    return f"{there.year}-Q{(there.month + 2) // 3}"


def downgrade() -> None:
    op.drop_table("incoming_figure")
    for table in reversed(WAYS):
        op.drop_index(op.f(f"ix_{table}_client_id"), table_name=table)
