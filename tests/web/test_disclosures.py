"""Disclosure under a legal duty on its pages: asked for and decided by two people, nothing typed lost, and the officer's list."""

import re
from typing import Any

from domain.values import day_of
from tests.web.conftest import Desk, Visitor, main_of, opened_case, plain
from tests.web.filled import DUTY


async def _manager(desk: Desk) -> Visitor:
    return await desk.taken_on("manager.isb", "Manager ISB", "centre_manager")


def shown(html: str) -> dict[str, str]:
    """The disclosure on the page, and the version its buttons carry."""
    its = re.search(r'id="disclosure-([0-9a-f-]{36})"', html)
    version = re.search(r'name="version" value="(\d+)"', html)
    assert its
    return {"id": its.group(1), "version": version.group(1) if version else ""}


async def test_two_people_and_a_third_act(desk: Desk) -> None:
    supervisor, manager, dpo = (
        await desk.sign_in("supervisor.isb"),
        await _manager(desk),
        await desk.sign_in("dpo"),
    )
    file = await opened_case(await desk.sign_in("counsellor.isb"))
    here = f"{file.case}/disclosures"
    assert f'href="{here}"' in await supervisor.open(file.case)
    assert "Nothing was disclosed" in plain(main_of(await supervisor.open(here)))
    await supervisor.send(here, **DUTY)
    html = await supervisor.open(here)
    assert "somebody else of the centre decides" in plain(html)
    assert "Confirm the disclosure" not in plain(html), "whoever asked is offered no decision"
    its = shown(await manager.open(here))
    steps = f"{here}/{its['id']}/steps"
    await supervisor.send(steps, 403, step="confirm", version=its["version"])
    assert f'href="{here}"' in await manager.open("/my-cases"), "the notice leads there"
    await manager.send(steps, step="confirm", version=its["version"])
    its = shown(await supervisor.open(here))
    half = {"step": "hand_over", "version": its["version"], "how": "letter", "to": "", "on": ""}
    refused = await supervisor.send(steps, 422, **half)
    assert f'id="hand_over-{its["id"]}-on-fault"' in refused.text
    assert re.search(r'value="letter" checked', refused.text)
    await supervisor.send(steps, **{**half, "to": "Reader of the court", "on": str(day_of(desk.clock.now()))})
    said = plain(main_of(await dpo.open("/disclosures")))
    for word in ("Handed over", "By letter, on paper", "Reader of the court", "handed over by Supervisor ISB", "decided by Manager ISB"):
        assert word in said
    assert "not checked against its source" in said, "the law's mark is shown"
    assert 'href="/disclosures"' in await dpo.open("/trail")


async def test_a_refused_form_comes_back_as_it_was(desk: Desk) -> None:
    supervisor = await desk.sign_in("supervisor.isb")
    file = await opened_case(await desk.sign_in("counsellor.isb"))
    await supervisor.open(f"{file.case}/disclosures")
    wrong: dict[str, Any] = {**DUTY, "authority": "", "law": "", "law_words": "Some Act"}
    html = (await supervisor.send(f"{file.case}/disclosures", 422, **wrong)).text
    assert 'id="ask-partner-fault"' in html
    for typed in ("Some Act", "The court ordered it by name.", "What the court asks"):
        assert typed in html
    assert html.count('name="field_groups" value="identity" checked') == 1
    assert re.search(r'name="client_told" value="1" checked', html)


async def test_it_is_not_for_everybody(desk: Desk) -> None:
    counsellor, supervisor, elsewhere = [await desk.sign_in(name) for name in ("counsellor.isb", "supervisor.isb", "supervisor.lhe")]
    file = await opened_case(counsellor)
    await supervisor.open(f"{file.case}/disclosures")
    await supervisor.send(f"{file.case}/disclosures", **DUTY)
    assert "/disclosures" not in await counsellor.open(file.case)
    await counsellor.open(f"{file.case}/disclosures", 403)
    await elsewhere.open(f"{file.case}/disclosures", 404)
    assert "Nothing was disclosed" in await elsewhere.open("/disclosures")
    dpo = await desk.sign_in("dpo")
    assert "Ask for a disclosure" not in await dpo.open(f"{file.case}/disclosures")
