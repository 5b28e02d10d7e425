"""What HSDS 3.0 says of each object: what it must have, what it may have, and what each of these is. `hsds.json` names its source."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

Spec = str | list[str]
"""A kind of value, or the words that may stand there."""
PAGE = {"total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"}
MANY = {"addresses": "address", "service_at_locations": "service_at_location", "organization_identifiers": "organization_identifier"}
"""Lists whose objects have another name than the list without its last letter."""
BY_API: dict[str, dict[str, Spec]] = {"organization": {"services": "array"}, "service_at_location": {"service": "object"}}
"""What the standard's API adds to an object: `full` and `full_service` of /organizations, and whose place it is."""
NOT_WITHIN = {("service_at_location", "service"): {"service_at_locations"}}
"""What an object leaves out where it stands within another: it would go round in a circle."""
IN_WORDS: dict[str, dict[str, Spec]] = {"address": {"country": "country"}}
"""What its schema leaves to the description of a field."""


@cache
def objects() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("hsds.json").read_text(encoding="utf-8"))["objects"]
    return found


def part(name: str) -> str:
    """Which object stands under this name."""
    return MANY.get(name) or (name if name in objects() else name.removesuffix("s"))


KINDS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str) and value != "",
    "number": lambda value: type(value) in (int, float),
    "boolean": lambda value: isinstance(value, bool),
    "uuid": lambda value: isinstance(value, str) and str(UUID(value)) == value,
    "country": lambda value: isinstance(value, str) and re.fullmatch("[A-Z]{2}", value) is not None,
    "uri": lambda value: isinstance(value, str) and bool(urlsplit(value).scheme),
    "email": lambda value: isinstance(value, str) and bool(re.fullmatch(r"[^@\s]+@[^@\s]+", value)),
    "date-time": lambda value: isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None,
}


def faults(kind: str, told: dict[str, Any], at: str = "") -> list[str]:
    """What is wrong with one object, and with all that hangs on it."""
    where, its = f"{at}/{kind}", objects()[kind]
    fields: dict[str, Spec] = its["fields"] | BY_API.get(kind, {}) | IN_WORDS.get(kind, {})
    said = [f"{where} lacks {name}" for name in sorted(set(its["required"]) - told.keys())]
    said += [f"{where} has {name}, which the standard does not know" for name in sorted(told.keys() - fields.keys())]
    for name, value in told.items():
        if name in fields:
            said += [f"{where}.{name} has {one}" for one in sorted(NOT_WITHIN.get((kind, name), ())) if one in value]
            said += _of_field(fields[name], name, value, where)
    return said


def _of_field(spec: Spec, name: str, value: Any, where: str) -> list[str]:
    if spec == "array":
        return [fault for one in value for fault in faults(part(name), one, where)]
    if isinstance(value, dict):
        return faults(part(name), value, where)
    fits = value in spec if isinstance(spec, list) else KINDS[spec](value)
    return [] if fits else [f"{where}.{name} is {value}"]


def page_faults(told: dict[str, Any]) -> list[str]:
    said = [f"the page lacks {name}" for name in sorted(PAGE - told.keys())]
    if told["size"] != len(told["contents"]) or told["empty"] is not (told["contents"] == []):
        said.append("the page miscounts itself")
    return said
