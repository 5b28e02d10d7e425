"""Two people changed one record: what it says now stands beside what was typed, field by field, and the person chooses.

The form carries what its fields said when it was opened (`was-…`). A field that its writer left alone is taken from the record unless they
say otherwise; where both wrote, theirs stays unless they take the other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from domain.screening import Answer
from service.web.forms import Form
from service.web.labels import label

Values = Mapping[str, tuple[str, ...]]
TAKEN = "theirs"
"""The fields ticked: the record's words are to stand."""


@dataclass(frozen=True, slots=True)
class Theirs:
    """What the record says now in one field that the form says otherwise; `taken` is how the choice stands at first."""

    said: str
    taken: bool


def overtaken(form: Form, version: int) -> bool:
    """Whether the record is another than the form was opened on. Then both are shown, whatever else stands against the form: shown again
    it carries the present version, and what somebody wrote meanwhile would be overwritten unseen."""
    return form.raw("version") != str(version)


def apart(typed: Form, meant: Values, shown: Values, said: Callable[[str, tuple[str, ...]], str]) -> dict[str, Theirs]:
    """Where form and record differ. `meant` is the form read and written as the record's `shown` are; `said` is for reading. Ticks of one
    field have no order."""

    def left_alone(name: str) -> bool:
        return sorted(typed.fields.get(f"was-{name}", ())) == sorted(typed.fields.get(name, ()))

    return {
        name: Theirs(said(name, values), left_alone(name))
        for name, values in shown.items()
        if sorted(meant.get(name, values)) != sorted(values)
    }


def text(value: object) -> tuple[str, ...]:
    """What stands in a field of one line; nothing is an empty one."""
    return ("" if value is None else str(value),)


def flag(on: bool) -> tuple[str, ...]:
    """A box: ticked or not there."""
    return ("1",) if on else ()


def flag_said(values: tuple[str, ...]) -> str:
    return label(Answer.yes if values else Answer.no)


def chosen(form: Form, shown: Values) -> Form:
    """The form with the record's values in the fields that were ticked."""
    taken = {name: shown[name] for name in form.fields.get(TAKEN, ()) if name in shown}
    return Form({**form.fields, **taken}) if taken else form
