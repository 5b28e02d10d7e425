"""Open messages are found by their partner, so that a claim looks at the first few of each however many wait."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OPEN = sa.text("state IN ('waiting', 'claimed')")


def _index(*columns: str) -> None:
    op.drop_index("ix_message_open", table_name="message")
    op.create_index("ix_message_open", "message", list(columns), unique=False, postgresql_where=OPEN, sqlite_where=OPEN)


def upgrade() -> None:
    _index("partner_id", "due_at", "id")


def downgrade() -> None:
    _index("due_at")
