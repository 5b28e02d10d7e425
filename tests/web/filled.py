"""A house with something in every part, an address for each page that there is, and somebody who may open it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from fastapi import FastAPI

from domain.identity import POLICY, Act, Role
from domain.values import day_of
from tests.trust.doors import PUBLIC, Door, pages
from tests.web.conftest import DESK, FIA, PASSWORD, SHELTER, SWD, File, Live, Visitor, opened_case, partner_named

NO_PAGES = (
    "/evidence/releases/",
    "/reports/{code}/file",
    "/reports/scheduled/files/",
    "/reports/answer",
    "/static/",
    "/language/",
    "/leave",
    "/start",
    "/sw.js",
    "/session",
    "/attachments/",
)
"""What is asked with GET and shows nothing to look at: files, and ways that lead on."""

PAPERS = ("/letter", "/summary", "/plan/paper", "/paper", "/appointment.ics")
"""For a printer, and looked at in tests/papers."""

PEOPLE = {
    Role.counsellor: "counsellor.isb",
    Role.supervisor: "supervisor.isb",
    Role.admin: "admin",
    Role.dpo: "dpo",
    Role.analyst: "analyst",
    Role.partner_lead: "lead.swd",
}
"""Who looks at a page: the first of them who may."""

ANOTHER_WAY = dict.fromkeys(("/my-cases", "/clients/{id}", "/cases/{id}", "/referrals/{id}"), Role.supervisor) | {
    "/outreach/{id}": Role.analyst,
    "/people": Role.partner_lead,
    "/projects": Role.supervisor,
    "/projects/{project}": Role.supervisor,
    "/me": Role.partner_lead,
}
"""Pages on which somebody else finds other things than the first does, and who."""


PLAN: dict[str, str | list[str]] = {
    "row": ["need:n1", "goal:n2", "action:n3", "action:n4", "line:n5"],
    "kind-n1": "livelihood",
    "words-n1": "میں دوبارہ درزی کا کام کرنا چاہتا ہوں۔",
    "title-n2": "A shop of his own by spring",
    "title-n3": "Price three machines",
    "owner-n3": "client",
    "due_on-n3": "2026-12-10",
    "title-n4": "See what rooms cost in the bazaar",
    "owner-n4": "client",
    "due_on-n4": "2026-01-02",
    "purpose-n5": "Sewing machine",
    "rupees-n5": "85000",
    "source-n5": "Reintegration package",
    "agreed_on": "2026-01-05",
    "agreed_how": "thumb_mark",
}


DUTY: dict[str, str | list[str]] = {
    "law": "EO1979-22",
    "authority": "Court of the sessions judge, لاہور",
    "field_groups": ["identity", "narrative"],
    "reason": "The court ordered it by name. عدالت کا حکم",
    "client_told": "1",
    "client_words": "What the court asks, and what it is for.",
}


STUDY: dict[str, str | list[str]] = {
    "centre": "ISB",
    "who": "Dr. Sana Mir",
    "organisation": "Quaid-i-Azam University",
    "purpose": "Who asks for advice before leaving. روانگی سے پہلے کون مشورہ لیتا ہے",
    "ground": "Data agreement of 2026-02-01, clause 4.",
    "columns": ["gender", "age", "case_kind"],
    "first": "2025-Q1",
    "last": "2025-Q4",
    "expires_on": str(day_of(datetime.now(UTC)) + timedelta(days=60)),
}


EXPORT: dict[str, str | list[str]] = {
    "subject": "cases",
    "centre": "ISB",
    "begin": "2025-01",
    "end": "2026-01",
    "columns": ["number", "name", "stage", "risk"],
    "kind": "csv",
    "purpose": "Yearly audit. سالانہ جانچ",
}


SENT = {
    "centre": "ISB",
    "reason": "Came back on Monday's flight and asks for counselling. مشورے کا خواہش مند ہے۔",
    "urgency": "high",
    "person": {
        "name": "Amna Bibi",
        "gender": "female",
        "birth_year": 1994,
        "cnic": "35202-0888444-6",
        "phones": [{"number": "0302 7778892", "safe": True}, {"number": "0303 7778893"}],
        "district": "PK401",
        "languages": ["ur", "ps"],
    },
    "summary": "Held at the border for two days; her papers were kept.",
    "agreed": {"how": "thumb_mark", "on": "2026-01-05"},
    "reference": "RN-2026-204",
}


@dataclass(frozen=True, slots=True)
class Look:
    """One page: its route, a real address of it, and who looks; nobody is needed for a public one."""

    route: str
    address: str
    who: str

    def __str__(self) -> str:
        return f"{self.route} as {self.who or 'anybody'}"


@asynccontextmanager
async def visitor(live: Live, username: str) -> AsyncIterator[Visitor]:
    """Somebody who fills in forms over HTTP, faster than a browser can."""
    async with httpx.AsyncClient(base_url=live.url, headers={"Origin": live.url}, trust_env=False, timeout=20) as http:
        made = Visitor(http)
        await made.open("/sign-in")
        await made.send("/sign-in", username=username, password=PASSWORD)
        await made.open("/me")
        yield made


async def fill(live: Live) -> dict[str, str]:
    """One of each kind of record, by the noun that its addresses begin with."""
    async with visitor(live, "counsellor.isb") as desk:
        file = await opened_case(desk)
        await desk.send("/contacts", channel="phone", name="Gul", phone="0300 7654321", question="Is the contract real?")
        contact = _first(r"/contacts/([0-9a-f-]{36})/promotion", await desk.open("/contacts"))
        await desk.send(f"{file.case}/steps", step="start_counselling")
        await desk.send(f"{file.case}/sessions", channel="in_person", minutes="40", topics="contract, visa", note="Came alone.")
        await desk.send(f"{file.case}/notes", text="Rang back. کاغذات ساتھ لائیں گے۔")
        await desk.send(f"{file.case}/tasks", title="Ring the sister", due_on="2026-01-01")
        await desk.send(f"{file.case}/screenings", **{"answer-is_kept_document": "yes", "answer-forced_work": "unknown"})
        await desk.send(f"{file.case}/screenings/new/satisfaction", **{"answer-respected": "declined"})
        fia = await partner_named(desk, file, FIA)
        swd = await partner_named(desk, file, SWD)
        service = _first(r"/services/([0-9a-f-]{36})/address", await desk.open(f"/partners/{swd}"))
        share = {"purpose": "share", "partner": fia, "groups": ["identity", "contact"], "form": "written", "language": "ur"}
        await desk.send(f"{file.client}/consents", **share)
        wanted = {"partner": fia, "reason": "Please take the report.", "urgency": "high", "groups": ["identity"]}
        referral = await desk.sent(f"{file.case}/refer", **wanted)
        await desk.send(f"{referral}/steps", step="submit")
        await desk.send(f"{file.case}/plan/edit", **PLAN)
        await desk.send(
            f"{file.case}/plan/steps", step="submit", plan=_first(r'name="plan" value="([^"]+)"', await desk.open(f"{file.case}/plan"))
        )
        paper = {"file": ("contract.txt", b"Two years, 1,200 a month.", "text/plain")}
        await desk.http.post(f"{file.case}/attachments", data={"form_token": desk.token, "key": "paper"}, files=paper)
        attachment = _first(r"/attachments/([0-9a-f-]{36})", await desk.open(file.case))
        number = _first(r"(ISB-C-[0-9-]+)", await desk.open(file.client))
        await desk.open("/break-glass")
        await desk.send("/break-glass", client_number=number, reason="She stands at the desk.")
        transfer = await _handed_on(desk)
        returned = await _returned(desk, file)
        earned = {
            "country": "SAU",
            "year": "2021",
            "agent": "250000",
            "visa": "40000",
            "income": "1500",
            "currency": "SAR",
            "rate": "74.25",
        }
        await desk.send(f"{file.client}/jobs", words="ایجنٹ نے پاسپورٹ رکھ لیا۔", **earned)
        outreach = _first(r"/outreach/([0-9a-f-]{36})", await desk.open("/outreach"))
        project = _first(r"/projects/([0-9a-f-]{36})", await desk.open("/projects"))
        await desk.send(f"/outreach/{outreach}/projects", **{f"share-{project}": "100", "version": await _version(desk, outreach)})
        link = await _linked(live, desk, file)
        ref = await _queued(live, desk, file)
        incoming = await sent_to_us(live, desk)
    async with visitor(live, "supervisor.isb") as supervisor:
        await supervisor.send(f"{referral}/steps", step="approve")
        await supervisor.send(f"{file.case}/disclosures", **DUTY)
        plan = _first(r'name="plan" value="([^"]+)"', await supervisor.open(f"{file.case}/plan"))
        await supervisor.send(f"{file.case}/plan/steps", step="approve", plan=plan)
        policy = _first(r"/policy/([0-9a-f-]{36})", await supervisor.open("/policy"))
        export = (await supervisor.sent("/exports", **EXPORT)).split("/")[2]
    async with visitor(live, "analyst") as analyst:
        evidence = (await analyst.sent("/evidence", **STUDY)).split("/")[2].partition("?")[0]
    async with visitor(live, "admin") as admin:
        staff = _first(r"/staff/([0-9a-f-]{36})", await admin.open("/staff"))
    records = {noun: path.split("/")[2] for noun, path in (("clients", file.client), ("cases", file.case), ("referrals", referral))}
    directory = {"partners": swd, "service": service, "instrument": "ilo-adult-labour"}
    others = {"contacts": contact, "attachments": attachment, "outreach": outreach, "staff": staff, "token": link, "incoming": incoming}
    others |= {"transfers": transfer, "evidence": evidence, "project": project, "policy": policy}
    others |= {"transfers": transfer, "evidence": evidence, "project": project, "returned": returned}
    others |= {"code": "centre?period=2026-Q3", "transfers": transfer, "evidence": evidence, "project": project}
    others |= {"transfers": transfer, "evidence": evidence, "project": project, "exports": export}
    return records | directory | others | {"ref": ref}


async def _returned(desk: Visitor, file: File) -> str:
    """A case of return with one review written down and two to come."""
    case = await desk.sent(f"{file.client}/cases", kind="return_reintegration", risk="low")
    heard = {"result": "reached", "channel": "phone", "held_on": str(day_of(datetime.now(UTC))), "economic": "0.65", "safe": "yes"}
    await desk.send(f"{case}/reviews", round="m3", words="دکان سے کرایہ نکل آتا ہے۔", **heard)
    return case.split("/")[2]


async def _version(desk: Visitor, outreach: str) -> str:
    return _first(r'name="version" value="([0-9]+)"', await desk.open(f"/outreach/{outreach}/projects"))


async def _handed_on(desk: Visitor) -> str:
    """Somebody whom another centre is asked to take."""
    client = await desk.sent("/clients", name="Zarmina Gul", gender="female", migration_stage="returnee", birth_year="1990")
    case = await desk.sent(f"{client}/cases", kind="protection", risk="high")
    asked = {"centre": "PEW", "reason": "Her brother lives there. بھائی وہیں رہتا ہے۔", "urgency": "low"}
    agreed = {"agreed_how": "thumb_mark", "agreed_on": "2026-01-05"}
    return (await desk.sent(f"{case}/transfers", **asked, **agreed)).split("/")[2]


async def _queued(live: Live, desk: Visitor, file: File) -> str:
    """What waits in the queue of a partner with people of its own, by its reference."""
    swd = await partner_named(desk, file, SWD)
    share = {"purpose": "share", "partner": swd, "groups": ["identity", "contact"], "form": "written", "language": "ur"}
    await desk.send(f"{file.client}/consents", **share)
    referral = await desk.sent(f"{file.case}/refer", partner=swd, reason="A lawyer, please.", urgency="high", groups=["identity"])
    await desk.send(f"{referral}/steps", step="send")
    async with visitor(live, "lead.swd") as lead:
        return _first(r"/queue/([\w-]+)", await lead.open("/queue"))


async def sent_to_us(live: Live, desk: Visitor) -> str:
    """Somebody whom a partner sends, of whom the centre has asked more."""
    async with httpx.AsyncClient(base_url=live.url, trust_env=False, timeout=20) as http:
        form = {"grant_type": "client_credentials", "client_id": "reintegration", "client_secret": "demo-rein-2026"}
        token = (await http.post("/api/v1/auth/token", data=form)).json()["access_token"]
        made = await http.post("/partner/v1/incoming", json=SENT, headers={"Authorization": f"Bearer {token}"})
        assert made.status_code == 201, made.text
    incoming = _first(r"/incoming/([0-9a-f-]{36})", await desk.open("/incoming"))
    await desk.send(f"/incoming/{incoming}/steps", step="need_information", note="When did she arrive?")
    return incoming


async def _linked(live: Live, desk: Visitor, file: File) -> str:
    """What opens a referral for an agency that has a mailbox and no more."""
    shelter = await partner_named(desk, file, SHELTER)
    share = {"purpose": "share", "partner": shelter, "groups": ["identity"], "form": "written", "language": "ur"}
    await desk.send(f"{file.client}/consents", **share)
    referral = await desk.sent(f"{file.case}/refer", partner=shelter, reason="A room for some days.", urgency="high", groups=["identity"])
    await desk.send(f"{referral}/steps", step="send")
    await live.carry()
    return _first(r"/r/([A-Za-z0-9_-]{40,})", live.mail(DESK))


def _first(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    assert found, pattern
    return found.group(1)


def looks(app: FastAPI, records: dict[str, str]) -> list[Look]:
    """Every page there is. A new kind of record has to be named in `fill`, or this fails: no page goes unlooked at."""
    return [
        Look(door.path, _address(door.path, records), who)
        for door in pages(app)
        if door.method == "GET" and not door.path.startswith(NO_PAGES) and not door.path.endswith(PAPERS) and door.path != "/"
        for who in _who(door)
    ]


def _address(path: str, records: dict[str, str]) -> str:
    noun = path.split("/")[1]
    for gap in re.findall(r"\{(\w+)\}", path):
        key = noun if gap == "id" else gap
        assert key in records, f"{path}: say in tests/web/filled.py where to find one"
        path = path.replace(f"{{{gap}}}", records[key])
    return path


def _who(door: Door) -> list[str]:
    if door.act == PUBLIC:
        return [""]
    may = [name for role, name in PEOPLE.items() if role in POLICY[Act(door.act)]]
    return [*may[:1], *([PEOPLE[ANOTHER_WAY[door.path]]] if door.path in ANOTHER_WAY else [])]
