"""Who is found: a number tells a person apart from all who share a name, and of many who are alike none is shown by chance."""

from typing import Any

from tests.service import Person, Service
from tests.trust.world import client_body

NAMESAKES = 45
"""More than are ranked for one question."""


async def registered(she: Person, name: str, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = await she.post("/api/v1/clients", client_body(name, **more))
    return made


async def test_the_same_cnic_is_found_among_many_of_the_same_name(service: Service) -> None:
    she = await service.sign_in("counsellor.isb")
    zara = await registered(she, "Zara Gul", cnic="34201-0891231-7", gender="female")
    for _ in range(NAMESAKES):
        await registered(she, "Muhammad Khan")
    asked = {"candidate": {"name": "Muhammad Khan", "cnic": "34201-0891231-7"}}
    found = (await she.post("/api/v1/clients/matches", asked, expect=200))["items"]
    assert found[0]["id"] == zara["id"], "whoever says another name now is the same person by their card"


async def test_of_many_alike_all_are_ranked_or_none(service: Service) -> None:
    she = await service.sign_in("counsellor.isb")
    for _ in range(NAMESAKES):
        await registered(she, "Muhammad Khan")
    amna = await registered(she, "Amna Muhammad Khan", gender="female")
    for _ in range(NAMESAKES):
        await registered(she, "Muhammad Khan")

    async def found(text: str) -> list[str]:
        items = (await she.post("/api/v1/clients/search", {"q": text, "limit": 50}, expect=200))["items"]
        return [one["id"] for one in items]

    assert await found("Amna Muhammad Khan") == [amna["id"]], "those who share two names of three are too many to tell apart"
    namesakes = await found("Muhammad Khan")
    assert len(namesakes) == 50, "where nobody fits better, as many as are asked for"
    assert namesakes == await found("Muhammad Khan")


async def test_whose_name_is_the_question_stands_first(service: Service) -> None:
    she = await service.sign_in("counsellor.isb")
    exact = await registered(she, "Saleem Iqbal")
    longer = await registered(she, "Muhammad Saleem Iqbal")
    apart = await registered(she, "Sher Saleem", father_or_husband_name="Iqbal Khan")
    items = (await she.post("/api/v1/clients/search", {"q": "Saleem Iqbal"}, expect=200))["items"]
    assert [one["id"] for one in items] == [exact["id"], longer["id"], apart["id"]]
    assert len({one["score"] for one in items}) == 1, "all three hold both words"
