"""Until when a handed password works. Those that were handed before this and not changed yet work for three days from now."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

IN_THREE_DAYS = {"postgresql": "now() + interval '72 hours'", "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', 'now', '+72 hours')"}


def upgrade() -> None:
    """The present release does not know the column and goes on working: nothing in it means no end."""
    op.add_column("staff", sa.Column("password_until", sa.DateTime(timezone=True), nullable=True))
    op.execute(f"UPDATE staff SET password_until = {IN_THREE_DAYS[op.get_bind().dialect.name]} WHERE must_change_password")  # noqa: S608


def downgrade() -> None:
    op.drop_column("staff", "password_until")
