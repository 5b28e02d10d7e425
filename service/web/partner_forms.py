"""A partner and its services as forms: what is typed read into fields, and the fields written back as somebody would type them."""

from collections.abc import Mapping
from dataclasses import replace

from domain import reference
from domain.clients import MigrationStage
from domain.partners.directory import PartnerKind, Service
from domain.partners.hours import DAYS, NotHours, Opening, Weekday
from domain.partners.places import HIDDEN, hidden_address, parted, postcode
from domain.partners.times import MOST_DAYS, NotATime, TimeToAnswer, Unit, Urgency
from domain.values import Gender, Language
from service.usecases.partners import PartnerView
from service.web.catalogue import Words, mark
from service.web.forms import Form
from service.web.labels import label
from service.web.merging import Theirs, apart, flag, flag_said, text
from service.web.offers import place
from service.web.speaking import own_name

OLDEST, MOST = 120, 1_000_000
UNHIDE = "unhide"


def service_fields(form: Form) -> dict[str, object]:
    """Every field of a service; faults stay with the form."""
    return {
        "name": form.needed("name"),
        "offers": form.line("offers", 500),
        "eligibility": form.line("eligibility", 500),
        "genders": form.several("genders", Gender),
        "age_from": form.number("age_from", 0, OLDEST),
        "age_to": form.number("age_to", 0, OLDEST),
        "stages": form.several("stages", MigrationStage),
        "districts": _areas(form),
        "hours": _week(form),
        "languages": form.several("languages", Language),
        "documents": tuple(line for line in (" ".join(one.split()) for one in form.prose("documents").splitlines()) if line)[:20],
        "capacity": form.number("capacity", 0, MOST),
        "waiting": form.number("waiting", 0, MOST),
        "source": form.line("source"),
        "verified": form.ticked("verified"),
        "offered": form.ticked("offered"),
        **_place(form),
    }


def _place(form: Form) -> dict[str, object]:
    """The open address; and the hidden one, where somebody writes it anew or takes it out."""
    province = form.raw("province")
    if province and province not in reference.provinces():
        form.wrong("province", mark("Choose one of the list."))
    hidden = form.read(HIDDEN, hidden_address, "")
    return {
        "street": form.line("street"),
        "city": form.line("city", 100),
        "postcode": form.read("postcode", postcode, ""),
        "province": province if province in reference.provinces() else "",
        "district": next(iter(_districts(form, "district")), ""),
        **({HIDDEN: hidden} if hidden or form.ticked(UNHIDE) else {}),
    }


def _week(form: Form) -> tuple[Opening, ...]:
    return tuple(opening for day in DAYS for opening in _hours(form, day))


def _week_shown(hours: tuple[Opening, ...]) -> dict[str, tuple[str, ...]]:
    """Each day as it would be typed."""
    return {f"hours-{day}": (", ".join(f"{one.opens}-{one.closes}" for one in hours if one.day is day),) for day in DAYS}


def agreed_times(form: Form) -> tuple[TimeToAnswer, ...]:
    """Empty fields keep the usual time; faults stay with the form."""
    found = []
    for urgency in Urgency:
        number = form.number(f"time-{urgency}", 1, MOST_DAYS)
        try:
            if number is not None:
                found.append(TimeToAnswer(urgency, number, form.choice(f"unit-{urgency}", Unit) or Unit.hours))
        except NotATime as refusal:
            form.wrong(refusal.field, str(refusal))
    return tuple(found)


def _hours(form: Form, day: Weekday) -> tuple[Opening, ...]:
    """`09:00-13:00, 14:00-17:00`; an empty field is a closed day."""
    field = f"hours-{day}"
    try:
        return tuple(Opening.parse(f"{day} {part}") for part in form.line(field).replace("،", ",").split(",") if part.strip())
    except NotHours as refusal:
        form.wrong(field, str(refusal))
        return ()


