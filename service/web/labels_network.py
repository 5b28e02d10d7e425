"""What the codes of the referral network are called: states, steps, ways to a partner."""

from collections.abc import Mapping
from enum import StrEnum

from domain.delivery import MessageState
from domain.partners.channels import ChannelKind, CodesBy, HeardBy
from domain.partners.declining import DeclineCode
from domain.partners.directory import PartnerKind
from domain.partners.exchange import AnswerStep
from domain.partners.times import Unit
from domain.referrals.feedback import Helped
from domain.referrals.steps import StaffStep, State
from service.web.catalogue import mark

OF_NETWORK: Mapping[type[StrEnum], Mapping[str, str]] = {
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
    AnswerStep: {
        "seen": mark("Seen by the partner"),
        "accept": mark("They accept it"),
        "decline": mark("They cannot take it"),
        "need_information": mark("They ask for more"),
        "set_appointment": mark("They set an appointment"),
        "start_service": mark("They have begun"),
        "complete": mark("They have completed it"),
        "not_complete": mark("They could not complete it"),
        "confirm_deletion": mark("They have deleted it"),
    },
    DeclineCode: {
        "no_capacity": mark("No place or means left"),
        "not_eligible": mark("Not eligible for this service"),
        "outside_mandate": mark("Not the task of this agency"),
        "outside_area": mark("Outside the area it serves"),
        "service_ended": mark("The service is no longer offered"),
        "already_served": mark("The person is helped already"),
        "not_reached": mark("The person could not be reached"),
        "client_declined": mark("The person does not want it"),
        "left_again": mark("The person has gone abroad again"),
        "not_enough_information": mark("Too little is known to decide"),
        "not_acted_on": mark("Nobody acted on it in time"),
        "other": mark("Another reason"),
    },
    HeardBy: {"telephone": mark("On the telephone"), "letter": mark("By letter"), "in_person": mark("In person")},
    ChannelKind: {"webhook": mark("Their system"), "email": mark("Mail with a link"), "letter": mark("By letter")},
    CodesBy: {"email": mark("A second mailbox"), "phone": mark("The registered telephone")},
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
    Helped: {
        "yes": mark("Yes"),
        "partly": mark("Partly"),
        "no": mark("No"),
        "not_reached": mark("Could not be reached"),
    },
    Unit: {"hours": mark("open hours"), "days": mark("working days")},
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
}
