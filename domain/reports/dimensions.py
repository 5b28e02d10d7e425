"""By what a count can be split. Only what stands coded and plain in the tables: nothing that a client said is opened for a count.

Decision. Context: what people write of a session, a plan or a refusal is sealed under the client's key; opening those of 250,000 cases
takes minutes and reads every file. Choice: words are no dimension, only codes beside them are: topics of a session, the country of a case,
why a partner declines. Price: what was written in words of one's own is in no table.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise

UNKNOWN = "unknown"
"""What nobody has written down."""


class Dimension(StrEnum):
    month = "month"
    quarter = "quarter"
    year = "year"
    centre = "centre"
    sex = "sex"
    age = "age"
    """At the counted moment, by the year of birth alone: the younger of the two ages it may be."""
    province = "province"
    district = "district"
    """Of origin for a person, of the place for an outreach session."""
    migration_stage = "migration_stage"
    case_kind = "case_kind"
    risk = "risk"
    stage = "stage"
    outcome = "outcome"
    country = "country"
    """Of a case: where somebody means to go, or came back from."""
    counsellor = "counsellor"
    """Who did what is counted: took the contact, held the session, holds the case."""
    partner = "partner"
    service = "service"
    channel = "channel"
    topic = "topic"
    urgency = "urgency"
    state = "state"
    instrument = "instrument"
    round = "round"
    """Of a review of reintegration: after how many months."""
    decline_code = "decline_code"
    """Why a partner declined, where it said so in a word of the table."""
    event = "event"
    project = "project"
    """Which has the greatest share in the case or outreach session; of equal shares the project that was begun first."""


_D = Dimension
TIMES: Mapping[Dimension, int] = {_D.month: 1, _D.quarter: 3, _D.year: 12}
"""How many months each takes, as they are in Karachi."""
PERSON = (_D.sex, _D.age, _D.province, _D.district, _D.migration_stage)
CASE = (_D.case_kind, _D.risk, _D.stage, _D.outcome, _D.country)
"""As they are now, not as they were then: a case keeps no history of its risk."""
IDS = (_D.counsellor, _D.partner, _D.service, _D.project)
"""Their values are ids of records of the house; names come from its directory."""

BANDS = (0, 18, 25, 35, 60)
"""Lower bounds of age, unless the reader chooses others."""


def band_names(bounds: Sequence[int]) -> tuple[str, ...]:
    """`0-17`, `18-24`, …, `60+`. Bounds are in order and begin with nought."""
    return (*(f"{low}-{high - 1}" for low, high in pairwise(bounds)), f"{bounds[-1]}+")


def number_of(month: str) -> int:
    """`2026-11` counted from the year nought, so that months follow one another as numbers do."""
    year, _, place = month.partition("-")
    return int(year) * 12 + int(place) - 1


def time_name(by: Dimension, number: int) -> str:
    """What the month, quarter or year is called that begins `number` times its length after the year nought."""
    if by is Dimension.year:
        return str(number)
    its = 12 // TIMES[by]
    year, place = divmod(number, its)
    return f"{year}-{place + 1:02d}" if by is Dimension.month else f"{year}-Q{place + 1}"


def times(by: Dimension, first: str, last: str) -> Iterator[str]:
    """Every one between two months, both counted."""
    size = TIMES[by]
    for number in range(number_of(first) // size, number_of(last) // size + 1):
        yield time_name(by, number)
