"""Who may do what to whose records: every door of the application, every role, every relation to the record; nothing leaks.

The expectations stand here as a table read from PRODUCT.md and TRUST.md; they are not asked of the code under test.
"""

import json
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count, cycle
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from adapters.identity.tokens import JoseTokens
from domain.identity import Act, Actor, Reach, Scope, Sensitivity
from domain.sessions import Claims
from domain.values import CentreCode, StaffId, day_of
from tests.trust.doors import PUBLIC, Door, doors, every_door
from tests.trust.world import ABSENT, PASSWORD, REVIEWED, Form, Records, World, client_body, signed_in

WHO = {
    "counsellor": "counsellor.isb",
    "supervisor": "supervisor.isb",
    "centre_manager": "manager.isb",
    "analyst": "analyst",
    "dpo": "dpo",
    "admin": "admin",
    "partner": "reintegration",
    "other partner": "fia",
    "desk worker": "worker.rein",
    "desk lead": "lead.rein",
    "other desk lead": "lead.fia",
}
CENTRE = ("own", "colleague", "restricted")
Reaches = dict[str, tuple[str, ...]]

# A counsellor sees the files of her centre but not a restricted one of somebody else; a supervisor and a centre manager all of the
# centre; the data-protection officer every centre's. Nobody else sees a file: the analyst has figures, the administrator has staff
# and partners.
SEE: Reaches = {
    "counsellor": ("own", "colleague"),
    "supervisor": CENTRE,
    "centre_manager": CENTRE,
    "dpo": (*CENTRE, "other"),
}
# Adding to a file is for whoever counsels at the centre; the officer watches and writes nothing.
ADD: Reaches = {role: SEE[role] for role in ("counsellor", "supervisor", "centre_manager")}
# Moving a case, deciding on a screening and sending people's data away is for those who answer for the case.
MOVE: Reaches = {**ADD, "counsellor": ("own",)}
# A contact is light and belongs to the centre's desk, not to one person.
DESK: Reaches = dict.fromkeys(ADD, CENTRE)
# So does an outreach session; how many came is also for those who look at all centres.
EVENTS: Reaches = {**DESK, "analyst": (*CENTRE, "other"), "dpo": (*CENTRE, "other")}
# A disclosure under a legal duty is for those who answer for the centre, and the officer watches: a counsellor does not see it.
DUTY: Reaches = dict.fromkeys(("supervisor", "centre_manager"), CENTRE)
DUTIES: Reaches = {**DUTY, "dpo": SEE["dpo"]}
# A transfer is for whoever asked for it and those who answer for the centre; nobody of the third centre that is asked is among them here.
TRANSFERS: Reaches = {**SEE, "counsellor": ("own",)}
REVIEW: Reaches = {"dpo": (*CENTRE, "other")}
# Evidence of any centre is asked for and made by the analyst, and decided on by the officer; nobody else sees the register.
ASKED_EVIDENCE: Reaches = {"analyst": (*CENTRE, "other")}
EVIDENCE: Reaches = {**ASKED_EVIDENCE, **REVIEW}
# The policy log is written by those who answer for the centre and by the analyst, and the officer reviews it too.
ADVISING: Reaches = {**dict.fromkeys(("supervisor", "centre_manager"), CENTRE), "analyst": (*CENTRE, "other")}
ADVICE: Reaches = {**ADVISING, **REVIEW}
# An export is seen by those who answer for its centre and the officer, and fetched by whoever asked: a manager where there is one.
ASKED_EXPORT: Reaches = {"supervisor": (), "centre_manager": CENTRE, "analyst": ()}
DECIDED_EXPORT: Reaches = {"supervisor": CENTRE, "centre_manager": CENTRE, "dpo": (*CENTRE, "other")}
EXPORTS: Reaches = {**DECIDED_EXPORT, "analyst": ()}
# Only an administrator runs the staff, of the whole house.
RUN: Reaches = {"admin": (*CENTRE, "other")}
# A partner reaches what was sent to it, whoever sent it; so do its people, what a colleague holds apart (tests/partner_desk).
DESK_REACH: Reaches = {"desk worker": (*CENTRE, "other"), "desk lead": (*CENTRE, "other"), "other desk lead": ()}
SYSTEM: Reaches = {"partner": (*CENTRE, "other"), "other partner": ()}
PARTNER: Reaches = {**SYSTEM, **DESK_REACH}
# A desk's people are run by whoever leads it, and by administrators.
DESK_RUN: Reaches = {"admin": (*CENTRE, "other"), "desk lead": (*CENTRE, "other"), "other desk lead": ()}
# Breaking the glass of a colleague's restricted file has a test of its own: it changes what is seen afterwards.
BREAK: Reaches = dict.fromkeys(ADD, CENTRE)

DESK_STAFF = frozenset(ADD)
FINDERS = frozenset(SEE)
DESKS = frozenset(DESK_REACH)
DESK_LEADS = frozenset({"desk lead", "other desk lead"})
STAFF = frozenset(WHO) - {"partner", "other partner"} - DESKS
PEOPLE = STAFF | DESKS
ALL = frozenset(WHO)
PARTNERS = frozenset({"partner", "other partner"})
LEADERS = frozenset({"supervisor", "centre_manager", "analyst"})
ADMIN = frozenset({"admin"})
INVITERS = frozenset({"supervisor", "centre_manager"})

DONE_ALREADY = frozenset({409, 410, 412})
Body = Callable[[Records], Any]


@dataclass(frozen=True)
class Rule:
    """`reach` for a door that names a record: by role, the relations allowed. `roles` for one that names none."""

    reach: Reaches = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    of: str = ""
    body: Body | None = None
    headers: dict[str, str] = field(default_factory=dict)
    present: bool = False
    """Other doors change the record too, so the version is asked for just before."""
    query: str = ""
    partner: str = "reintegration"


