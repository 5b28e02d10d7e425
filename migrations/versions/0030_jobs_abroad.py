"""Jobs abroad: what going there cost the worker, and what the first months paid."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

PAID = ("savings", "family_loan", "lender", "sold_assets", "wage_advance", "employer", "not_known")
SUMS = ("agent", "visa", "ticket", "medical", "other")


def upgrade() -> None:
    words = ", ".join(f"'{word}'" for word in PAID)
    op.create_table(
        "job_abroad",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("country", sa.String(length=3), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in SUMS),
        sa.Column("paid", sa.String(length=40), nullable=False),
        sa.Column("income", sa.Integer(), nullable=True),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(f'"paid" IN ({words})', name=op.f("ck_job_abroad_paid")),
        *(sa.CheckConstraint(f"{name} BETWEEN 0 AND 100000000", name=op.f(f"ck_job_abroad_{name}")) for name in (*SUMS, "income")),
        sa.ForeignKeyConstraint(["centre", "client_id"], ["client.centre", "client.id"], name=op.f("fk_job_abroad_centre_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_abroad")),
    )
    op.create_index(op.f("ix_job_abroad_client_id"), "job_abroad", ["client_id"], unique=False)
    op.create_index(op.f("ix_job_abroad_centre_year"), "job_abroad", ["centre", "year"], unique=False)


def downgrade() -> None:
    op.drop_table("job_abroad")
