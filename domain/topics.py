"""What people are counselled on, as codes that can be counted.

Decision. Context: topics of a session are words that a counsellor writes, sealed under the client's key, so no report could count them.
Choice: a closed list of topics as codes beside the free words. A page offers it to be ticked; those of a session's words that are a code
of this list are also kept plain and counted, as the kind of a case is. Each topic stands for one objective of the Global Compact for
Migration, so the report on these counts none twice. Price: that a session was about a topic of the list is not sealed and stays
after an erasure, as the kind of a case does, about nobody; what was said is sealed and goes.

Topics follow the menus of the centres' own information site (mrc.org.pk, own wording); those of trafficking, reintegration, complaints and
help abroad are ours, and so is which objective a topic stands for.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum


class SessionTopic(StrEnum):
    migration_types = "migration_types"
    benefits_challenges = "benefits_challenges"
    documents = "documents"
    pre_departure = "pre_departure"
    visas = "visas"
    careers_scholarships = "careers_scholarships"
    sponsorship = "sponsorship"
    recruitment_process = "recruitment_process"
    illegal_recruitment = "illegal_recruitment"
    rights_abroad = "rights_abroad"
    complaint = "complaint"
    irregular_migration = "irregular_migration"
    trafficking_risks = "trafficking_risks"
    help_abroad = "help_abroad"
    skills = "skills"
    finances_remittances = "finances_remittances"
    reintegration = "reintegration"


_T = SessionTopic
OBJECTIVE: Mapping[SessionTopic, int] = {
    _T.migration_types: 3,
    _T.benefits_challenges: 3,
    _T.documents: 3,
    _T.pre_departure: 3,
    _T.visas: 5,
    _T.careers_scholarships: 5,
    _T.sponsorship: 6,
    _T.recruitment_process: 6,
    _T.illegal_recruitment: 6,
    _T.rights_abroad: 6,
    _T.complaint: 6,
    _T.irregular_migration: 9,
    _T.trafficking_risks: 10,
    _T.help_abroad: 14,
    _T.skills: 18,
    _T.finances_remittances: 20,
    _T.reintegration: 21,
}


def coded(topics: Iterable[str]) -> tuple[SessionTopic, ...]:
    """Those that are of the list, each once, in its order."""
    said = set(topics)
    return tuple(one for one in SessionTopic if one in said)


def of_objective(number: int) -> tuple[str, ...]:
    return tuple(topic.value for topic, its in OBJECTIVE.items() if its == number)
