"""The ways to reach a partner, the mailbox of an agency without software, and the links that go there."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

LANGUAGES = "'ur', 'ps', 'en', 'pa', 'sd', 'skr', 'bal', 'hno', 'prs'"


def upgrade() -> None:
    with op.batch_alter_table("partner") as partner:
        partner.add_column(sa.Column("channels", sa.Text(), nullable=False, server_default='["webhook"]'))
    with op.batch_alter_table("partner") as partner:
        partner.alter_column("channels", server_default=None)
    op.create_table(
        "mailbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("codes_by", sa.String(length=40), nullable=False),
        sa.Column("codes_to", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("\"codes_by\" IN ('email', 'phone')", name=op.f("ck_mailbox_codes_by")),
        sa.CheckConstraint(f'"language" IN ({LANGUAGES})', name=op.f("ck_mailbox_language")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_mailbox_partner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox")),
        sa.UniqueConstraint("partner_id", name=op.f("uq_mailbox_partner_id")),
    )
    op.create_table(
        "link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=60), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=True),
        sa.Column("code_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("codes", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("visit", sa.LargeBinary(), nullable=True),
        sa.Column("visit_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["centre", "client_id"], ["client.centre", "client.id"], name=op.f("fk_link_centre_client_id")),
        sa.ForeignKeyConstraint(["partner_id"], ["partner.id"], name=op.f("fk_link_partner_id")),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_link_referral_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link")),
        sa.UniqueConstraint("token", name=op.f("uq_link_token")),
    )
    op.create_index(op.f("ix_link_referral_id"), "link", ["referral_id"], unique=False)
    op.create_index(op.f("ix_link_visit"), "link", ["visit"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_link_visit"), table_name="link")
    op.drop_index(op.f("ix_link_referral_id"), table_name="link")
    op.drop_table("link")
    op.drop_table("mailbox")
    with op.batch_alter_table("partner") as partner:
        partner.drop_column("channels")
