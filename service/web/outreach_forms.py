"""The plan and the count of an outreach session as forms: how they are read, and how a session stands in them again."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from domain import reference
from domain.outreach import OutreachKind, OutreachView, Plan, time_of_day
from domain.values import Language, StaffId
from service.usecases.identity import StaffView
from service.web.catalogue import Words, mark
from service.web.forms import Form, uuid_of
from service.web.labels import label
from service.web.merging import Theirs, Values, apart, text
from service.web.speaking import own_name
from service.web.times import day_said

COUNTS = ("female", "male", "transgender", "under_18")


def planned(form: Form) -> Plan:
    """Faults stay with the form; whoever calls this checks it before going on."""
    day = form.day("day")
    if day is None and not form.raw("day"):
        form.wrong("day", mark("This cannot be empty."))
    return Plan(
        title=form.needed("topic"),
        kind=form.chosen("kind", OutreachKind),
        day=day or date.max,
        begins=form.read("begins", time_of_day, ""),
        place=form.line("place"),
        district=form.raw("district") or None,
        language=form.choice("language", Language),
        note=form.line("note"),
    )


def holder(form: Form) -> StaffId | None:
    chosen = uuid_of(form.raw("held_by"))
    return StaffId(chosen) if chosen else None


def plan_changes(form: Form) -> dict[str, object]:
    plan, holds = planned(form), holder(form)
    changes: dict[str, object] = {name: getattr(plan, name) for name in Plan.__slots__}
    return changes | ({"held_by": holds} if holds else {})


def count_changes(form: Form) -> dict[str, object]:
    return {**{name: form.number(name, 0, 100_000) for name in COUNTS}, "note": form.line("note")}


def plan_fields(it: OutreachView) -> dict[str, tuple[str, ...]]:
    """The session as its plan would be typed."""
    return {
        "topic": (it.title,),
        "kind": (it.kind.value,),
        "day": (it.day.isoformat(),),
        "begins": (it.begins,),
        "place": (it.place,),
        "district": text(it.district),
        "language": text(it.language),
        "held_by": (str(it.held_by),),
        "note": (it.note,),
    }


def count_fields(it: OutreachView) -> dict[str, tuple[str, ...]]:
    return {**{name: text(getattr(it, name)) for name in COUNTS}, "note": (it.note,)}


def plan_apart(words: Words, present: OutreachView, typed: Form, colleagues: tuple[StaffView, ...]) -> Mapping[str, Theirs]:
    """Where a plan and the session differ, in words."""
    district = reference.districts().get(present.district or "")
    own = {
        "kind": label(present.kind),
        "day": day_said(words, present.day),
        "district": district.name if district else "",
        "language": own_name(present.language) if present.language else "",
        "held_by": next((one.name for one in colleagues if one.id == present.held_by), ""),
    }
    meant = plan_fields(replace(present, **plan_changes(Form(typed.fields))))  # type: ignore[arg-type]
    return apart(typed, meant, plan_fields(present), lambda name, values: own.get(name, values[0]))


def count_apart(present: OutreachView, typed: Form) -> Mapping[str, Theirs]:
    meant: Values = count_fields(replace(present, **count_changes(Form(typed.fields))))  # type: ignore[arg-type]
    return apart(typed, meant, count_fields(present), lambda _, values: values[0])
