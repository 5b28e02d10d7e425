"""Reviews of reintegration, three, six and twelve months after a returnee's case was opened."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

KNOWN = ("yes", "no", "unknown")
WORDS = {
    "round": ("m3", "m6", "m12"),
    "result": ("reached", "withdrew", "lost_contact", "abroad_again"),
    "channel": ("in_person", "phone", "whatsapp", "video", "outreach"),
    "in_country": KNOWN,
    "working": KNOWN,
    "safe": KNOWN,
}
SCORES = ("economic", "social", "psychosocial")


def _word(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=40), nullable=False)


def _one_of(name: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f'"{name}" IN ({listed})', name=op.f(f"ck_review_{name}"))


def upgrade() -> None:
    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        *(_word(name) for name in ("round", "result", "channel")),
        sa.Column("held_on", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in SCORES),
        *(_word(name) for name in ("in_country", "working", "safe")),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *(_one_of(name, words) for name, words in WORDS.items()),
        *(sa.CheckConstraint(f"{name} BETWEEN 0 AND 100", name=op.f(f"ck_review_{name}")) for name in SCORES),
        sa.ForeignKeyConstraint(["centre", "case_id"], ["case.centre", "case.id"], name=op.f("fk_review_centre_case_id")),
        sa.ForeignKeyConstraint(["centre", "client_id"], ["client.centre", "client.id"], name=op.f("fk_review_centre_client_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("case_id", "round", name=op.f("uq_review_case_id_round")),
    )
    op.create_index(op.f("ix_review_client_id"), "review", ["client_id"], unique=False)
    op.create_index(op.f("ix_review_centre_held_on"), "review", ["centre", "held_on"], unique=False)


def downgrade() -> None:
    op.drop_table("review")
