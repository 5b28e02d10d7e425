"""The partner directory: everybody reads and searches it, the administrator runs it."""

from service.usecases.partners.alternatives import Alternatives
from service.usecases.partners.renewals import Renewals
from service.usecases.partners.running import Partners
from service.usecases.partners.views import AgreementLine, Credentials, EndpointState, MailboxView, PartnerLine, PartnerView, ServiceFound
from service.usecases.partners.whereabouts import HiddenAddresses

__all__ = [
    "AgreementLine",
    "Alternatives",
    "Credentials",
    "EndpointState",
    "HiddenAddresses",
    "MailboxView",
    "PartnerLine",
    "PartnerView",
    "Partners",
    "Renewals",
    "ServiceFound",
]
