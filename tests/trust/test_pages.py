"""The same walls seen through a browser: every page and every form, every role and relation, and forms that are not ours."""

import re
from dataclasses import dataclass, field

import httpx

from domain.identity import Actor, Sensitivity
from tests.trust.doors import PUBLIC, Door, pages
from tests.trust.test_matrix import (
    ADD,
    ADVICE,
    ADVISING,
    ASKED_EVIDENCE,
    ASKED_EXPORT,
    CENTRE,
    DESK,
    DESK_REACH,
    DESK_RUN,
    DESK_STAFF,
    DESKS,
    DONE_ALREADY,
    DUTIES,
    DUTY,
    EVENTS,
    EVIDENCE,
    EXPORTS,
    FINDERS,
    LEADERS,
    MOVE,
    PEOPLE,
    REVIEW,
    RUN,
    SEE,
    STAFF,
    TRANSFERS,
    WHO,
    Reaches,
    asks_once,
    unseen,
)
from tests.trust.world import Records, World, password_of

ROLES = {role: who for role, who in WHO.items() if "partner" not in role}  # a partner's system opens no page
# By act: who may ask at all. What names a record is for the relations of the table of the API.
MAY: dict[str, frozenset[str]] = {
    "see_self": PEOPLE,
    "keep_account": PEOPLE,
    "set_password": PEOPLE,
    "set_language": PEOPLE,
    "sign_out": PEOPLE,
    "see_partner_queue": DESKS,
    "run_partner_staff": frozenset(DESK_RUN),
    "run_staff": frozenset({"admin"}),
    "see_colleagues": STAFF,
    "add_contact": DESK_STAFF,
    "find_client": FINDERS,
    "see_client": FINDERS,
    "see_consent": FINDERS,
    "register_client": DESK_STAFF,
    "see_cases": FINDERS,
    "see_referrals": FINDERS,
    "make_referral": DESK_STAFF,
    "approve_referral": frozenset({"supervisor", "centre_manager"}),
    "see_dashboards": LEADERS,
    "build_report": LEADERS,
    "break_glass": DESK_STAFF,
    "see_outreach": DESK_STAFF | {"analyst", "dpo"},
    "hold_outreach": DESK_STAFF,
    "see_trail": frozenset({"dpo"}),
    "review_break_glass": frozenset({"dpo"}),
    "see_disclosures": frozenset(DUTIES),
    "see_evidence": frozenset(EVIDENCE),
    "see_policy": frozenset(ADVICE),
    "write_policy": frozenset(ADVISING),
    "ask_evidence": frozenset(ASKED_EVIDENCE),
    "see_exports": frozenset(EXPORTS),
    "ask_export": frozenset(ASKED_EXPORT),
    "see_incoming": FINDERS,
    "see_transfers": FINDERS,
    "invite_agency": frozenset({"supervisor", "centre_manager"}),
    "see_partners": STAFF,
    "see_projects": STAFF,
    "run_projects": frozenset({"admin", "supervisor", "centre_manager"}),
    "set_default_project": frozenset({"supervisor", "centre_manager"}),
    "run_partners": frozenset({"admin"}),
    "see_hidden_address": FINDERS,
}
REACH: dict[str, Reaches] = {
    "see_client": SEE,
    "change_client": ADD,
    "see_consent": SEE,
    "record_consent": ADD,
    "withdraw_consent": SEE,
    "open_case": ADD,
    "see_case": SEE,
    "change_case": MOVE,
    "assign_case": {role: SEE[role] for role in ("supervisor", "centre_manager")},
    "write_in_case": ADD,
    "write_plan": MOVE,
    "screen": ADD,
    "decide_screening": MOVE,
    "see_disclosures": DUTIES,
    "see_evidence": EVIDENCE,
    "see_policy": ADVICE,
    "write_policy": ADVISING,
    "move_policy": ADVICE,
    "decide_evidence": REVIEW,
    "make_extract": ASKED_EVIDENCE,
    "see_exports": EXPORTS,
    "move_export": EXPORTS,
    "fetch_export": ASKED_EXPORT,
    "see_incoming": SEE,
    "answer_incoming": ADD,
    "see_transfers": TRANSFERS,
    "ask_transfer": MOVE,
    "answer_transfer": DUTY,
    # No agency was invited here; of which centre a link is, is asked in tests/incoming/test_invited.py.
    "invite_agency": dict.fromkeys(("supervisor", "centre_manager"), ()),
    "ask_disclosure": DUTY,
    "decide_disclosure": DUTY,
    "make_referral": MOVE,
    "see_referrals": SEE,
    "move_referral": MOVE,
    "register_client": DESK,
    "add_contact": DESK,
    "see_outreach": EVENTS,
    "hold_outreach": DESK,
    "review_break_glass": REVIEW,
    # Sessions and passkeys are one's own: there are none here that bear such an id.
    "keep_account": dict.fromkeys(PEOPLE, ()),
    "see_partner_queue": DESK_REACH,
    "hold_referral": DESK_REACH,
    "answer_referral": DESK_REACH,
    "run_staff": RUN,
}
NAMED = {
    "attachments": "attachment",
    "cases": "case",
    "clients": "client",
    "contacts": "contact",
    "evidence": "research",
    "exports": "export",
    "glass": "grant",
    "incoming": "incoming",
    "outreach": "outreach",
    "policy": "policy",
    "referrals": "referral",
    "staff": "staff",
    "transfers": "transfer",
}
ENDS = ("/sign-out", "/lock")


