"""Random acts at the doors everybody uses, drawn from a seed: whatever is refused is refused, nothing is prepared for being counted."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from domain.partners.declining import DeclineCode
from domain.values import day_of
from tests.service import Person

STAFF = ("counsellor.isb", "counsellor2.isb", "supervisor.isb", "counsellor.lhe", "supervisor.lhe")
PARTNER = ("reintegration", "demo-rein-2026")
KINDS, RISKS = ("pre_departure", "return_reintegration", "protection"), ("low", "medium", "high", "critical")
CASE_STEPS = ("start_counselling", "agree_plan", "start_service", "follow_up", "hold", "resume", "close", "reopen")
CODES = (None, *DeclineCode)
OFFICE = ("manager.isb", "manager.lhe", "analyst", "dpo")
"""Who acts in their own matters alone."""
SENT_TO = ("ISB", "LHE")
AGREED = {"how": "written", "on": "2026-01-05"}
DESK_STEPS = ("seen", "accept", "accept", "decline", "decline", "need_information", "complete")
ANSWERS = ("seen", "accept", "accept", "decline", "need_information", "start_service", "complete", "not_complete")


async def everybody(sign_in: Callable[[str], Awaitable[Person]], partner: Callable[[str, str], Awaitable[Person]]) -> dict[str, Person]:
    """All who act, with a manager in each centre, for a supervisor's disclosure needs a second one who answers for it."""
    admin = await sign_in("admin")
    for code in SENT_TO:
        body = {"username": f"manager.{code.lower()}", "name": f"Manager {code}", "role": "centre_manager", "centres": [code]}
        await admin.post("/api/v1/staff", {**body, "password": "demo-password-2026"})
    return {name: await sign_in(name) for name in (*STAFF, *OFFICE)} | {PARTNER[0]: await partner(*PARTNER)}


