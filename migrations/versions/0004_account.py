"""Passkeys, passwords to be changed, when a session was seen last, and wrong guesses apart from whom they are about."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("staff_id", sa.Uuid(), nullable=False),
        sa.Column("credential", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("challenged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_passkey_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkey_credential")),
    )
    op.create_index(op.f("ix_passkey_staff_id"), "passkey", ["staff_id"], unique=False)
    op.create_table(
        "guesses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rests_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guesses")),
    )
    op.execute(
        "INSERT INTO guesses (id, failures, rests_until, version) "
        "SELECT id, failures, locked_until, 1 FROM staff WHERE failures > 0 OR locked_until IS NOT NULL"
    )
    # Column by column: SQLite's other way makes the table anew and forgets its checks.
    op.drop_column("staff", "failures")
    op.drop_column("staff", "locked_until")
    op.add_column("staff", sa.Column("must_change_password", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("sign_in", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_index(op.f("ix_sign_in_principal"), table_name="sign_in")
    op.create_index(op.f("ix_sign_in_principal_started_at"), "sign_in", ["principal", "started_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_sign_in_principal_started_at"), table_name="sign_in")
    op.create_index(op.f("ix_sign_in_principal"), "sign_in", ["principal"], unique=False)
    op.drop_column("sign_in", "seen_at")
    op.drop_column("staff", "must_change_password")
    op.add_column("staff", sa.Column("failures", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("staff", sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE staff SET failures = (SELECT g.failures FROM guesses AS g WHERE g.id = staff.id), "
        "locked_until = (SELECT g.rests_until FROM guesses AS g WHERE g.id = staff.id) WHERE id IN (SELECT id FROM guesses)"
    )
    op.drop_table("guesses")
    op.drop_index(op.f("ix_passkey_staff_id"), table_name="passkey")
    op.drop_table("passkey")
