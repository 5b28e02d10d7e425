"""What a preview promises is what the partner then sees, and nobody looks at one who could not send it."""

from typing import Any

from tests.referrals.conftest import Desk

PARTNER, SECRET = "reintegration", "demo-rein-2026"


async def previewed(desk: Desk, *groups: str, expect: int = 200) -> Any:
    query = {"partner": PARTNER, "field_groups": list(groups)}
    return await desk.counsellor.get(f"/api/v1/cases/{desk.case}/referrals/preview", expect, params=query)


def leaving(preview: dict[str, Any]) -> dict[str, Any]:
    return {name: value for part in preview["parts"] if part["stays"] is None for name, value in part["fields"].items()}


async def test_what_is_previewed_is_what_leaves(desk: Desk) -> None:
    await desk.consent(PARTNER, "identity", "contact", "health")
    preview = await previewed(desk, "identity", "contact", "narrative", "health")
    sent = await desk.draft(PARTNER, "identity", "contact")
    await desk.step(desk.counsellor, sent["id"], "send")
    network = await desk.service.partner(PARTNER, SECRET)
    packet = await network.get(f"/partner/v1/referrals/{sent['ref']}")
    assert packet["client"] == leaving(preview)
    assert packet["client"]["phones"] == ["+923001234567"]
    stays = {part["group"]: part["stays"] for part in preview["parts"]}
    assert stays == {
        "identity": None,
        "contact": None,
        "migration": "no_consent",
        "screening": "no_agreement",
        "health": "no_agreement",
        "narrative": "no_consent",
        "documents": "no_agreement",
    }
    assert [one["form"] for one in preview["consents"]] == ["thumb_mark"]
    assert [one["title"] for one in preview["agreements"]] == ["Sample agreement"]
    assert preview["approval_needed"] is False


async def test_what_is_not_asked_for_stays(desk: Desk) -> None:
    consent = await desk.consent(PARTNER, "identity", "narrative")
    stays = {part["group"]: part["stays"] for part in (await previewed(desk, "identity"))["parts"]}
    assert (stays["identity"], stays["narrative"]) == (None, "not_asked")
    assert set(leaving(await previewed(desk))) >= {"name", "summary"}, "none named: all that may"
    await desk.counsellor.post(f"/api/v1/consents/{consent}/withdrawal")
    after = await previewed(desk, "identity")
    assert leaving(after) == {}
    assert after["consents"] == []


async def test_a_preview_is_read_like_the_client_it_shows(desk: Desk) -> None:
    path = f"/api/v1/cases/{desk.case}/referrals/preview?partner={PARTNER}"
    await desk.colleague.get(path, 404)
    await desk.admin.get(path, 403)
    assert "saw_packet_preview" not in await desk.trail(), "a refused look shows nothing"
    await desk.supervisor.get(path)
    assert "saw_packet_preview" in await desk.trail()
    await desk.counsellor.get(f"/api/v1/cases/{desk.case}/referrals/preview?partner=nobody", 404)
    await desk.counsellor.get(f"/api/v1/cases/{desk.case}/referrals/preview", 422)
