"""What is said when an export is asked for and decided on."""

from typing import Annotated

from pydantic import Field

from domain.exports.columns import ExportColumn, Subject
from domain.exports.record import ExportStep, Wanted
from domain.reports.sheet import FileKind
from service.api.bodies import Body, Line, Prose
from service.api.bodies.reports import Code, Month


class ExportBody(Body):
    """Whole months, both counted: those in which cases were opened, clients registered, referrals made. `kind` is csv or xlsx."""

    centre: Code
    subject: Subject
    columns: Annotated[list[ExportColumn], Field(min_length=1, max_length=len(ExportColumn))]
    first: Month
    last: Month
    kind: FileKind = FileKind.csv
    purpose: Prose

    def wanted(self) -> Wanted:
        return Wanted(self.subject, tuple(dict.fromkeys(self.columns)), self.first, self.last, self.kind)


class ExportStepBody(Body):
    """`approve` and `refuse` give a `reason`; `restricted` lets restricted files in with an approval."""

    step: ExportStep
    reason: Line = ""
    restricted: bool = False
