"""The report builder on its pages: from choosing a count to the table, the file and the saved question; what does not fit is said."""

from urllib.parse import urlencode

from tests.evidence.conftest import people
from tests.service import Service
from tests.web.conftest import Desk, main_of, plain

QUESTION = {"measure": "people_registered", "first": "sex", "second": "quarter", "begin": "2025-01", "end": "2025-06"}
ASKED = f"/reports/build?{urlencode(QUESTION)}"


async def _people(desk: Desk) -> None:
    service = Service(desk.house, desk.stranger, "sqlite", desk.app)
    await people(service, 30, agreed=0)
    await people(service, 4, agreed=0, seed=2, gender="transgender")


async def test_from_a_count_to_its_table_and_file(desk: Desk) -> None:
    await _people(desk)
    supervisor = await desk.sign_in("supervisor.isb")
    chosen = await supervisor.open("/reports/build")
    assert 'href="/reports/build?measure=people_registered"' in chosen
    assert "Counts people, each once" in plain(main_of(chosen))
    offered = await supervisor.open("/reports/build?measure=people_registered")
    assert 'value="district"' in offered
    assert 'value="partner"' not in offered, "only what fits is offered"
    said = plain(main_of(await supervisor.open(ASKED)))
    assert "34 from 2025-01 to 2025-06" in said
    assert "Transgender 4 0 4" in said
    assert "Together 34 0 34" in said
    text = await supervisor.open(f"/reports/answer?{urlencode({**QUESTION, 'kind': 'csv'})}")
    assert "held back" in text
    assert "Transgender,2025-Q1,4" not in text, "a file may leave the centre"


async def test_what_does_not_fit_is_said_where_it_stands(desk: Desk) -> None:
    supervisor = await desk.sign_in("supervisor.isb")
    for more, fault in (
        ({"first": "partner"}, "ask-splits-fault"),
        ({"begin": "2026"}, "ask-begin-fault"),
        ({"bands": "18-24"}, "ask-bands-fault"),
    ):
        html = await supervisor.open(f"/reports/build?{urlencode({**QUESTION, **more})}", 422)
        assert f'id="{fault}"' in html, more
    assert "/reports/answer?" not in html


async def test_an_analyst_is_shown_no_small_number(desk: Desk) -> None:
    await _people(desk)
    analyst = await desk.sign_in("analyst")
    html = await analyst.open(ASKED)
    assert "Transgender held back" in plain(main_of(html))
    assert 'name="bands"' not in html, "their bands are fixed"
    assert 'value="month"' not in html
    await analyst.open("/reports/build?measure=cases_opened")
    await analyst.open(f"/reports/build?{urlencode({**QUESTION, 'end': '2025-05'})}", 422)
    counsellor = await desk.sign_in("counsellor.isb")
    await counsellor.open("/reports/build", 403)


async def test_a_question_is_saved_shared_and_removed(desk: Desk) -> None:
    supervisor, analyst = await desk.sign_in("supervisor.isb"), await desk.sign_in("analyst")
    await supervisor.open(ASKED)
    refused = await supervisor.send("/reports/saved", 422, **QUESTION, name="")
    assert 'id="save-name-fault"' in refused.text
    assert 'value="people_registered"' in refused.text, "nothing asked is lost"
    await supervisor.send("/reports/saved", **QUESTION, name="Who came by quarter", shared_with="ISB")
    html = await analyst.open("/reports/saved")
    assert f'href="{ASKED.replace("&", "&amp;")}"' in html
    assert "Who came by quarter shared with ISB" in plain(main_of(html))
    hers = await supervisor.open("/reports/saved")
    removal = hers.partition("Who came by quarter")[2].partition('action="')[2].partition('"')[0]
    await supervisor.send(removal)
    assert "Who came by quarter" not in await supervisor.open("/reports/saved")
