"""Lists of referrals by state, and a counsellor's own, found by an index instead of reading a centre's whole table."""

from alembic import op

revision = "0006"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_referral_centre_state_id"), "referral", ["centre", "state", "id"], unique=False)
    op.create_index(op.f("ix_referral_counsellor_id_state"), "referral", ["counsellor_id", "state"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_referral_counsellor_id_state"), table_name="referral")
    op.drop_index(op.f("ix_referral_centre_state_id"), table_name="referral")
