"""What the centres offer themselves, as the public directory shows it beside the partners.

Decision. Context: what an MRC offers is in the reference data with source and mark, and whoever reads the directory looks for it first; a
partner of our own name would be found at the referral desk, and nobody refers to themselves. Choice: an organisation of the directory with
ids derived from its codes, and no row. Price: it is changed with the reference data, in a release.
"""

from functools import cache

from domain import reference
from domain.partners.directory import PartnerKind, Service
from domain.partners.published import Organisation
from domain.partners.terms import derived
from domain.values import PartnerId

NAME = "Migrant Resource Centres (MRC)"
SOURCE = "UN Network on Migration MRC practice page"


@cache
def ours() -> tuple[Organisation, tuple[Service, ...]]:
    id = PartnerId(derived("organization", "mrc"))
    seeds = reference.services().items()
    services = (Service(derived("service", code), id, one.name, verified=one.mark.verified, source=one.mark.source) for code, one in seeds)
    return Organisation(id, NAME, PartnerKind.other, True, SOURCE), tuple(services)
