"""Links by which an agency sends somebody: they point to no referral, and to who was sent by them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("link") as link:
        link.alter_column("client_id", existing_type=sa.Uuid(), nullable=True)
        link.alter_column("referral_id", existing_type=sa.Uuid(), nullable=True)
        link.add_column(sa.Column("incoming_id", sa.Uuid(), nullable=True))
        link.create_foreign_key(op.f("fk_link_incoming_id"), "incoming", ["incoming_id"], ["id"])
    op.create_index(op.f("ix_link_incoming_id"), "link", ["incoming_id"], unique=False)


def downgrade() -> None:
    """An earlier release has nothing that such a link could open: they end."""
    op.execute("DELETE FROM link WHERE referral_id IS NULL")
    op.drop_index(op.f("ix_link_incoming_id"), table_name="link")
    with op.batch_alter_table("link") as link:
        link.drop_constraint(op.f("fk_link_incoming_id"), type_="foreignkey")
        link.drop_column("incoming_id")
        link.alter_column("referral_id", existing_type=sa.Uuid(), nullable=False)
        link.alter_column("client_id", existing_type=sa.Uuid(), nullable=False)