def _areas(form: Form) -> tuple[str, ...]:
    """Provinces by their boxes, districts by their names."""
    chosen = [code for code in form.fields.get("provinces", ()) if code in reference.provinces()]
    return tuple(dict.fromkeys([*chosen, *_districts(form, "districts")]))


def _districts(form: Form, field: str) -> list[str]:
    names = {name.casefold(): one.code for one in reference.districts().values() for name in (one.name, *one.aliases)}
    typed = [part.strip() for part in form.line(field, 2000).replace("،", ",").split(",") if part.strip()]
    if any(part.casefold() not in names for part in typed):
        form.wrong(field, mark("There is no district of this name; look at its spelling."))
    return [names[part.casefold()] for part in typed if part.casefold() in names]


def service_shown(its: Service, words: Words) -> dict[str, tuple[str, ...]]:
    """A service as it would be typed. Of a hidden address nothing is shown: who writes it may not read it."""
    districts = [place(code) for code in its.districts if code in reference.districts()]
    return {
        **{name: (getattr(its, name),) for name in ("name", "offers", "eligibility", "source", "street", "city", "postcode", "province")},
        **{name: text(getattr(its, name)) for name in ("age_from", "age_to", "capacity", "waiting")},
        **{name: tuple(one.value for one in getattr(its, name)) for name in ("genders", "stages", "languages")},
        **{name: flag(getattr(its, name)) for name in ("verified", "offered")},
        **_week_shown(its.hours),
        "provinces": tuple(code for code in its.districts if code in reference.provinces()),
        "districts": (words.comma.join(districts),),
        "documents": ("\n".join(its.documents),),
        "district": (place(its.district) if its.district else "",),
        HIDDEN: ("",),
        UNHIDE: (),
    }


def service_apart(words: Words, present: Service, typed: Form) -> Mapping[str, Theirs]:
    """Where a form and the service differ, in words."""
    fields, _ = parted(service_fields(Form(typed.fields)))
    meant = service_shown(replace(present, **fields), words)  # type: ignore[arg-type]
    meant |= {HIDDEN: (typed.raw(HIDDEN),), UNHIDE: flag(typed.ticked(UNHIDE))}
    own = {
        "province": words(place(present.province)) if present.province else "",
        HIDDEN: mark("kept hidden") if present.hides_address else "",
        UNHIDE: flag_said(()),
        "genders": words.comma.join(words(label(one)) for one in present.genders),
        "stages": words.comma.join(words(label(one)) for one in present.stages),
        "languages": words.comma.join(own_name(one) for one in present.languages),
        "provinces": words.comma.join(words(place(code)) for code in present.districts if code in reference.provinces()),
        "verified": flag_said(flag(present.verified)),
        "offered": flag_said(flag(present.offered)),
    }
    return apart(typed, meant, service_shown(present, words), lambda name, values: own.get(name) or "".join(values))


def partner_changes(form: Form) -> dict[str, object]:
    return {
        "name": form.needed("name"),
        "kind": form.chosen("kind", PartnerKind),
        "source": form.line("source"),
        "hours": _week(form),
        "verified": form.ticked("verified"),
        "active": form.ticked("active"),
    }


def partner_fields(it: PartnerView) -> dict[str, tuple[str, ...]]:
    """The particulars as they would be typed."""
    texts = {"name": (it.name,), "kind": (it.kind.value,), "source": (it.source,)}
    return {**texts, **_week_shown(it.hours), "verified": flag(it.verified), "active": flag(it.active)}


def partner_apart(present: PartnerView, typed: Form) -> Mapping[str, Theirs]:
    meant = partner_fields(replace(present, **partner_changes(Form(typed.fields))))  # type: ignore[arg-type]
    own = {"kind": label(present.kind), "verified": flag_said(flag(present.verified)), "active": flag_said(flag(present.active))}
    return apart(typed, meant, partner_fields(present), lambda name, values: own.get(name) or "".join(values))
