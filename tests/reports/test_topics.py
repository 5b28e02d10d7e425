"""Topics of counselling: words of the list are codes, and each stands for one objective of the Global Compact for Migration."""

from domain import reference
from domain.reports.built_in import REPORTS, ReportCode
from domain.reports.dimensions import Dimension
from domain.reports.measures import Measure
from domain.topics import OBJECTIVE, SessionTopic, coded


def test_words_of_the_list_are_codes_and_others_are_not() -> None:
    assert coded(["visas", "his brother's debt", "skills", "visas"]) == (SessionTopic.visas, SessionTopic.skills)


def test_each_topic_stands_for_one_objective_that_is_reported_on() -> None:
    reported = {row["number"] for row in reference.load("gcm_objectives")["objectives"] if row["reported"]}
    assert set(OBJECTIVE) == set(SessionTopic)
    assert set(OBJECTIVE.values()) <= reported
    sections = REPORTS[ReportCode.gcm].sections
    assert all(section.lines for section in sections), "an objective that nothing counts"
    lines = [line for section in sections for line in section.lines if line.measure is Measure.topics_counselled]
    told = [topic for line in lines for by, topics in line.only if by is Dimension.topic for topic in topics]
    assert sorted(told) == sorted(SessionTopic)
