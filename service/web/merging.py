"""Two people changed one record: what it says now stands beside what was typed, field by field, and the person chooses.

The form carries what its fields said when it was opened (`was-…`). A field that its writer left alone is taken from the record unless they
say otherwise; where both wrote, theirs stays unless they take the other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from service.web.forms import Form

Values = Mapping[str, tuple[str, ...]]
TAKEN = "theirs"
"""The fields ticked: the record's words are to stand."""


@dataclass(frozen=True, slots=True)
class Theirs:
    """What the record says now in one field that the form says otherwise; `taken` is how the choice stands at first."""

    said: str
    taken: bool


def apart(typed: Form, meant: Values, shown: Values, said: Callable[[str, tuple[str, ...]], str]) -> dict[str, Theirs]:
    """Where form and record differ. `meant` is the form read and written as the record's `shown` are; `said` is for reading."""
    return {
        name: Theirs(said(name, values), typed.fields.get(f"was-{name}", ()) == typed.fields.get(name, ()))
        for name, values in shown.items()
        if meant.get(name, values) != values
    }


def chosen(form: Form, shown: Values) -> Form:
    """The form with the record's values in the fields that were ticked."""
    taken = {name: shown[name] for name in form.fields.get(TAKEN, ()) if name in shown}
    return Form({**form.fields, **taken}) if taken else form
