"""What a centre is told of a client before it takes them.

Decision. Context: whoever is asked to take a case has to know whether they can, and may refuse it. Choice: the number and kind of the case,
its risk, an age band, gender, languages and district, and the reason the other centre writes; as it stood when it was asked. No name, no
telephone, no identity number, no year of birth, no note, no screening, and not how sensitive the case is. It goes to those who answer for
the centre, not to its counsellors, and only while it waits: after a refusal or a withdrawal it is not shown there any more. Price: a
supervisor who needs to know more rings the other centre.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.cases import Case, CaseKind, Risk
from domain.clients import Client
from domain.values import Gender, Language


class AgeBand(StrEnum):
    child = "child"
    young = "young"
    adult = "adult"
    older = "older"
    age_unknown = "age_unknown"


UPPER = ((18, AgeBand.child), (25, AgeBand.young), (60, AgeBand.adult))
"""Below this age, the band."""


def band(age: int | None) -> AgeBand:
    if age is None:
        return AgeBand.age_unknown
    return next((one for under, one in UPPER if age < under), AgeBand.older)


@dataclass(frozen=True, slots=True)
class Extract:
    kind: CaseKind
    risk: Risk
    age: AgeBand
    gender: Gender
    languages: tuple[Language, ...]
    district: str | None

    @classmethod
    def of(cls, case: Case, client: Client, today: date) -> "Extract":
        its = client.particulars.languages
        return cls(case.kind, case.risk, band(client.age(today)), client.gender, its, client.district)
