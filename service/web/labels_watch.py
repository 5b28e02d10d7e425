"""What is due and what waits, in words."""

from domain.figures.due import Due, When
from service.web.catalogue import mark

DUE = {
    Due.case: mark("Day of a case"),
    Due.planned: mark("Action of a plan"),
    Due.asks_after: mark("Asking how a referral went"),
    Due.other: mark("Other task"),
}
WHEN = {When.overdue: mark("Overdue"), When.today: mark("Due today"), When.week: mark("Due in the next seven days")}
