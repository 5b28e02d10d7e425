"""Where a service is: an open address, and a hidden one that is sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TEXTS = {"street": 200, "city": 100, "postcode": 5, "province": 20, "district": 20}


def upgrade() -> None:
    """What was there before has neither; the defaults are for those rows only."""
    with op.batch_alter_table("service") as batch:
        for name, length in TEXTS.items():
            batch.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        batch.add_column(sa.Column("hides_address", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("hidden_address", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("service") as batch:
        for name, length in TEXTS.items():
            batch.alter_column(name, existing_type=sa.String(length=length), existing_nullable=False, server_default=None)
        batch.alter_column("hides_address", existing_type=sa.Boolean(), existing_nullable=False, server_default=None)


def downgrade() -> None:
    """Addresses are lost with their columns."""
    with op.batch_alter_table("service") as batch:
        for name in ("hidden_address", "hides_address", *TEXTS):
            batch.drop_column(name)
