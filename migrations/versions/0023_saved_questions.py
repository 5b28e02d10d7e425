"""Questions to the figures that somebody saved under a name."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_question",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("owner", sa.Uuid(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("splits", sa.Text(), nullable=False),
        sa.Column("first", sa.String(length=7), nullable=False),
        sa.Column("last", sa.String(length=7), nullable=False),
        sa.Column("bands", sa.Text(), nullable=False),
        sa.Column("of_centres", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["centre"], ["centre.code"], name=op.f("fk_saved_question_centre")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_question")),
    )
    op.create_index(op.f("ix_saved_question_centre_id"), "saved_question", ["centre", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("saved_question")