# Withdrawing consent recalls what others still look at, and signing out ends the session, so these come last.
WITHDRAWAL, LAST = "POST /api/v1/consents/{id}/withdrawal", "POST /api/v1/auth/logout"
# Where the drafts of each set were withdrawn, another service is looked for.
ELSEWHERE = "GET /api/v1/referrals/{id}/alternatives"
# Asked here for what is not there, and with a password or a code that does not fit: whether they open is tried where there are such things.
NEVER_OPEN = {
    "POST /api/v1/partners/{id}/deliveries/{message}/replay",
    "POST /partner/v1/deliveries/{id}/replay",
    "POST /api/v1/referrals/{id}/links/{link}/revocation",
    "POST /api/v1/referrals/{id}/code",
    "POST /partner/v1/sandbox/referrals/{ref}/steps",
    # The next version of each plan is under way already.
    "POST /api/v1/cases/{id}/plans",
    "PUT /api/v1/me/second-factor",
    "POST /api/v1/me/second-factor/removal",
    "PUT /api/v1/me/password",
    "DELETE /api/v1/me/sessions/{id}",
    "DELETE /api/v1/me/passkeys/{id}",
    "DELETE /api/v1/holidays/{id}",
    "DELETE /api/v1/reports/saved/{id}",
    # Whose a report is that the worker made, is asked in tests/reports.
    "DELETE /api/v1/reports/scheduled/{id}",
    "GET /api/v1/reports/scheduled/files/{id}",
    # No partner has set an appointment here.
    "GET /api/v1/referrals/{id}/appointment.ics",
    # Each is its client already; the sender takes back nothing that was accepted.
    "POST /api/v1/incoming/{id}/client",
    "POST /api/v1/incoming/{id}/registration",
    "POST /partner/v1/incoming/{ref}/steps",
    # One of each client waits already.
    "POST /api/v1/cases/{id}/transfers",
    # Each was asked for by the centre that tries to answer it (tests/transfers).
    "POST /api/v1/transfers/{id}/answer",
    # No agency was invited here.
    "POST /api/v1/invitations",
    "POST /api/v1/invitations/{id}/revocation",
    "POST /api/v1/invitations/{id}/code",
    # Nobody here consented to research: nothing can be released, and so nothing fetched (tests/evidence).
    "POST /api/v1/evidence/requests/{id}/releases",
    "GET /api/v1/evidence/releases/{id}/file",
    # Nobody decided on an export here, and its password goes to the asker alone (tests/exports).
    "POST /api/v1/exports/{id}/password",
    "GET /api/v1/exports/{id}/file",
    # No partner has ended a referral here.
    "PUT /api/v1/referrals/{id}/feedback",
}
_number = count()


def _reviewed() -> dict[str, Any]:
    return {**REVIEWED, "held_on": str(day_of(datetime.now(UTC)))}


_rounds = cycle(("m6", "m12"))
_version = {"If-Match": '"1"'}
_as_page = {"Accept": "text/html"}


def _fresh(_: Records) -> dict[str, str]:
    word = f"new{next(_number)}"
    return {"username": word, "name": word, "role": "analyst", "centres": ["ISB"], "password": PASSWORD}


QUESTION = {"measure": "cases_opened", "splits": ["risk"], "first": "2025-01", "last": "2025-12"}


def _study(_: Records) -> dict[str, Any]:
    soon = str(day_of(datetime.now(UTC)) + timedelta(days=20))
    study = {"who": "x", "organisation": "x", "purpose": "x", "ground": "x", "columns": ["gender"], "expires_on": soon}
    return {**study, "centre": "ISB", "first": "2025-Q1", "last": "2025-Q4"}


def _export(_: Records) -> dict[str, Any]:
    return {"centre": "ISB", "subject": "cases", "columns": ["stage"], "first": "2025-01", "last": "2025-02", "purpose": "x"}


def _desk_person(_: Records) -> dict[str, str]:
    word = f"desk{next(_number)}"
    return {"username": word, "name": word, "role": "partner_worker"}


def _partner(_: Records) -> dict[str, str]:
    word = f"new-{next(_number)}"
    return {"key": word, "name": word, "kind": "ngo"}


def says(**body: Any) -> Body:
    return lambda _: body


