"""What the pages of figures share: the ways between them, durations and shares as they are said, and bars of several parts."""

from dataclasses import dataclass

from domain.figures.durations import DAY, HOUR, LADDER, LONGER, MINUTE
from domain.identity import Act
from service.web.catalogue import Words, mark
from service.web.edge import Visit

WAYS: tuple[tuple[Act, str, str], ...] = (
    (Act.see_dashboards, "/figures", mark("Caseload")),
    (Act.see_dashboards, "/figures/due", mark("Work due")),
    (Act.see_dashboards, "/figures/approvals", mark("What waits for a second person")),
    (Act.see_dashboards, "/figures/quality", mark("Quality")),
    (Act.see_dashboards, "/figures/funnel", mark("From contact to outcome")),
    (Act.see_dashboards, "/figures/partners", mark("How partners answer")),
    (Act.see_dashboards, "/figures/workload", mark("Who carries how much")),
    (Act.see_dashboards, "/figures/use", mark("Use of the system")),
    (Act.build_report, "/reports", mark("Reports")),
    (Act.build_report, "/reports/build", mark("Build a report")),
    (Act.build_report, "/reports/saved", mark("Saved questions")),
)
UNITS = (
    (DAY, mark("{n} day"), mark("{n} days")),
    (HOUR, mark("{n} hour"), mark("{n} hours")),
    (MINUTE, mark("{n} minute"), mark("{n} minutes")),
)
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Number:
    """A count with the way to those who are counted; no way where there is nobody, or no list for this reader."""

    n: int
    href: str


def ways(visit: Visit) -> tuple[tuple[str, str], ...]:
    """The pages of figures this reader may open."""
    return tuple((href, name) for act, href, name in WAYS if visit.actor.may(act))


def lasted(words: Words, seconds: int | None) -> str:
    """A rung of the ladder: the largest unit it is whole in."""
    if seconds is None:
        return NOTHING
    if seconds == LONGER:
        return words("over {n} days", n=LADDER[-1] // DAY)
    size, one, many = next(unit for unit in UNITS if seconds % unit[0] == 0)
    return words.many(one, many, seconds // size)


def shared(percent: int | None) -> str:
    return "" if percent is None else f"{percent} %"
