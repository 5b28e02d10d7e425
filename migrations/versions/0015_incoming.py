"""Incoming referrals, and the hours in which a centre's desk answers them."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

STATES = ("queued", "seen", "accepted", "declined", "needs_information", "answered", "completed", "withdrawn")
_running = sa.text("clock_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "incoming",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("urgency", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("talk", sa.LargeBinary(), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=True),
        sa.Column("clock_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("working_time", sa.Boolean(), nullable=False),
        sa.Column("handled_by", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Uuid(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("\"urgency\" IN ('low', 'medium', 'high', 'critical')", name=op.f("ck_incoming_urgency")),
        sa.CheckConstraint(f'"state" IN ({", ".join(map(repr, STATES))})', name=op.f("ck_incoming_state")),
        sa.ForeignKeyConstraint(["centre", "client_id"], ["client.centre", "client.id"], name=op.f("fk_incoming_centre_client_id")),
        sa.ForeignKeyConstraint(["centre"], ["centre.code"], name=op.f("fk_incoming_centre")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_incoming_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming")),
        sa.UniqueConstraint("ref", name=op.f("uq_incoming_ref")),
    )
    op.create_index(op.f("ix_incoming_centre_state_id"), "incoming", ["centre", "state", "id"], unique=False)
    op.create_index(op.f("ix_incoming_partner_id_id"), "incoming", ["partner_id", "id"], unique=False)
    op.create_index(op.f("ix_incoming_client_id"), "incoming", ["client_id"], unique=False)
    op.create_index("ix_incoming_clock", "incoming", ["clock_at"], unique=False, postgresql_where=_running, sqlite_where=_running)
    with op.batch_alter_table("centre") as batch:
        batch.add_column(sa.Column("hours", sa.Text(), nullable=False, server_default="[]"))
    with op.batch_alter_table("centre") as batch:
        batch.alter_column("hours", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("centre") as batch:
        batch.drop_column("hours")
    op.drop_index("ix_incoming_clock", table_name="incoming")
    op.drop_index(op.f("ix_incoming_client_id"), table_name="incoming")
    op.drop_index(op.f("ix_incoming_partner_id_id"), table_name="incoming")
    op.drop_index(op.f("ix_incoming_centre_state_id"), table_name="incoming")
    op.drop_table("incoming")
