"""Questions to the figures as they are sent: codes and months only, but for the name under which one is saved."""

from typing import Annotated

from pydantic import Field

from domain.reports.dimensions import BANDS, Dimension
from domain.reports.measures import Measure
from domain.reports.question import MOST_BANDS, MOST_SPLITS, OLDEST, Question
from domain.values import CentreCode
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