CASES, CLIENTS, REFERRALS, PARTNER_SIDE = "/api/v1/cases", "/api/v1/clients", "/api/v1/referrals", "/partner/v1"
OUTREACH = "/api/v1/outreach/sessions"
_agreed = {"on": "2026-01-05", "how": "written"}
_consent = says(purpose="service", form="written", language="ur")
_disclosure = says(law="PTPA2018-4", authority="x", field_groups=["identity"], reason="x", client_told=False, client_words="x")
_incoming = says(centre="ISB", reason="x", person={"name": "x"}, agreed={"how": "written", "on": "2026-01-05"})
_transfer = says(centre="PEW", reason="x", agreed=_agreed)
_referral = says(partner="reintegration", reason="x", field_groups=["identity"])
EXPECTED: dict[str, Rule] = {
    "GET /api/v1/me": Rule(roles=ALL),
    "GET /api/v1/staff": Rule(roles=STAFF),
    "POST /api/v1/staff": Rule(roles=ADMIN, body=_fresh),
    "GET /api/v1/staff/{id}": Rule(RUN, of="staff"),
    "PATCH /api/v1/staff/{id}": Rule(RUN, of="staff", body=says(name="Another Name"), headers=_version, present=True),
    "POST /api/v1/staff/{id}/reset": Rule(RUN, of="staff", body=says(what="factors", reason="x"), headers=_version, present=True),
    "DELETE /api/v1/staff/{id}/sessions": Rule(RUN, of="staff"),
    "PUT /api/v1/me/language": Rule(roles=PEOPLE, body=says(language="ur")),
    "PUT /api/v1/me/password": Rule(roles=PEOPLE, body=says(present="x", password="x")),
    "POST /api/v1/me/second-factor/removal": Rule(roles=PEOPLE, body=says(password="x", code="000000")),
    "GET /api/v1/me/passkeys": Rule(roles=PEOPLE),
    "DELETE /api/v1/me/passkeys/{id}": Rule(roles=PEOPLE),
    "GET /api/v1/me/notices": Rule(roles=PEOPLE),
    "POST /api/v1/me/notices/reading": Rule(roles=PEOPLE, body=says(ids=[str(UUID(int=7))])),
    "GET /api/v1/me/sessions": Rule(roles=PEOPLE),
    "DELETE /api/v1/me/sessions": Rule(roles=PEOPLE),
    "DELETE /api/v1/me/sessions/{id}": Rule(roles=PEOPLE),
    "POST /api/v1/me/second-factor": Rule(roles=PEOPLE),
    "PUT /api/v1/me/second-factor": Rule(roles=PEOPLE, body=says(secret="A" * 32, code="000000")),
    LAST: Rule(roles=ALL),
    "POST /api/v1/contacts": Rule(roles=DESK_STAFF, body=says(channel="phone")),
    "GET /api/v1/contacts": Rule(roles=DESK_STAFF),
    "GET /api/v1/clients": Rule(roles=FINDERS),
    "POST /api/v1/contacts/{id}/promotion": Rule(DESK, of="contact", body=lambda _: client_body("Promoted")),
    f"GET {OUTREACH}": Rule(roles=DESK_STAFF | {"analyst", "dpo"}),
    f"POST {OUTREACH}": Rule(roles=DESK_STAFF, body=says(title="x", kind="other", day="2026-01-05")),
    f"GET {OUTREACH}/{{id}}": Rule(EVENTS, of="outreach"),
    f"PATCH {OUTREACH}/{{id}}": Rule(DESK, of="outreach", body=says(kind="other"), headers=_version),
    f"GET {OUTREACH}/{{id}}/sign-ups": Rule(DESK, of="outreach"),
    f"GET {OUTREACH}/{{id}}/projects": Rule(EVENTS, of="outreach"),
    f"PUT {OUTREACH}/{{id}}/projects": Rule(DESK, of="outreach", body=says(shares=[]), headers=_version, present=True),
    f"POST {OUTREACH}/{{id}}/sign-ups": Rule(DESK, of="outreach", body=says(name="x")),
    f"POST {CLIENTS}": Rule(roles=DESK_STAFF, body=lambda _: client_body("Newcomer")),
    f"POST {CLIENTS}/search": Rule(roles=FINDERS, body=lambda its: {"q": (its.words or ["Nobody Atall"])[0]}),
    f"POST {CLIENTS}/matches": Rule(roles=FINDERS, body=lambda its: {"candidate": {"name": (its.words or ["Nobody Atall"])[0]}}),
    f"GET {CLIENTS}/{{id}}": Rule(SEE, of="client"),
    f"PATCH {CLIENTS}/{{id}}": Rule(ADD, of="client", body=says(district="PK604"), headers=_version),
    f"GET {CLIENTS}/{{id}}/consents": Rule(SEE, of="client"),
    f"POST {CLIENTS}/{{id}}/consents": Rule(ADD, of="client", body=_consent),
    "GET /api/v1/consents": Rule(roles=FINDERS),
    WITHDRAWAL: Rule(SEE, of="consent"),
    f"GET {CASES}": Rule(roles=FINDERS),
    f"POST {CASES}": Rule(ADD, body=lambda its: {"client_id": its.client, "kind": "protection", "risk": "low"}),
    f"GET {CASES}/{{id}}": Rule(SEE, of="case"),
    f"PATCH {CASES}/{{id}}": Rule(MOVE, of="case", body=says(risk="medium"), headers=_version),
    f"GET {CASES}/{{id}}/projects": Rule(SEE, of="case"),
    f"PUT {CASES}/{{id}}/projects": Rule(MOVE, of="case", body=says(shares=[]), headers=_version, present=True),
    f"GET {CASES}/{{id}}/reviews": Rule(SEE, of="case"),
    f"POST {CASES}/{{id}}/reviews": Rule(ADD, of="returned", body=lambda _: {**_reviewed(), "round": next(_rounds)}),
    f"GET {CLIENTS}/{{id}}/jobs": Rule(SEE, of="client"),
    f"POST {CLIENTS}/{{id}}/jobs": Rule(ADD, of="client", body=says(country="SAU", year=2020)),
    "GET /api/v1/jobs/{id}": Rule(SEE, of="job"),
    "PUT /api/v1/jobs/{id}": Rule(ADD, of="job", body=says(country="SAU", year=2020), headers=_version),
    "GET /api/v1/reviews/{id}": Rule(SEE, of="review"),
    "PUT /api/v1/reviews/{id}": Rule(ADD, of="review", body=lambda _: _reviewed(), headers=_version),
    f"GET {CASES}/{{id}}/sheet": Rule(SEE, of="case"),
    f"GET {CASES}/{{id}}/summary": Rule(SEE, of="case", headers=_as_page),
    f"GET {CASES}/{{id}}/timeline": Rule(SEE, of="case"),
    f"GET {CASES}/{{id}}/steps": Rule(SEE, of="case"),
    f"POST {CASES}/{{id}}/steps": Rule(MOVE, of="case", body=says(step="hold", reason="x")),
    f"GET {CASES}/{{id}}/sessions": Rule(SEE, of="case"),
    f"POST {CASES}/{{id}}/sessions": Rule(ADD, of="case", body=says(channel="phone", minutes=1)),
    f"GET {CASES}/{{id}}/notes": Rule(SEE, of="case"),
    f"POST {CASES}/{{id}}/notes": Rule(ADD, of="case", body=says(text="x")),
    f"GET {CASES}/{{id}}/tasks": Rule(SEE, of="case"),
    f"POST {CASES}/{{id}}/tasks": Rule(ADD, of="case", body=says(title="x", due_on="2026-12-01")),
    f"GET {CASES}/{{id}}/plans": Rule(SEE, of="case"),
    f"POST {CASES}/{{id}}/plans": Rule(MOVE, of="case", body=says(needs=[])),
    "GET /api/v1/plans/{id}": Rule(SEE, of="plan"),
    "GET /api/v1/plans/{id}/paper": Rule(SEE, of="plan", headers=_as_page),
    "PATCH /api/v1/plans/{id}": Rule(MOVE, of="next_plan", body=says(agreed=_agreed), headers=_version),
    "POST /api/v1/plans/{id}/steps": Rule(MOVE, of="next_plan", body=says(step="submit")),
    "POST /api/v1/plans/{id}/actions/{action}/steps": Rule(ADD, of="plan", body=says(step="start")),
    f"GET {CASES}/{{id}}/attachments": Rule(SEE, of="case"),
    f"POST {CASES}/{{id}}/attachments": Rule(ADD, of="case", body=lambda _: Form(file=("a.txt", "x"))),
    "GET /api/v1/attachments/{id}/content": Rule(SEE, of="attachment"),
    "POST /api/v1/tasks/{id}/completion": Rule(ADD, of="task"),
    f"GET {CASES}/{{id}}/screenings": Rule(SEE, of="case"),
    f"POST {CASES}/{{id}}/screenings": Rule(ADD, of="case", body=says(instrument="short-flags", answers={"is_cheated": "no"})),
    "POST /api/v1/screenings/{id}/decision": Rule(MOVE, of="screening", body=says(finding="presumed_victim", why="x")),
    f"GET {CASES}/{{id}}/referrals": Rule(SEE, of="case"),
    f"POST {CASES}/{{id}}/referrals": Rule(MOVE, of="case", body=_referral),
    f"GET {CASES}/{{id}}/referrals/preview": Rule(MOVE, of="case", query="?partner=reintegration"),
    f"GET {CASES}/{{id}}/disclosures": Rule(DUTIES, of="case"),
    f"POST {CASES}/{{id}}/disclosures": Rule(DUTY, of="case", body=_disclosure),
    "GET /api/v1/disclosures": Rule(roles=frozenset(DUTIES)),
    "GET /api/v1/disclosures/{id}": Rule(DUTIES, of="disclosure"),
    "POST /api/v1/disclosures/{id}/steps": Rule(DUTY, of="disclosure", body=says(step="refuse", reason="x")),
    "GET /api/v1/evidence/requests": Rule(roles=frozenset(EVIDENCE)),
    "POST /api/v1/evidence/requests": Rule(roles=frozenset(ASKED_EVIDENCE), body=_study),
    "GET /api/v1/evidence/requests/{id}": Rule(EVIDENCE, of="research"),
    "POST /api/v1/evidence/requests/{id}/steps": Rule(REVIEW, of="research", body=says(step="refuse", reason="x")),
    "POST /api/v1/evidence/requests/{id}/releases": Rule(ASKED_EVIDENCE, of="research", body=says(shape="lines")),
    "GET /api/v1/evidence/releases/{id}/file": Rule(roles=frozenset(EVIDENCE)),
    "GET /api/v1/policy-notes": Rule(roles=frozenset(ADVICE)),
    "POST /api/v1/policy-notes": Rule(roles=frozenset(ADVISING), body=says(centre="ISB", heading="x", topic="data")),
    "GET /api/v1/policy-notes/{id}": Rule(ADVICE, of="policy"),
    "PATCH /api/v1/policy-notes/{id}": Rule(ADVISING, of="policy", body=says(observed="x"), headers=_version, present=True),
    "POST /api/v1/policy-notes/{id}/steps": Rule(ADVICE, of="policy_out", body=says(step="send_back", said="x")),
    "GET /api/v1/policy-notes/{id}/now": Rule(ADVICE, of="policy"),
    "GET /api/v1/policy-notes/{id}/paper": Rule(ADVICE, of="policy", headers=_as_page),
    "GET /api/v1/exports": Rule(roles=frozenset(EXPORTS)),
    "POST /api/v1/exports": Rule(roles=frozenset(ASKED_EXPORT), body=_export),
    "GET /api/v1/exports/{id}": Rule(EXPORTS, of="export"),
    "POST /api/v1/exports/{id}/steps": Rule(EXPORTS, of="export", body=says(step="refuse", reason="x")),
    "POST /api/v1/exports/{id}/password": Rule(ASKED_EXPORT, of="export"),
    "GET /api/v1/exports/{id}/file": Rule(ASKED_EXPORT, of="export"),
    "GET /api/v1/reports/measures": Rule(roles=LEADERS),
    "POST /api/v1/reports/ask": Rule(roles=LEADERS, body=lambda _: QUESTION),
    # Whose a saved question is, is asked in tests/reports.
    "GET /api/v1/reports/saved": Rule(roles=LEADERS),
    "POST /api/v1/reports/saved": Rule(roles=LEADERS, body=lambda _: {"name": "x", "question": QUESTION}),
    "DELETE /api/v1/reports/saved/{id}": Rule(roles=LEADERS),
    "GET /api/v1/reports": Rule(roles=LEADERS),
    "GET /api/v1/reports/{code}": Rule(roles=LEADERS, query="?period=2026-Q1&outside=true"),
    "GET /api/v1/reports/{code}/file": Rule(roles=LEADERS, query="?period=2026-Q1&as=csv"),
    "GET /api/v1/reports/scheduled": Rule(roles=LEADERS),
    "POST /api/v1/reports/scheduled": Rule(roles=LEADERS, body=says(report="trafficking", centre="ISB", cycle="quarter")),
    "DELETE /api/v1/reports/scheduled/{id}": Rule(roles=LEADERS),
    "GET /api/v1/reports/scheduled/files/{id}": Rule(roles=LEADERS),
    "GET /api/v1/incoming": Rule(roles=FINDERS),
    "GET /api/v1/incoming/{id}": Rule(SEE, of="incoming"),
    "POST /api/v1/incoming/{id}/steps": Rule(ADD, of="incoming", body=says(step="complete", outcome="x")),
    "POST /api/v1/incoming/{id}/client": Rule(ADD, of="incoming", body=lambda its: {"client": its.client}),
    "POST /api/v1/incoming/{id}/registration": Rule(ADD, of="incoming", body=lambda _: client_body("Sent")),
    # Of which centre a link is, is asked in tests/incoming/test_invited.py.
    "GET /api/v1/invitations": Rule(roles=INVITERS),
    "POST /api/v1/invitations": Rule(roles=INVITERS, body=lambda its: {"partner": str(ABSENT)}),
    "POST /api/v1/invitations/{id}/revocation": Rule(roles=INVITERS),
    "POST /api/v1/invitations/{id}/code": Rule(roles=INVITERS),
    f"GET {PARTNER_SIDE}/incoming": Rule(roles=PARTNERS),
    f"POST {PARTNER_SIDE}/incoming": Rule(roles=PARTNERS, body=_incoming),
    f"GET {PARTNER_SIDE}/incoming/{{ref}}": Rule(SYSTEM, of="incoming_ref"),
    f"POST {PARTNER_SIDE}/incoming/{{ref}}/steps": Rule(SYSTEM, of="incoming_ref", body=says(step="withdraw")),
    "GET /api/v1/transfers": Rule(roles=FINDERS, query="?direction=sent"),
    "GET /api/v1/transfers/{id}": Rule(TRANSFERS, of="transfer"),
    f"GET {CASES}/{{id}}/transfers": Rule(TRANSFERS, of="case"),
    f"POST {CASES}/{{id}}/transfers": Rule(MOVE, of="case", body=_transfer),
    "POST /api/v1/transfers/{id}/answer": Rule(DUTY, of="transfer", body=says(step="refuse", reason="x")),
    "POST /api/v1/transfers/{id}/withdrawal": Rule(MOVE, of="transfer"),
    "GET /api/v1/instruments": Rule(roles=DESK_STAFF),
    "GET /api/v1/my-day": Rule(roles=FINDERS),
    f"GET {REFERRALS}": Rule(roles=FINDERS),
    # Whose cases a group may hold is asked in tests/referrals/test_group.py.
    f"POST {REFERRALS}/bulk": Rule(
        roles=DESK_STAFF, body=lambda its: {"cases": [its.case], "partner": "swd-punjab", "reason": "x", "field_groups": ["identity"]}
    ),
    f"GET {REFERRALS}/{{id}}": Rule(SEE, of="referral"),
    f"GET {REFERRALS}/{{id}}/steps": Rule(SEE, of="referral"),
    f"GET {REFERRALS}/{{id}}/letter": Rule(SEE, of="referral", headers=_as_page),
    f"GET {REFERRALS}/{{id}}/appointment.ics": Rule(SEE, of="referral"),
    f"POST {REFERRALS}/{{id}}/steps": Rule(MOVE, of="draft", body=says(step="withdraw", reason="x")),
    f"GET {REFERRALS}/{{id}}/links": Rule(MOVE, of="referral"),
    f"POST {REFERRALS}/{{id}}/links/{{link}}/revocation": Rule(MOVE, of="referral"),
    f"POST {REFERRALS}/{{id}}/code": Rule(MOVE, of="referral"),
    f"POST {REFERRALS}/{{id}}/reports": Rule(MOVE, of="referral", body=says(step="seen", heard="telephone")),
    ELSEWHERE: Rule(MOVE, of="draft"),
    f"PUT {REFERRALS}/{{id}}/feedback": Rule(MOVE, of="draft", body=says(helped="yes"), headers=_version, present=True),
    # Projects are the house's; whose work they count is asked in tests/projects.
    "GET /api/v1/projects": Rule(roles=STAFF),
    "POST /api/v1/projects": Rule(roles=ADMIN | INVITERS, body=lambda _: {"code": f"P-{next(_number)}", "name": "x"}),
    "GET /api/v1/projects/{project}": Rule(roles=STAFF),
    "PUT /api/v1/projects/{project}": Rule(roles=ADMIN | INVITERS, body=says(code="P-X", name="x"), present=True),
    "GET /api/v1/project-defaults": Rule(roles=STAFF),
    "PUT /api/v1/project-defaults": Rule(roles=INVITERS, body=says(centre="ISB", stands={"protection": None})),
    "GET /api/v1/holidays": Rule(roles=STAFF),
    "POST /api/v1/holidays": Rule(roles=ADMIN, body=lambda _: {"day": f"2031-01-{next(_number) % 28 + 1:02d}", "name": "x"}),
    "DELETE /api/v1/holidays/{id}": Rule(roles=ADMIN),
    "GET /api/v1/services": Rule(roles=STAFF),
    "GET /api/v1/agreements": Rule(roles=STAFF),
    "GET /api/v1/partners": Rule(roles=STAFF),
    "POST /api/v1/partners": Rule(roles=ADMIN, body=_partner),
    "GET /api/v1/partners/{id}": Rule(roles=STAFF),
    "GET /api/v1/partners/{id}/services": Rule(roles=STAFF),
    "POST /api/v1/partners/{id}/services": Rule(roles=ADMIN, body=says(name="x")),
    "GET /api/v1/partners/{id}/agreements": Rule(roles=STAFF),
    "POST /api/v1/partners/{id}/agreements": Rule(roles=ADMIN, body=says(title="x", field_groups=["identity"], signed_on="2026-01-01")),
    "PATCH /api/v1/partners/{id}": Rule(roles=ADMIN, body=says(active=True), headers=_version),
    # Another's than those who ask here: it signs them out.
    "POST /api/v1/partners/{id}/credentials": Rule(roles=ADMIN, partner="swd-punjab"),
    "PATCH /api/v1/partners/{id}/services/{service}": Rule(roles=ADMIN, body=says(waiting=1), headers=_version),
    "POST /api/v1/partners/{id}/services/{service}/confirmation": Rule(roles=ADMIN),
    # Whoever sees or makes referrals; the spare service hides an address (tests/trust/world.py).
    "GET /api/v1/partners/{id}/services/{service}/hidden-address": Rule(roles=FINDERS),
    "POST /api/v1/partners/{id}/agreements/{agreement}/end": Rule(roles=ADMIN),
    "PATCH /api/v1/partners/{id}/endpoints": Rule(roles=ADMIN, body=says(disabled=False), headers=_version),
    "GET /api/v1/partners/{id}/endpoints": Rule(roles=ADMIN),
    "GET /api/v1/partners/{id}/mailbox": Rule(roles=ADMIN, partner="shelter-lhe"),
    "PUT /api/v1/partners/{id}/mailbox": Rule(roles=ADMIN, body=says(address="a@b.example", codes_to="c@b.example"), headers=_version),
    "GET /api/v1/partners/{id}/deliveries": Rule(roles=ADMIN),
    "POST /api/v1/partners/{id}/deliveries/{message}/replay": Rule(roles=ADMIN),
    "POST /api/v1/partners/{id}/deliveries/replay": Rule(roles=ADMIN, body=says(since="2026-01-05T00:00:00Z")),
    "POST /api/v1/partners/{id}/endpoints/pause": Rule(roles=ADMIN),
    "POST /api/v1/partners/{id}/endpoints/resume": Rule(roles=ADMIN),
    "GET /api/v1/partners/{id}/endpoints/health": Rule(roles=ADMIN),
    "GET /api/v1/dashboards/caseload": Rule(roles=LEADERS),
    "GET /api/v1/dashboards/referrals": Rule(roles=LEADERS),
    "GET /api/v1/dashboards/partners": Rule(roles=LEADERS),
    "GET /api/v1/dashboards/funnel": Rule(roles=LEADERS),
    "GET /api/v1/dashboards/workload": Rule(roles=LEADERS),
    "GET /api/v1/dashboards/use": Rule(roles=LEADERS),
    "GET /api/v1/dashboards/due": Rule(roles=LEADERS),
    "GET /api/v1/dashboards/approvals": Rule(roles=LEADERS),
    "GET /api/v1/dashboards/workload/held": Rule(roles=frozenset({"supervisor", "centre_manager"}), query=f"?holder={ABSENT}"),
    "POST /api/v1/hand-overs": Rule(
        dict.fromkeys(("supervisor", "centre_manager"), CENTRE), body=lambda its: {"to": its.boss or str(ABSENT), "tasks": [its.task]}
    ),
    "GET /api/v1/dashboards/quality": Rule(roles=LEADERS),
    "GET /api/v1/dashboards/quality/cases": Rule(roles=frozenset({"supervisor", "centre_manager"})),
    "GET /api/v1/dashboards/quality/consents": Rule(roles=frozenset({"supervisor", "centre_manager"})),
    "GET /api/v1/dashboards/due/tasks": Rule(roles=frozenset({"supervisor", "centre_manager"})),
    "GET /api/v1/board": Rule(roles=frozenset({"supervisor", "centre_manager"})),
    "GET /api/v1/audit": Rule(roles=frozenset({"dpo"})),
    "GET /api/v1/break-glass": Rule(roles=frozenset({"dpo"})),
    "POST /api/v1/break-glass": Rule(BREAK, body=lambda its: {"client_number": its.number, "reason": "x"}),
    "POST /api/v1/break-glass/{id}/review": Rule(REVIEW, of="grant", body=says(finding="x")),
    f"GET {PARTNER_SIDE}/referrals": Rule(roles=PARTNERS | DESKS),
    f"GET {PARTNER_SIDE}/queue": Rule(roles=DESKS),
    f"POST {PARTNER_SIDE}/referrals/{{ref}}/holder": Rule(DESK_REACH, of="ref", body=says()),
    f"GET {PARTNER_SIDE}/staff": Rule(roles=DESK_LEADS),
    f"POST {PARTNER_SIDE}/staff": Rule(roles=DESK_LEADS, body=_desk_person),
    f"PATCH {PARTNER_SIDE}/staff/{{id}}": Rule(DESK_RUN, of="person", body=says(active=True), headers=_version, present=True),
    f"POST {PARTNER_SIDE}/staff/{{id}}/reset": Rule(
        DESK_RUN, of="person", body=says(what="factors", reason="x"), headers=_version, present=True
    ),
    "GET /api/v1/partners/{id}/staff": Rule(DESK_RUN, of="partner"),
    "POST /api/v1/partners/{id}/staff": Rule(DESK_RUN, of="partner", body=_desk_person),
    f"GET {PARTNER_SIDE}/referrals/{{ref}}": Rule(PARTNER, of="ref"),
    f"GET {PARTNER_SIDE}/referrals/{{ref}}/steps": Rule(PARTNER, of="ref"),
    f"POST {PARTNER_SIDE}/referrals/{{ref}}/steps": Rule(PARTNER, of="ref", body=says(step="seen")),
    # Made-up ones: whose they are is asked in tests/delivery/test_sandbox.py.
    f"GET {PARTNER_SIDE}/sandbox/referrals": Rule(roles=PARTNERS),
    f"POST {PARTNER_SIDE}/sandbox/referrals": Rule(roles=PARTNERS, body=says(urgency="low")),
    f"POST {PARTNER_SIDE}/sandbox/referrals/{{ref}}/steps": Rule(roles=PARTNERS, body=says(step="recall")),
    f"GET {PARTNER_SIDE}/endpoint": Rule(roles=PARTNERS),
    f"PUT {PARTNER_SIDE}/endpoint": Rule(roles=PARTNERS, body=says(url="http://127.0.0.1:9/again")),
    f"POST {PARTNER_SIDE}/endpoint/rotate-secret": Rule(roles=PARTNERS),
    f"POST {PARTNER_SIDE}/endpoint/test": Rule(roles=PARTNERS),
    f"GET {PARTNER_SIDE}/deliveries": Rule(roles=PARTNERS),
    f"POST {PARTNER_SIDE}/deliveries/{{id}}/replay": Rule(roles=PARTNERS),
    f"POST {PARTNER_SIDE}/deliveries/replay": Rule(roles=PARTNERS, body=says(since="2026-01-05T00:00:00Z")),
    f"POST {PARTNER_SIDE}/endpoint/pause": Rule(roles=PARTNERS),
    f"POST {PARTNER_SIDE}/endpoint/resume": Rule(roles=PARTNERS),
    f"GET {PARTNER_SIDE}/endpoint/health": Rule(roles=PARTNERS),
}
# What anybody may ask, and why that shows nothing.
OPEN = {
    "POST /api/v1/auth/token": "how one comes in",
    "POST /partner/v1/news": "carries its own signature",
    "GET /healthz": "",
    "GET /readyz": "",
    "GET /metrics": "",
    "GET /.well-known/security.txt": "",
    **{
        f"GET /hsds{path}": "the public directory: only public columns are read"
        for path in (
            *("", "/", "/openapi.json", "/services", "/services/{id}", "/organizations", "/organizations/{id}"),
            *("/service_at_locations", "/service_at_locations/{id}"),
            *("/taxonomies", "/taxonomies/{id}", "/taxonomy_terms", "/taxonomy_terms/{id}"),
        )
    },
    "OPTIONS /hsds/{rest:path}": "what a browser asks beforehand",
}
VOLATILE = {"x-request-id", "date"}
BREAKS = ("POST /api/v1/break-glass", "counsellor", "restricted")