@dataclass
class Acts:
    """`people` by name, the partner by its key. `counts` says what was let through, by name of the act."""

    people: dict[str, Person]
    chance: random.Random
    staff: dict[str, str] = field(default_factory=dict)
    contacts: list[str] = field(default_factory=list)
    clients: list[tuple[str, str]] = field(default_factory=list)
    cases: list[tuple[str, str, str]] = field(default_factory=list)
    referrals: list[tuple[str, str, str]] = field(default_factory=list)
    tasks: list[tuple[str, str]] = field(default_factory=list)
    consents: list[tuple[str, str]] = field(default_factory=list)
    coming: list[str] = field(default_factory=list)
    screenings: list[tuple[str, str]] = field(default_factory=list)
    plans: list[tuple[str, str, str]] = field(default_factory=list)
    disclosures: list[tuple[str, str]] = field(default_factory=list)
    studies: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    newest: float = 0
    """How often the newest is taken, of whatever there is: what takes several acts on one person is rare among many."""

    async def begin(self) -> None:
        for name in STAFF:
            self.staff[name] = (await self.people[name].get("/api/v1/me"))["id"]

    def acts(self) -> list[tuple[int, Callable[[], Awaitable[bool]]]]:
        return [
            (2, self.contact),
            (1, self.outreach),
            (2, self.promote),
            (2, self.register),
            (4, self.open),
            (3, self.change),
            (5, self.step),
            (3, self.session),
            (3, self.task),
            (2, self.done),
            (2, self.screen),
            (2, self.plan),
            (5, self.refer),
            (8, self.answer),
            (2, self.withdraw),
            (1, self.recall),
            (2, self.give),
            (1, self.transfer),
            (2, self.come),
            (4, self.desk),
            (1, self.reply),
            (1, self.become),
            (1, self.decide),
            (1, self.drop),
            (1, self.disclose),
            (1, self.confirm),
            (1, self.study),
            (1, self.judge),
            (1, self.submit),
            (1, self.serve),
        ]

    async def some(self, n: int) -> None:
        acts = self.acts()
        for _ in range(n):
            (act,) = self.chance.choices([one for _, one in acts], [weight for weight, _ in acts])
            self.counts[act.__name__] += await act()

    async def until(self, missing: Callable[[], set[str]], tries: int = 30) -> set[str]:
        """Every act in turn, mostly with what is newest, until nothing is missing; what is so for all that."""
        self.newest = 0.75
        for _ in range(tries):
            if not missing():
                break
            for _, act in self.acts():
                self.counts[act.__name__] += await act()
        return missing()

    async def refused(self, tries: int = 40) -> list[str]:
        """Acts that were never let through, however often one who is left alone tries them now."""
        acts = (
            self.contact,
            self.outreach,
            self.promote,
            self.register,
            self.open,
            self.step,
            self.session,
            self.screen,
            self.plan,
            self.refer,
        )
        return [act.__name__ for act in (*acts, self.answer) if not self.counts[act.__name__] and not await self._tried(act, tries)]

    async def _tried(self, act: Callable[[], Awaitable[bool]], tries: int) -> bool:
        for _ in range(tries):
            for ground in (self.register, self.open, self.refer):
                await ground()
            if await act():
                return True
        return False

    async def _post(self, who: str, path: str, body: Any = None) -> dict[str, Any] | None:
        answer = await self.people[who].http.post(path, json=body)
        return self._said(answer)

    def _said(self, answer: httpx.Response) -> dict[str, Any] | None:
        assert answer.status_code < 500, answer.text
        return (answer.json() if answer.content else {}) if answer.status_code < 300 else None

    def _pick(self, of: list[Any]) -> Any:
        if of and self.chance.random() < self.newest:
            return of[-1]
        return self.chance.choice(of) if of else None

    def _boss(self, who: str) -> str:
        return f"supervisor.{who[-3:]}"

    async def contact(self) -> bool:
        made = await self._post(self.chance.choice(STAFF), "/api/v1/contacts", {"channel": "phone", "name": "Somebody"})
        self.contacts += [made["id"]] if made else []
        return made is not None

    async def outreach(self) -> bool:
        body = {"title": "Talk", "kind": "awareness_session", "day": "2026-01-05", "place": "Hall"}
        return await self._post(self.chance.choice(STAFF), "/api/v1/outreach/sessions", body) is not None

    async def promote(self) -> bool:
        id, who = self._pick(self.contacts), self.chance.choice(STAFF)
        made = id and await self._post(who, f"/api/v1/contacts/{id}/promotion", self._client())
        return bool(made)

    def _client(self) -> dict[str, Any]:
        return {"name": f"Person {self.chance.randrange(10**6)}", "gender": "male", "migration_stage": "returnee", "birth_year": 1990}

    async def register(self) -> bool:
        who = self.chance.choice(STAFF)
        made = await self._post(who, "/api/v1/clients", self._client())
        if made:
            self.clients.append((who, made["id"]))
            body = {"purpose": "share", "partner": PARTNER[0], "field_groups": ["identity"], "form": "written", "language": "ur"}
            body |= {"valid_to": "2031-01-31"} if self.chance.random() < 0.5 else {}
            consent = await self._post(who, f"/api/v1/clients/{made['id']}/consents", body)
            self.consents += [(who, consent["id"])] if consent else []
        return made is not None

    async def open(self) -> bool:
        if not (found := self._pick(self.clients)):
            return False
        who, client = found
        body = {"client_id": client, "kind": self.chance.choice(KINDS), "risk": self.chance.choice(RISKS), "summary": "Told."}
        made = await self._post(who, "/api/v1/cases", body)
        self.cases += [(who, made["id"], client)] if made else []
        return made is not None

    async def change(self) -> bool:
        if not (found := self._pick(self.cases)):
            return False
        who, case, _ = found
        seen = self._said(await self.people[who].http.get(f"/api/v1/cases/{case}"))
        if seen is None:
            return False
        day = f"2026-{self.chance.randint(1, 12):02d}-{self.chance.randint(1, 28):02d}"
        head = {"If-Match": f'"{seen["version"]}"'}
        body = {"risk": self.chance.choice(RISKS), "next_due": day}
        return self._said(await self.people[who].http.patch(f"/api/v1/cases/{case}", json=body, headers=head)) is not None

    async def give(self) -> bool:
        if not (found := self._pick(self.cases)):
            return False
        boss, case = self._boss(found[0]), found[1]
        seen = self._said(await self.people[boss].http.get(f"/api/v1/cases/{case}"))
        if seen is None:
            return False
        to = self.chance.choice([name for name in STAFF if name[-3:] == boss[-3:]])
        head = {"If-Match": f'"{seen["version"]}"'}
        done = self._said(await self.people[boss].http.patch(f"/api/v1/cases/{case}", json={"counsellor": self.staff[to]}, headers=head))
        return done is not None

    async def step(self) -> bool:
        if not (found := self._pick(self.cases)):
            return False
        step = self.chance.choice(CASE_STEPS)
        body = {"step": step, "reason": "So it is."} | ({"outcome": "informed"} if step == "close" else {})
        return await self._post(self._boss(found[0]), f"/api/v1/cases/{found[1]}/steps", body) is not None

    async def serve(self) -> bool:
        """As far as being in service, with or without a plan."""
        found = self._pick(self.cases)
        if not found:
            return False
        path, boss = f"/api/v1/cases/{found[1]}/steps", self._boss(found[0])
        for step in ("start_counselling", "agree_plan"):
            await self._post(boss, path, {"step": step})
        return await self._post(boss, path, {"step": "start_service"}) is not None

    async def session(self) -> bool:
        found = self._pick(self.cases)
        return bool(
            found and await self._post(found[0], f"/api/v1/cases/{found[1]}/sessions", {"channel": "phone", "minutes": 5, **self._held()})
        )

    def _held(self) -> dict[str, str]:
        return {} if self.chance.random() < 0.5 else {"held_at": f"2026-0{self.chance.randint(1, 9)}-15T10:00:00Z"}

    async def task(self) -> bool:
        if not (found := self._pick(self.cases)):
            return False
        body = {"title": "Ring up", "due_on": f"2026-{self.chance.randint(1, 12):02d}-15"}
        made = await self._post(found[0], f"/api/v1/cases/{found[1]}/tasks", body)
        self.tasks += [(found[0], made["id"])] if made else []
        return made is not None

    async def done(self) -> bool:
        found = self._pick(self.tasks)
        return bool(found and await self._post(found[0], f"/api/v1/tasks/{found[1]}/completion"))

    async def screen(self) -> bool:
        body = {"instrument": "short-flags", "answers": {"is_cheated": self.chance.choice(("yes", "no"))}}
        found = self._pick(self.cases)
        made = found and await self._post(found[0], f"/api/v1/cases/{found[1]}/screenings", body)
        self.screenings += [(found[0], made["id"])] if made else []
        return bool(made)

    async def decide(self) -> bool:
        found = self._pick(self.screenings)
        body = {"finding": self.chance.choice(("no_concern", "at_risk")), "why": "So it looks."}
        return bool(found and await self._post(found[0], f"/api/v1/screenings/{found[1]}/decision", body))

    async def plan(self) -> bool:
        if not (found := self._pick(self.cases)):
            return False
        action = {"title": "Go there", "owner": "client", "due_on": "2020-01-01"}
        hers = {"title": "Ring up", "owner": "staff", "who": self.staff[found[0]], "due_on": "2020-01-01"}
        needs = [{"kind": "legal", "words": "A lawyer", "goals": [{"title": "One", "actions": [action, hers]}]}]
        body = {"needs": needs, "agreed": {"on": "2026-01-05", "how": "written"}}
        made = await self._post(found[0], f"/api/v1/cases/{found[1]}/plans", body)
        if not made or not await self._post(found[0], f"/api/v1/plans/{made['id']}/steps", {"step": "submit"}):
            return False
        approved = await self._post(self._boss(found[0]), f"/api/v1/plans/{made['id']}/steps", {"step": "approve"})
        actions = made["needs"][0]["goals"][0]["actions"]
        self.plans += [(found[0], made["id"], one["id"]) for one in actions] if approved else []
        return approved is not None

    async def drop(self) -> bool:
        """An action of a plan that nobody needs any more: its task goes with it."""
        found = self._pick(self.plans)
        body = {"step": self.chance.choice(("drop", "finish")), "reason": "Not needed."}
        return bool(found and await self._post(found[0], f"/api/v1/plans/{found[1]}/actions/{found[2]}/steps", body))

    async def refer(self) -> bool:
        if not (found := self._pick(self.cases)):
            return False
        who, case, _ = found
        body = {"partner": PARTNER[0], "reason": "Please help.", "field_groups": ["identity"], "urgency": self.chance.choice(RISKS)}
        made = await self._post(who, f"/api/v1/cases/{case}/referrals", body)
        if made is None:
            return False
        self.referrals.append((who, made["id"], made["ref"]))
        return await self._post(who, f"/api/v1/referrals/{made['id']}/steps", {"step": "send"}) is not None

    async def submit(self) -> bool:
        """One that a second person looks at before it leaves: so the first is not that person, a supervisor."""
        if not (found := self._pick([one for one in self.cases if one[0] != self._boss(one[0])])):
            return False
        who, case, client = found
        told = {"purpose": "share", "partner": "fia", "field_groups": ["identity"], "form": "written", "language": "ur"}
        await self._post(who, f"/api/v1/clients/{client}/consents", told)
        body = {"partner": "fia", "reason": "Please help.", "field_groups": ["identity"]}
        made = await self._post(who, f"/api/v1/cases/{case}/referrals", body)
        if made is None or not await self._post(who, f"/api/v1/referrals/{made['id']}/steps", {"step": "submit"}):
            return False
        return await self._post(self._boss(who), f"/api/v1/referrals/{made['id']}/steps", {"step": "approve"}) is not None

    async def answer(self) -> bool:
        found = self._pick(self.referrals[-12:])
        step = self.chance.choice(ANSWERS)
        body = {"step": step, "note": "Which?", "reason": "Full.", "outcome": "Helped."}
        body |= {"decline_code": self.chance.choice(CODES)} if step == "decline" else {}
        return bool(found and await self._post(PARTNER[0], f"/partner/v1/referrals/{found[2]}/steps", body))

    async def withdraw(self) -> bool:
        found = self._pick(self.referrals)
        body = {"step": self.chance.choice(("withdraw", "close")), "reason": "Not needed.", "outcome": "Told so."}
        return bool(found and await self._post(found[0], f"/api/v1/referrals/{found[1]}/steps", body))

    async def recall(self) -> bool:
        found = self._pick(self.consents)
        return bool(found and await self._post(found[0], f"/api/v1/consents/{found[1]}/withdrawal"))

    async def transfer(self) -> bool:
        if not (found := self._pick(self.cases)):
            return False
        who, case, _ = found
        to = "lhe" if who.endswith("isb") else "isb"
        body = {"centre": to.upper(), "reason": "They live there.", "agreed": {"how": "written", "on": "2026-01-05"}}
        asked = await self._post(self._boss(who), f"/api/v1/cases/{case}/transfers", body)
        accept = {"step": "accept", "counsellor": self.staff[f"counsellor.{to}"]}
        return bool(asked and await self._post(f"supervisor.{to}", f"/api/v1/transfers/{asked['id']}/answer", accept))

    async def come(self) -> bool:
        body = {"centre": self.chance.choice(SENT_TO), "reason": "Asks for help.", "person": {"name": "Sent"}, "agreed": AGREED}
        made = await self._post(PARTNER[0], "/partner/v1/incoming", body)
        self.coming += [made["ref"]] if made else []
        return made is not None

    async def _came(self, who: str, state: str) -> str | None:
        found = self._said(await self.people[who].http.get("/api/v1/incoming", params={"state": state}))
        one = self._pick(found["items"]) if found else None
        return one and str(one["id"])

    async def desk(self) -> bool:
        who, step = self.chance.choice(STAFF), self.chance.choice(DESK_STEPS)
        id = await self._came(
            who, self.chance.choice(("queued", "seen", "accepted") if step == "complete" else ("queued", "seen", "answered"))
        )
        body = {"step": step, "note": "Which?", "reason": "Full.", "outcome": "Helped."}
        body |= {"decline_code": self.chance.choice(CODES)} if step == "decline" else {}
        return bool(id and await self._post(who, f"/api/v1/incoming/{id}/steps", body))

    async def reply(self) -> bool:
        """The partner answers a question, or takes back whom it sent."""
        found = self._pick(self.coming)
        body = {"step": self.chance.choice(("answer", "answer", "withdraw")), "note": "That one."}
        return bool(found and await self._post(PARTNER[0], f"/partner/v1/incoming/{found}/steps", body))

    async def become(self) -> bool:
        who = self.chance.choice(STAFF)
        id = await self._came(who, "accepted")
        made = id and await self._post(who, f"/api/v1/incoming/{id}/registration", self._client())
        self.clients += [(who, made["id"])] if made else []
        return bool(made)

    async def disclose(self) -> bool:
        if not (found := self._pick(self.cases)):
            return False
        who = self._boss(found[0])
        body = {"law": "PTPA2018-3(2)", "authority": "Court", "field_groups": ["identity"], "reason": "The court ordered it."}
        made = await self._post(
            who, f"/api/v1/cases/{found[1]}/disclosures", {**body, "client_told": True, "client_words": "That it asks."}
        )
        self.disclosures += [(who, made["id"])] if made else []
        return made is not None

    async def confirm(self) -> bool:
        found = self._pick(self.disclosures)
        body = {"step": self.chance.choice(("confirm", "refuse")), "reason": "Seen."}
        return bool(found and await self._post(f"manager.{found[0][-3:]}", f"/api/v1/disclosures/{found[1]}/steps", body))

    async def study(self) -> bool:
        body = {
            "centre": self.chance.choice(SENT_TO),
            "who": "Dr. Mir",
            "organisation": "A university",
            "purpose": "To learn.",
            "ground": "Agreed.",
        }
        asked = {
            "columns": ["gender", "age"],
            "first": "2025-Q1",
            "last": "2025-Q4",
            "expires_on": str(day_of(datetime.now(UTC)) + timedelta(days=60)),
        }
        made = await self._post("analyst", "/api/v1/evidence/requests", {**body, **asked})
        self.studies += [made["id"]] if made else []
        return made is not None

    async def judge(self) -> bool:
        found = self._pick(self.studies)
        body = {"step": self.chance.choice(("approve", "refuse", "end")), "reason": "Seen."}
        return bool(found and await self._post("dpo", f"/api/v1/evidence/requests/{found}/steps", body))
