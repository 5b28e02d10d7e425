"""The revision that brings invitations and forgetting: down and up again with both in use, on both databases."""

from datetime import timedelta

from adapters.database import migrate
from tests.incoming.conftest import Desk
from tests.migrations.test_migrations import asked
from tests.postgres import apart

KEPT = "SELECT state, cleared_at FROM incoming WHERE state IN ('declined', 'expired', 'accepted') ORDER BY state"


async def test_down_and_up_ends_invitations_and_keeps_whom_partners_sent(desk: Desk) -> None:
    partner = next(one for one in (await desk.supervisor.get("/api/v1/partners"))["items"] if one["key"] == "shelter-lhe")
    await desk.supervisor.post("/api/v1/invitations", {"partner": partner["id"]}, 202)
    await desk.service.house.usecases.delivery.carry()
    await desk.service.house.usecases.delivery.rest(5.0)
    for step, words in (("need_information", {"note": "When?"}), ("accept", {})):
        await desk.step(await desk.there(await desk.sent(reference=step)), step, **words)
    desk.clock.on(timedelta(days=91))
    assert await desk.service.house.usecases.incoming.forget() == 1
    assert asked(desk.database, "SELECT count(*) FROM link WHERE revoked_at IS NULL") == [(1,)]
    before = asked(desk.database, KEPT)
    assert [state for state, _ in before] == ["accepted", "expired"]
    await desk.service.house.close()
    apart(lambda: migrate.downgrade(desk.database.owner_url, to="0017", app_role=desk.database.app_role))
    assert asked(desk.database, "SELECT count(*), count(revoked_at) FROM link") == [(1, 1)]
    assert asked(desk.database, "SELECT state FROM incoming WHERE state IN ('declined', 'accepted') ORDER BY 1") == [
        ("accepted",),
        ("declined",),
    ]
    apart(lambda: migrate.upgrade(desk.database.owner_url, app_role=desk.database.app_role))
    assert apart(lambda: migrate.drift(desk.database.owner_url)) == []
    assert [
        bool(at) for (at,) in asked(desk.database, "SELECT rests_at FROM incoming WHERE state IN ('declined', 'accepted') ORDER BY state")
    ] == [
        False,
        True,
    ], "the time of those who rest begins with the upgrade"
