"""Sessions, notes, tasks and screenings of one made-up case."""

from datetime import datetime, timedelta

from domain.counselling import Note, Session, SessionChannel, Task
from domain.demo import words
from domain.demo.dice import Weighted, about, between, chance, may_lie, moments, new_id, pick
from domain.demo.scene import Scene
from domain.reference import instrument
from domain.screening import Answer, Finding, IndicationOutcome, Screening
from domain.values import StaffId

_CHANNELS = Weighted(
    {
        SessionChannel.in_person: 0.35,
        SessionChannel.phone: 0.27,
        SessionChannel.whatsapp: 0.27,
        SessionChannel.outreach: 0.08,
        SessionChannel.video: 0.03,
    }
)
_INSTRUMENTS = Weighted({"short-flags": 0.84, "vulnerability": 0.1, "ilo-adult-labour": 0.06})
_CHILDS = "ilo-child-labour"
# Most answers give no sign; where somebody was wronged, many do.
_QUIET = Weighted({Answer.no: 0.86, Answer.yes: 0.03, Answer.unknown: 0.08, Answer.declined: 0.03})
_GRAVE = Weighted({Answer.no: 0.4, Answer.yes: 0.45, Answer.unknown: 0.1, Answer.declined: 0.05})
_FINDINGS = {
    IndicationOutcome.none: (Finding.no_concern,),
    IndicationOutcome.unclear: (Finding.no_concern, Finding.needs_full_screening),
    IndicationOutcome.some: (Finding.at_risk, Finding.needs_full_screening, Finding.no_concern),
    IndicationOutcome.strong: (Finding.presumed_victim, Finding.at_risk),
}


def fill(scene: Scene) -> None:
    dice, case = scene.dice, scene.case
    for at in moments(dice, case.opened_at, scene.last, about(dice, 1.6, 6)):
        scene.dossier.sessions.append(_session(scene, at))
    for at in moments(dice, case.opened_at, scene.last, about(dice, 4.0, 12)):
        scene.dossier.notes.append(_note(scene, at))
    for at in moments(dice, case.opened_at, scene.last, about(dice, 1.0, 5)):
        scene.dossier.tasks.append(_task(scene, at))
    if chance(dice, 0.5):
        _screen(scene, moments(dice, case.opened_at, scene.last, 2))


def _session(scene: Scene, at: datetime) -> Session:
    dice, case = scene.dice, scene.case
    topics = dict.fromkeys(pick(dice, words.TOPICS) for _ in range(between(dice, 1, 3)))
    return Session(
        id=new_id(dice, at),
        centre=case.centre,
        client_id=case.client_id,
        case_id=case.id,
        channel=_CHANNELS.pick(dice),
        minutes=between(dice, 2, 15) * 5,
        topics=tuple(topics),
        note=words.note(dice, scene.place) if chance(dice, 0.6) else "",
        held_at=at,
        held_by=case.counsellor_id,
        written_at=at,
        follow_up_on=at.date() + timedelta(days=between(dice, 3, 30)) if chance(dice, 0.3) else None,
    )


def _note(scene: Scene, at: datetime) -> Note:
    note, _ = Note.write(new_id(scene.dice, at), scene.case, words.note(scene.dice, scene.place), by=scene.holder, at=at)
    return note


def _task(scene: Scene, at: datetime) -> Task:
    dice, case = scene.dice, scene.case
    task = Task(
        id=new_id(dice, at),
        centre=case.centre,
        client_id=case.client_id,
        case_id=case.id,
        title=words.task(dice),
        due_on=at.date() + timedelta(days=between(dice, 1, 21)),
        assignee_id=case.counsellor_id,
        added_at=at,
    )
    if scene.closed or not may_lie(task.due_on, scene.horizon) or chance(dice, 0.5):
        task.finish(by=scene.holder, at=moments(dice, at, scene.last, 1)[0])
        task.version += 1
    return task


def _screen(scene: Scene, times: list[datetime]) -> None:
    """A closed case has no screening without a decision."""
    dice, case = scene.dice, scene.case
    child = scene.dossier.client.is_child(case.opened_at.date())
    chosen = instrument(_CHILDS if child else _INSTRUMENTS.pick(dice))
    mood = _GRAVE if chance(dice, 0.08 if case.risk in ("low", "medium") else 0.5) else _QUIET
    answers = {question.code: mood.pick(dice) for question in chosen.questions}
    done, _ = Screening.take(new_id(dice, times[0]), case, chosen, answers, by=scene.holder, at=times[0])
    if scene.closed or chance(dice, 0.6):
        done.decide(pick(dice, _FINDINGS[done.outcome]), "After a talk with the client.", by=scene.holder, at=times[1])
        done.decided_by = StaffId(scene.holder.id)
        done.version += 1
    scene.dossier.screenings.append(done)
