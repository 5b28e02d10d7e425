"""The officer's pages: the trail in words, the reviews with their clock, and what a counsellor is told before breaking the glass."""

import ast
import re
from collections.abc import Iterator
from datetime import timedelta

import service.wiring  # noqa: F401  every event there is must be imported to be found
from domain.events import Event
from domain.values import day_of
from service.web.trail import ACTIONS
from tests.architecture.source import python
from tests.web.conftest import CLIENT, Desk, Visitor, opened_case, plain

REASON = "She stands at the desk, her counsellor is away."


async def opened(desk: Desk) -> tuple[Visitor, str]:
    """A counsellor who has opened a restricted record, and that record's address."""
    supervisor, counsellor = await desk.sign_in("supervisor.isb"), await desk.sign_in("counsellor.isb")
    client = await supervisor.sent("/clients", **{**CLIENT, "sensitivity": "restricted"})
    await counsellor.send("/break-glass", client_number="ISB-C-000001", reason=REASON)
    return counsellor, client


async def test_the_trail_is_told_in_words(desk: Desk) -> None:
    counsellor = await desk.sign_in("counsellor.isb")
    file = await opened_case(counsellor)
    await counsellor.send(f"{file.case}/steps", step="start_counselling")
    dpo = await desk.sign_in("dpo")
    page = await dpo.open("/trail")
    said = plain(page)
    assert "Counsellor ISB : moved the case on · ISB-C-000001" in said
    assert "Start counselling, In counselling" in said
    assert "Counsellor ISB : registered the client" in said
    assert f'<a href="{file.case}">opened the case sheet</a>' not in page  # nobody has yet
    assert "Yousaf" not in said
    await counsellor.open(file.case)
    assert f'<a href="{file.case}">opened the case sheet</a>' in await dpo.open("/trail")


async def test_the_trail_is_narrowed_without_an_address(desk: Desk) -> None:
    counsellor, other = await desk.sign_in("counsellor.isb"), await desk.sign_in("counsellor2.isb")
    file = await opened_case(counsellor)
    await other.open(file.client)
    dpo = await desk.sign_in("dpo")
    page = await dpo.open("/trail")
    second = re.search(r'<option value="([0-9a-f-]+)">Counsellor Two ISB<', page)
    assert second
    answer = await dpo.send("/trail", 200, client_number="isb-c-000001", staff=second.group(1))
    lines = re.findall(r"<li><p>(.*?)</p>", answer.text)
    assert lines
    assert {re.sub(":.*", "", plain(line)).strip() for line in lines} == {"Counsellor Two ISB"}
    assert 'value="isb-c-000001"' in answer.text
    assert "?" not in str(answer.url)
    answer = await dpo.send("/trail", 404, client_number="ISB-C-999999")
    assert "There is no such record." in answer.text
    answer = await dpo.send("/trail", 422, day="yesterday")
    assert 'value="yesterday"' in answer.text
    day = str(day_of(desk.clock.now()) - timedelta(days=9))
    assert "No line fits this choice." in (await dpo.send("/trail", 200, day=day)).text


async def test_older_lines_follow(desk: Desk) -> None:
    dpo = await desk.sign_in("dpo")
    for _ in range(60):
        await dpo.http.get("/trail")
    page = await dpo.open("/trail")
    after = re.search(r'name="after" value="([0-9a-f-]+)"', page)
    assert after
    older = (await dpo.send("/trail", 200, after=after.group(1))).text
    assert "signed in" in older
    assert after.group(1) not in older


async def test_the_chain_is_walked_from_the_page(desk: Desk) -> None:
    dpo = await desk.sign_in("dpo")
    assert "Nothing is sealed yet." in await dpo.open("/trail")
    await desk.house.usecases.audit.seal()
    assert "sealed up to line" in await dpo.open("/trail")
    answer = await dpo.send("/trail/verification", 200)
    assert "Every line is as it was written:" in answer.text
    assert "The trail was changed" not in answer.text


