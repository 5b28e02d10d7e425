"""What is past its time at a moment: the days gone by from kept figures, and of this day the records themselves."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, func, select

from adapters.database.figures import RUNNING
from adapters.database.referrals import LATE, REFERRAL
from adapters.database.schema import Several, UTCDateTime, among
from adapters.database.scope import in_centres
from domain.periods import begin_of_day, spans_before
from domain.values import day_of

GONE = bindparam("gone", type_=Several(Integer()))
"""Spans of all days before today."""
LATE_TODAY = (in_centres(REFERRAL), LATE, REFERRAL.c.answer_by >= bindparam("day_began", type_=UTCDateTime()))
"""Those whose time has ended since the day began: the only late ones that no figure holds."""
RUNNING_LATE = select(func.coalesce(func.sum(RUNNING.c.n), 0)).where(in_centres(RUNNING), RUNNING.c.n > 0, among(RUNNING.c.span, GONE))
LATE_SINCE = select(func.count()).select_from(REFERRAL).where(*LATE_TODAY)


def until(at: datetime) -> dict[str, Any]:
    """What is late at this moment: the days gone by, and what there is of this one."""
    today = day_of(at)
    return {"gone": spans_before(today), "day_began": begin_of_day(today), "late_at": at}
