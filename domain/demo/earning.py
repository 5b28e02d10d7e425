"""Jobs abroad of made-up returnees: the shares and sums are ours, from no source."""

from functools import cache

from domain.clients import MigrationStage
from domain.demo.dice import Dice, Weighted, between, chance, new_id, pick
from domain.demo.dossier import Dossier
from domain.identity import Actor, Role
from domain.recruitment import PKR, Job, Paid, Told
from domain.reference import countries
from domain.reference.store import load
from domain.values import day_of

_MONEY = {"SAU": ("SAR", 7400), "ARE": ("AED", 7600), "QAT": ("QAR", 7600)}
_PAID = (Paid.family_loan, Paid.family_loan, Paid.savings, Paid.sold_assets, Paid.lender, Paid.not_known)


@cache
def _destinations() -> Weighted[str]:
    weights = load("demo_distributions")["destinations"]["weights"]
    return Weighted({code: share for code, share in weights.items() if code in countries()})


def earned(dossier: Dossier, dice: Dice) -> None:
    """Of every other returnee one job, some years before they were registered."""
    client = dossier.client
    if client.migration_stage is not MigrationStage.returnee or not chance(dice, 0.5):
        return
    country, at = _destinations().pick(dice), client.registered_at
    currency, rate = _MONEY.get(country, (PKR, 100))
    monthly = between(dice, 60, 160) * 1000
    told = Told(
        country=country,
        year=day_of(at).year - between(dice, 1, 6),
        agent=between(dice, 40, 350) * 1000,
        visa=between(dice, 0, 150) * 1000,
        ticket=between(dice, 30, 90) * 1000 if chance(dice, 0.9) else None,
        medical=between(dice, 5, 20) * 1000,
        paid=pick(dice, _PAID),
        income=monthly * 100 // rate if chance(dice, 0.85) else None,
        currency=currency,
        rate=rate,
    )
    by = Actor(client.registered_by, Role.counsellor, (client.centre,))
    dossier.jobs.append(Job.add(new_id(dice, at), client, told, by=by, at=at)[0])
