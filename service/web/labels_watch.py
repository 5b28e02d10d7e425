"""What is due and what waits, in words."""

from domain.figures.due import Due, When
from domain.figures.quality import Ending, Watched
from service.web.catalogue import mark

DUE = {
    Due.case: mark("Day of a case"),
    Due.planned: mark("Action of a plan"),
    Due.asks_after: mark("Asking how it went afterwards"),
    Due.other: mark("Other task"),
}
WHEN = {When.overdue: mark("Overdue"), When.today: mark("Due today"), When.week: mark("Due in the next seven days")}
WATCHED_AFTER = {
    Watched.untouched: mark("Open cases untouched for {n} days or longer"),
    Watched.uncounselled: mark("Open for {n} days or longer without any counselling"),
    Watched.unplanned: mark("In service without an approved plan"),
    Watched.unreviewed: mark("Plans approved {n} days ago or earlier and not reviewed since"),
}
WATCHED = {
    Watched.untouched: mark("Cases that nobody has touched for the longest time"),
    Watched.uncounselled: mark("Cases without any counselling"),
    Watched.unplanned: mark("Cases in service without an approved plan"),
    Watched.unreviewed: mark("Cases whose plan is due for review"),
}
UNDECIDED = mark("Screenings with strong signs and no decision")
ENDING = {
    Ending.ending: mark("Consents that end within 30 days"),
    Ending.ended: mark("Consents that ended while a referral is still open"),
}
