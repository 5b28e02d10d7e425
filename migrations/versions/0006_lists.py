"""Lists of referrals by state, and what a counsellor has to do, found by an index instead of reading all that they ever had."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_referral_centre_state_id"), "referral", ["centre", "state", "id"], unique=False)
    op.create_index(op.f("ix_referral_counsellor_id_state"), "referral", ["counsellor_id", "state"], unique=False)

    still = sa.text("stage <> 'closed'")
    op.create_index("ix_case_due", "case", ["counsellor_id", "next_due"], unique=False, postgresql_where=still, sqlite_where=still)

    undone = sa.text("done_at IS NULL")
    op.create_index("ix_task_open", "task", ["assignee_id", "due_on"], unique=False, postgresql_where=undone, sqlite_where=undone)


def downgrade() -> None:
    op.drop_index("ix_task_open", table_name="task")
    op.drop_index("ix_case_due", table_name="case")
    op.drop_index(op.f("ix_referral_counsellor_id_state"), table_name="referral")
    op.drop_index(op.f("ix_referral_centre_state_id"), table_name="referral")
