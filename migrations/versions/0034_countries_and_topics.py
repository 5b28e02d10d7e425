"""The country that a case is about; topics of counselling sessions as codes. Topics written before are words that only their key opens: they
stay as they are, uncounted."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


TOPICS = (
    "migration_types",
    "benefits_challenges",
    "documents",
    "pre_departure",
    "visas",
    "careers_scholarships",
    "sponsorship",
    "recruitment_process",
    "illegal_recruitment",
    "rights_abroad",
    "complaint",
    "irregular_migration",
    "trafficking_risks",
    "help_abroad",
    "skills",
    "finances_remittances",
    "reintegration",
)


def upgrade() -> None:
    op.add_column("case", sa.Column("country", sa.String(length=3), nullable=True))
    words = ", ".join(f"'{word}'" for word in TOPICS)
    op.create_table(
        "session_topic",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(f'"topic" IN ({words})', name=op.f("ck_session_topic_topic")),
        sa.ForeignKeyConstraint(["centre", "client_id"], ["client.centre", "client.id"], name=op.f("fk_session_topic_centre_client_id")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_session_topic_session_id")),
        sa.PrimaryKeyConstraint("session_id", "topic", name=op.f("pk_session_topic")),
    )
    op.create_index(op.f("ix_session_topic_client_id"), "session_topic", ["client_id"], unique=False)


def downgrade() -> None:
    op.drop_table("session_topic")
    op.drop_column("case", "country")
