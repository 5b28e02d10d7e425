"""Which services are found for what is looked for, in which order; first as a rule on plain data, then over the API."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from domain.clients import MigrationStage
from domain.partners.directory import AgesTurned, Partner, PartnerKind, Service
from domain.partners.search import Near, Offer, Wanted, room, search
from domain.values import Gender, Language, PartnerId
from tests.referrals.conftest import Desk

OWNER = Partner(PartnerId(uuid4()), "swd", "Social Welfare Department", PartnerKind.government, "standard")
PLAIN = Service(uuid4(), OWNER.id, "General desk")
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)


def offer(name: str, ours: int = 0, *, agreement: bool = False, **fields: object) -> Offer:
    its = replace(PLAIN, id=uuid4(), name=name, **fields)  # type: ignore[arg-type]
    return Offer(OWNER, its, ours, agreement)


def found(offers: list[Offer], **wanted: object) -> list[str]:
    return [one.offer.service.name for one in search(offers, Wanted(**wanted))]  # type: ignore[arg-type]


SHELTER = offer("Shelter for women", genders=(Gender.female,), districts=("PK6",), capacity=2, languages=(Language.urdu,))
LAWYER = offer("Legal aid", districts=("PK617",), offers="A lawyer where a court is asked.")
PACKAGE = offer("Reintegration package", stages=(MigrationStage.returnee,), age_from=18, age_to=60)
ALL = [SHELTER, LAWYER, PACKAGE]


@pytest.mark.parametrize(
    "need, names",
    [
        ("shelter", ["Shelter for women"]),
        ("SHELT", ["Shelter for women"]),
        ("shleter", ["Shelter for women"]),
        ("پناہ", ["Shelter for women"]),
        ("پناه", ["Shelter for women"]),
        ("court", ["Legal aid"]),
        ("وکیل", ["Legal aid"]),
        ("social welfare", ["Legal aid", "Reintegration package", "Shelter for women"]),
        ("unicorn", []),
        ("legal shelter", ["Legal aid", "Shelter for women"]),
        ("!!!", ["Legal aid", "Reintegration package", "Shelter for women"]),
    ],
)
def test_words_and_their_likes(need: str, names: list[str]) -> None:
    assert sorted(found(ALL, need=need)) == names


def test_the_area_asked_for_comes_first() -> None:
    assert found(ALL, area="PK617") == ["Shelter for women", "Legal aid", "Reintegration package"]
    assert found(ALL, area="PK610") == ["Shelter for women", "Reintegration package", "Legal aid"]
    assert found(ALL, area="PK528") == ["Reintegration package"]
    near = {one.offer.service.name: one.near for one in search(ALL, Wanted(area="PK610"))}
    assert near == {"Shelter for women": Near.here, "Reintegration package": Near.everywhere, "Legal aid": Near.same_province}
    assert found([LAWYER], area="PK6") == ["Legal aid"], "a province holds its districts"


def test_who_it_is_for_leaves_out_only_what_says_no() -> None:
    assert found(ALL, gender=Gender.male) == ["Legal aid", "Reintegration package"]
    assert found(ALL, gender=Gender.undisclosed) == found(ALL)
    assert sorted(found(ALL, age=17)) == ["Legal aid", "Shelter for women"]
    assert found(ALL, age=60, stage=MigrationStage.returnee)[0] == "Reintegration package", "what says yes stands before what says nothing"
    assert "Reintegration package" not in found(ALL, stage=MigrationStage.prospective)
    assert found(ALL, language=Language.pashto) == ["Legal aid", "Reintegration package"]
    assert found(ALL, language=Language.urdu)[0] == "Shelter for women"


def test_room_is_what_neither_they_nor_we_have_filled() -> None:
    assert [room(replace(PLAIN, capacity=5, waiting=waiting), ours) for waiting, ours in ((None, 2), (4, 2), (1, 7), (9, 0))] == [
        3,
        1,
        0,
        0,
    ]
    assert room(PLAIN, 3) is None
    full = replace(SHELTER, ours=2)
    assert found([full, LAWYER], with_room=True) == ["Legal aid"], "one that does not say how many places it has is not full"
    assert found([full, LAWYER]) == ["Legal aid", "Shelter for women"], "a full one comes last"


def test_what_is_not_offered_is_not_found() -> None:
    paused = Offer(replace(OWNER, active=False), LAWYER.service)
    assert found([paused, offer("Closed", offered=False)]) == []
    assert found([offer("B", agreement=True), offer("A")]) == ["B", "A"]


def test_ages_do_not_run_backwards() -> None:
    with pytest.raises(AgesTurned):
        replace(PLAIN).change({"age_from": 40, "age_to": 18}, AT)


async def test_the_directory_is_searched_over_the_api(desk: Desk) -> None:
    names = [one["service"]["name"] for one in (await desk.counsellor.get("/api/v1/services?need=shelter&district=PK617"))["items"]]
    assert names[0] == "Shelter for women"
    men = await desk.counsellor.get("/api/v1/services?need=shelter&gender=male&limit=100")
    assert "Shelter for women" not in [one["service"]["name"] for one in men["items"]]
    one = (await desk.counsellor.get("/api/v1/services?need=reintegration&with_room=true"))["items"][0]
    assert (one["partner"]["key"], one["agreement"], one["room"], one["service"]["verified"]) == ("reintegration", True, 29, False)
    assert one["service"]["hours"][0] == {"day": "monday", "opens": "09:00", "closes": "17:00"}
    await desk.counsellor.get("/api/v1/services?client=1", 422)
    await desk.counsellor.get("/api/v1/services?district=lahore", 422)


async def test_our_own_referrals_fill_a_service(desk: Desk) -> None:
    shelter = (await desk.counsellor.get("/api/v1/services?need=mediation&district=PK617"))["items"][0]
    assert shelter["service"]["name"] == "Legal aid and family mediation"
    await desk.consent("swd-punjab", "identity")
    before = shelter["ours_waiting"]
    sent = await desk.draft("swd-punjab", "identity", service=shelter["service"]["id"])
    again = (await desk.counsellor.get("/api/v1/services?need=mediation&district=PK617"))["items"][0]
    assert again["ours_waiting"] == before == 0, "a draft takes no place"
    await desk.step(desk.counsellor, sent["id"], "send")
    again = (await desk.counsellor.get("/api/v1/services?need=mediation&district=PK617"))["items"][0]
    assert again["ours_waiting"] == 1
    elsewhere = await desk.service.sign_in("counsellor.lhe")
    other = (await elsewhere.get("/api/v1/services?need=mediation&district=PK617"))["items"][0]
    assert other["ours_waiting"] == 0, "another centre's referrals are not told"
