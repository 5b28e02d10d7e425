"""An endpoint can be paused; an index finds a partner's messages of the last days."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("endpoint", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_message_partner_id_made_at"), "message", ["partner_id", "made_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_message_partner_id_made_at"), table_name="message")
    op.drop_column("endpoint", "paused_at")
