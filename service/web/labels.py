"""What every code of the domain is called on a page."""

from collections.abc import Mapping
from enum import StrEnum

from domain.attachments import FileKind
from domain.cases import CaseKind, CaseStep, Outcome, Risk, Stage
from domain.clients import MigrationStage
from domain.consent import ConsentForm, Purpose
from domain.contacts import Channel
from domain.counselling import SessionChannel
from domain.disclosures import DisclosureState, DisclosureStep, Handing
from domain.identity import Role, Sensitivity
from domain.incoming.steps import DeskStep, IncomingState
from domain.outreach import OutreachKind
from domain.partners.hours import Weekday
from domain.plans.content import ActionState, ActionStep, NeedKind, Owner
from domain.plans.record import PlanState, PlanStep
from domain.referrals.steps import Urgency
from domain.screening import Answer, Finding, IndicationOutcome
from domain.values import FieldGroup, Gender
from service.web.catalogue import mark
from service.web.labels_evidence import OF_EVIDENCE
from service.web.labels_exports import OF_EXPORTS
from service.web.labels_network import OF_NETWORK
from service.web.labels_outcomes import OF_OUTCOMES
from service.web.labels_policy import OF_POLICY
from service.web.labels_projects import OF_PROJECTS
from service.web.labels_reports import OF_REPORTS
from service.web.labels_topics import OF_TOPICS
from service.web.labels_transfer import OF_TRANSFERS

LABELS: Mapping[type[StrEnum], Mapping[str, str]] = {
    **OF_TRANSFERS,
    **OF_EXPORTS,
    **OF_EVIDENCE,
    **OF_NETWORK,
    **OF_POLICY,
    **OF_REPORTS,
    **OF_TOPICS,
    **OF_PROJECTS,
    **OF_OUTCOMES,
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
    NeedKind: {
        "safety": mark("Safety"),
        "shelter": mark("Shelter"),
        "health": mark("Health"),
        "psychosocial": mark("Psychosocial support"),
        "legal": mark("Legal help"),
        "documents": mark("Documents"),
        "family": mark("Family and children"),
        "skills": mark("Skills and training"),
        "work": mark("Work and wages"),
        "livelihood": mark("A living after the return"),
        "information": mark("Safe and legal ways"),
    },
    Owner: {"staff": mark("The centre"), "client": mark("The client"), "partner": mark("Partner")},
    ActionState: {"to_do": mark("To do"), "doing": mark("Under way"), "done": mark("Done"), "dropped": mark("Dropped")},
    ActionStep: {"start": mark("Begin"), "finish": mark("Done"), "drop": mark("Drop")},
    PlanState: {
        "draft": mark("Draft"),
        "submitted": mark("Waiting for a supervisor"),
        "approved": mark("Approved"),
        "replaced": mark("Replaced by a later version"),
    },
    PlanStep: {"submit": mark("Ask for approval"), "approve": mark("Approve"), "send_back": mark("Send back")},
    DisclosureState: {
        "asked": mark("Waits for a second person"),
        "confirmed": mark("May be handed over"),
        "refused": mark("Not to be handed over"),
        "handed_over": mark("Handed over"),
    },
    DisclosureStep: {
        "confirm": mark("Confirm the disclosure"),
        "refuse": mark("Refuse the disclosure"),
        "hand_over": mark("Write down the handing over"),
    },
    Handing: {
        "in_person": mark("In person"),
        "letter": mark("By letter, on paper"),
        "telephone": mark("Telephone"),
        "electronic": mark("By e-mail or their own system"),
    },
    IncomingState: {
        "queued": mark("New"),
        "seen": mark("Looked at"),
        "accepted": mark("Accepted"),
        "declined": mark("Declined"),
        "needs_information": mark("We asked for more"),
        "answered": mark("They answered our question"),
        "completed": mark("Completed"),
        "withdrawn": mark("Taken back by the partner"),
        "expired": mark("No answer came to our question"),
    },
    DeskStep: {
        "seen": mark("We have seen it"),
        "accept": mark("Accept"),
        "decline": mark("Decline"),
        "need_information": mark("Ask for more"),
        "complete": mark("Write that it is completed"),
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
    FileKind: {
        "jpeg": mark("JPEG picture"),
        "png": mark("PNG picture"),
        "pdf": mark("PDF document"),
        "text": mark("Plain text"),
    },
    OutreachKind: {
        "awareness_session": mark("Awareness session"),
        "institute_visit": mark("Visit to an institute"),
        "other": mark("Something else"),
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
        "partner_lead": mark("Leads the desk of a partner"),
        "partner_worker": mark("Works at the desk of a partner"),
    },
}


def label(code: StrEnum) -> str:
    """The English name of a code, to be said in the reader's language."""
    return LABELS[type(code)][code.value]
