"""What piles up is counted by the spans of its day; late answers, consents, decisions and what waits for a second person are kept figures.

A day is counted under its year, its month, its ten days and itself: 2026, 202611, 2026112, 20261123.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_still = sa.text("n > 0")
CLOCKED = "state IN ('answered', 'queued', 'seen')"
RUNNING = "state IN ('answered', 'delivered', 'queued', 'recalled', 'seen')"
LIVE = "state NOT IN ('draft', 'awaiting_approval', 'completed', 'not_completed', 'declined', 'expired', 'withdrawn', 'recalled')"
MOMENT, DAY = sa.DateTime(timezone=True), sa.Date()
WATCHED = ("untouched", "uncounselled", "unplanned", "unreviewed")
LADDER = (900, 1800, 3600, 7200, 10800, 21600, 43200, *(86400 * days for days in (1, 2, 3, 5, 7, 14, 30, 60, 90, 180, 365)))
"""As it was when these figures were first counted."""
DECIDED = {
    "plan": ("plan", "submitted_at", "approved_at", "submitted"),
    "disclosure": ("disclosure", "asked_at", "decided_at", "asked"),
} | {"research": ("evidence", "asked_at", "decided_at", "asked")}
"""By table: what it is called among approvals, when it was asked and decided, and the state in which it waits."""
Counts = Counter[tuple[Any, ...]]


def _there(at: datetime) -> datetime:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(ZoneInfo("Asia/Karachi"))


def _spans(day: date) -> tuple[int, ...]:
    day = max(day, date(2010, 1, 1))
    number = day.year * 10_000 + day.month * 100 + day.day
    return number // 10_000, number // 100, number // 10, number


def _rows(statement: str, **kinds: Any) -> Any:
    return op.get_bind().execute(sa.text(statement).columns(**kinds))


def _put(figure: Any, counted: Counts) -> None:
    names = [column.name for column in figure.columns]
    if counted:
        op.bulk_insert(figure, [dict(zip(names, (*cell, n), strict=True)) for cell, n in counted.items()])


def _figure(name: str, *keys: sa.Column[Any], along: Iterable[str] = ()) -> sa.Table:
    key = sa.PrimaryKeyConstraint("centre", *(one.name for one in keys), name=op.f(f"pk_{name}"))
    table = op.create_table(
        name, sa.Column("centre", sa.String(length=3), nullable=False), *keys, sa.Column("n", sa.Integer(), nullable=False), key
    )
    if along:
        op.create_index(f"ix_{name}_still", name, ["centre", *along], unique=False, postgresql_where=_still, sqlite_where=_still)
    return table


def _word(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=40), nullable=False)


def _id(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Uuid(), nullable=False)


def _span() -> sa.Column[Any]:
    return sa.Column("span", sa.Integer(), nullable=False)


def _work_due() -> None:
    counted: Counts = Counter()
    for row in _rows("SELECT centre, holder_id, what, due_on, n FROM work_due WHERE n <> 0", holder_id=sa.Uuid(), due_on=DAY):
        for span in _spans(row.due_on):
            counted[row.centre, row.holder_id, row.what, span] += row.n
    op.drop_table("work_due")
    _put(_figure("due_figure", _id("holder_id"), _word("what"), _span(), along=("span",)), counted)


def _submitted() -> None:
    with op.batch_alter_table("referral") as batch:
        batch.add_column(sa.Column("submitted_at", MOMENT, nullable=True))
    last = "SELECT max(s.at) FROM referral_step s WHERE s.referral_id = referral.id AND s.step = 'submit'"
    op.execute(f"UPDATE referral SET submitted_at = ({last})")  # noqa: S608  words of ours
    op.execute("UPDATE referral SET submitted_at = made_at WHERE state = 'awaiting_approval' AND submitted_at IS NULL")


def _undecided() -> None:
    with op.batch_alter_table("case_watch") as batch:
        batch.add_column(sa.Column("undecided", sa.Integer(), nullable=False, server_default=sa.text("0")))
    with op.batch_alter_table("case_watch") as batch:
        batch.alter_column("undecided", existing_type=sa.Integer(), existing_nullable=False, server_default=None)
    signs = "SELECT count(*) FROM screening s WHERE s.case_id = case_watch.case_id AND s.outcome = 'strong' AND s.decided_at IS NULL"
    still = "SELECT c.id FROM \"case\" c WHERE c.stage <> 'closed'"
    op.execute(f"UPDATE case_watch SET undecided = ({signs}) WHERE case_id IN ({still})")  # noqa: S608  words of ours


def _lapses() -> None:
    op.create_table(
        "consent_lapse",
        _id("consent_id"),
        sa.Column("centre", sa.String(length=3), nullable=False),
        _id("client_id"),
        sa.Column("ends", DAY, nullable=False),
        sa.ForeignKeyConstraint(["centre", "client_id"], ["client.centre", "client.id"], name=op.f("fk_consent_lapse_centre_client_id")),
        sa.PrimaryKeyConstraint("consent_id", name=op.f("pk_consent_lapse")),
    )
    op.create_index(op.f("ix_consent_lapse_client_id"), "consent_lapse", ["client_id"], unique=False)
    op.execute(
        "INSERT INTO consent_lapse (consent_id, centre, client_id, ends) "  # noqa: S608  words of ours
        "SELECT c.id, c.centre, c.client_id, c.valid_to FROM consent c "
        "WHERE c.purpose = 'share' AND c.withdrawn_at IS NULL AND c.valid_to IS NOT NULL "
        f"AND EXISTS (SELECT 1 FROM referral r WHERE r.client_id = c.client_id AND r.partner_id = c.partner_id AND r.{LIVE}) "
        "AND NOT EXISTS (SELECT 1 FROM consent l WHERE l.client_id = c.client_id AND l.partner_id = c.partner_id "
        "AND l.purpose = 'share' AND l.withdrawn_at IS NULL "
        "AND (l.valid_to IS NULL OR l.valid_to > c.valid_to OR (l.valid_to = c.valid_to AND l.id > c.id)))"
    )


def _wait(counted: Counts, centre: str, what: str, day: date) -> None:
    counted.update((centre, what, span) for span in _spans(day))


def _watches(counted: Counts) -> None:
    for row in _rows("SELECT * FROM case_watch", **dict.fromkeys(WATCHED, DAY)):
        for what in WATCHED:
            if day := getattr(row, what):
                _wait(counted, row.centre, what, day)
        if row.undecided:
            counted[row.centre, "undecided", 0] += row.undecided
    for row in _rows("SELECT centre, valid_to FROM consent WHERE withdrawn_at IS NULL AND valid_to IS NOT NULL", valid_to=DAY):
        _wait(counted, row.centre, "ending", row.valid_to)
    for row in _rows("SELECT centre, ends FROM consent_lapse", ends=DAY):
        _wait(counted, row.centre, "ended", row.ends)
    owed = f"SELECT centre, answer_by FROM incoming WHERE answer_by IS NOT NULL AND {CLOCKED}"  # noqa: S608  words of ours
    for row in _rows(owed, answer_by=MOMENT):
        _wait(counted, row.centre, "owed", _there(row.answer_by).date())


def _decide(decisions: Counts, centre: str, what: str, asked: datetime, at: datetime) -> None:
    took = (at - asked).total_seconds()
    decisions[centre, f"{_there(at):%Y-%m}", what, str(next((step for step in LADDER if took <= step), 0))] += 1


def _approvals(waits: Counts, decisions: Counts) -> None:
    asked = "SELECT centre, state, submitted_at, sent_at, approved_by FROM referral WHERE submitted_at IS NOT NULL"
    for row in _rows(asked, submitted_at=MOMENT, sent_at=MOMENT):
        if row.state == "awaiting_approval":
            _wait(waits, row.centre, "asked referral", _there(row.submitted_at).date())
        if row.approved_by and row.sent_at:
            _decide(decisions, row.centre, "referral", row.submitted_at, row.sent_at)
    for table, (what, asked, decided, waiting) in DECIDED.items():
        its = f"SELECT centre, state, {asked} AS asked, {decided} AS decided FROM {table} WHERE {asked} IS NOT NULL"  # noqa: S608
        for row in _rows(its, asked=MOMENT, decided=MOMENT):
            if row.state == waiting:
                _wait(waits, row.centre, f"asked {what}", _there(row.asked).date())
            if row.decided:
                _decide(decisions, row.centre, what, row.asked, row.decided)


def _late() -> None:
    counted: Counts = Counter()
    asked = f"SELECT centre, partner_id, service_id, answer_by FROM referral WHERE answer_by IS NOT NULL AND {RUNNING}"  # noqa: S608
    for row in _rows(asked, partner_id=sa.Uuid(), service_id=sa.Uuid(), answer_by=MOMENT):
        place = row.centre, row.partner_id, row.service_id or UUID(int=0)
        counted.update((*place, span) for span in _spans(_there(row.answer_by).date()))
    _put(_figure("late_figure", _id("partner_id"), _id("service_id"), _span(), along=("span",)), counted)


def upgrade() -> None:
    clocked = sa.text(CLOCKED)
    op.create_index("ix_incoming_owed", "incoming", ["centre", "answer_by"], unique=False, postgresql_where=clocked, sqlite_where=clocked)
    _work_due()
    _submitted()
    _undecided()
    _lapses()
    waits: Counts = Counter()
    decisions: Counts = Counter()
    _watches(waits)
    _approvals(waits, decisions)
    op.drop_table("watch_figure")
    _put(_figure("wait_figure", _word("what"), _span(), along=("what", "span")), waits)
    _put(_figure("decision_figure", _word("month"), _word("what"), _word("took")), decisions)
    _late()


def _day(span: int) -> date:
    return date(span // 10_000, span // 100 % 100, span % 100)


def downgrade() -> None:
    """A span of eight digits is a day."""
    due, watch = Counts(), Counts()
    for row in _rows("SELECT centre, holder_id, what, span, n FROM due_figure WHERE n <> 0 AND span > 10000000", holder_id=sa.Uuid()):
        due[row.centre, row.holder_id, row.what, _day(row.span)] = row.n
    for row in _rows("SELECT centre, what, span, n FROM wait_figure WHERE n <> 0 AND span > 10000000"):
        if row.what in WATCHED:
            watch[row.centre, row.what, _day(row.span)] = row.n
    for name in ("due_figure", "wait_figure", "late_figure", "decision_figure", "consent_lapse"):
        op.drop_table(name)
    _put(_figure("work_due", _id("holder_id"), _word("what"), sa.Column("due_on", DAY, nullable=False), along=("due_on",)), due)
    _put(_figure("watch_figure", _word("what"), sa.Column("since_on", DAY, nullable=False), along=("what", "since_on")), watch)
    with op.batch_alter_table("case_watch") as batch:
        batch.drop_column("undecided")
    with op.batch_alter_table("referral") as batch:
        batch.drop_column("submitted_at")
    op.drop_index("ix_incoming_owed", table_name="incoming")
