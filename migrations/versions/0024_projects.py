"""Projects, which one stands for what at a centre, and the shares of cases and sessions in them."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "project",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("donor", sa.String(length=200), nullable=False),
        sa.Column("first", sa.Date(), nullable=True),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("code", name=op.f("uq_project_code")),
    )
    op.create_table(
        "project_default",
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("basis", sa.String(length=40), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "\"basis\" IN ('pre_departure', 'return_reintegration', 'protection', 'outreach')", name=op.f("ck_project_default_basis")
        ),
        sa.ForeignKeyConstraint(["centre"], ["centre.code"], name=op.f("fk_project_default_centre")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_default_project_id")),
        sa.PrimaryKeyConstraint("centre", "basis", name=op.f("pk_project_default")),
    )
    op.create_table(
        "case_project",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name=op.f("ck_case_project_percent")),
        sa.ForeignKeyConstraint(["centre", "case_id"], ["case.centre", "case.id"], name=op.f("fk_case_project_centre_case_id")),
        sa.ForeignKeyConstraint(["centre", "client_id"], ["client.centre", "client.id"], name=op.f("fk_case_project_centre_client_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_case_project_project_id")),
        sa.PrimaryKeyConstraint("case_id", "project_id", name=op.f("pk_case_project")),
    )
    op.create_index(op.f("ix_case_project_client_id"), "case_project", ["client_id"], unique=False)
    op.create_index(op.f("ix_case_project_project_id_centre"), "case_project", ["project_id", "centre"], unique=False)
    op.create_table(
        "session_project",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("percent BETWEEN 1 AND 100", name=op.f("ck_session_project_percent")),
        sa.ForeignKeyConstraint(
            ["centre", "session_id"], ["outreach_session.centre", "outreach_session.id"], name=op.f("fk_session_project_centre_session_id")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_session_project_project_id")),
        sa.PrimaryKeyConstraint("session_id", "project_id", name=op.f("pk_session_project")),
    )
    op.create_index(op.f("ix_session_project_project_id_centre"), "session_project", ["project_id", "centre"], unique=False)


def downgrade() -> None:
    op.drop_table("session_project")
    op.drop_table("case_project")
    op.drop_table("project_default")
    op.drop_table("project")