def told(answer: httpx.Response) -> tuple[int, bytes, tuple[tuple[str, str], ...]]:
    """An answer as its reader could compare it with another: all but what differs at every answer."""
    headers = tuple(sorted((name, value) for name, value in answer.headers.items() if name not in VOLATILE))
    return answer.status_code, answer.content, headers


def path_of(door: Door, rule: Rule, its: Records, world: World) -> str:
    """Where a door that names a record stands for this one. Partners and messages belong to no centre."""
    given = getattr(its, rule.of) if rule.of else world.partners[rule.partner]
    path = door.path.replace("{id}", given).replace("{ref}", given).replace("{message}", str(ABSENT)).replace("{action}", its.action)
    path = path.replace("{link}", str(ABSENT))
    for name, one in world.directory.items():
        path = path.replace(f"{{{name}}}", one)
    return path + rule.query


def unseen(role: str, world: World, asked: str) -> list[str]:
    """Every mark of every file this role may not see, but for what stood in its own request."""
    allowed = dict.fromkeys(("partner", "desk worker", "desk lead"), (*CENTRE, "other")).get(role, SEE.get(role, ()))
    return [mark for name, its in world.sets.items() if name not in (*allowed, "absent") for mark in its.marks() if mark not in asked]


@dataclass
class Findings:
    leaks: list[str] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    worked: Counter[str] = field(default_factory=Counter)
    asked: int = 0


