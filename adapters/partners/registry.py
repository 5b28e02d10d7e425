"""The one door for partner adapters, ours and other people's: entry points of the group `mrc.partners`, switched on by name in settings."""

import sys
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

from adapters.partners import conformance
from domain.errors import Invalid
from domain.partners.exchange import Translator

GROUP = "mrc.partners"


class AdapterRefused(Invalid):
    """A partner adapter named in the settings cannot be used; the service does not start without it."""

    next = "Correct MRC_PARTNERS, or install or mend the adapter."


@lru_cache(maxsize=2)
def _on(path: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    """What is installed along this path. To read every distribution's metadata takes as long as to wire all the rest."""
    return tuple(entry_points(group=GROUP))


def names() -> list[str]:
    """The adapters that are installed on this machine, whether switched on or not."""
    return sorted({door.name for door in _on(tuple(sys.path))})


def installed(keys: Sequence[str], *, doors: Iterable[EntryPoint] | None = None) -> Mapping[str, Translator]:
    """A translator for each key. Raises AdapterRefused, naming the key, for one that is unknown, fails to load or does not conform."""
    found = _on(tuple(sys.path)) if doors is None else list(doors)
    return MappingProxyType({key: _conforming(key, _load(_door(key, found))) for key in dict.fromkeys(keys)})


def _door(key: str, doors: Sequence[EntryPoint]) -> EntryPoint:
    mine = {(door.name, door.value): door for door in doors if door.name == key}
    if not mine:
        known = ", ".join(sorted({door.name for door in doors})) or "none"
        raise AdapterRefused(f"No partner adapter “{key}” is installed. Installed: {known}.", field=key)
    if len(mine) > 1:
        # Whoever is found first would read another partner's news.
        raise AdapterRefused(f"More than one package offers the partner adapter “{key}”.", field=key)
    return next(iter(mine.values()))


def _load(door: EntryPoint) -> Translator:
    try:
        translator: Translator = door.load()()
    except Exception as fault:  # other people's code, run at start: whatever it raises, the administrator needs the key
        said = f"The partner adapter “{door.name}” ({door.value}) does not load: {type(fault).__name__}."
        raise AdapterRefused(said, field=door.name) from fault
    return translator


def _conforming(key: str, translator: Translator) -> Translator:
    if getattr(translator, "key", None) != key:
        raise AdapterRefused(f"The partner adapter “{key}” carries another key.", field=key)
    if faults := conformance.faults(translator):
        raise AdapterRefused(f"The partner adapter “{key}” does not conform: {faults[0]}", field=key)
    return translator