async def test_a_changed_line_is_told(desk: Desk, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """The control: with another key every mark is wrong."""
    dpo = await desk.sign_in("dpo")
    await desk.house.usecases.audit.seal()
    monkeypatch.setattr(type(desk.house.vault), "mac", lambda self, parts: b"\0" * 32)
    answer = await dpo.send("/trail/verification", 200)
    assert "The trail was changed from outside." in answer.text
    assert "a line was changed" in answer.text
    await dpo.http.get("/language/ur")
    assert "ایک سطر بدلی گئی" in (await dpo.send("/trail/verification", 200)).text


async def test_a_review_is_asked_for_written_and_kept(desk: Desk) -> None:
    _, client = await opened(desk)
    dpo = await desk.sign_in("dpo")
    assert 'href="/glass"' in await dpo.open("/my-cases")
    page = await dpo.open("/glass")
    assert REASON in page
    assert f'<a href="{client}">' in page
    assert "Review: 23 hours left" in plain(page)
    place = re.search(r'action="(/glass/[0-9a-f-]+/review)"', page)
    assert place
    refused = await dpo.send(place.group(1), 422, finding=" ")
    assert "This cannot be empty." in refused.text
    await dpo.send(place.group(1), finding="A good reason; only the card was read.")
    page = plain(await dpo.open("/glass"))
    assert "Nothing waits for review." in page
    assert "Found: A good reason; only the card was read." in page
    again = await dpo.send(place.group(1), 409, finding="Once more.")
    assert "This has been reviewed already." in again.text
    assert "Once more." not in plain(await dpo.open("/glass"))


async def test_a_late_review_says_so(desk: Desk) -> None:
    await opened(desk)
    desk.clock.ahead = timedelta(hours=30)
    page = await (await desk.sign_in("dpo")).open("/glass")
    assert "Review: 6 hours late" in plain(page)
    assert 'class="state late"' in page


async def test_a_counsellor_knows_what_breaking_the_glass_means(desk: Desk) -> None:
    counsellor, client = await opened(desk)
    said = plain(await counsellor.open("/break-glass"))
    assert "It stays open to you for three hours, and to nobody else." in said
    assert "The data-protection officer is told at once" in said
    assert "The record is open to you for three hours." in await counsellor.open(f"{client}?done=glass")
    assert 'href="/break-glass"' in (await counsellor.send("/clients/search", 200, q="Nobody Atall")).text
    for path in ("/trail", "/glass"):
        await counsellor.open(path, 403)


async def test_consents_that_end_soon_stand_on_a_page(desk: Desk) -> None:
    counsellor = await desk.sign_in("counsellor.isb")
    assert "No consent ends within 30 days." in await counsellor.open("/consents")
    file = await opened_case(counsellor)
    day = str(day_of(desk.clock.now()) + timedelta(days=9))
    await counsellor.send(f"{file.client}/consents", purpose="research", form="written", language="ur", valid_to=day)
    dpo = await desk.sign_in("dpo")
    assert 'href="/consents"' in await dpo.open("/glass")
    said = plain(await dpo.open("/consents"))
    assert "ISB-C-000001 · Research due in 9 days" in said or "ISB-C-000001 · Research due in 8 days" in said
    assert "Yousaf" not in said


def test_every_event_and_look_has_words() -> None:
    """What rules announce and use cases look at, gathered from where it stands: one without words would be shown as a code."""
    said = {event.__name__ for event in _kinds(Event)} - {"Event"}
    events = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower() for name in said}
    usecases = [node for file in python("service") if "/usecases/" in file.path for node in file.nodes]
    calls = [node for node in usecases if isinstance(node, ast.Call) and _called(node) in LOOKS]
    looks = {word for call in calls for one in call.args for word in _words(one) if "_" in word}
    assert {"saw_sheet", "found_client", "saw_notes"} <= looks
    assert (events | looks) - ACTIONS.keys() == set()
    text = "".join(file.text for file in python("service", "adapters") if file.path != "service/web/trail.py")
    assert [one for one in ACTIONS if one not in events and f'"{one}"' not in text] == [], "words for what nothing is called"


WORD = re.compile(r"[a-z_]+")
LOOKS = {"Look", "looks", "_looked", "_saw", "_listed"}
"""What is called with the name of an action."""


def _called(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _words(tree: ast.AST) -> set[str]:
    texts = (one.value for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str))
    return {text for text in texts if WORD.fullmatch(text)}


def _kinds(kind: type[Event]) -> Iterator[type[Event]]:
    yield kind
    for one in kind.__subclasses__():
        yield from _kinds(one)
