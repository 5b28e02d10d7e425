"""Outreach sessions, and the session that a contact signed up at."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outreach_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("begins", sa.String(length=5), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("district", sa.String(length=20), nullable=True),
        sa.Column("language", sa.String(length=40), nullable=True),
        sa.Column("held_by", sa.Uuid(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("female", sa.Integer(), nullable=True),
        sa.Column("male", sa.Integer(), nullable=True),
        sa.Column("transgender", sa.Integer(), nullable=True),
        sa.Column("under_18", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("\"kind\" IN ('awareness_session', 'institute_visit', 'other')", name=op.f("ck_outreach_session_kind")),
        sa.ForeignKeyConstraint(["centre"], ["centre.code"], name=op.f("fk_outreach_session_centre")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreach_session")),
        sa.UniqueConstraint("centre", "id", name=op.f("uq_outreach_session_centre_id")),
    )
    op.create_index(op.f("ix_outreach_session_centre_day_id"), "outreach_session", ["centre", "day", "id"], unique=False)
    with op.batch_alter_table("contact") as batch:
        batch.add_column(sa.Column("outreach_session", sa.Uuid(), nullable=True))
        batch.create_foreign_key(
            batch.f("fk_contact_centre_outreach_session"), "outreach_session", ["centre", "outreach_session"], ["centre", "id"]
        )
        batch.create_index(batch.f("ix_contact_outreach_session"), ["outreach_session"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("contact") as batch:
        batch.drop_index(batch.f("ix_contact_outreach_session"))
        batch.drop_constraint(batch.f("fk_contact_centre_outreach_session"), type_="foreignkey")
        batch.drop_column("outreach_session")
    op.drop_index(op.f("ix_outreach_session_centre_day_id"), table_name="outreach_session")
    op.drop_table("outreach_session")
