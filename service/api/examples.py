"""One worked example for each body, shown in the OpenAPI document and held to the models by a test."""

from typing import Any

_CLIENT = "0192f5a8-3c1e-7b5a-9d2e-0b6f1a2c3d4e"

EXAMPLES: dict[str, dict[str, Any]] = {
    "ContactBody": {
        "channel": "whatsapp",
        "name": "Yousaf",
        "phone": "0300 1234567",
        "question": "Is this visa genuine?",
        "language": "ps",
    },
    "MatchesBody": {"candidate": {"name": "Yusuf Khan", "father_or_husband_name": "Aslam Khan", "birth_year": 1994}},
    "SearchBody": {"q": "یوسف خان", "limit": 20},
    "ClientChange": {"phones": [{"number": "+92 300 1234567", "safe": True}], "district": "PK603"},
    "ConsentBody": {
        "purpose": "share",
        "partner": "fia",
        "field_groups": ["identity", "contact", "narrative"],
        "form": "thumb_mark",
        "language": "ur",
        "valid_to": "2027-06-30",
    },
    "CaseBody": {"client_id": _CLIENT, "kind": "protection", "risk": "high", "summary": "Papers kept by the employer."},
    "CaseChange": {"risk": "critical", "next_due": "2026-12-01"},
    "CaseStepBody": {"step": "close", "outcome": "protected"},
    "SessionBody": {
        "channel": "in_person",
        "minutes": 40,
        "topics": ["rights abroad"],
        "note": "Came alone.",
        "follow_up_on": "2026-12-01",
    },
    "NoteBody": {"text": "Rang back; prefers the evening."},
    "TaskBody": {"title": "Ask for a copy of the contract", "due_on": "2026-12-01"},
    "PlanBody": {
        "needs": [
            {
                "kind": "livelihood",
                "words": "She wants to live from her sewing again.",
                "goals": [
                    {
                        "title": "A shop of her own by spring",
                        "actions": [{"title": "Price three machines", "owner": "client", "due_on": "2026-12-10"}],
                    }
                ],
            }
        ],
        "budget": [{"purpose": "Sewing machine", "rupees": 85000, "source": "Reintegration package"}],
        "agreed": {"on": "2026-11-20", "how": "thumb_mark"},
    },
    "PlanStepBody": {"step": "submit"},
    "ActionStepBody": {"step": "drop", "reason": "She found a place by herself."},
    "ScreeningBody": {"instrument": "short-flags", "answers": {"is_cheated": "yes", "is_kept_document": "unknown", "forced_work": "no"}},
    "DecisionBody": {"finding": "presumed_victim", "why": "Papers kept and forced to work, told consistently."},
    "ReferralBody": {"partner": "fia", "reason": "Report of trafficking", "urgency": "high", "field_groups": ["identity", "narrative"]},
    "ReferralStepBody": {"step": "submit"},
    "AnswerBody": {"step": "decline", "reason": "Every place is taken until March.", "decline_code": "no_capacity"},
    "EndpointBody": {"url": "https://casework.agency.example/mrc"},
    "ResearchBody": {
        "centre": "ISB",
        "who": "Dr. Sana Mir",
        "organisation": "Quaid-i-Azam University",
        "purpose": "Who asks for advice before leaving, and what became of them.",
        "ground": "Data agreement of 2026-02-01, clause 4.",
        "columns": ["gender", "age", "province", "outcome"],
        "first": "2025-Q1",
        "last": "2025-Q4",
        "expires_on": "2027-06-30",
    },
    "ResearchStepBody": {"step": "approve"},
    "ReleaseBody": {"shape": "table", "columns": ["gender", "province"]},
    "ExportBody": {
        "centre": "ISB",
        "subject": "cases",
        "columns": ["number", "stage", "risk"],
        "first": "2026-01",
        "last": "2026-06",
        "purpose": "Yearly audit of the centre.",
    },
    "ExportStepBody": {"step": "approve", "reason": "For the audit, as agreed."},
    "BreakGlassBody": {"client_number": "ISB-C-000123", "reason": "Client at the desk in distress; counsellor on leave."},
}
