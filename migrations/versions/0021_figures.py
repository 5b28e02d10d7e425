"""Figures of how partners answer, with when each gave its first sign and answer, and of what cases come to, with when they first did.

The ladder of durations is written out as it was when these figures were first counted.
"""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LADDER = (900, 1800, 3600, 7200, 10800, 21600, 43200, *(86400 * days for days in (1, 2, 3, 5, 7, 14, 30, 60, 90, 180, 365)))
ENDED = ("completed", "not_completed", "declined", "expired", "withdrawn", "recalled")
SIGNS = {"acknowledged_at": "'seen', 'accept', 'decline', 'need_information'", "answered_at": "'accept', 'decline'"}
REFERRAL = sa.table(
    "referral",
    sa.column("centre", sa.String()),
    sa.column("partner_id", sa.Uuid()),
    sa.column("service_id", sa.Uuid()),
    sa.column("state", sa.String()),
    sa.column("sent_at", MOMENT),
    sa.column("acknowledged_at", MOMENT),
    sa.column("answered_at", MOMENT),
)


def _figure() -> sa.Table:
    return op.create_table(
        "partner_figure",
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("quarter", sa.String(length=40), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("fact", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("centre", "quarter", "partner_id", "service_id", "fact", "detail", name=op.f("pk_partner_figure")),
    )


def _there(at: datetime) -> datetime:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(ZoneInfo("Asia/Karachi"))


def _rung(begun: datetime, then: datetime) -> str:
    seconds = (then - begun).total_seconds()
    return str(next((step for step in LADDER if seconds <= step), 0))


def _facts(row: Any) -> list[tuple[str, str]]:
    found = [("sent", "")]
    if row.acknowledged_at is not None:
        found.append(("acknowledged", _rung(row.sent_at, row.acknowledged_at)))
    elif row.state == "expired":
        found.append(("silent", ""))
    if row.answered_at is not None:
        found.append(("answered", _rung(row.sent_at, row.answered_at)))
    return [*found, ("ended", row.state)] if row.state in ENDED else found


def _place(row: Any) -> tuple[Any, ...]:
    day = _there(row.sent_at)
    return row.centre, f"{day.year}-Q{(day.month + 2) // 3}", row.partner_id, row.service_id or UUID(int=0)


STEPS = (
    ("counselled", "session", "held_at", ""),
    ("screened", "screening", "screened_at", ""),
    ("planned", "plan", "approved_at", "WHERE s.approved_at IS NOT NULL"),
    *(
        (reached, "referral_step", "at", f"JOIN referral r ON r.id = s.referral_id WHERE s.step IN ({words})")
        for reached, words in (
            ("referred", "'send', 'approve'"),
            ("accepted", "'accept'"),
            ("served", "'start_service', 'complete', 'close'"),
        )
    ),
)


def _case_step() -> None:
    op.create_table(
        "case_step",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("centre", sa.String(length=3), nullable=False),
        sa.Column("client_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["centre", "client_id"], ["client.centre", "client.id"], name=op.f("fk_case_step_centre_client_id")),
        sa.ForeignKeyConstraint(["centre", "case_id"], ["case.centre", "case.id"], name=op.f("fk_case_step_centre_case_id")),
        sa.PrimaryKeyConstraint("case_id", "step", name=op.f("pk_case_step")),
    )
    op.create_index(op.f("ix_case_step_client_id"), "case_step", ["client_id"], unique=False)
    for step, table, at, more in STEPS:
        of = "r.case_id" if table == "referral_step" else "s.case_id"
        first = f"SELECT {of} AS case_id, min(s.{at}) AS at FROM {table} s {more} GROUP BY {of}"  # noqa: S608  words of ours
        op.execute(
            "INSERT INTO case_step (case_id, step, centre, client_id, opened_at, at) "  # noqa: S608  words of ours
            f"SELECT c.id, '{step}', c.centre, c.client_id, c.opened_at, f.at FROM ({first}) f JOIN \"case\" c ON c.id = f.case_id"
        )


def _month(at: datetime) -> str:
    return f"{_there(at):%Y-%m}"


def _funnel() -> None:
    figure, counted = (
        op.create_table(
            "funnel_figure",
            sa.Column("centre", sa.String(length=3), nullable=False),
            sa.Column("month", sa.String(length=40), nullable=False),
            sa.Column("reached", sa.String(length=40), nullable=False),
            sa.Column("detail", sa.String(length=40), nullable=False),
            sa.Column("n", sa.Integer(), nullable=False),
            sa.PrimaryKeyConstraint("centre", "month", "reached", "detail", name=op.f("pk_funnel_figure")),
        ),
        Counter[tuple[Any, ...]](),
    )
    ask, moment = op.get_bind().execute, sa.DateTime(timezone=True)
    for row in ask(sa.text("SELECT centre, at, client_id FROM contact").columns(at=moment)):
        counted.update((row.centre, _month(row.at), what, "") for what in ("contact", *(["promoted"] if row.client_id else [])))
    for row in ask(sa.text("SELECT centre, registered_at FROM client").columns(registered_at=moment)):
        counted[row.centre, _month(row.registered_at), "registered", ""] += 1
    for row in ask(sa.text('SELECT centre, opened_at, stage, outcome FROM "case"').columns(opened_at=moment)):
        ended = row.stage == "closed" and row.outcome
        counted.update((row.centre, _month(row.opened_at), what, "") for what in ("opened", *(["outcome"] if ended else [])))
    for row in ask(sa.text("SELECT centre, step, opened_at, at FROM case_step").columns(opened_at=moment, at=moment)):
        took = _rung(row.opened_at, row.at) if row.step == "counselled" else ""
        counted[row.centre, _month(row.opened_at), row.step, took] += 1
    _put(figure, counted)


def _put(figure: sa.Table, counted: Counter[tuple[Any, ...]]) -> None:
    names = [column.name for column in figure.columns]
    if counted:
        op.bulk_insert(figure, [dict(zip(names, (*cell, n), strict=True)) for cell, n in counted.items()])


def upgrade() -> None:
    with op.batch_alter_table("referral") as batch:
        for name in SIGNS:
            batch.add_column(sa.Column(name, MOMENT, nullable=True))
    for name, steps in SIGNS.items():
        first = f"SELECT min(s.at) FROM referral_step s WHERE s.referral_id = referral.id AND s.step IN ({steps})"  # noqa: S608  words of ours
        op.execute(f"UPDATE referral SET {name} = ({first})")  # noqa: S608
    figure, counted = _figure(), Counter[tuple[Any, ...]]()
    for row in op.get_bind().execute(sa.select(REFERRAL).where(REFERRAL.c.sent_at.is_not(None))):
        counted.update((*_place(row), *fact) for fact in _facts(row))
    _put(figure, counted)
    _case_step()
    _funnel()


def downgrade() -> None:
    op.drop_table("funnel_figure")
    op.drop_table("case_step")
    op.drop_table("partner_figure")
    with op.batch_alter_table("referral") as batch:
        for name in reversed(SIGNS):
            batch.drop_column(name)
