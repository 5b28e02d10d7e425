"""What stands around every page: language, places, the proof for its forms; and how a view becomes HTML."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from domain.identity import Act, Actor
from domain.values import HOUSE, Language
from service.settings import Settings
from service.web import guard, packing
from service.web.catalogue import LANGUAGES, Words, best, mark
from service.web.forms import NOTHING, Again
from service.web.speaking import templates
from service.web.still import forms, parts_for
from service.web.times import Moment, due, left, seen_from, today

PLACES: tuple[tuple[Act, str, str], ...] = (
    (Act.see_cases, "/my-cases", mark("My day")),
    (Act.find_client, "/clients", mark("People")),
    (Act.see_referrals, "/referrals", mark("Referrals")),
    (Act.see_incoming, "/incoming", mark("Incoming")),
    (Act.answer_transfer, "/transfers", mark("Transfers")),
    (Act.see_outreach, "/outreach", mark("Outreach")),
    (Act.approve_referral, "/board", mark("Board")),
    (Act.see_dashboards, "/figures", mark("Figures")),
    (Act.see_evidence, "/evidence", mark("Evidence")),
    (Act.see_policy, "/policy", mark("Policy log")),
    (Act.see_exports, "/exports", mark("Exports")),
    (Act.run_projects, "/projects", mark("Projects")),
    (Act.see_trail, "/trail", mark("Trail")),
    (Act.review_break_glass, "/glass", mark("Reviews")),
    (Act.review_break_glass, "/disclosures", mark("Disclosures")),
    (Act.run_staff, "/staff", mark("Staff")),
    (Act.run_partners, "/partners", mark("Partners")),
    (Act.see_partner_queue, "/queue", mark("Queue")),
    (Act.share_out_referral, "/people", mark("People of the desk")),
)
DONE = {
    "contact": mark("The contact is saved."),
    "client": mark("Registered."),
    "changed": mark("The changes are saved."),
    "consent": mark("The consent is recorded."),
    "withdrawn": mark("The consent is withdrawn. What left under it was recalled."),
    "case": mark("The case is open."),
    "step": mark("Done."),
    "news": mark("Put away. It stands among your earlier news."),
    "session": mark("The session is saved."),
    "note": mark("The note is saved."),
    "task": mark("The task is saved."),
    "finished": mark("The task is done."),
    "screening": mark("The answers are saved."),
    "decision": mark("Your decision is saved."),
    "group": mark("Done. What went and what did not stands below."),
    "referral": mark("The draft is saved. Nothing has left yet."),
    "paper": mark("The paper is attached."),
    "signup": mark("Signed up. The form is ready for the next person."),
    "password": mark("Your password is changed. Your other sessions have ended."),
    "factor": mark("From the next sign-in on, a code is asked for."),
    "no-factor": mark("No code is asked for any more."),
    "passkey": mark("The passkey is added. You can sign in with it."),
    "no-passkey": mark("The passkey is removed."),
    "ended": mark("The sessions have ended."),
    "staff-gone": mark("This person can no longer sign in. Their sessions have ended."),
    "staff-back": mark("This person can sign in again."),
    "staff-factors": mark("Second factor and passkeys are removed. Their sessions have ended."),
    "plan-approved": mark("The plan is approved. Its actions stand among the tasks of those who do them."),
    "plan-sent-back": mark("The plan is sent back to its writer with your words."),
    "submitted": mark("A supervisor has been asked."),
    "sent": mark("Sent. The partner is being told now."),
    "returned": mark("Returned to its writer."),
    "answered": mark("Your answer is on its way to the partner."),
    "told": mark("Thank you. The centre has been told."),
    "person-sent": mark("Thank you. The centre has it. This page says how the person fares, and a mail tells you of each answer."),
    "link-mailed": mark("A new link is on its way to your office's mailbox."),
    "invited": mark("A link is on its way to the agency's mailbox."),
    "link-revoked": mark("The link opens nothing any more."),
    "reported": mark("Written down as what the partner said."),
    "taken_back": mark("The referral is withdrawn."),
    "closed": mark("The referral is closed."),
    "handed-over": mark("Handed over. Your colleague is told of each case."),
    "given": mark("The case is given to your colleague, who is told."),
    "partner": mark("The partner is added. It takes referrals once an agreement is in force."),
    "service": mark("The service is saved."),
    "confirmed": mark("Confirmed today."),
    "agreement": mark("The agreement is saved."),
    "agreement-ended": mark("The agreement has ended. Nothing more leaves under it."),
    "holiday": mark("The holiday is saved. It counts for clocks that start from now on."),
    "holiday-removed": mark("The holiday is removed. Clocks that run stay as they are."),
    "feedback": mark("What the client said is saved."),
    "replayed": mark("The message is sent again."),
    "disclosure-asked": mark("Asked for. Somebody else of the centre decides; nothing has left."),
    "disclosure-confirm": mark("Confirmed. It may be handed over now; nothing leaves by itself."),
    "disclosure-refuse": mark("Refused. The person who asked is told."),
    "disclosure-hand_over": mark("The handing over is written down."),
    "evidence-asked": mark("Asked for. The data-protection officer is told and decides."),
    "evidence-approve": mark("Approved. The analyst may release it now."),
    "evidence-refuse": mark("Refused. The analyst is told why."),
    "evidence-end": mark("Ended. Nothing more is released under it."),
    "evidence-released": mark("Released. It stands below, with what was left out of it."),
    "policy-written": mark("The draft of the note is saved."),
    "policy-submit": mark("Submitted. Those who may approve it are told."),
    "policy-send_back": mark("Sent back to those who wrote it."),
    "policy-approve": mark("Approved. It may be shared now; nothing leaves by itself."),
    "policy-share": mark("The sharing is written down."),
    "policy-answer": mark("The answer is written down."),
    "policy-adopt": mark("Written down as adopted."),
    "policy-turn_down": mark("Written down as not adopted."),
    "export-asked": mark("Asked for. Those who may decide are told."),
    "export-ready": mark("Nobody is named in it: you may fetch it at once."),
    "export-approve": mark("Approved. Whoever asked may fetch it for 24 hours."),
    "export-refuse": mark("Refused. The person who asked is told."),
    "export-withdraw": mark("Withdrawn. Nothing more leaves under it."),
    "question-saved": mark("The question is saved."),
    "question-removed": mark("The question is removed."),
    "report-subscribed": mark("Asked for. It is made within minutes for the last period, then after each one."),
    "report-ended": mark("Ended. What was made stays until it expires."),
    "project": mark("The project is saved."),
    "standing": mark("Saved. It holds for what begins from now on."),
    "review": mark("The review is written down."),
    "job": mark("The job is written down."),
    "shares": mark("The shares are saved."),
    "incoming-seen": mark("The partner sees that you have looked at it."),
    "incoming-accept": mark("Accepted. The partner is being told; register the person now."),
    "incoming-decline": mark("Declined. The partner is being told."),
    "incoming-need_information": mark("Your question is on its way to the partner."),
    "incoming-complete": mark("Completed. The partner is being told."),
    "incoming-client": mark("This is the person whom the partner sent."),
    "transfer-asked": mark("Asked. The other centre sees no name before it accepts."),
    "transfer-accept": mark("Accepted. The client and all that belongs to them are with us now."),
    "transfer-refuse": mark("Refused. The other centre is told why."),
    "transfer-withdraw": mark("Withdrawn. The client stays here."),
    "range-replayed": mark("The messages of this range are sent again."),
    "post-paused": mark("Notices are held back. They wait until you let them leave."),
    "post-resumed": mark("Notices leave again, oldest first."),
    "held": mark("It is in your hands now."),
    "shared": mark("Given to your colleague, who finds it in the queue."),
    "put-back": mark("It waits in the queue again."),
    "desk-person-gone": mark("This person can no longer sign in. What they had in hand waits in the queue again."),
    "glass": mark("The record is open to you for three hours. The data-protection officer has been told."),
    "reviewed": mark("The review is saved."),
}
"""What is said after a deed, by the code that travels in the address."""


GO = {"/my-cases": "d", "/clients": "p", "/referrals": "r", "/outreach": "o", "/figures": "f"}
"""The letter that leads to a place, after `g`."""


SOON = timedelta(hours=1)
"""From here on a page says when its session ends, however much is done in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    href: str
    name: str
    here: bool

    @property
    def go(self) -> str:
        return GO.get(self.href, "")


