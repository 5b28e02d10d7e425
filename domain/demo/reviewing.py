"""Reviews of made-up returnees: most are held near their day, some are missed, some people are not reached, the newest still wait."""

from datetime import datetime, timedelta
from itertools import zip_longest

from domain.cases import Case, CaseKind
from domain.counselling import SessionChannel
from domain.demo.dice import Dice, Weighted, at_work, between, chance, may_lie, new_id, pick
from domain.demo.dossier import Dossier
from domain.identity import Actor, Role
from domain.reintegration.reviews import Heard, Known, Reached, Review, Round, due_on, next_round, task_for
from domain.values import Language, day_of

_RESULTS = Weighted({Reached.reached: 0.72, Reached.lost_contact: 0.16, Reached.abroad_again: 0.07, Reached.withdrew: 0.05})
_CHANNELS = Weighted({SessionChannel.phone: 0.6, SessionChannel.whatsapp: 0.2, SessionChannel.in_person: 0.2})
_HELD = 0.7
"""Of those that were due: ours, from no source, as are the other shares."""
_LATE = timedelta(days=20)
"""So long after its day a review is held at the latest."""
_WORDS = ("", "", "The shop pays the rent now.", "Still owes the agent.", "His brother found him work.")


def reviewed(dossier: Dossier, dice: Dice, horizon: datetime) -> None:
    for case in dossier.cases:
        if case.kind is CaseKind.return_reintegration:
            _reviews(dossier, dice, case, horizon)


def _reviews(dossier: Dossier, dice: Dice, case: Case, horizon: datetime) -> None:
    known: list[Review] = []
    opened, today = day_of(case.opened_at), day_of(horizon)
    for round, following in zip_longest(Round, tuple(Round)[1:]):
        awaited, day = next_round(known), due_on(opened, round) + timedelta(days=between(dice, 0, _LATE.days))
        if awaited is None or day >= today:
            break
        overtaken = following is not None and due_on(opened, following) + _LATE < today
        if not chance(dice, _HELD) and (overtaken or may_lie(due_on(opened, awaited), horizon)):
            continue
        at = at_work(day, dice)
        by = Actor(case.counsellor_id, Role.counsellor, (case.centre,))
        review, _ = Review.hold(new_id(dice, at), case, round, _heard(dice, at), known, by=by, at=at)
        known.append(review)
    dossier.reviews += known
    laid = known[-1].written_at if known else case.opened_at
    if task := task_for(new_id(dice, laid), case, known, Language.english, laid):
        dossier.tasks.append(task)


def _heard(dice: Dice, at: datetime) -> Heard:
    result, channel, day = _RESULTS.pick(dice), _CHANNELS.pick(dice), day_of(at)
    if result is not Reached.reached:
        return Heard(result=result, channel=channel, held_on=day, in_country=Known.no if result is Reached.abroad_again else Known.unknown)
    return Heard(
        result=result,
        channel=channel,
        held_on=day,
        economic=between(dice, 20, 80) if chance(dice, 0.9) else None,
        social=between(dice, 30, 90),
        psychosocial=between(dice, 25, 95),
        in_country=Known.yes,
        working=pick(dice, (Known.yes, Known.yes, Known.no)),
        safe=pick(dice, (Known.yes, Known.yes, Known.yes, Known.no, Known.unknown)),
        words=pick(dice, _WORDS),
    )
