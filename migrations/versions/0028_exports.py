"""Exports: what was asked for, by whose word it left, and how often."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_waits = sa.text("state = 'asked'")


def upgrade() -> None:
    op.create_table(
        "export",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("first", sa.String(length=7), nullable=False),
        sa.Column("last", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetches", sa.Integer(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("\"state\" IN ('asked', 'approved', 'refused', 'withdrawn')", name=op.f("ck_export_state")),
        sa.CheckConstraint("\"subject\" IN ('cases', 'clients', 'referrals')", name=op.f("ck_export_subject")),
        sa.CheckConstraint("\"kind\" IN ('xlsx', 'csv', 'pdf')", name=op.f("ck_export_kind")),
        sa.ForeignKeyConstraint(["centre"], ["centre.code"], name=op.f("fk_export_centre")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
        sa.UniqueConstraint("centre", "number", name=op.f("uq_export_centre_number")),
    )
    op.create_index("ix_export_waits", "export", ["centre", "id"], unique=False, postgresql_where=_waits, sqlite_where=_waits)


def downgrade() -> None:
    op.drop_table("export")
