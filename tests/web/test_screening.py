"""Every questionnaire by page: listed with how far it was checked, asked by subject, answered in part, explained in three languages."""

import re

import pytest
from playwright.async_api import Browser

from domain import reference
from domain.screening import Answer, indicate
from domain.values import Language
from service.web.catalogue import Words
from service.web.told import told
from tests.web.conftest import Desk, File, Live, Visitor, main_of, opened_case, plain
from tests.web.hands import contact_to_client, open_case, person, said
from tests.web.looking import looked_at

CODES = tuple(reference.instruments())


@pytest.fixture
async def visitor(desk: Desk) -> Visitor:
    return await desk.sign_in("counsellor.isb")


@pytest.fixture
async def file(visitor: Visitor) -> File:
    return await opened_case(visitor)


async def test_all_are_listed_with_their_marks(visitor: Visitor, file: File) -> None:
    assert f'href="{file.case}/screenings/new"' in await visitor.open(file.case)
    page = await visitor.open(f"{file.case}/screenings/new")
    for one in reference.instruments().values():
        entry = re.search(rf'href="{file.case}/screenings/new/{one.code}".*?</li>', page, re.S)
        assert entry
        shown = plain(entry.group(0))
        assert f"{len(one.questions)} questions {one.for_whom}" in shown
        assert ("Not checked against its source." in shown) is not one.mark.verified
        assert one.mark.caveat in shown


@pytest.mark.parametrize("code", CODES)
async def test_each_asks_all_its_questions(visitor: Visitor, file: File, code: str) -> None:
    instrument = reference.instrument(code)
    page = await visitor.open(f"{file.case}/screenings/new/{code}")
    order = [*instrument.dimensions, None]
    questions = sorted(instrument.questions, key=lambda one: order.index(one.dimension))
    assert re.findall(r'id="screening-answer-([^"]+)" tabindex', page) == [one.code for one in questions]
    assert [plain(head) for head in re.findall("<h2>(.*?)</h2>", page)] == list(instrument.dimensions.values())
    assert page.count('type="radio"') == 4 * len(instrument.questions)
    assert not re.search("<input[^>]* checked", main_of(page))
    await visitor.send(f"{file.case}/screenings/new/{code}")
    assert instrument.title in await visitor.open(file.case), "no question has to be answered"


async def test_a_partial_answer_is_explained_on_the_sheet(visitor: Visitor, file: File) -> None:
    answers = {"D4.excessive_hours": "yes", "D4.bad_living": "yes", "D1.wages": "yes", "D5.confiscation": "declined", "D1.contract": "no"}
    fields = {f"answer-{code}": answer for code, answer in answers.items()}
    await visitor.open(f"{file.case}/screenings/new/ilo-adult-labour")
    answer = await visitor.send(f"{file.case}/screenings/new/ilo-adult-labour", **fields)
    assert answer.headers["location"] == f"{file.case}?done=screening#screenings"
    page = plain(await visitor.open(file.case))
    assert "ILO operational indicators: labour exploitation of adults not checked against its source" in page
    assert "The answers show: Some signs" in page
    assert "Exploitation, enough signs: Excessive working days or hours (strong); Bad living conditions (medium)." in page
    assert "Deceptive recruitment, too few signs by themselves: Deceived about wages or earnings (medium)." in page
    assert "Not known: 62 of 67; declined: 1." in page
    assert "What do you decide?" in page


async def test_a_checklist_is_no_finding(visitor: Visitor, file: File) -> None:
    """What is only counted says nothing of the kind of 'no sign found', and asks for no decision where there is none to take."""
    await visitor.send(f"{file.case}/screenings/new/satisfaction", **{"answer-respected": "yes", "answer-private": "no"})
    page = plain(await visitor.open(file.case))
    assert "Yes: 1 of 8." in page
    assert "Yes: Were you treated with respect?" in page
    assert "No sign found" not in page
    assert "What do you decide?" not in page
    await visitor.send(f"{file.case}/screenings/new/vulnerability", **{"answer-I.age": "yes"})
    page = plain(await visitor.open(file.case))
    assert "Yes: age" in page
    assert "What do you decide?" in page, "the level is the counsellor's"


async def test_an_answer_of_no_list_comes_back_with_the_others(visitor: Visitor, file: File) -> None:
    fields = {"answer-respected": "perhaps", "answer-private": "declined"}
    answer = await visitor.send(f"{file.case}/screenings/new/satisfaction", 422, **fields)
    assert 'href="#screening-answer-respected"' in answer.text
    assert 'name="answer-private" value="declined" checked' in answer.text


async def test_sent_twice_it_is_one_screening(visitor: Visitor, file: File) -> None:
    for _ in range(2):
        await visitor.send(f"{file.case}/screenings/new/follow-up-review", key="one", **{"answer-reached": "yes"})
    assert (await visitor.open(file.case)).count("Follow-up review") == 1


async def test_only_for_whoever_may_screen_this_case(desk: Desk, visitor: Visitor, file: File) -> None:
    other, dpo = await desk.sign_in("counsellor.lhe"), await desk.sign_in("dpo")
    for path in (f"{file.case}/screenings/new", f"{file.case}/screenings/new/vulnerability"):
        await other.open(path, 404)
        await dpo.open(path, 403)
    await other.open("/outreach")
    await other.send(f"{file.case}/screenings/new/vulnerability", 404)
    await visitor.open(f"{file.case}/screenings/new/tarot", 404)
    await visitor.open(file.case)
    await visitor.send(f"{file.case}/screenings/new/tarot", 404)


@pytest.mark.parametrize("language", [Language.urdu, Language.pashto])
@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("answered", ["all yes", "one yes", "mixed"])
def test_every_explanation_is_told_in_the_readers_language(language: Language, code: str, answered: str) -> None:
    instrument = reference.instrument(code)
    ways = {"all yes": (Answer.yes,), "one yes": (Answer.unknown,), "mixed": (Answer.yes, Answer.no, Answer.declined)}[answered]
    answers = {question.code: ways[place % len(ways)] for place, question in enumerate(instrument.questions)}
    if answered == "one yes":
        answers[instrument.questions[0].code] = Answer.yes
    for line in indicate(instrument, answers).explained:
        assert not re.search("[A-Za-z]{2}", told(Words(language), line)), line


def test_an_explanation_nobody_translated_is_seen() -> None:
    """The control."""
    assert re.search("[A-Za-z]{2}", told(Words(Language.urdu), "Exploitation, enough signs: Something new (strong)."))


async def test_the_longest_is_light(visitor: Visitor, file: File) -> None:
    answer = await visitor.http.get(f"{file.case}/screenings/new/ilo-adult-labour", headers={"Accept-Encoding": "gzip"})
    assert int(answer.headers["content-length"]) < 15_000


async def test_in_a_browser(browser: Browser, live_sqlite: Live) -> None:
    async with person(browser, live_sqlite, "counsellor.isb") as page:
        await contact_to_client(page)
        case = await open_case(page)
        await page.get_by_role("link", name="All questionnaires").click()
        await page.get_by_role("link", name="Client satisfaction").click()
        await page.get_by_role("group", name="Were you treated with respect?").get_by_label("Declined to say").check()
        await page.get_by_role("button", name="Save the answers").click()
        await said(page, "Not known: 7 of 8; declined: 1.")
        await looked_at(page, case)
