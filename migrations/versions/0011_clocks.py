"""Clocks in working time: holidays, a partner's hours, an agreement's own times; deletions confirmed, and what came after a service."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BEFORE = sa.text("state IN ('answered', 'delivered', 'queued', 'seen')")
DUE = sa.text("state IN ('answered', 'delivered', 'queued', 'recalled', 'seen')")


def upgrade() -> None:
    """Who was there before has no hours and no times of their own, and clocks that run were started around the clock."""
    op.create_table(
        "holiday",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_holiday_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
    )
    op.create_index(op.f("ix_holiday_day"), "holiday", ["day"], unique=False)
    _add("partner", sa.Column("hours", sa.Text(), nullable=False, server_default="[]"))
    _add("agreement", sa.Column("times", sa.Text(), nullable=False, server_default="[]"), sa.Column("expiry_days", sa.Integer()))
    op.drop_index("ix_referral_late", table_name="referral")
    _add(
        "referral",
        sa.Column("working_time", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("deletion_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("feedback", sa.LargeBinary(), nullable=True),
    )
    # Made anew on SQLite, as going down does it, so that both ways end at the same words.
    anew = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("task", recreate=anew) as batch:
        batch.add_column(sa.Column("asks_after", sa.Uuid(), nullable=True))
    _late(DUE)


def _add(table: str, first: sa.Column[object], *rest: sa.Column[object]) -> None:
    """The default of the first is for the rows that are there, and goes again."""
    with op.batch_alter_table(table) as batch:
        for one in (first, *rest):
            batch.add_column(one)
    with op.batch_alter_table(table) as batch:
        batch.alter_column(first.name, existing_type=first.type, existing_nullable=False, server_default=None)


def _late(which: sa.TextClause) -> None:
    op.create_index(
        "ix_referral_late",
        "referral",
        ["centre", "answer_by"],
        unique=False,
        postgresql_include=["partner_id", "case_id"],
        postgresql_where=which,
        sqlite_where=which,
    )


def downgrade() -> None:
    op.drop_index("ix_referral_late", table_name="referral")
    for table, columns in {
        "referral": ("feedback", "deletion_confirmed_at", "working_time"),
        "task": ("asks_after",),
        "agreement": ("expiry_days", "times"),
        "partner": ("hours",),
    }.items():
        with op.batch_alter_table(table) as batch:
            for name in columns:
                batch.drop_column(name)
    _late(BEFORE)
    op.drop_index(op.f("ix_holiday_day"), table_name="holiday")
    op.drop_table("holiday")
