"""The policy log on its pages: written by a supervisor, sent back and approved by another, shared; nothing typed is lost."""

import re

from tests.evidence.conftest import people
from tests.service import Service
from tests.web.conftest import Desk, Visitor, main_of, plain

SAID = {
    "centre": "ISB",
    "heading": "Cards before flights",
    "topic": "documents",
    "observed": "Many wait. بہت سے لوگ انتظار کرتے ہیں",
    "advised": "A van.",
    "addressee": "The registrar",
}


async def _version(who: Visitor, here: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', await who.open(here))
    assert found
    return found.group(1)


async def test_from_the_draft_to_what_became_of_it(desk: Desk) -> None:
    await people(Service(desk.house, desk.stranger, "sqlite", desk.app), 40, agreed=0)
    she, dpo = await desk.sign_in("supervisor.isb"), await desk.sign_in("dpo")
    await she.open("/reports/build")
    asked = {"measure": "people_registered", "first": "sex", "second": "", "begin": "2025-01", "end": "2025-12", "bands": "", "centre": ""}
    await she.sent("/reports/saved", name="Who came", **asked)
    html = await she.open("/policy")
    question = re.search(r'name="questions" value="([0-9a-f-]+)"[^>]*> <span><bdi>Who came', html)
    assert question
    refused = await she.send("/policy", 422, **{**SAID, "observed": "She rang from 0300 1234567."}, questions=[question.group(1)])
    assert 'id="write-observed-fault"' in refused.text
    assert "Cards before flights" in refused.text
    assert f'value="{question.group(1)}" checked' in refused.text
    here = (await she.sent("/policy", **SAID, questions=[question.group(1)])).partition("?")[0]
    said = plain(main_of(await she.open(here)))
    assert "40 from 2025-01 to 2025-12" in said
    assert "objective 4 of the Global Compact" in said
    assert "What it says now" in plain(await she.open(f"{here}?now=1"))
    stays = re.findall(r'name="figures" value="([0-9a-f-]+)"', await she.open(here))
    changed = {**SAID, "advised": "Two vans.", "figures": stays, "version": await _version(she, here)}
    await she.send(here, **changed)
    stale = await she.send(here, 412, **changed)
    assert "Someone else changed this note meanwhile" in plain(stale.text)
    await she.send(f"{here}/steps", step="submit", version=await _version(she, here))
    assert "Approve the note" not in plain(await she.open(here)), "she wrote it"
    assert f'href="{here}"' in await dpo.open("/my-cases"), "the notice leads there"
    refused = await dpo.send(f"{here}/steps", 422, step="send_back", said="", version=await _version(dpo, here))
    assert 'id="send_back-said-fault"' in refused.text
    await dpo.send(f"{here}/steps", step="approve", version=await _version(dpo, here))
    share = {"step": "share", "said": "The registrar's office", "how": "letter"}
    refused = await she.send(f"{here}/steps", 422, **share, version=await _version(she, here))
    assert 'id="share-on-fault"' in refused.text
    assert "The registrar&#39;s office" in refused.text
    await she.send(f"{here}/steps", **share, on="2026-01-05", version=await _version(she, here))
    await she.send(f"{here}/steps", step="adopt", said="From March on.", version=await _version(she, here))
    assert "Adopted" in plain(main_of(await she.open("/policy")))
    assert "moved a policy note on" in plain(await dpo.open("/trail"))
    counsellor = await desk.sign_in("counsellor.isb")
    await counsellor.open(here, 403)
    other = await desk.sign_in("supervisor.lhe")
    await other.open(here, 404)
