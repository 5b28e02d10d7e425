"""How many referrals are in which state, kept with the writes; and indexes for what is late at a partner and what waits for a decision."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

RUNNING = sa.text("state IN ('answered', 'delivered', 'queued', 'seen')")
UNDECIDED = sa.text("outcome = 'strong' AND decided_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "referral_figure",
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("counsellor_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "counsellor_id", "state", name=op.f("pk_referral_figure")),
    )
    op.execute(
        "INSERT INTO referral_figure (centre, counsellor_id, state, n) "
        "SELECT centre, counsellor_id, state, count(*) FROM referral GROUP BY centre, counsellor_id, state"
    )
    op.create_index(
        "ix_referral_late",
        "referral",
        ["centre", "answer_by"],
        unique=False,
        postgresql_include=["partner_id", "case_id"],
        postgresql_where=RUNNING,
        sqlite_where=RUNNING,
    )
    op.create_index(
        "ix_screening_undecided",
        "screening",
        ["centre", "screened_at"],
        unique=False,
        postgresql_where=UNDECIDED,
        sqlite_where=UNDECIDED,
    )


def downgrade() -> None:
    op.drop_index("ix_screening_undecided", table_name="screening")
    op.drop_index("ix_referral_late", table_name="referral")
    op.drop_table("referral_figure")