def of_a_file(door: Door) -> bool:
    """Whether it names somebody's record; the directory belongs to no centre and is asked for by act alone."""
    return "{" in door.path and not door.path.startswith(("/partners/", "/holidays/", "/projects/", "/evidence/releases/", "/reports/"))


@dataclass
class Browser:
    """One person's cookie, and the proof that a form was shown to them."""

    http: httpx.AsyncClient
    token: str

    async def ask(self, method: str, path: str, *, token: str | None = None, **headers: str) -> httpx.Response:
        if method == "GET":
            return await self.http.get(path)
        form = {"form_token": self.token if token is None else token, "key": "k"}
        return await self.http.post(path, data=form, headers={"Origin": "http://mrc.test", "Sec-Fetch-Site": "same-origin", **headers})


async def browser(world: World, who: str) -> Browser:
    identity = world.service.house.usecases.identity
    cookie = await identity.enter(who, password_of(who), None)
    http = world.service.http()
    http.cookies.set("mrc", cookie)
    return Browser(http, identity.form_token(identity.shown(cookie).session.hex))


def path_of(door: Door, its: Records, world: World) -> str:
    if door.path.startswith("/partners/"):
        path = door.path.replace("{id}", world.partners["reintegration"]).replace("{message}", its.client)
        for name, one in world.directory.items():
            path = path.replace(f"{{{name}}}", one)
        return path
    kind = NAMED.get(door.path.split("/")[1], "")
    given = {
        "{id}": getattr(its, kind) if kind else its.client,
        "{screening}": its.screening,
        "{ref}": its.ref,
        "{task}": its.task,
        "{action}": its.action,
        "{consent}": its.consent,
        "{project}": world.directory["project"],
        "{disclosure}": its.disclosure,
        "{returned}": its.returned,
        "{instrument}": "vulnerability",
    }
    path = door.path.replace("{code}/file", "{code}/file?period=2026-Q1").replace("{code}", world.directory["code"])
    for name, value in given.items():
        path = path.replace(name, value)
    return re.sub(r"\{\w+\}", its.client, path)