def asks_once(world: World, *, may: bool) -> bool:
    """Who may not ask at all is turned away before any record is looked for, so one database is asked for all relations, the other once."""
    return not may and world.service.kind == "postgresql"


async def check_door(door: Door, rule: Rule, world: World, found: Findings, roles: dict[str, str]) -> None:
    """One door for all these roles and every relation; the absent record first, because the others are compared with it."""
    for role, who in roles.items():
        relations = list(world.sets) if rule.reach else ["own", "absent"] if rule.body else ["own"]
        if asks_once(world, may=role in rule.reach or role in rule.roles):
            relations = relations[:1]
        unknown: httpx.Response | None = None
        for relation in reversed(relations):
            if (str(door), role, relation) == BREAKS:
                continue
            its = world.sets[relation]
            body = rule.body(its) if rule.body else None
            path = path_of(door, rule, its, world)
            headers = await present(rule, its, world) if rule.present else rule.headers
            answer = await world.ask(who, door.method, path, json=body, headers=headers)
            if str(door) == LAST and answer.status_code == 204:
                world.tokens |= await signed_in(world.service, who)
            unknown = answer if relation == "absent" else unknown
            found.asked += 1
            judge(door, rule, role, relation, answer, unknown, found)
            what = f"{door} as {role}, {relation}: {answer.status_code}"
            found.leaks += [f"{what} shows {mark}" for mark in unseen(role, world, path + json.dumps(body)) if mark in answer.text]


