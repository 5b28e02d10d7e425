"""Links by which an agency sends somebody; and since when nobody has to do with somebody who was sent, so that their words go."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


BEFORE = ("queued", "seen", "accepted", "declined", "needs_information", "answered", "completed", "withdrawn")
NOW = {"postgresql": "now()", "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', 'now')"}
_kept = sa.text("cleared_at IS NULL")


def _states(*states: str) -> None:
    with op.batch_alter_table("incoming") as batch:
        batch.drop_constraint(op.f("ck_incoming_state"), type_="check")
    with op.batch_alter_table("incoming") as batch:
        batch.create_check_constraint(op.f("ck_incoming_state"), f'"state" IN ({", ".join(map(repr, states))})')


def upgrade() -> None:
    """For those who rest already, the time begins now."""
    with op.batch_alter_table("incoming") as incoming:
        incoming.add_column(sa.Column("rests_at", sa.DateTime(timezone=True), nullable=True))
        incoming.add_column(sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True))
    _states(*BEFORE, "expired")
    op.create_index("ix_incoming_rests", "incoming", ["rests_at"], unique=False, postgresql_where=_kept, sqlite_where=_kept)
    op.execute(
        f"UPDATE incoming SET rests_at = {NOW[op.get_bind().dialect.name]} "  # noqa: S608
        "WHERE client_id IS NULL AND state IN ('declined', 'needs_information', 'completed', 'withdrawn')"
    )
    with op.batch_alter_table("link") as link:
        link.alter_column("client_id", existing_type=sa.Uuid(), nullable=True)
        link.alter_column("referral_id", existing_type=sa.Uuid(), nullable=True)
        link.add_column(sa.Column("incoming_id", sa.Uuid(), nullable=True))
        link.create_foreign_key(op.f("fk_link_incoming_id"), "incoming", ["incoming_id"], ["id"])
    op.create_index(op.f("ix_link_incoming_id"), "link", ["incoming_id"], unique=False)


def downgrade() -> None:
    """An earlier release has nothing that an invitation could open: they end, and stay as rows, so their places may stay empty. What expired
    it calls declined."""
    op.execute("UPDATE incoming SET state = 'declined' WHERE state = 'expired'")
    op.drop_index("ix_incoming_rests", table_name="incoming")
    _states(*BEFORE)
    with op.batch_alter_table("incoming") as incoming:
        incoming.drop_column("cleared_at")
        incoming.drop_column("rests_at")
    op.execute(f"UPDATE link SET revoked_at = {NOW[op.get_bind().dialect.name]} WHERE referral_id IS NULL AND revoked_at IS NULL")  # noqa: S608
    op.drop_index(op.f("ix_link_incoming_id"), table_name="link")
    with op.batch_alter_table("link") as link:
        link.drop_constraint(op.f("fk_link_incoming_id"), type_="foreignkey")
        link.drop_column("incoming_id")
