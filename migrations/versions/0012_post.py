"""An endpoint can be paused; an index finds a partner's messages of the last days; made-up referrals have a table."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("endpoint", sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_message_partner_id_made_at"), "message", ["partner_id", "made_at"], unique=False)
    op.create_table(
        "sandbox_referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("clock_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("referral", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_sandbox_referral_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sandbox_referral")),
        sa.UniqueConstraint("ref", name=op.f("uq_sandbox_referral_ref")),
    )
    op.create_index(op.f("ix_sandbox_referral_partner_id_id"), "sandbox_referral", ["partner_id", "id"], unique=False)


def downgrade() -> None:
    """What waits of made-up referrals is put away: an earlier release would not know its mark, and switch the address off over it."""
    op.execute(
        "UPDATE message SET state = 'given_up', token = NULL, lease_until = NULL "
        "WHERE state IN ('waiting', 'claimed') AND subject IN (SELECT id FROM sandbox_referral)"
    )
    op.drop_table("sandbox_referral")
    op.drop_index(op.f("ix_message_partner_id_made_at"), table_name="message")
    op.drop_column("endpoint", "paused_at")
