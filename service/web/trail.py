"""A line of the trail in words: who, what, when, about which record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.audit import Entry
from domain.exports.record import ExportState
from domain.incoming.steps import IncomingState
from domain.reporting import Happening
from domain.transfers.steps import TransferState
from service.usecases.identity import HOUSE_ACTOR
from service.web.catalogue import Words, mark
from service.web.labels import LABELS
from service.web.labels_fields import FIELDS
from service.web.people import Names

ACTIONS: Mapping[str, str] = {
    "saw_client": mark("opened the record of the client"),
    "saw_case": mark("opened the case"),
    "saw_sheet": mark("opened the case sheet"),
    "saw_cases": mark("saw a list of cases"),
    "saw_timeline": mark("saw what happened in the case"),
    "saw_tasks_due": mark("saw tasks that are due"),
    "saw_referral": mark("opened the referral"),
    "saw_referrals": mark("saw a list of referrals"),
    "saw_referral_steps": mark("saw the steps of the referral"),
    "saw_consent": mark("saw a consent"),
    "saw_consents": mark("saw the consents of the client"),
    "saw_contact": mark("saw a contact"),
    "found_client": mark("searched for people"),
    "matched_client": mark("was shown people who may be the same as somebody new"),
    "saw_registered": mark("saw a list of people who were registered"),
    "saw_attachment": mark("opened a file of the case"),
    "saw_attachments": mark("saw the list of files"),
    "saw_sessions": mark("saw the sessions"),
    "saw_notes": mark("saw the notes"),
    "saw_tasks": mark("saw the tasks"),
    "saw_screenings": mark("saw the screenings"),
    "saw_hidden_address": mark("opened a hidden address"),
    "saw_trail": mark("read the trail"),
    "saw_tasks_of_centre": mark("saw a list of open tasks"),
    "saw_consents_of_centre": mark("saw a list of consents that end"),
    "saw_what_somebody_holds": mark("saw what a colleague holds"),
    "saw_board": mark("saw what waits in the centre"),
    "saw_break_glass": mark("saw openings of restricted records"),
    "opened_packet": mark("opened what was shared with them"),
    "printed_letter": mark("printed the letter of the referral"),
    "printed_summary": mark("printed the summary for the client"),
    "printed_plan": mark("printed the plan for the client"),
    "answered_again": mark("sent the same form twice and was shown what it had made"),
    "contact_added": mark("took down a contact"),
    "contact_promoted": mark("made a client of a contact"),
    "client_registered": mark("registered the client"),
    "client_changed": mark("changed the record of the client"),
    "client_erased": mark("erased the client"),
    "consent_given": mark("recorded a consent"),
    "consent_withdrawn": mark("withdrew a consent"),
    "case_opened": mark("opened a new case"),
    "case_changed": mark("changed the case"),
    "case_moved": mark("moved the case on"),
    "case_assigned": mark("gave the case to somebody"),
    "session_held": mark("wrote down a session"),
    "note_added": mark("wrote a note"),
    "task_handed_over": mark("handed a task over to somebody"),
    "task_added": mark("added a task"),
    "task_done": mark("finished a task"),
    "task_changed": mark("changed a task"),
    "task_taken_back": mark("took back a task"),
    "news_read": mark("put away news that they had read"),
    "saw_plan": mark("opened the plan"),
    "saw_plans": mark("saw the versions of the plan"),
    "saw_plans_waiting": mark("saw the plans that wait for approval"),
    "plan_written": mark("began a version of the plan"),
    "plan_changed": mark("changed the plan"),
    "plan_moved": mark("moved the plan on"),
    "action_moved": mark("moved an action of the plan on"),
    "saw_disclosure": mark("opened a disclosure under a legal duty"),
    "saw_disclosures": mark("saw a list of disclosures"),
    "saw_case_disclosures": mark("saw the disclosures of the case"),
    "disclosure_asked": mark("asked for a disclosure under a legal duty"),
    "disclosure_moved": mark("moved a disclosure on"),
    "saw_incoming": mark("opened what a partner said of somebody it sent"),
    "saw_incomings": mark("saw a list of people sent by partners"),
    "asked_after_incoming": mark("asked how somebody fares whom they sent"),
    "incoming_came": mark("sent somebody to the centre"),
    "incoming_moved": mark("moved on what a partner sent"),
    "incoming_reminded": mark("reminded the centre of a partner that waits"),
    "incoming_late": mark("told the supervisors that the centre is late"),
    "incoming_registered": mark("said whom a partner had sent"),
    "saw_transfer": mark("opened a transfer"),
    "saw_transfers": mark("saw a list of transfers"),
    "transfer_asked": mark("asked another centre to take the client"),
    "transfer_came": mark("was asked by another centre to take a client"),
    "transfer_moved": mark("moved the transfer on"),
    "transfer_reminded": mark("reminded the centre of a transfer that waits"),
    "transfer_late": mark("told that a transfer is not answered in time"),
    "incoming_cleared": mark("made unreadable what a partner had said of somebody"),
    "saw_research": mark("opened a request for evidence"),
    "saw_researches": mark("saw the register of requests for evidence"),
    "research_asked": mark("asked for evidence"),
    "research_moved": mark("decided on a request for evidence"),
    "evidence_released": mark("released evidence"),
    "saw_export": mark("opened an export"),
    "saw_exports": mark("saw the register of exports"),
    "export_asked": mark("asked for an export"),
    "export_moved": mark("decided on an export"),
    "took_export_password": mark("took a password for an export"),
    "export_fetched": mark("fetched the file of an export, with so many lines"),
    "fetched_release": mark("fetched the file of a release"),
    "saw_policy_note": mark("opened a policy note"),
    "saw_policy_notes": mark("saw the policy log"),
    "printed_policy_note": mark("printed a policy note"),
    "policy_note_written": mark("wrote a policy note"),
    "policy_note_changed": mark("changed a policy note"),
    "policy_note_moved": mark("moved a policy note on"),
    "asked_figures": mark("asked for figures without the people in them"),
    "fetched_report": mark("fetched a report"),
    "report_subscribed": mark("asked for a report after each period"),
    "report_ended": mark("ended a report that was made after each period"),
    "report_made": mark("made a report for a period that has ended"),
    "question_saved": mark("saved a question to the figures"),
    "question_removed": mark("removed a saved question"),
    "centre_changed": mark("changed the hours of a centre"),
    "attachment_added": mark("added a file"),
    "screening_done": mark("screened the client"),
    "screening_decided": mark("decided on a screening"),
    "referral_drafted": mark("wrote a referral"),
    "group_refused": mark("did not refer the case with its group"),
    "took_appointment": mark("took an appointment for their calendar"),
    "saw_message": mark("saw the message about an appointment"),
    "saw_group": mark("saw the cases of a group"),
    "referral_moved": mark("moved the referral on"),
    "referral_reminded": mark("reminded the partner"),
    "deletion_open": mark("told the supervisors that a deletion is not confirmed"),
    "feedback_given": mark("wrote down whether the referral helped"),
    "saw_alternatives": mark("looked for another service after a referral"),
    "project_added": mark("added a project"),
    "project_changed": mark("changed a project"),
    "default_project_set": mark("said which project stands for new work"),
    "saw_jobs": mark("saw the jobs abroad of the client"),
    "saw_job": mark("opened a job abroad"),
    "job_added": mark("wrote down a job abroad"),
    "job_changed": mark("changed a job abroad"),
    "saw_reviews": mark("saw the reviews of reintegration"),
    "saw_review": mark("opened a review of reintegration"),
    "review_held": mark("wrote down a review of reintegration"),
    "review_changed": mark("changed a review of reintegration"),
    "case_shared": mark("said which projects the case belongs to"),
    "session_shared": mark("said which projects an outreach session belongs to"),
    "holiday_added": mark("added a holiday"),
    "holiday_removed": mark("removed a holiday"),
    "referral_late": mark("told the supervisors that a partner is late"),
    "link_made": mark("mailed the partner a link"),
    "link_code_made": mark("made a code for a link"),
    "link_opened": mark("opened a link by its code"),
    "link_revoked": mark("ended a link"),
    "desk_mailed": mark("mailed the desk of a partner that something waits"),
    "sender_invited": mark("invited an agency to send somebody"),
    "invitation_made": mark("mailed an agency a link to send somebody"),
    "invitation_code_made": mark("made a code for a link to send somebody"),
    "invitation_opened": mark("opened a link to send somebody by its code"),
    "invitation_revoked": mark("ended a link to send somebody"),
    "saw_invitations": mark("saw the links by which agencies send somebody"),
    "saw_links": mark("saw the links of the referral"),
    "letter_asked": mark("asked for the partner to be told on paper"),
    "message_given_up": mark("gave up on a message to a partner"),
    "message_replayed": mark("sent a message to a partner again"),
    "messages_replayed": mark("sent a range of messages to a partner again"),
    "sandbox_moved": mark("moved a made-up referral of a partner's sandbox"),
    "endpoint_tested": mark("tested where a partner's messages go"),
    "agreement_ending": mark("told the administrators that an agreement ends"),
    "partner_added": mark("added a partner"),
    "partner_changed": mark("changed a partner"),
    "staff_added": mark("added a colleague"),
    "factors_reset": mark("removed somebody's second factor and passkeys"),
    "outreach_changed": mark("changed an outreach session"),
    "outreach_planned": mark("planned an outreach session"),
    "passkey_added": mark("added a passkey"),
    "passkey_removed": mark("removed a passkey"),
    "password_changed": mark("changed their password"),
    "password_reset": mark("gave somebody a one-time password"),
    "saw_packet_preview": mark("looked at what a partner would see"),
    "saw_referral_desk": mark("looked for a service for the client"),
    "second_factor_dropped": mark("did away with their second factor"),
    "staff_changed": mark("changed a colleague's record"),
    "staff_deactivated": mark("let a colleague go"),
    "staff_reactivated": mark("took a colleague back"),
    "referral_taken_up": mark("took a referral in hand at the partner"),
    "referral_shared_out": mark("gave a referral to a colleague at the partner"),
    "referral_put_back": mark("put a referral back into the queue of the partner"),
    "centre_opened": mark("opened a centre"),
    "signed_in": mark("signed in"),
    "signed_out_event": mark("signed out"),
    "sign_in_refused": mark("was refused at the door"),
    "second_factor_taken": mark("set a second factor"),
    "glass_broken": mark("broke the glass of a restricted record"),
    "glass_reviewed": mark("reviewed the opening of a restricted record"),
    "demo_laid": mark("laid the sample people"),
}
CASES = frozenset(
    "saw_case group_refused "
    "saw_reviews "
    "case_shared saw_case_disclosures saw_sheet saw_timeline printed_summary case_opened case_changed case_moved case_assigned".split()
)
REFERRALS = frozenset(
    "took_appointment saw_message "
    "saw_referral saw_referral_steps saw_links saw_alternatives printed_letter referral_drafted referral_moved referral_late deletion_open "
    "referral_taken_up referral_shared_out referral_put_back "
    "feedback_given link_made link_code_made link_opened link_revoked letter_asked".split()
)
INCOMING = frozenset(
    "saw_incoming asked_after_incoming incoming_came incoming_moved incoming_reminded incoming_late incoming_registered "
    "incoming_cleared".split()
)
POLICY_NOTES = frozenset("saw_policy_note printed_policy_note policy_note_written policy_note_changed policy_note_moved".split())
EVIDENCE = frozenset("saw_research research_asked research_moved".split())
EXPORTS = frozenset("saw_export export_asked export_moved took_export_password export_fetched".split())
TRANSFERS = frozenset("saw_transfer transfer_asked transfer_came transfer_moved transfer_reminded transfer_late".split())
FAULTS = (
    mark("a line is missing"),
    mark("a line was changed"),
    mark("the chain is broken here"),
    mark("a waiting line was changed"),
    mark("the chain ends before the head kept outside"),
    mark("the line differs from the head kept outside"),
)
"""What a walk along the chain may find."""

_SAID: Mapping[str, str] = {code: name for labels in LABELS.values() for code, name in labels.items()}


@dataclass(frozen=True, slots=True)
class Line:
    """`what` is empty for an action that has no words yet; then its code stands for it. `href` leads to the record it is about."""

    entry: Entry
    who: str
    what: str
    href: str
    client_number: str
    detail: str


@dataclass(frozen=True, slots=True)
class Told:
    """One change in a case, in words."""

    who: str
    what: str
    at: datetime
    detail: str


def told(words: Words, it: Happening, known: Names) -> Told:
    return Told(_who(words, it.by, known), words(ACTIONS[it.what]) if it.what in ACTIONS else it.what, it.at, _in_words(words, it.note))


def line(words: Words, entry: Entry, known: Names, numbers: Mapping[UUID, str]) -> Line:
    return Line(
        entry=entry,
        who=_who(words, entry.actor, known),
        what=words(ACTIONS[entry.action]) if entry.action in ACTIONS else "",
        href=_href(entry),
        client_number=numbers.get(entry.client_id, "") if entry.client_id else "",
        detail=_to_whom(entry, known) or _detail(words, entry),
    )


def _who(words: Words, id: UUID, known: Names) -> str:
    if id == HOUSE_ACTOR.id:
        return words(mark("The service itself"))
    return known.of_anybody(id) or words(mark("Somebody who is no longer listed"))


WAYS = (
    (CASES, "/cases/{}"),
    (REFERRALS, "/referrals/{}"),
    (INCOMING, "/incoming/{}"),
    (TRANSFERS, "/transfers/{}"),
    (EVIDENCE, "/evidence/{}"),
    (EXPORTS, "/exports/{}"),
    (POLICY_NOTES, "/policy/{}"),
)
"""Where the record of an action stands."""


def _href(entry: Entry) -> str:
    return next((way.format(entry.subject) for its, way in WAYS if entry.subject and entry.action in its), "")


def _to_whom(entry: Entry, known: Names) -> str:
    return known.of_anybody(UUID(entry.note)) if entry.action == "referral_shared_out" else ""


def _detail(words: Words, entry: Entry) -> str:
    """Which fields, or from which state to which, as codes that have a name; a reason is left as it was written."""
    parts = [words(FIELDS[name]) if name in FIELDS else name for name in entry.fields]
    return words.comma.join([*parts, *filter(None, [_in_words(words, entry.note, entry.action)])])


def _in_words(words: Words, note: str, action: str = "") -> str:
    """The centre answers with the words that partners answer with, and they mean another side."""
    sides = ((IncomingState, INCOMING), (TransferState, TRANSFERS), (ExportState, EXPORTS))
    own = next((LABELS[kind] for kind, its in sides if action in its), {})
    said = {**_SAID, **own}
    return words.comma.join(words(said[part]) if part in said else part for part in note.split(" -> ") if part)
