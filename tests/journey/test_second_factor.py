"""The second factor: enrolled with a code, asked for from then on, each code once, changed only by whoever holds the old one."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pyotp import TOTP

from adapters.system.clock import FixedClock
from tests.databases import Database
from tests.service import Service, running, settings_for


async def sign_in(service: Service, **form: str) -> tuple[int, dict[str, Any]]:
    sent = {"grant_type": "password", "username": "counsellor.isb", "password": "demo-password-2026", **form}
    answer = await service.http().post("/api/v1/auth/token", data=sent)
    return answer.status_code, answer.json()


async def test_enrolled_asked_for_and_changed(samples: Database, tmp_path: Path) -> None:
    clock = FixedClock(datetime.now(UTC))
    async with running(settings_for(samples, tmp_path), samples.kind, clock=clock) as service:
        counsellor = await service.sign_in("counsellor.isb")
        offered = await counsellor.post("/api/v1/me/second-factor")
        code = TOTP(offered["secret"])
        wrong = await counsellor.http.put("/api/v1/me/second-factor", json={"secret": offered["secret"], "code": "000000"})
        assert wrong.status_code == 422
        taken = await counsellor.http.put("/api/v1/me/second-factor", json={"secret": offered["secret"], "code": code.at(clock.now())})
        assert taken.status_code == 204

        status, said = await sign_in(service)
        assert (status, said["type"]) == (401, "/problems/second-factor-needed")
        assert (await sign_in(service, totp=code.at(clock.now())))[0] == 401, "the code of the enrolment is used up"
        clock.on(timedelta(seconds=60))
        assert (await sign_in(service, totp=code.at(clock.now())))[0] == 200
        assert (await sign_in(service, totp=code.at(clock.now())))[0] == 401, "a code seen over a shoulder"

        clock.on(timedelta(seconds=60))
        other = TOTP((await counsellor.post("/api/v1/me/second-factor"))["secret"])
        change = {"secret": other.secret, "code": other.at(clock.now())}
        assert (await counsellor.http.put("/api/v1/me/second-factor", json=change)).status_code == 422, "a stolen session has no old code"
        change["current_code"] = code.at(clock.now())
        assert (await counsellor.http.put("/api/v1/me/second-factor", json=change)).status_code == 204
