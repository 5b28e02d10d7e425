"""Adapters come in through one door, by name; one that is unknown or fails stops the start, and the refusal names it."""

from importlib.metadata import EntryPoint

import pytest

from adapters.partners.registry import GROUP, AdapterRefused, installed, names
from adapters.partners.standard.translator import Translator as Standard
from domain.partners.exchange import Package, Post


class Shouting(Standard):
    key = "shouting"

    def write(self, package: Package) -> Post:
        return Post(url="https://elsewhere.example/", body=b"")


class NotOurs:
    key = "not_ours"


class Failing:
    def __init__(self) -> None:
        raise RuntimeError("no settings file at /secret/place")


def door(name: str, value: str) -> EntryPoint:
    return EntryPoint(name=name, value=value, group=GROUP)


HERE = "tests.partners.test_registry"
GOOD = door("standard", "adapters.partners.standard.translator:Translator")


def test_our_own_partners_come_through_the_same_door() -> None:
    ours = installed(["fia", "social_welfare", "reintegration_network"])
    assert [translator.key for translator in ours.values()] == ["fia", "social_welfare", "reintegration_network"] == list(ours)
    assert set(ours) <= set(names())


def test_installed_is_not_switched_on() -> None:
    assert list(installed([], doors=[GOOD])) == []
    assert list(installed(["standard"], doors=[GOOD, door("broken", "no.such.module:Translator")])) == ["standard"]


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("absent", None, "No partner adapter “absent” is installed. Installed: standard."),
        ("missing", "no.such.module:Translator", "does not load: ModuleNotFoundError"),
        ("nameless", "adapters.partners.standard.translator:Nothing", "does not load: AttributeError"),
        ("failing", f"{HERE}:Failing", "does not load: RuntimeError"),
        ("renamed", "adapters.partners.standard.translator:Translator", "carries another key"),
        ("shouting", f"{HERE}:Shouting", "does not conform: write: the post goes to another address"),
        ("not_ours", f"{HERE}:NotOurs", "does not conform"),
    ],
)
def test_a_failing_key_stops_the_start_and_is_named(key: str, value: str | None, told: str) -> None:
    with pytest.raises(AdapterRefused) as refused:
        installed(["standard", key], doors=[GOOD, *([door(key, value)] if value else [])])
    assert told in str(refused.value)
    assert key in str(refused.value)
    assert refused.value.field == key
    assert "/secret/place" not in str(refused.value)


def test_two_packages_under_one_name_are_refused() -> None:
    with pytest.raises(AdapterRefused, match="More than one"):
        installed(["standard"], doors=[GOOD, door("standard", f"{HERE}:Shouting")])


def test_the_same_door_seen_twice_is_one_door() -> None:
    assert list(installed(["standard", "standard"], doors=[GOOD, GOOD])) == ["standard"]