async def present(rule: Rule, its: Records, world: World) -> dict[str, str]:
    if not rule.of:  # a project, which is nobody's
        there = await world.ask("admin", "GET", f"/api/v1/projects/{world.directory['project']}")
        return {"If-Match": there.headers["etag"]}
    if rule.of in ("case", "outreach"):
        path = f"{CASES}/{its.case}" if rule.of == "case" else f"{OUTREACH}/{its.outreach}"
        seen = [await world.ask(who, "GET", path) for who in ("supervisor.isb", "supervisor.lhe")]
        return {"If-Match": next((one.headers["etag"] for one in seen if one.is_success), '"1"')}
    if rule.of == "policy":
        there = await world.ask("analyst", "GET", f"/api/v1/policy-notes/{its.policy}")
        return {"If-Match": there.headers.get("etag", '"1"')}
    if rule.of != "person":
        there = await world.ask("admin", "GET", f"/api/v1/staff/{its.staff}")
        return {"If-Match": there.headers.get("etag", '"1"')}
    people = (await world.ask("lead.rein", "GET", f"{PARTNER_SIDE}/staff")).json()["items"]
    return {"If-Match": next((f'"{one["version"]}"' for one in people if one["id"] == its.person), '"1"')}


def judge(
    door: Door, rule: Rule, role: str, relation: str, answer: httpx.Response, unknown: httpx.Response | None, found: Findings
) -> None:
    what = f"{door} as {role}, {relation}: {answer.status_code}"
    good = answer.is_success or answer.status_code in DONE_ALREADY
    allowed = relation in rule.reach.get(role, ()) if rule.reach else role in rule.roles
    if (role in rule.reach or role in rule.roles) != (answer.status_code != 403):
        found.leaks.append(f"{what}: whether a role may ask at all is not what the table says")
    if allowed and answer.is_success:
        found.worked[str(door)] += 1
    elif allowed and not good and str(door) not in NEVER_OPEN:
        found.denied.append(f"{what} {answer.text[:200]}")
    elif not allowed and good and relation != "absent":
        found.leaks.append(what)
    elif not allowed and rule.reach and unknown is not None and told(answer) != told(unknown):
        found.leaks.append(f"{what}, unlike a record that does not exist: {unknown.status_code}")


