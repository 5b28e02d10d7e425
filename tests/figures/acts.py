"""Random acts at the doors everybody uses, drawn from a seed: whatever is refused is refused, nothing is prepared for being counted."""

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from domain.partners.declining import DeclineCode
from tests.service import Person

STAFF = ("counsellor.isb", "counsellor2.isb", "supervisor.isb", "counsellor.lhe", "supervisor.lhe")
PARTNER = ("reintegration", "demo-rein-2026")
KINDS, RISKS = ("pre_departure", "return_reintegration", "protection"), ("low", "medium", "high", "critical")
CASE_STEPS = ("start_counselling", "agree_plan", "start_service", "follow_up", "hold", "resume", "close", "reopen")
CODES = (None, *DeclineCode)
ANSWERS = ("seen", "accept", "accept", "decline", "need_information", "start_service", "complete", "not_complete")


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
    counts: Counter[str] = field(default_factory=Counter)

    async def begin(self) -> None:
        for name in STAFF:
            self.staff[name] = (await self.people[name].get("/api/v1/me"))["id"]

    async def some(self, n: int) -> None:
        acts: list[tuple[int, Callable[[], Awaitable[bool]]]] = [
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
        ]
        for _ in range(n):
            (act,) = self.chance.choices([one for _, one in acts], [weight for weight, _ in acts])
            self.counts[act.__name__] += await act()

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
        return bool(found and await self._post(found[0], f"/api/v1/cases/{found[1]}/screenings", body))

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
        return await self._post(self._boss(found[0]), f"/api/v1/plans/{made['id']}/steps", {"step": "approve"}) is not None

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
