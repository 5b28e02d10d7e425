"""What every code of the domain is called on a page."""

from collections.abc import Mapping
from enum import StrEnum

from domain.cases import CaseKind, CaseStep, Outcome, Risk, Stage
from domain.clients import Channel, MigrationStage
from domain.consent import ConsentForm, Purpose
from domain.counselling import SessionChannel
from domain.delivery import MessageState
from domain.identity import Role, Sensitivity
from domain.partners.directory import PartnerKind
from domain.partners.hours import Weekday
from domain.referrals.steps import StaffStep, State, Urgency
from domain.screening import Answer, Finding, IndicationOutcome
from domain.values import FieldGroup, Gender
from service.web.catalogue import mark

LABELS: Mapping[type[StrEnum], Mapping[str, str]] = {
    Stage: {
        "open": mark("Open"),
        "in_counselling": mark("In counselling"),
        "plan_agreed": mark("Plan agreed"),
        "in_service": mark("In service"),
        "follow_up": mark("Follow-up"),
        "on_hold": mark("On hold"),
        "closed": mark("Closed"),
    },
    CaseStep: {
        "start_counselling": mark("Start counselling"),
        "agree_plan": mark("Agree the plan"),
        "start_service": mark("Start the service"),
        "follow_up": mark("Move to follow-up"),
        "hold": mark("Put on hold"),
        "resume": mark("Resume"),
        "close": mark("Close the case"),
        "reopen": mark("Reopen the case"),
    },
    CaseKind: {
        "pre_departure": mark("Before departure"),
        "return_reintegration": mark("Return and reintegration"),
        "protection": mark("Protection"),
    },
    Risk: {"low": mark("Low"), "medium": mark("Medium"), "high": mark("High"), "critical": mark("Critical")},
    Urgency: {
        "low": mark("Low: answer within 3 days"),
        "medium": mark("Medium: answer within a day"),
        "high": mark("High: answer within 3 hours"),
        "critical": mark("Critical: answer within an hour"),
    },
    Outcome: {
        "informed": mark("Informed"),
        "migrated_safely": mark("Left safely and legally"),
        "decided_to_stay": mark("Decided to stay"),
        "service_received": mark("Received a service"),
        "reintegrated": mark("Settled in again"),
        "protected": mark("Protected"),
        "lost_contact": mark("Contact lost"),
        "withdrew": mark("Did not wish to go on"),
        "transferred": mark("Handed to another centre"),
        "other": mark("Something else"),
    },
    Sensitivity: {
        "normal": mark("Normal"),
        "restricted": mark("Restricted"),
        "gbv_child": mark("Gender-based violence, or a child"),
    },
    Gender: {
        "female": mark("Female"),
        "male": mark("Male"),
        "transgender": mark("Transgender"),
        "undisclosed": mark("Not disclosed"),
    },
    MigrationStage: {
        "prospective": mark("Thinking of going"),
        "departing": mark("About to leave"),
        "abroad": mark("Abroad"),
        "returnee": mark("Returned"),
    },
    Channel: {
        "walk_in": mark("Walked in"),
        "phone": mark("Telephone"),
        "whatsapp": mark("WhatsApp"),
        "video": mark("Video call"),
        "outreach_event": mark("Outreach session"),
        "social_media": mark("Social media"),
        "web_form": mark("Web form"),
        "referred_by_partner": mark("Sent by a partner"),
    },
    SessionChannel: {
        "in_person": mark("In person"),
        "phone": mark("Telephone"),
        "whatsapp": mark("WhatsApp"),
        "video": mark("Video call"),
        "outreach": mark("Outreach session"),
    },
    Purpose: {
        "service": mark("Receiving our service"),
        "share": mark("Sharing with a partner"),
        "research": mark("Research"),
        "story": mark("Telling their story"),
    },
    ConsentForm: {
        "written": mark("Written"),
        "verbal": mark("Spoken, and certified"),
        "recording": mark("Recorded"),
        "thumb_mark": mark("Thumb mark"),
        "guardian": mark("By the guardian"),
    },
    FieldGroup: {
        "identity": mark("Who they are"),
        "contact": mark("How to reach them"),
        "migration": mark("Migration and district"),
        "screening": mark("What a person decided after screening"),
        "health": mark("Health"),
        "narrative": mark("Their story"),
        "documents": mark("Documents"),
    },
    State: {
        "draft": mark("Draft"),
        "awaiting_approval": mark("Waiting for a supervisor"),
        "queued": mark("On its way"),
        "delivered": mark("Delivered"),
        "seen": mark("Seen by the partner"),
        "accepted": mark("Accepted"),
        "declined": mark("Declined"),
        "needs_information": mark("The partner asks for more"),
        "answered": mark("Question answered"),
        "appointment_set": mark("Appointment set"),
        "in_service": mark("In service"),
        "completed": mark("Completed"),
        "not_completed": mark("Ended without a service"),
        "withdrawn": mark("Withdrawn"),
        "recalled": mark("Recalled: consent withdrawn"),
        "expired": mark("Expired without an answer"),
    },
    StaffStep: {
        "submit": mark("Ask for approval"),
        "approve": mark("Approve and send"),
        "return_to_sender": mark("Return to the writer"),
        "send": mark("Send now"),
        "answer": mark("Answer the partner"),
        "withdraw": mark("Withdraw"),
        "reroute": mark("Try another partner"),
        "close": mark("Close"),
    },
    Answer: {"yes": mark("Yes"), "no": mark("No"), "unknown": mark("Not known"), "declined": mark("Declined to say")},
    IndicationOutcome: {
        "none": mark("No sign found"),
        "unclear": mark("Too little known"),
        "some": mark("Some signs"),
        "strong": mark("Strong signs"),
    },
    Finding: {
        "no_concern": mark("No concern"),
        "at_risk": mark("At risk"),
        "presumed_victim": mark("Presumed victim"),
        "needs_full_screening": mark("Needs a full screening"),
    },
    PartnerKind: {
        "law_enforcement": mark("Law enforcement"),
        "government": mark("Government"),
        "nhri": mark("Human-rights body"),
        "un": mark("United Nations"),
        "ngo": mark("Charity"),
        "helpline": mark("Helpline"),
        "training": mark("Training"),
        "committee": mark("Committee"),
        "other": mark("Something else"),
    },
    MessageState: {
        "waiting": mark("Waiting"),
        "claimed": mark("Being sent"),
        "delivered": mark("Delivered"),
        "given_up": mark("Given up"),
    },
    Weekday: {
        "monday": mark("Monday"),
        "tuesday": mark("Tuesday"),
        "wednesday": mark("Wednesday"),
        "thursday": mark("Thursday"),
        "friday": mark("Friday"),
        "saturday": mark("Saturday"),
        "sunday": mark("Sunday"),
    },
    Role: {
        "counsellor": mark("Counsellor"),
        "supervisor": mark("Supervisor"),
        "centre_manager": mark("Centre manager"),
        "analyst": mark("Analyst"),
        "dpo": mark("Data-protection officer"),
        "admin": mark("Administrator"),
        "partner": mark("Partner"),
    },
}

