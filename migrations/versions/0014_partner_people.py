"""People of a partner sign in here, and each of its referrals may be in the hands of one of them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BEFORE = ("counsellor", "supervisor", "centre_manager", "analyst", "dpo", "admin", "partner")
PEOPLE = ("partner_lead", "partner_worker")


def _words(*words: str) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _roles(table: str, *roles: str) -> None:
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_role"), type_="check")
    with op.batch_alter_table(table) as batch:
        batch.create_check_constraint(op.f(f"ck_{table}_role"), f'"role" IN ({_words(*roles)})')


def upgrade() -> None:
    for table in ("staff", "sign_in"):
        _roles(table, *BEFORE, *PEOPLE)
    with op.batch_alter_table("staff") as batch:
        batch.add_column(sa.Column("partner_id", sa.Uuid(), nullable=True))
        batch.create_foreign_key(op.f("fk_staff_partner_id"), "partner", ["partner_id"], ["id"])
        batch.create_check_constraint(op.f("ck_staff_of_partner"), f"(role IN ({_words(*PEOPLE)})) = (partner_id IS NOT NULL)")
        batch.create_index(op.f("ix_staff_partner_id"), ["partner_id"], unique=False)
    # Made anew on SQLite, as going down does it, so that both ways end at the same words.
    anew = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("referral", recreate=anew) as batch:
        batch.add_column(sa.Column("partner_holder", sa.Uuid(), nullable=True))


def downgrade() -> None:
    """An earlier release knows nobody of a partner but its system: its people stay as rows that nobody can sign in by."""
    with op.batch_alter_table("referral") as batch:
        batch.drop_column("partner_holder")
    with op.batch_alter_table("staff") as batch:
        batch.drop_index(op.f("ix_staff_partner_id"))
        batch.drop_constraint(op.f("ck_staff_of_partner"), type_="check")
        batch.drop_constraint(op.f("fk_staff_partner_id"), type_="foreignkey")
        batch.drop_column("partner_id")
    staff = sa.table("staff", sa.column("role", sa.String()), sa.column("active", sa.Boolean()))
    sign_in = sa.table("sign_in", sa.column("role", sa.String()))
    op.execute(staff.update().where(staff.c.role.in_(PEOPLE)).values(role="partner", active=sa.false()))
    op.execute(sign_in.update().where(sign_in.c.role.in_(PEOPLE)).values(role="partner"))
    for table in ("staff", "sign_in"):
        _roles(table, *BEFORE)
