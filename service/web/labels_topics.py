"""What the topics of a counselling session are called on a page."""

from collections.abc import Mapping
from enum import StrEnum

from domain.topics import SessionTopic
from service.web.catalogue import mark

OF_TOPICS: Mapping[type[StrEnum], Mapping[str, str]] = {
    SessionTopic: {
        "migration_types": mark("Ways to migrate"),
        "benefits_challenges": mark("What migration brings and asks"),
        "documents": mark("Papers that are needed"),
        "pre_departure": mark("Preparing to leave"),
        "visas": mark("Visas"),
        "careers_scholarships": mark("Careers and scholarships"),
        "sponsorship": mark("Sponsors abroad (kafala)"),
        "recruitment_process": mark("How recruitment works"),
        "illegal_recruitment": mark("Signs of illegal recruitment"),
        "rights_abroad": mark("Rights at work abroad"),
        "complaint": mark("Complaints about recruiters or employers"),
        "irregular_migration": mark("What irregular migration leads to"),
        "trafficking_risks": mark("Risks of trafficking"),
        "help_abroad": mark("Help from missions abroad"),
        "skills": mark("Skills and their recognition"),
        "finances_remittances": mark("Money and sending it home"),
        "reintegration": mark("Settling back in at home"),
    },
}