NOTICES: Mapping[str, str] = {
    "case_assigned": mark("A case was given to you"),
    "task_assigned": mark("A task was given to you"),
    "approval_asked": mark("A referral waits for your approval"),
    "screening_strong": mark("A screening shows strong signs"),
    "glass_broken": mark("A restricted record was opened"),
    "referral_late": mark("A partner has not answered in time"),
    "delivery_given_up": mark("A message could not be delivered"),
    "referral_moved": mark("Referral: {state}"),
    "other": mark("Something changed"),
}


FIELDS: Mapping[str, str] = {
    "q": mark("Name, number, CNIC or telephone"),
    "name": mark("Name"),
    "name_urdu": mark("Name in Urdu script"),
    "gender": mark("Gender"),
    "birth_year": mark("Year of birth"),
    "birth_date": mark("Date of birth, where it is known"),
    "cnic": mark("CNIC"),
    "passport": mark("Passport"),
    "migration_stage": mark("Stage of migration"),
    "phone": mark("Telephone"),
    "phone1": mark("Telephone"),
    "phone2": mark("Another telephone"),
    "channel": mark("How did they reach us?"),
    "minutes": mark("Minutes"),
    "kind": mark("Kind"),
    "risk": mark("Risk"),
    "purpose": mark("What for?"),
    "partner": mark("Partner"),
    "form": mark("How was it given?"),
    "language": mark("Language"),
    "valid_to": mark("Valid until, if it ends"),
    "next_due": mark("Look at it again on"),
    "title": mark("What is to be done?"),
    "due_on": mark("By when?"),
    "text": mark("Note"),
    "note": mark("Note"),
    "follow_up_on": mark("Follow-up promised for"),
    "finding": mark("Decision"),
    "why": mark("Why?"),
    "reason": mark("Reason"),
    "outcome": mark("Outcome"),
    "urgency": mark("Urgency"),
    "client_number": mark("Number of the client"),
    "holder": mark("To whom?"),
    "partner_key": mark("Key"),
    "source": mark("Source"),
    "offers": mark("What it offers"),
    "eligibility": mark("For whom, in their words"),
    "age_from": mark("Youngest"),
    "age_to": mark("Oldest"),
    "districts": mark("Districts"),
    "documents": mark("To bring"),
    "capacity": mark("Places"),
    "waiting": mark("How many wait"),
    "purposes": mark("What it is for"),
    "signed_on": mark("Signed on"),
}
"""What a field is called in the list of faults at the top of a page."""


def label(code: StrEnum) -> str:
    """The English name of a code, to be said in the reader's language."""
    return LABELS[type(code)][code.value]