async def check_all(world: World, only: tuple[str, ...] = tuple(EXPECTED), roles: tuple[str, ...] = tuple(WHO)) -> Findings:
    found = Findings()
    for door in sorted(doors(world.service.app), key=lambda door: str(door) in (ELSEWHERE, WITHDRAWAL, LAST)):
        if str(door) in only:
            await check_door(door, EXPECTED[str(door)], world, found, {role: WHO[role] for role in roles})
    return found


async def test_every_door_is_in_the_table(world: World) -> None:
    its = doors(world.service.app)
    nameless = [str(door) for door in every_door(world.service.app) if not door.act]
    assert nameless == []
    assert {str(door) for door in its if door.act == PUBLIC} == OPEN.keys()
    assert {str(door) for door in its if door.act != PUBLIC} == EXPECTED.keys()
    assert {door.act for door in its} - {PUBLIC} <= {act.value for act in Act}


async def test_nobody_gets_what_is_not_theirs(world: World) -> None:
    found = await check_all(world)
    assert not found.leaks, "\n".join(found.leaks)
    assert not found.denied, "\n".join(found.denied)
    assert EXPECTED.keys() - found.worked.keys() <= NEVER_OPEN, "a door that never opened for anybody proves nothing"
    assert found.asked > 1000


async def test_a_broken_wall_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: each part of the wall taken away by itself shows in the matrix."""
    true_scope = Actor.scope
    lhe = (CentreCode("ISB"), CentreCode("LHE"))

    def broken_at(part: str) -> Callable[[Actor, Act], Scope]:
        def scope(self: Actor, act: Act) -> Scope:
            if part == "roles":
                return Scope(self.centres or lhe, StaffId(self.id), False, tuple(Sensitivity))
            made = true_scope(self, act)
            return Scope(
                lhe if part == "centres" else made.centres,
                made.staff,
                False if part == "reach" else made.assigned_only,
                tuple(Sensitivity) if part == "sensitivity" else made.clears,
            )

        return scope

    seen = f"GET {CASES}", f"GET {CASES}/{{id}}/sheet", f"GET {CLIENTS}/{{id}}", f"POST {CLIENTS}/search", f"POST {CASES}/{{id}}/steps"
    unnoticed = []
    for part, sign in {"centres": "other", "sensitivity": "restricted", "reach": "colleague", "roles": "as analyst"}.items():
        with monkeypatch.context() as patch:
            patch.setattr(Actor, "scope", broken_at(part))
            found = await check_all(world, seen, ("counsellor", "analyst"))
        if not any(sign in leak for leak in found.leaks):
            unnoticed.append(part)
    assert unnoticed == []


async def test_without_a_live_session_every_door_is_shut(world: World) -> None:
    """Nobody, somebody signed out, an expired token, a token of another house: 401 everywhere, in the same words, before anything else."""
    house = world.service.house
    ended = (await signed_in(world.service, "supervisor.isb"))["supervisor.isb"]
    await world.http.post("/api/v1/auth/logout", headers={"Authorization": f"Bearer {ended}"})
    past = datetime.now(UTC) - timedelta(hours=1)
    maker = JoseTokens(house.vault.signing, lambda: past - timedelta(minutes=10), issuer="mrc-casework", audience="mrc-casework")
    supervisor = UUID(world.staff["supervisor.isb"])
    live = house.usecases.identity._tokens.read(world.tokens["supervisor.isb"])
    expired = maker.issue(Claims(supervisor, live.session, live.epoch, "access", past))
    stranger = JoseTokens({"k": secrets.token_bytes(32)}, lambda: datetime.now(UTC), issuer="mrc-casework", audience="mrc-casework")
    foreign = stranger.issue(Claims(supervisor, live.session, live.epoch, "access", datetime.now(UTC) + timedelta(minutes=5)))
    tickets = {"ended": ended, "expired": expired, "foreign": foreign, "empty": "", "garbage": "a.b.c"}
    wrong, answers = [], set()
    for door in doors(world.service.app):
        if door.act == PUBLIC:
            continue
        rule = EXPECTED[str(door)]
        path, body = path_of(door, rule, world.sets["own"], world), rule.body(world.sets["own"]) if rule.body else None
        for name, headers in [
            ("nobody", {}),
            ("basic", {"Authorization": "Basic c3VwZXJ2aXNvcjpkZW1v"}),
            *[(name, {"Authorization": f"Bearer {ticket}"}) for name, ticket in tickets.items()],
        ]:
            answer = await world.http.request(door.method, path, json=body, headers={**rule.headers, **headers})
            answers.add(told(answer))
            if answer.status_code != 401 or answer.headers.get("www-authenticate", "")[:6] != "Bearer":
                wrong.append(f"{door} for {name}: {answer.status_code}")
    assert wrong == []
    assert len(answers) == 1
    control = await world.http.get("/api/v1/me", headers={"Authorization": f"Bearer {world.tokens['supervisor.isb']}"})
    assert control.status_code == 200


async def test_two_hundred_pairs_answer_alike(world: World) -> None:
    """An id of another centre, a restricted file's and one that never was: no reader can tell which is which."""
    hidden = {"other": world.sets["other"], "restricted": world.sets["restricted"]}
    pairs, differing = 0, []
    for door in doors(world.service.app):
        rule = EXPECTED.get(str(door))
        if (
            rule is None
            or not rule.of
            or rule.of in ("ref", "contact", "grant", "outreach", "incoming_ref")
            or "counsellor" not in rule.reach
        ):
            continue
        for name, its in hidden.items():
            for never in (str(ABSENT), str(uuid4()), "0198f1a2-3b4c-7d5e-8f60-718293a4b5c6", str(UUID(int=UUID(its.client).int + 1))):
                body = rule.body(its) if rule.body else None
                path = path_of(door, rule, its, world)
                there = await world.ask("counsellor.isb", door.method, path, json=body, headers=rule.headers)
                nowhere = await world.ask(
                    "counsellor.isb",
                    door.method,
                    door.path.replace("{id}", never).replace("{action}", never).replace("{link}", str(ABSENT)) + rule.query,
                    json=body,
                    headers=rule.headers,
                )
                pairs += 1
                if told(there) != told(nowhere) or there.status_code != 404:
                    differing.append(f"{door} {name}: {there.status_code} {nowhere.status_code}")
    assert differing == []
    assert pairs >= 190


