"""A service as a form: what is typed read into fields, and the fields written back as somebody would type them."""

from collections.abc import Mapping

from domain import reference
from domain.clients import MigrationStage
from domain.partners.directory import Service
from domain.partners.hours import DAYS, NotHours, Opening, Weekday
from domain.values import Gender, Language
from service.web.catalogue import Words, mark
from service.web.forms import Form
from service.web.offers import place

OLDEST, MOST = 120, 1_000_000


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
        "hours": tuple(opening for day in DAYS for opening in _hours(form, day)),
        "languages": form.several("languages", Language),
        "documents": tuple(line for line in (" ".join(one.split()) for one in form.prose("documents").splitlines()) if line)[:20],
        "capacity": form.number("capacity", 0, MOST),
        "waiting": form.number("waiting", 0, MOST),
        "source": form.line("source"),
        "verified": form.ticked("verified"),
        "offered": form.ticked("offered"),
    }


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
    names = {name.casefold(): one.code for one in reference.districts().values() for name in (one.name, *one.aliases)}
    typed = [part.strip() for part in form.line("districts", 2000).replace("،", ",").split(",") if part.strip()]
    if any(part.casefold() not in names for part in typed):
        form.wrong("districts", mark("There is no district of this name; look at its spelling."))
    return tuple(dict.fromkeys([*chosen, *(names[part.casefold()] for part in typed if part.casefold() in names)]))


def as_typed(its: Service, words: Words) -> Mapping[str, str]:
    """The one-line fields as they would be typed."""
    districts = [place(code) for code in its.districts if code in reference.districts()]
    numbers = {name: "" if (value := getattr(its, name)) is None else str(value) for name in ("age_from", "age_to", "capacity", "waiting")}
    hours = {f"hours-{day}": ", ".join(f"{one.opens}-{one.closes}" for one in its.hours if one.day is day) for day in DAYS}
    return {
        "name": its.name,
        "offers": its.offers,
        "eligibility": its.eligibility,
        "districts": words.comma.join(districts),
        "documents": "\n".join(its.documents),
        "source": its.source,
        **numbers,
        **hours,
    }
