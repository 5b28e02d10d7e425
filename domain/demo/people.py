"""One made-up client with all that hangs on them: a pure function of the dice, the client's place in the row, and the cast."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from domain.cases import Assignment, Case, CaseKind, CaseStep, Outcome, Risk, Stage
from domain.clients import Client, MigrationStage
from domain.consent import Consent, ConsentForm, Purpose
from domain.demo import casework, earning, identities, planning, referring, reviewing, words
from domain.demo.cast import Cast, Colleagues
from domain.demo.dice import Dice, Weighted, at_work, between, chance, moments, new_id, pick
from domain.demo.dossier import Dossier
from domain.demo.scene import Scene
from domain.identity import Sensitivity
from domain.reference import countries, load
from domain.values import CaseId, CentreCode, ClientId, ConsentId, StaffId

SPAN = timedelta(days=3 * 365)
"""How far back the made-up people reach."""

# Twenty turns: eight come to Islamabad, seven to Lahore, five to Peshawar. Fixed, so that every client's number is known beforehand.
_TURNS = tuple("ISB LHE PEW ISB LHE ISB PEW LHE ISB LHE PEW ISB LHE ISB PEW LHE ISB LHE PEW ISB".split())
# Cases of each sixteen clients of a centre, one after the other: 1.25 each.
_CASES = (1, 1, 1, 2, 1, 1, 1, 2, 1, 1, 1, 3, 1, 1, 1, 1)

_KINDS = {
    MigrationStage.returnee: Weighted({CaseKind.return_reintegration: 8.0, CaseKind.protection: 2.0}),
    MigrationStage.abroad: Weighted({CaseKind.protection: 5.0, CaseKind.pre_departure: 5.0}),
}
_ELSE = Weighted({CaseKind.pre_departure: 9.5, CaseKind.protection: 0.5})
_RISKS = Weighted({Risk.low: 5.0, Risk.medium: 3.4, Risk.high: 1.3, Risk.critical: 0.3})
_OUTCOMES = Weighted(
    {
        Outcome.informed: 35.0,
        Outcome.decided_to_stay: 15.0,
        Outcome.migrated_safely: 14.0,
        Outcome.service_received: 12.0,
        Outcome.lost_contact: 9.0,
        Outcome.reintegrated: 7.0,
        Outcome.protected: 3.0,
        Outcome.withdrew: 3.0,
        Outcome.other: 2.0,
    }
)
_S = CaseStep
_PATHS: dict[Stage, tuple[CaseStep, ...]] = {
    Stage.open: (),
    Stage.in_counselling: (_S.start_counselling,),
    Stage.plan_agreed: (_S.start_counselling, _S.agree_plan),
    Stage.in_service: (_S.start_counselling, _S.agree_plan, _S.start_service),
    Stage.follow_up: (_S.start_counselling, _S.start_service, _S.follow_up),
    Stage.on_hold: (_S.start_counselling, _S.hold),
    Stage.closed: (_S.start_counselling, _S.close),
}
_STAGES = Weighted(
    {
        Stage.open: 2.0,
        Stage.in_counselling: 3.5,
        Stage.plan_agreed: 1.2,
        Stage.in_service: 1.5,
        Stage.follow_up: 1.2,
        Stage.on_hold: 0.6,
    }
)


def _nth(index: int) -> tuple[str, int]:
    """The centre of the client at this place, and how many of that centre came before."""
    rounds, turn = divmod(index, len(_TURNS))
    code = _TURNS[turn]
    return code, rounds * _TURNS.count(code) + _TURNS[:turn].count(code)


def cases_before(nth: int) -> int:
    """How many cases the first `nth` clients of a centre have."""
    rounds, rest = divmod(nth, len(_CASES))
    return rounds * sum(_CASES) + sum(_CASES[:rest])


def numbers(clients: int) -> dict[tuple[CentreCode, str], int]:
    """The last client and case number of each centre."""
    last: dict[tuple[CentreCode, str], int] = {}
    for code in sorted(set(_TURNS)):
        rounds, turn = divmod(clients, len(_TURNS))
        count = rounds * _TURNS.count(code) + _TURNS[:turn].count(code)
        last[CentreCode(code), "C"], last[CentreCode(code), "K"] = count, cases_before(count)
    return last


def dossier(cast: Cast, dice: Dice, index: int, clients: int, until: date) -> Dossier:
    """The client at this place of so many; nothing of it is later than the morning of `until`."""
    _, nth = _nth(index)
    made = Dossier(client(cast, dice, index, clients, until))
    colleagues = _colleagues(cast, made.client.centre)
    made.consents.append(_service_consent(made.client, dice))
    horizon, opened = datetime.combine(until, time(4), UTC), made.client.registered_at
    for number in range(cases_before(nth), cases_before(nth + 1)):
        opened = min(opened + timedelta(minutes=between(dice, 5, 50)), horizon - timedelta(minutes=30))
        _add_case(made, cast, colleagues, dice, number + 1, opened, horizon)
        opened += timedelta(days=between(dice, 20, 300))
    reviewing.reviewed(made, dice, horizon)
    earning.earned(made, dice)
    return made


def _colleagues(cast: Cast, centre: str) -> Colleagues:
    return next(one for one in cast.centres if one.centre == centre)


def client(cast: Cast, dice: Dice, index: int, clients: int, until: date) -> Client:
    """Only the person: what the dice say first, so that it is the same as in the dossier."""
    code, nth = _nth(index)
    colleagues = _colleagues(cast, code)
    days = (SPAN.days - 1) * (index + dice.random()) / clients
    registered = at_work(until - SPAN + timedelta(days=int(days)), dice)
    its, (province, district) = identities.gender(dice), identities.origin(dice, colleagues.centre)
    birth = identities.birth(dice, registered.date())
    return Client(
        id=ClientId(new_id(dice, registered)),
        centre=colleagues.centre,
        number=f"{colleagues.centre}-C-{nth + 1:06d}",
        names=identities.names(dice, its),
        particulars=identities.particulars(dice, its, province, birth),
        gender=its,
        migration_stage=identities.stage(dice),
        district=district,
        birth_year=birth.year,
        sensitivity=Sensitivity.normal,
        registered_at=registered,
        registered_by=StaffId(pick(dice, colleagues.counsellors).id),
    )


def _service_consent(client: Client, dice: Dice) -> Consent:
    at = client.registered_at + timedelta(minutes=2)
    form = (
        ConsentForm.guardian
        if client.is_child(at.date())
        else pick(dice, (ConsentForm.written, ConsentForm.verbal, ConsentForm.thumb_mark))
    )
    language = client.particulars.languages[0]
    return Consent(
        id=ConsentId(new_id(dice, at)),
        centre=client.centre,
        client_id=client.id,
        purpose=Purpose.service,
        partner_id=None,
        field_groups=(),
        form=form,
        language=language,
        text_version="2026-01",
        given_at=at,
        taken_by=client.registered_by,
    )


def _add_case(made: Dossier, cast: Cast, colleagues: Colleagues, dice: Dice, number: int, opened: datetime, horizon: datetime) -> None:
    age = (horizon - opened).days
    closed = age > 10 and chance(dice, min(0.84, age / 150))
    last = (
        opened + timedelta(days=between(dice, 3, min(age - 1, 220)))
        if closed
        else max(opened, horizon - timedelta(hours=between(dice, 1, 400)))
    )
    holder = pick(dice, colleagues.counsellors)
    country, place = _place(dice)
    case = _case(made.client, dice, number, opened, place, StaffId(holder.id))
    case.country = country
    made.cases.append(case)
    if case.sensitivity is not Sensitivity.normal and made.client.sensitivity is Sensitivity.normal:
        made.client.sensitivity, made.client.version = case.sensitivity, made.client.version + 1
    made.assignments.append(
        Assignment(new_id(dice, opened), case.centre, case.client_id, case.id, case.counsellor_id, opened, None, "opened")
    )
    scene = Scene(dice, cast, colleagues, holder, made, case, last, horizon, closed, place)
    casework.fill(scene)
    referring.fill(scene)
    _move(scene)


def _case(client: Client, dice: Dice, number: int, opened: datetime, place: str, holder: StaffId) -> Case:
    kind = _KINDS.get(client.migration_stage, _ELSE).pick(dice)
    return Case(
        id=CaseId(new_id(dice, opened)),
        centre=client.centre,
        client_id=client.id,
        number=f"{client.centre}-K-{number:06d}",
        kind=kind,
        risk=_RISKS.pick(dice),
        sensitivity=_sensitivity(dice, kind, child=client.is_child(opened.date())),
        stage=Stage.open,
        counsellor_id=holder,
        summary=words.summary(dice, kind, place),
        opened_at=opened,
        touched_at=opened,
    )


def _sensitivity(dice: Dice, kind: CaseKind, *, child: bool) -> Sensitivity:
    thrown = dice.random()
    if child:
        return Sensitivity.gbv_child if thrown < 0.4 else Sensitivity.normal
    if kind is CaseKind.protection:
        return Sensitivity.restricted if thrown < 0.25 else Sensitivity.gbv_child if thrown < 0.4 else Sensitivity.normal
    return Sensitivity.restricted if thrown < 0.015 else Sensitivity.normal


def _place(dice: Dice) -> tuple[str | None, str]:
    code = _destinations().pick(dice)
    return (code, countries()[code].name) if code in countries() else (None, "the Gulf")


@cache
def _destinations() -> Weighted[str]:
    return Weighted(load("demo_distributions")["destinations"]["weights"])


def _move(scene: Scene) -> None:
    """Takes the case to its stage by the rules of normal use, then says when something is due."""
    dice, case = scene.dice, scene.case
    stage = Stage.closed if scene.closed else _STAGES.pick(dice)
    path = _PATHS[stage]
    times = moments(dice, case.opened_at, scene.last, len(path))
    if scene.closed:
        times[-1] = scene.last
    if planned := CaseStep.agree_plan in path:
        planning.agreed(scene, times[path.index(CaseStep.agree_plan)])
    elif stage is Stage.in_counselling and chance(dice, 0.4):
        planning.begun(scene)
    for step, at in zip(path, times, strict=True):
        outcome = _OUTCOMES.pick(dice) if step is CaseStep.close else None
        reason = "Waits for papers." if step is CaseStep.hold else ""
        case.move(step, by=scene.holder, at=at, reason=reason, outcome=outcome, planned=planned)
        case.version += 1
    if not scene.closed and chance(dice, 0.8):
        case.next_due = scene.horizon.date() + timedelta(days=between(dice, -12, 30))
