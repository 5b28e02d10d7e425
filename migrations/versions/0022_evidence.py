"""Research requests, and what was released under them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "research",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("first", sa.String(length=7), nullable=False),
        sa.Column("last", sa.String(length=7), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("\"state\" IN ('asked', 'approved', 'refused', 'ended')", name=op.f("ck_research_state")),
        sa.ForeignKeyConstraint(["centre"], ["centre.code"], name=op.f("fk_research_centre")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_research")),
        sa.UniqueConstraint("centre", "id", name=op.f("uq_research_centre_id")),
        sa.UniqueConstraint("centre", "number", name=op.f("uq_research_centre_number")),
    )
    op.create_table(
        "evidence_release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("shape", sa.String(length=40), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False),
        sa.Column("first", sa.String(length=7), nullable=False),
        sa.Column("last", sa.String(length=7), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("suppressed", sa.Integer(), nullable=False),
        sa.Column("withheld", sa.Integer(), nullable=False),
        sa.Column("without_consent", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("counts", sa.LargeBinary(), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("\"shape\" IN ('lines', 'table')", name=op.f("ck_evidence_release_shape")),
        sa.ForeignKeyConstraint(
            ["centre", "request_id"], ["research.centre", "research.id"], name=op.f("fk_evidence_release_centre_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_release")),
        sa.UniqueConstraint("centre", "number", name=op.f("uq_evidence_release_centre_number")),
    )
    op.create_index(op.f("ix_evidence_release_request_id"), "evidence_release", ["request_id"], unique=False)


def downgrade() -> None:
    op.drop_table("evidence_release")
    op.drop_table("research")