@dataclass(frozen=True, slots=True)
class Device:
    """What a device may keep for whoever is in: the key to seal it with, and which forms were done and can be forgotten."""

    key: str
    done: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """`form_token` belongs to the session; `fresh` to this showing of the page, and is the root of its idempotency keys; `way` is how the
    browser wants its pages packed."""

    words: Words
    at: datetime
    path: str
    actor: Actor | None
    form_token: str
    fresh: str
    done: str = ""
    way: str = ""
    device: Device | None = None
    locks_after: int = 0

    @property
    def places(self) -> tuple[Place, ...]:
        if self.actor is None:
            return ()
        its = tuple(href for act, href, _ in PLACES if self.actor.may(act))
        return _places(self.words.language, its, self.path if self.path in its else "")

    @property
    def languages(self) -> tuple[tuple[str, str, bool], ...]:
        return tuple((one.value, name, one is self.words.language) for one, name in LANGUAGES.items())

    @property
    def ends_in(self) -> int | None:
        """Seconds to the end of the session, counted here: the clock of a device may be anything."""
        return max(0, int((self.actor.until - self.at).total_seconds())) if self.actor and self.actor.until else None

    @property
    def ends_soon(self) -> bool:
        return self.ends_in is not None and self.ends_in < SOON.total_seconds()

    @property
    def centre(self) -> str:
        """Whose sheet it is on paper: of somebody with several centres, or with none, the page itself says which it is about."""
        its = self.actor.centres if self.actor else ()
        return its[0] if len(its) == 1 and its[0] != HOUSE else ""

    def may(self, act: str) -> bool:
        return self.actor is not None and self.actor.may(Act(act))


