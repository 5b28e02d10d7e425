"""What somebody is told, by the kind of the notice."""

from collections.abc import Mapping

from service.web.catalogue import mark
from service.web.labels_evidence import NOTICES_OF_EVIDENCE
from service.web.labels_exports import NOTICES_OF_EXPORTS
from service.web.labels_policy import NOTICES_OF_POLICY
from service.web.labels_reports import NOTICES_OF_REPORTS
from service.web.labels_transfer import NOTICES_OF_TRANSFERS

NOTICES: Mapping[str, str] = {
    "case_assigned": mark("A case was given to you"),
    "task_assigned": mark("A task was given to you"),
    "approval_asked": mark("A referral waits for your approval"),
    "plan_submitted": mark("A plan waits for your approval"),
    "plan_approved": mark("Your plan is approved"),
    "plan_sent_back": mark("Your plan was sent back"),
    "screening_strong": mark("A screening shows strong signs"),
    "glass_broken": mark("A restricted record was opened"),
    "referral_late": mark("A partner has not answered in time"),
    "deletion_confirmed": mark("A partner has deleted what was recalled"),
    "deletion_open": mark("A partner has not confirmed that it deleted what was recalled"),
    "delivery_given_up": mark("A message could not be delivered"),
    "letter_asked": mark("A letter is to be printed and handed over"),
    "partner_untold": mark("A partner that is reached on paper has to be told of a change"),
    "agreement_ending": mark("An agreement with a partner ends soon"),
    "referral_moved": mark("Referral: {state}"),
    "incoming_came": mark("A partner has sent somebody"),
    "invitation_failed": mark("A link could not be mailed to an agency"),
    "incoming_reminder": mark("Half the time to answer a partner is over"),
    "incoming_late": mark("A partner waits longer than it should for our answer"),
    "incoming_answered": mark("A partner has answered our question"),
    "incoming_withdrawn": mark("A partner has taken back whom it sent"),
    **NOTICES_OF_TRANSFERS,
    **NOTICES_OF_EVIDENCE,
    **NOTICES_OF_POLICY,
    **NOTICES_OF_REPORTS,
    **NOTICES_OF_EXPORTS,
    "disclosure_asked": mark("A disclosure under a legal duty is asked for"),
    "disclosure_confirmed": mark("Your disclosure is confirmed"),
    "disclosure_refused": mark("Your disclosure is refused"),
    "disclosure_handed_over": mark("Something was handed over under a legal duty"),
    "other": mark("Something changed"),
}
