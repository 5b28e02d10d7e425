"""Two people change one record, whatever it is: nothing of either is lost, and whoever comes second chooses field by field."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from html.parser import HTMLParser

from tests.web.conftest import Desk, Visitor, opened_case, plain

Fields = dict[str, list[str]]
TICKS = re.compile(r'name="theirs" value="([\w-]+)"( checked)?')


class _Forms(HTMLParser):
    """What a browser would send of each form of a page if nobody touched it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Fields] = {}
        self._form: Fields = {}
        self._select, self._options, self._area = "", [], ""

    def _add(self, name: str, value: str) -> None:
        self._form.setdefault(name, []).append(value)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        name, box = has.get("name", ""), has.get("type") in ("checkbox", "radio")
        match tag:
            case "form":
                self._form = self.found.setdefault(has.get("action", ""), {})
            case "input" if name and (not box or "checked" in has):
                self._add(name, has.get("value", ""))
            case "select":
                self._select, self._options = name, []
            case "option" if "selected" in has or not self._options:
                self._options = [has.get("value", "")]
            case "textarea":
                self._area = name
                self._add(name, "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._add(self._select, next(iter(self._options), ""))
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self._area:
            self._form[self._area][-1] += data.lstrip("\n")


def form_of(page: str, action: str) -> Fields:
    forms = _Forms()
    forms.feed(page)
    return {name: values for name, values in forms.found[action].items() if name not in ("form_token", "key")}


@dataclass
class Shared:
    """A form that two people have open. One of them changes `alone` and `both`, the other `both` only. `broken` is what no form takes,
    `said` how the first one's words are read out to the second."""

    page: str
    action: str
    alone: dict[str, list[str]]
    both: dict[str, tuple[str, str]]
    broken: dict[str, str]
    said: tuple[str, ...]


async def _of_outreach(visitor: Visitor) -> list[Shared]:
    page = await visitor.open("/outreach")
    id = re.findall(r'data-outreach-session="([0-9a-f-]{36})"', page)[-1]
    plan = Shared(
        f"/outreach/{id}/edit",
        f"/outreach/{id}/edit",
        {"district": ["PK610"], "language": ["ps"], "kind": ["other"]},
        {"topic": ("Theirs of the plan", "Mine of the plan"), "begins": ("09:15", "10:15")},
        {"begins": "half nine"},
        ("Theirs of the plan", "09:15", "پښتو"),
    )
    counts = Shared(
        f"/outreach/{id}",
        f"/outreach/{id}/counts",
        {"male": ["77"]},
        {"female": ("51", "52")},
        {"female": "many"},
        ("77", "51"),
    )
    return [plan, counts]


async def _of_staff(visitor: Visitor) -> list[Shared]:
    found = re.search(r'href="(/staff/[0-9a-f-]{36})"><bdi>Counsellor LHE<', await visitor.open("/staff"))
    assert found
    path = found.group(1)
    alone = {"role": ["supervisor"], "centres": ["LHE", "PEW"]}
    both = {"name": ("Theirs Bibi", "Mine Bibi")}
    return [Shared(path, path, alone, both, {"name": ""}, ("Supervisor", "LHE PEW", "Theirs Bibi"))]


async def _of_partners(visitor: Visitor) -> list[Shared]:
    found = re.search(r'href="(/partners/[0-9a-f-]{36})"><bdi>Reintegration network<', await visitor.open("/partners"))
    assert found
    partner = found.group(1)
    service = re.search(rf'href="({partner}/services/[0-9a-f-]{{36}})"', await visitor.open(partner))
    assert service
    particulars = Shared(
        partner,
        partner,
        {"kind": ["training"], "verified": ["1"], "source": ["their office"]},
        {"name": ("Theirs network", "Mine network")},
        {"name": ""},
        ("Training", "Yes", "their office", "Theirs network"),
    )
    its = Shared(
        service.group(1),
        service.group(1),
        {
            "genders": ["female"],
            "provinces": ["PK5"],
            "languages": ["ps"],
            "capacity": ["7"],
            "hours-monday": ["09:00-13:00"],
            "documents": ["CNIC\nLetter"],
            "street": ["Plot 8"],
            "province": ["PK5"],
        },
        {"name": ("Theirs service", "Mine service"), "districts": ("Gujrat", "Lahore")},
        {"age_from": "old"},
        ("Female", "Khyber Pakhtunkhwa", "پښتو", "7", "09:00-13:00", "CNIC Letter", "Theirs service", "Gujrat", "Plot 8"),
    )
    return [particulars, its]


async def _of_people(visitor: Visitor) -> list[Shared]:
    file = await opened_case(visitor)
    client = Shared(
        f"{file.client}/edit",
        f"{file.client}/edit",
        {"birth_year": ["1990"], "languages": ["ur"]},
        {"name": ("Theirs Khan", "Mine Khan")},
        {"cnic": "12"},
        ("1990", "اردو", "Theirs Khan"),
    )
    case = Shared(
        f"{file.case}/edit",
        f"{file.case}/edit",
        {"risk": ["critical"]},
        {"summary": ("Theirs of the case", "Mine of the case")},
        {"next_due": "soon"},
        ("Critical", "Theirs of the case"),
    )
    return [client, case]


PARTS: tuple[tuple[str, str, Callable[[Visitor], Awaitable[list[Shared]]]], ...] = (
    ("counsellor.isb", "supervisor.isb", _of_outreach),
    ("counsellor.isb", "supervisor.isb", _of_people),
    ("admin", "admin", _of_staff),
    ("admin", "admin", _of_partners),
)


def without(fields: Fields) -> Fields:
    """A form shown again, its ticks as somebody sets them by hand."""
    return {name: values for name, values in fields.items() if name != "theirs"}


async def _both_change(one: Visitor, two: Visitor, it: Shared) -> None:
    mine, theirs = form_of(await one.open(it.page), it.action), form_of(await two.open(it.page), it.action)
    await two.send(it.action, **{**theirs, **it.alone, **{name: [values[0]] for name, values in it.both.items()}})
    mine |= {name: [values[1]] for name, values in it.both.items()}

    broken = (await one.send(it.action, 422, **{**mine, **{name: [value] for name, value in it.broken.items()}})).text
    assert "Where the two differ" in broken, "a fault of one's own hides nothing that somebody else wrote"

    stale = (await one.send(it.action, 412, **mine)).text
    ticked = {name: bool(checked) for name, checked in TICKS.findall(stale)}
    assert ticked == {**dict.fromkeys(it.alone, True), **dict.fromkeys(it.both, False)}, it.action
    for said in it.said:
        assert f"Now in the record: {said} Take this" in plain(stale), (it.action, said)
    again = form_of(stale, it.action)
    for name, values in it.both.items():
        assert again[name] == [values[1]], "what was typed is still there"
        assert again[f"was-{name}"] == [values[0]], "what was seen now is the ground of the next try"
    first, *others = it.both
    await one.send(it.action, **{**without(again), "theirs": [*it.alone, *others]})
    now = form_of(await two.open(it.page), it.action)
    assert now[first] == [it.both[first][1]], "the one that was not ticked is mine"
    for name in others:
        assert now[name] == [it.both[name][0]], "the one that was ticked is theirs"
    for name, values in it.alone.items():
        assert sorted(now[name]) == sorted(values), (it.action, name)


async def test_every_form_of_a_record_lets_its_second_writer_choose(desk: Desk) -> None:
    for first, second, forms in PARTS:
        one, two = await desk.sign_in(first), await desk.sign_in(second)
        for it in await forms(one):
            await _both_change(one, two, it)


async def test_without_what_was_seen_nothing_is_taken_unasked(desk: Desk) -> None:
    """The control: a form that does not say what it showed has no field that was left alone."""
    one, two = await desk.sign_in("counsellor.isb"), await desk.sign_in("supervisor.isb")
    plan, _ = await _of_outreach(one)
    mine, theirs = form_of(await one.open(plan.page), plan.action), form_of(await two.open(plan.page), plan.action)
    await two.send(plan.action, **{**theirs, **plan.alone})
    blind = {name: values for name, values in mine.items() if not name.startswith("was-")}
    stale = (await one.send(plan.action, 412, **blind)).text
    assert dict(TICKS.findall(stale)) == dict.fromkeys(plan.alone, "")


async def test_what_was_seen_is_kept_over_an_ended_session_but_not_shown_as_typed(desk: Desk) -> None:
    one, other = await desk.sign_in("counsellor.isb"), await desk.sign_in("counsellor.isb")
    plan, _ = await _of_outreach(one)
    mine = form_of(await one.open(plan.page), plan.action)
    seen = mine["was-topic"][0]
    await other.send("/me/sessions/end")
    page = (await one.send(plan.action, 401, **{**mine, "topic": ["Mine of the plan"]})).text
    sealed = page.split('name="kept" value="')[1].split('"')[0]
    again = desk.stranger()
    await again.open("/sign-in")
    shown = (await again.send("/sign-in", 200, username="counsellor.isb", password="demo-password-2026", kept=sealed)).text
    assert form_of(shown, plan.action)["was-topic"] == [seen]
    assert "Mine of the plan" in plain(shown)
    assert seen not in plain(shown)
