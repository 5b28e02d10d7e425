"""Where a service is, on the pages: typed by the administrator, read by whoever refers people, hidden where it has to be."""

import re
from html import unescape

from domain.samples.agencies import HIDDEN
from tests.web.conftest import Desk, Visitor, opened_case, plain
from tests.web.test_merging import form_of


async def _partner(visitor: Visitor, name: str) -> str:
    found = re.search(rf'href="(/partners/[0-9a-f-]{{36}})"><bdi>{name}<', await visitor.open("/partners"))
    assert found
    return found.group(1)


async def _service(admin: Visitor, partner: str, name: str) -> str:
    found = re.search(rf'href="({partner}/services/[0-9a-f-]{{36}})" aria-label="Change: {name}"', await admin.open(partner))
    assert found
    return found.group(1)


def _read(page: str) -> str:
    """Each part of an address stands apart, so that it runs its own way."""
    return plain(page).replace(" , ", ", ")


async def test_an_address_is_typed_whole_and_read_by_whoever_refers(desk: Desk) -> None:
    admin, she = await desk.sign_in("admin"), await desk.sign_in("counsellor.isb")
    partner = await _partner(admin, "Reintegration network")
    place = await _service(admin, partner, "Reintegration package")
    form = form_of(await admin.open(place), place)
    again = await admin.send(place, 422, **{**form, "city": [""]})
    assert 'href="#service-city"' in again.text
    assert "An open address is written whole" in again.text
    assert 'value="Plot 7, Sample Avenue"' in again.text
    wrong = await admin.send(place, 422, **{**form, "postcode": ["440"], "district": ["Atlantis"]})
    assert 'href="#service-postcode"' in wrong.text
    assert 'href="#service-district"' in wrong.text
    await admin.send(place, **{**form, "postcode": ["۴۶۰۰۰"], "city": ["Rawalpindi"], "province": ["PK6"], "district": ["Rawalpindi"]})
    assert "Plot 7, Sample Avenue, Rawalpindi 46000, Punjab" in _read(await she.open(partner))
    file = await opened_case(she)
    asked = plain(await she.open(f"{file.case}/refer?need=reintegration&where=any"))
    assert "Rawalpindi 46000" in asked
    draft = {"partner": partner.rsplit("/", 1)[1], "service": place.rsplit("/", 1)[1], "reason": "A shop.", "urgency": "low"}
    referral = await she.sent(f"{file.case}/refer", **draft, groups=["identity"])
    assert "Where to go Plot 7, Sample Avenue, Rawalpindi 46000, Punjab" in _read(await she.open(referral))


async def test_a_hidden_address_is_opened_on_a_page_of_its_own(desk: Desk) -> None:
    admin, she, analyst = await desk.sign_in("admin"), await desk.sign_in("counsellor.isb"), await desk.sign_in("analyst")
    partner = await _partner(admin, "Social Welfare Department, Punjab")
    place = await _service(admin, partner, "Shelter for women")
    for who in (admin, analyst):
        page = await who.open(partner)
        assert "kept hidden" in plain(page)
        assert f"{place}/address" not in page
        assert (await who.http.get(f"{place}/address")).status_code == 403
    assert f'href="{place}/address"' in await she.open(partner)
    assert HIDDEN["Shelter for women"] in unescape(plain(await she.open(f"{place}/address")))
    assert "House 0" not in await admin.open(place), "whoever writes it does not read it"

    form = form_of(await admin.open(place), place)
    await admin.send(place, **{**form, "waiting": ["7"]})
    assert "House 0" in await she.open(f"{place}/address"), "an empty field leaves it as it is"
    form = form_of(await admin.open(place), place)
    await admin.send(place, **{**form, "hidden_address": ["House 9"]})
    assert "House 9" in await she.open(f"{place}/address")
    trail = plain(await (await desk.sign_in("dpo")).open("/trail"))
    assert "opened a hidden address" in trail


async def test_two_who_write_a_hidden_address_are_told_that_the_other_did(desk: Desk) -> None:
    one, two, she = await desk.sign_in("admin"), await desk.sign_in("admin"), await desk.sign_in("counsellor.isb")
    partner = await _partner(one, "Social Welfare Department, Punjab")
    place = await _service(one, partner, "Legal aid and family mediation")
    mine, theirs = form_of(await one.open(place), place), form_of(await two.open(place), place)
    await two.send(place, **{**theirs, "hidden_address": ["Theirs 1"]})
    stale = (await one.send(place, 412, **{**mine, "hidden_address": ["Mine 1"]})).text
    assert "Now in the record: kept hidden Take this" in plain(stale)
    assert "Theirs 1" not in stale
    again = form_of(stale, place)
    assert again["hidden_address"] == ["Mine 1"], "what was typed is still there"
    await one.send(place, **{**again, "theirs": ["hidden_address"]})
    assert "Theirs 1" in await she.open(f"{place}/address"), "ticked: theirs stays"
    mine = form_of(await one.open(place), place)
    await one.send(place, **{**mine, "unhide": ["1"]})
    assert (await she.http.get(f"{place}/address")).status_code == 404
