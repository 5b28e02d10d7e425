"""The policy log, and releases of synthetic data."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

STATES = ("draft", "submitted", "approved", "shared", "answered", "adopted", "not_adopted")
TOPICS = (
    "data",
    "information",
    "documents",
    "pathways",
    "recruitment",
    "vulnerability",
    "smuggling",
    "trafficking",
    "detention",
    "consular",
    "services",
    "inclusion",
    "skills",
    "remittances",
    "return_reintegration",
)


def _one_of(name: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    return sa.CheckConstraint(f'"{name}" IN ({", ".join(map(repr, words))})', name=op.f(f"ck_policy_note_{name}"))


def _shapes(*shapes: str) -> None:
    words = ", ".join(map(repr, shapes))
    with op.batch_alter_table("evidence_release") as batch:
        batch.drop_constraint(op.f("ck_evidence_release_shape"), type_="check")
    with op.batch_alter_table("evidence_release") as batch:
        batch.create_check_constraint(op.f("ck_evidence_release_shape"), f'"shape" IN ({words})')


def upgrade() -> None:
    op.create_table(
        "policy_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _one_of("state", STATES),
        _one_of("topic", TOPICS),
        sa.ForeignKeyConstraint(["centre"], ["centre.code"], name=op.f("fk_policy_note_centre")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_note")),
        sa.UniqueConstraint("centre", "number", name=op.f("uq_policy_note_centre_number")),
    )
    with op.batch_alter_table("evidence_release") as batch:
        batch.add_column(sa.Column("epsilon", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("utility", sa.LargeBinary(), nullable=True))
    _shapes("lines", "table", "synthetic")


def downgrade() -> None:
    """An earlier release knows no synthetic data: they leave the register, and with them what they took of the budget."""
    op.execute("DELETE FROM evidence_release WHERE shape = 'synthetic'")
    _shapes("lines", "table")
    with op.batch_alter_table("evidence_release") as batch:
        batch.drop_column("utility")
        batch.drop_column("epsilon")
    op.drop_table("policy_note")
