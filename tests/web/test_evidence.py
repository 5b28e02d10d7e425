"""Evidence on its pages: asked by the analyst, decided by the officer, released and fetched; nothing typed is lost, nobody else sees it."""

import re
from datetime import timedelta

import pytest

from adapters.system.synthesizer import PacSynthesizer
from domain.values import day_of
from tests.evidence.conftest import people
from tests.service import Service
from tests.web.conftest import Desk, main_of, plain
from tests.web.filled import STUDY


async def test_from_asking_to_the_file(desk: Desk) -> None:
    await people(Service(desk.house, desk.stranger, "sqlite", desk.app), 60, agreed=50)
    analyst, dpo = await desk.sign_in("analyst"), await desk.sign_in("dpo")
    assert "Nothing was asked for yet" in plain(main_of(await analyst.open("/evidence")))
    here = (await analyst.sent("/evidence", **{**STUDY, "expires_on": _soon(desk)})).partition("?")[0]
    assert "Make an extract" not in plain(await analyst.open(here)), "nothing is made before it is approved"
    assert f'href="{here}"' in await dpo.open("/my-cases"), "the notice leads there"
    version = re.search(r'name="version" value="(\d+)"', await dpo.open(here))
    assert version
    refused = await dpo.send(f"{here}/steps", 422, step="refuse", version=version.group(1), reason="")
    assert 'id="refuse-reason-fault"' in refused.text
    await dpo.send(f"{here}/steps", step="approve", version=version.group(1))
    await analyst.open(here)
    await analyst.send(f"{here}/releases", shape="lines")
    html = await analyst.open(here)
    said = plain(main_of(html))
    for words in ("Extract: one line a person", "Left out, without consent to research 1-10", "Suppressed 0"):
        assert words in said
    file = re.search(r'href="(/evidence/releases/[0-9a-f-]+/file)"', html)
    assert file
    text = await analyst.open(file.group(1))
    assert text.count("\r\n") == 6 + 50
    refused = await analyst.send(f"{here}/releases", 409, shape="table", columns=["gender"])
    assert "would fill each other" in plain(refused.text)
    assert "fetched the file of a release" in plain(await dpo.open("/trail"))
    counsellor = await desk.sign_in("counsellor.isb")
    await counsellor.open("/evidence", 403)
    await counsellor.open(file.group(1), 403)


async def test_synthetic_data_on_its_page(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    # Noise drowns so few now and then; what the engine makes of more is looked at in tests/evidence/test_synthetic.py.
    monkeypatch.setattr(PacSynthesizer, "made", lambda self, columns, rows, epsilon, delta: list(rows) if epsilon > 1 else [])
    await people(Service(desk.house, desk.stranger, "sqlite", desk.app), 120, agreed=110)
    analyst, dpo = await desk.sign_in("analyst"), await desk.sign_in("dpo")
    await analyst.open("/evidence")
    here = await analyst.sent("/evidence", **{**STUDY, "expires_on": _soon(desk)})
    version = re.search(r'name="version" value="(\d+)"', await dpo.open(here))
    assert version
    await dpo.send(f"{here}/steps", step="approve", version=version.group(1))
    said = plain(await analyst.open(here))
    if not desk.house.usecases.evidence.synthesizes:
        assert "the engine is not installed" in said
        await analyst.send(f"{here}/releases", 503, shape="synthetic", epsilon="4")
        return
    refused = await analyst.send(f"{here}/releases", 422, shape="synthetic", epsilon="7")
    assert 'id="synthetic-epsilon-fault"' in refused.text
    await analyst.send(f"{here}/releases", shape="synthetic", epsilon="1")
    assert "no line is left. Epsilon 1 of 4 is spent all the same" in plain(main_of(await analyst.open(here)))
    await analyst.send(f"{here}/releases", shape="synthetic", epsilon="3")
    said = plain(main_of(await analyst.open(here)))
    assert "Epsilon 3 of 4. Shares are off by" in said
    assert "True, %" in said
    spent = await analyst.send(f"{here}/releases", 409, shape="synthetic", epsilon="1")
    assert "spent by earlier synthetic releases" in plain(spent.text)


async def test_a_refused_form_comes_back_as_it_was(desk: Desk) -> None:
    analyst = await desk.sign_in("analyst")
    await analyst.open("/evidence")
    html = (await analyst.send("/evidence", 422, **{**STUDY, "ground": "", "expires_on": _soon(desk)})).text
    assert 'id="ask-ground-fault"' in html
    assert "Dr. Sana Mir" in html
    assert html.count('name="columns" value="age" checked') == 1


def _soon(desk: Desk) -> str:
    return str(day_of(desk.clock.now()) + timedelta(days=60))
