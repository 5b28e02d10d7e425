"""What a service says of itself: for whom, when, in which languages, with which papers, how many wait, when that was last confirmed; and what
an agreement is for."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXTS = {"offers": sa.String(length=500), "eligibility": sa.String(length=500), "source": sa.String(length=200)}
LISTS = ("genders", "stages", "hours", "languages", "documents")
ABSENT = {"age_from": sa.Integer(), "age_to": sa.Integer(), "waiting": sa.Integer(), "confirmed_on": sa.Date()}


def upgrade() -> None:
    """What was there before says nothing about the new fields, and is offered; the defaults are for those rows only."""
    with op.batch_alter_table("service") as batch:
        for name, kind in TEXTS.items():
            batch.add_column(sa.Column(name, kind, nullable=False, server_default=""))
        for name in LISTS:
            batch.add_column(sa.Column(name, sa.Text(), nullable=False, server_default="[]"))
        for name, kind in ABSENT.items():
            batch.add_column(sa.Column(name, kind, nullable=True))
        batch.add_column(sa.Column("offered", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("service") as batch:
        for name, kind in {**TEXTS, **dict.fromkeys(LISTS, sa.Text()), "offered": sa.Boolean()}.items():
            batch.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    with op.batch_alter_table("agreement") as batch:
        batch.add_column(sa.Column("purposes", sa.String(length=500), nullable=False, server_default=""))
    with op.batch_alter_table("agreement") as batch:
        batch.alter_column("purposes", existing_type=sa.String(length=500), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("agreement") as batch:
        batch.drop_column("purposes")
    with op.batch_alter_table("service") as batch:
        for name in ("offered", *ABSENT, *LISTS, *TEXTS):
            batch.drop_column(name)