@cache
def _places(language: Language, its: tuple[str, ...], here: str) -> tuple[Place, ...]:
    """The same few lists again and again: made once, so that what is drawn of one is found again by it."""
    words = Words(language)
    return tuple(Place(href, words(name), href == here) for _, href, name in PLACES if href in its)


def tongue(request: Request, settings: Settings, actor: Actor | None) -> Words:
    """Chosen by hand first, then the language of the member of staff, then what the browser asks for."""
    chosen = guard.held(request, settings, guard.TONGUE)
    if chosen in [language.value for language in LANGUAGES]:
        return Words(Language(chosen))
    if actor is not None:
        return Words(actor.language if actor.language in LANGUAGES else Language.english)
    return Words(best(request.headers.get("accept-language", "")))


def done_said(request: Request) -> str:
    return DONE.get(request.query_params.get("done", ""), "") if request.scope["query_string"] else ""


def _of_now(frame: Frame) -> dict[str, Callable[..., object]]:
    """How a page says a time, seen from when it is shown."""
    words, now, here = frame.words, frame.at, today(frame.at)

    def moment(at: datetime) -> Moment:
        return seen_from(words, at, here)

    def deadline(day: date) -> Moment:
        return due(words, day, here)

    def remaining(until: datetime) -> str:
        return left(words, until, now)

    return {"moment": moment, "deadline": deadline, "remaining": remaining}


def render(frame: Frame, template: str, view: object, *, again: Again = NOTHING, status: int = 200) -> Response:
    """One frozen view to one page, with the headers that every page has."""
    language = frame.words.language
    still = parts_for(language, frame, again)
    around = {"page": frame, "again": again, "f": forms(language, frame, again)}
    page = templates()[language].get_template(f"{template}.html")
    body = page.render(around, view=view, still=still, **_of_now(frame)).encode()
    head = {"Content-Language": language.value, **packing.headers(body, frame.way)}
    return HTMLResponse(packing.packed(body, head.get("Content-Encoding", "")), status, {**guard.HEADERS, **head})