async def test_ids_in_bodies_reach_no_further_than_ids_in_paths(world: World) -> None:
    """A case for another centre's client, a referral of its case, glass broken by its number: as if it were not there."""
    other, nobody = world.sets["other"], world.sets["absent"]
    for who in ("counsellor.isb", "supervisor.isb"):
        for make in (
            lambda its: ("/api/v1/cases", {"client_id": its.client, "kind": "protection", "risk": "low"}),
            lambda its: ("/api/v1/break-glass", {"client_number": its.number, "reason": "x"}),
            lambda its: (f"/api/v1/cases/{its.case}/referrals", {"partner": "fia", "reason": "x"}),
            lambda its: ("/api/v1/clients/search", {"q": its.number}),
        ):
            there, nowhere = [await world.ask(who, "POST", make(its)[0], json=make(its)[1]) for its in (other, nobody)]
            assert told(there) == told(nowhere)
    for field_name in ("counsellor", "assignee"):
        body = {"client_id": world.sets["own"].client, "kind": "protection", "risk": "low"} if field_name == "counsellor" else {}
        path = "/api/v1/cases" if field_name == "counsellor" else f"/api/v1/cases/{world.sets['own'].case}/tasks"
        body = body or {"title": "x", "due_on": "2026-12-01"}
        there, nowhere = [
            await world.ask("counsellor.isb", "POST", path, json={**body, field_name: staff})
            for staff in (world.staff["counsellor.lhe"], str(ABSENT))
        ]
        assert there.status_code == 422, f"work was given to somebody of another centre as {field_name}"
        assert told(there) == told(nowhere)
    services = await world.person("counsellor.isb").get(f"/api/v1/partners/{world.partners['fia']}/services")
    path = f"/api/v1/cases/{world.sets['own'].case}/referrals"
    for service, status in ((services["items"][0]["id"], 422), (str(ABSENT), 422), (None, 201)):
        body = {"partner": "reintegration", "reason": "x", "service": service}
        assert (await world.ask("counsellor.isb", "POST", path, json=body)).status_code == status, "a service of somebody else's"
    contact = await world.ask("counsellor.isb", "POST", "/api/v1/contacts", json={"channel": "phone", "centre": "LHE"})
    unheard = await world.ask("counsellor.isb", "POST", "/api/v1/contacts", json={"channel": "phone", "centre": "XXX"})
    assert contact.status_code == 403
    assert told(contact) == told(unheard)


def test_reaches_are_ordered() -> None:
    """`own` is the narrowest reach; the table above leans on it."""
    assert Reach.own < Reach.centre < Reach.all
