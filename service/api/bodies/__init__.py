"""What may be sent: strict bodies that know every field, and words read into values at the edge."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from domain.errors import Invalid
from domain.values import CentreCode, line, prose


def read(reader: Any) -> Any:
    """A domain reader as a validator: its refusal becomes the field's message, never with the value."""

    def validate(text: str) -> Any:
        try:
            return reader(text)
        except Invalid as refusal:
            raise ValueError(str(refusal)) from None

    return AfterValidator(validate)


def _text_only(value: object) -> object:
    """Dates come as text; a bare number would be taken for seconds since 1970."""
    if not isinstance(value, str):
        raise ValueError("a text like 2026-11-21 is expected")
    return value


def _zoned(moment: datetime) -> datetime:
    """A moment without a zone is five hours off for one of two readers; one out of all reason fits no database."""
    if moment.tzinfo is None:
        raise ValueError("the time zone is missing")
    if not 1900 <= moment.year <= 2200:
        raise ValueError("this is not in our time")
    return moment


Line = Annotated[str, Field(max_length=200), read(line)]
Needed = Annotated[str, Field(min_length=1, max_length=200), read(line), Field(min_length=1)]
Prose = Annotated[str, Field(max_length=20_000), read(prose)]
Story = Annotated[str, Field(min_length=1, max_length=20_000), read(prose), Field(min_length=1)]
Day = Annotated[date, BeforeValidator(_text_only)]
Moment = Annotated[datetime, BeforeValidator(_text_only), AfterValidator(_zoned)]
Key = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z0-9][a-z0-9_-]*$")]


class Body(BaseModel):
    """Unknown fields are refused: a slip of the pen must not be lost silently, nor an extra field set what it should not."""

    model_config = ConfigDict(extra="forbid", str_max_length=20_000)


def sent(body: Body, *may_be_empty: str, but: str = "") -> dict[str, object]:
    """What was sent, lists as tuples. Raises Invalid for null where a field cannot be empty."""
    given = {name: getattr(body, name) for name in body.model_fields_set - {but}}
    if missing := next((name for name, value in given.items() if value is None and name not in may_be_empty), None):
        raise Invalid("This cannot be empty.", field=missing)
    return {name: tuple(dict.fromkeys(value)) if isinstance(value, list) else value for name, value in given.items()}


def centre(code: str | None) -> CentreCode | None:
    return CentreCode(code) if code else None