def plain(answer: httpx.Response) -> tuple[int, str]:
    """A page without what differs at each showing: tokens, keys, ids, its own address, the time."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID", answer.text)
    return answer.status_code, re.sub(r'[A-Za-z0-9_-]{20,}|\d\d?:\d\d|data-ends-in="\d+"', "T", text)


@dataclass
class Seen:
    leaks: list[str] = field(default_factory=list)
    opened: set[str] = field(default_factory=set)
    asked: int = 0


def _may_ask(door: Door, role: str) -> bool:
    return role in (REACH.get(door.act, {}) if of_a_file(door) else MAY.get(door.act, frozenset()))


def _judge(door: Door, role: str, relation: str, answer: httpx.Response, unknown: httpx.Response, seen: Seen) -> None:
    named, what = of_a_file(door), f"{door} as {role}, {relation}: {answer.status_code}"
    reach = REACH.get(door.act, {}) if named else {}
    asks = _may_ask(door, role)
    allowed = asks and (not named or relation in reach[role])
    if answer.status_code >= 500 or (answer.status_code == 403) == asks:
        seen.leaks.append(f"{what}: {'may' if asks else 'may not'} ask")
    elif allowed and (answer.status_code == 200 or answer.headers.get("location", "/sign-in")[:8] != "/sign-in"):
        seen.opened.add(str(door))
    elif allowed and named and door.method == "GET" and relation != "absent" and answer.status_code not in DONE_ALREADY:
        # A letter is refused aloud once somebody before has withdrawn the consent.
        seen.leaks.append(f"{what}: should have opened")
    elif asks and not allowed and relation in SEE.get(role, ()):
        # She may see the file, so a form may be shown; what it asks for is refused.
        if door.method == "POST" and answer.status_code == 303:
            seen.leaks.append(f"{what}: was done")
    elif asks and not allowed and relation != "absent" and plain(answer) != plain(unknown):
        seen.leaks.append(f"{what}: unlike a record that does not exist: {unknown.status_code}")


async def look(world: World, roles: dict[str, str]) -> Seen:
    seen = Seen()
    for role, who in roles.items():
        hers = await browser(world, who)
        for door in sorted(pages(world.service.app), key=lambda door: door.path in ENDS):
            if door.act == PUBLIC or door.path in ENDS:
                continue
            relations = ("absent", *CENTRE, "other") if of_a_file(door) else ("own",)
            if asks_once(world, may=_may_ask(door, role)):
                relations = ("own",)
            unknown: httpx.Response | None = None
            for relation in relations:
                path = path_of(door, world.sets[relation], world)
                answer = await hers.ask(door.method, path)
                unknown = unknown or answer
                seen.asked += 1
                _judge(door, role, relation, answer, unknown, seen)
                shown = answer.text + str(answer.headers.get("location"))
                seen.leaks += [f"{door} as {role}, {relation} shows {mark}" for mark in unseen(role, world, path) if mark in shown]
    return seen


async def test_every_page_names_an_act_of_the_table(world: World) -> None:
    unknown = [str(door) for door in pages(world.service.app) if door.act not in (REACH if of_a_file(door) else MAY) and door.act != PUBLIC]
    assert unknown == [], "write down who may ask for it"


async def test_pages_show_nobody_what_is_not_theirs(world: World) -> None:
    seen = await look(world, ROLES)
    assert not seen.leaks, "\n".join(seen.leaks)
    gets = {str(door) for door in pages(world.service.app) if door.method == "GET" and door.act != PUBLIC}
    # Nobody here consented to research, so nothing is released: tests/web/test_evidence.py fetches one.
    assert gets - seen.opened == {"GET /evidence/releases/{id}/file", "GET /reports/scheduled/files/{id}"}, (
        "a page that never opened for anybody proves nothing"
    )
    assert seen.asked > 300


async def test_a_broken_wall_is_seen_through_the_browser(world: World, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """The control."""
    true_scope = Actor.scope

    def scope(self: Actor, act):  # type: ignore[no-untyped-def]
        made = true_scope(self, act)
        return type(made)(made.centres, made.staff, False, tuple(Sensitivity))

    monkeypatch.setattr(Actor, "scope", scope)
    seen = await look(world, {"counsellor": ROLES["counsellor"]})
    assert any("restricted" in leak for leak in seen.leaks)


async def test_without_a_pass_no_page_opens(world: World) -> None:
    """Nobody, a pass that was made up, somebody signed out, a token meant for programmes: the sign-in page, and nothing else."""
    left = await browser(world, "supervisor.isb")
    assert (await left.ask("POST", ENDS[0])).status_code == 303
    made_up = Browser(world.service.http(), left.token)
    made_up.http.cookies.set("mrc", "bm90aGluZw==")
    bearer = Browser(world.service.http(), "")
    bearer.http.cookies.set("mrc", world.tokens["supervisor.isb"])
    bearer.http.headers["Authorization"] = f"Bearer {world.tokens['supervisor.isb']}"
    opened = []
    for door in pages(world.service.app):
        if door.act == PUBLIC:
            continue
        for name, hers in {"nobody": Browser(world.service.http(), ""), "signed out": left, "made up": made_up, "bearer": bearer}.items():
            answer = await hers.ask(door.method, path_of(door, world.sets["own"], world))
            to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
            if not (to_sign_in or answer.status_code in (401, 403)) or any(mark in answer.text for mark in world.sets["own"].words):
                opened.append(f"{door} for {name}: {answer.status_code}")
    assert opened == []


async def test_a_form_from_elsewhere_does_nothing(world: World) -> None:
    """Another site's form, one without its proof, one with another session's proof: refused before anything is looked at."""
    hers, colleague = await browser(world, "supervisor.isb"), await browser(world, "supervisor.isb")
    taken = []
    for door in pages(world.service.app):
        if door.method != "POST" or door.path == "/sign-in":
            continue
        path = path_of(door, world.sets["own"], world)
        for name, answer in {
            "another site": await hers.ask("POST", path, Origin="https://evil.example", **{"Sec-Fetch-Site": "cross-site"}),
            "a neighbour": await hers.ask("POST", path, Origin="http://evil.mrc.test", **{"Sec-Fetch-Site": "same-site"}),
            "no origin": await hers.http.post(path, data={"form_token": hers.token}),
            "no proof": await hers.ask("POST", path, token=""),
            "another's proof": await hers.ask("POST", path, token=colleague.token),
        }.items():
            if answer.status_code != 403:
                taken.append(f"{door} from {name}: {answer.status_code}")
    assert taken == []
    assert (await hers.ask("POST", "/clients/search")).status_code != 403, "the control: her own form is taken"
