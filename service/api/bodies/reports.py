"""Questions to the figures as they are sent: codes and months only, but for the name under which one is saved."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from domain.reports.built_in import ReportCode
from domain.reports.dimensions import BANDS, Dimension
from domain.reports.measures import Measure
from domain.reports.period import Cycle
from domain.reports.question import MOST_BANDS, MOST_SPLITS, OLDEST, Question
from domain.reports.schedule import Asked
from domain.reports.sheet import FileKind
from domain.values import CentreCode, Language
from service.api.bodies import Body, Needed

Code = Annotated[str, Field(min_length=3, max_length=3)]
Month = Annotated[str, Field(pattern=r"^[1-9]\d{3}-(0[1-9]|1[0-2])$", description="2026-11")]


class QuestionBody(Body):
    """Whole months, both counted, at most twenty years. `bands` are lower bounds of age; no `centres` are all in reach."""

    measure: Measure
    splits: Annotated[list[Dimension], Field(max_length=MOST_SPLITS)] = []
    first: Month
    last: Month
    bands: Annotated[list[Annotated[int, Field(ge=0, le=OLDEST)]], Field(max_length=MOST_BANDS)] = list(BANDS)
    centres: Annotated[list[Code], Field(max_length=50)] = []

    def question(self) -> Question:
        centres = tuple(CentreCode(code) for code in dict.fromkeys(self.centres))
        return Question(self.measure, tuple(self.splits), self.first, self.last, tuple(self.bands) or BANDS, centres)


class SavedBody(Body):
    """`shared_with` is one of one's centres, whose supervisors then find it too."""

    name: Needed
    question: QuestionBody
    shared_with: Code | None = None


class ScheduleBody(Body):
    """A report of one centre after each period; `mail_to` is told that there is one, and nothing of what is in it."""

    report: ReportCode
    centre: Code
    cycle: Cycle
    outside: bool = True
    project: UUID | None = None
    kind: FileKind = FileKind.excel
    language: Language = Language.english
    mail_to: Annotated[str, Field(max_length=200)] = ""

    def wanted(self) -> Asked:
        return Asked(
            report=self.report,
            cycle=self.cycle,
            outside=self.outside,
            project=self.project,
            kind=self.kind,
            language=self.language,
            mail_to=self.mail_to.strip(),
        )
