"""Why a partner declined, as a code that can be counted: none is known of what was declined until now, and so it is counted."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

TABLES = ("referral", "referral_step", "incoming")
CODES = (
    *("no_capacity", "not_eligible", "outside_mandate", "outside_area", "service_ended", "already_served", "not_reached"),
    *("client_declined", "left_again", "not_enough_information", "not_acted_on", "other"),
)


def upgrade() -> None:
    words = ", ".join(f"'{code}'" for code in CODES)
    # Made anew on SQLite, as going down does it, so that both ways end at the same words.
    anew = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    for table in TABLES:
        with op.batch_alter_table(table, recreate=anew) as batch:
            batch.add_column(sa.Column("decline_code", sa.String(length=40), nullable=True))
            batch.create_check_constraint(op.f(f"ck_{table}_decline_code"), f'"decline_code" IN ({words}) OR "decline_code" IS NULL')
    op.execute(
        "INSERT INTO partner_figure (centre, quarter, partner_id, service_id, fact, detail, n) "
        "SELECT centre, quarter, partner_id, service_id, 'declined', '', n FROM partner_figure "
        "WHERE fact = 'ended' AND detail = 'declined' AND n <> 0 "
        "ON CONFLICT (centre, quarter, partner_id, service_id, fact, detail) DO UPDATE SET n = excluded.n"
    )


def downgrade() -> None:
    """An earlier release does not know this fact: its rows stay, and count nothing."""
    op.execute("UPDATE partner_figure SET n = 0 WHERE fact = 'declined'")
    for table in reversed(TABLES):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_decline_code"), type_="check")
            batch.drop_column("decline_code")
