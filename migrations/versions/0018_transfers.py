"""Transfers of clients between centres: a row that both centres see."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

STATES = ("requested", "accepted", "refused", "withdrawn", "expired")
_requested = sa.text("state = 'requested'")
_ticking = sa.text("clock_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "transfer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("to_centre", sa.String(length=3), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("urgency", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("working_time", sa.Boolean(), nullable=False),
        sa.Column("clock_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply", sa.LargeBinary(), nullable=False),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("\"urgency\" IN ('low', 'medium', 'high', 'critical')", name=op.f("ck_transfer_urgency")),
        sa.CheckConstraint(f'"state" IN ({", ".join(map(repr, STATES))})', name=op.f("ck_transfer_state")),
        sa.ForeignKeyConstraint(["centre"], ["centre.code"], name=op.f("fk_transfer_centre")),
        sa.ForeignKeyConstraint(["to_centre"], ["centre.code"], name=op.f("fk_transfer_to_centre")),
        sa.ForeignKeyConstraint(["client_id"], ["client.id"], name=op.f("fk_transfer_client_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_transfer_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    op.create_index(op.f("ix_transfer_centre_id"), "transfer", ["centre", "id"], unique=False)
    op.create_index(op.f("ix_transfer_to_centre_state_id"), "transfer", ["to_centre", "state", "id"], unique=False)
    op.create_index(op.f("ix_transfer_client_id_id"), "transfer", ["client_id", "id"], unique=False)
    op.create_index("ix_transfer_waiting", "transfer", ["client_id"], unique=True, postgresql_where=_requested, sqlite_where=_requested)
    op.create_index("ix_transfer_clock", "transfer", ["clock_at"], unique=False, postgresql_where=_ticking, sqlite_where=_ticking)


def downgrade() -> None:
    op.drop_table("transfer")
