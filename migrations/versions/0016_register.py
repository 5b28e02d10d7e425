"""Groups referred in one act, and the register of agreements: purposes as codes, who follows whom, approval, reminders."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Agreements that are there keep their words for what they are for, follow none, and ask no approval of their own."""
    op.create_table(
        "group_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("became", sa.String(length=40), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("says", sa.String(length=300), nullable=False),
        sa.Column("next", sa.String(length=300), nullable=False),
        sa.CheckConstraint("\"became\" IN ('sent', 'submitted', 'refused')", name=op.f("ck_group_line_became")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_group_line_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_line")),
    )
    op.create_index(op.f("ix_group_line_group_id"), "group_line", ["group_id"], unique=False)
    with op.batch_alter_table("agreement") as batch:
        batch.add_column(sa.Column("purpose_codes", sa.Text(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("predecessor", sa.Uuid(), nullable=True))
        batch.add_column(sa.Column("approval", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("reminded", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("agreement") as batch:
        batch.alter_column("purpose_codes", existing_type=sa.Text(), existing_nullable=False, server_default=None)
        batch.alter_column("approval", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)
        batch.alter_column("reminded", existing_type=sa.Integer(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("agreement") as batch:
        for name in ("reminded", "approval", "predecessor", "purpose_codes"):
            batch.drop_column(name)
    op.drop_index(op.f("ix_group_line_group_id"), table_name="group_line")
    op.drop_table("group_line")
