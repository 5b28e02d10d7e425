"""What may leave at all: what the client consents to and an agreement in force covers, and who has to approve."""

from dataclasses import dataclass

from domain.errors import Conflict
from domain.identity import Sensitivity
from domain.partners.directory import PartnerKind
from domain.values import FieldGroup


class NoConsent(Conflict):
    """The client has not consented to share this with this partner."""

    next = "Talk it over with the client; record the consent if they agree, or leave these fields out."


class NoAgreement(Conflict):
    """No agreement in force allows this to leave for this partner."""

    next = "Leave these fields out, or ask the administrator about the agreement."


@dataclass(frozen=True, slots=True)
class Allowed:
    """What consent and agreement let this partner see at this moment; `approval` where an agreement asks for a second person each time."""

    consented: frozenset[FieldGroup]
    agreed: frozenset[FieldGroup]
    approval: bool = False

    def check(self, wanted: tuple[FieldGroup, ...]) -> None:
        """Raises NoConsent or NoAgreement, naming the groups. Who asks for no group still needs both: the reason alone tells enough."""
        if not self.consented:
            raise NoConsent()
        if not self.agreed:
            raise NoAgreement()
        if missing := [group.value for group in wanted if group not in self.consented]:
            raise NoConsent(f"No live consent covers: {', '.join(missing)}.")
        if missing := [group.value for group in wanted if group not in self.agreed]:
            raise NoAgreement(f"No agreement in force covers: {', '.join(missing)}.")


def needs_approval(kind: PartnerKind, sensitivity: Sensitivity, *, child: bool, agreement: bool = False) -> bool:
    """Law enforcement, a child, a restricted case: each asks for a second person before anything leaves (PRODUCT.md). An `agreement` may
    ask for one for everybody; it cannot take one away.

    Decision. Context: an agreement may begin, or be replaced, between a draft and its sending. Choice: kind, child and sensitivity are
    settled when the draft is written, as before; what the agreement asks is looked at once more when it leaves, so that no draft from
    before slips out. Price: a draft may say "send" in the morning and ask for a supervisor in the afternoon.
    """
    return kind is PartnerKind.law_enforcement or child or sensitivity is not Sensitivity.normal or agreement
