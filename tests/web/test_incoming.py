"""What partners send on its pages: the queue with the time left, one answered, registered or found to be known, nothing typed lost."""

import re
from html import unescape
from typing import Any

from tests.web.conftest import Desk, Visitor, main_of, plain
from tests.web.filled import SENT

HERE = re.compile(r'href="(/incoming/[0-9a-f-]{36})"')


async def sent(desk: Desk, **more: Any) -> Any:
    """The partner sends somebody, and asks after them with what this answers with."""
    http = desk.stranger().http
    form = {"grant_type": "client_credentials", "client_id": "reintegration", "client_secret": "demo-rein-2026"}
    token = (await http.post("/api/v1/auth/token", data=form)).json()["access_token"]
    head = {"Authorization": f"Bearer {token}"}
    made = await http.post("/partner/v1/incoming", json={**SENT, **more}, headers=head)
    assert made.status_code == 201, made.text
    return lambda: http.get(f"/partner/v1/incoming/{made.json()['ref']}", headers=head)


async def place(who: Visitor) -> str:
    found = HERE.search(await who.open("/incoming"))
    assert found
    return found.group(1)


async def test_from_the_queue_to_a_client(desk: Desk) -> None:
    counsellor = await desk.sign_in("counsellor.isb")
    assert "Nobody was sent to us." in await counsellor.open("/incoming")
    ask = await sent(desk)
    assert "A partner has sent somebody" in await counsellor.open("/my-cases")
    queue = plain(main_of(await counsellor.open("/incoming")))
    assert re.search(r"Waiting for our answer Amna Bibi New: [23] hours left Reintegration network", queue)
    here = await place(counsellor)
    page = plain(await counsellor.open(here))
    for said in ("Held at the border", "Thumb mark", "+923027778892 safe to ring", "+923037778893 not safe to ring", "RN-2026-204"):
        assert said in page
    empty = await counsellor.send(f"{here}/steps", 422, step="need_information", note="")
    assert 'id="step-need_information-note-fault"' in empty.text
    await counsellor.send(f"{here}/steps", step="need_information", note="Does she need a bed?")
    assert (await ask()).json()["question"] == "Does she need a bed?"
    assert "Register the person" not in await counsellor.open(here)
    await counsellor.send(f"{here}/steps", step="accept")
    assert f'href="{here}/registration"' in await counsellor.open(here)
    form = await counsellor.open(f"{here}/registration")
    for given in ("Amna Bibi", "1994", "35202-0888444-6", "+923027778892"):
        assert f'value="{given}"' in form
    assert f'action="{here}/registration"' in form
    assert re.search(r'name="gender" value="female" checked', form)
    wrong = await counsellor.send(f"{here}/registration", 422, name="Amna Bibi", gender="female")
    assert f'action="{here}/registration"' in wrong.text
    client = await counsellor.sent(f"{here}/registration", name="Amna Bibi", gender="female", migration_stage="returnee")
    assert "+923037778893" in await counsellor.open(client), "what found no room in the form is kept"
    assert f'href="{client}"' in await counsellor.open(here)
    await counsellor.send(f"{here}/steps", step="complete", outcome="She has a plan.")
    assert (await ask()).json()["state"] == "completed"


async def test_somebody_known_is_found_and_named(desk: Desk) -> None:
    counsellor = await desk.sign_in("counsellor.isb")
    await counsellor.open("/clients/new")
    client = await counsellor.sent("/clients", name="Amna Bibi", gender="female", migration_stage="returnee", cnic="35202-0888444-6")
    await sent(desk)
    here = await place(counsellor)
    page = await counsellor.open(here)
    assert "This may be somebody we know" in page
    assert "Same CNIC" in page
    assert "It is this person" not in page, "before it is accepted"
    await counsellor.send(f"{here}/steps", step="accept")
    assert "It is this person" in await counsellor.open(here)
    await counsellor.send(f"{here}/client", client=client.removeprefix("/clients/"))
    assert f'href="{client}"' in await counsellor.open(here)
    again = await counsellor.send(f"{here}/client", 409, client=client.removeprefix("/clients/"))
    assert "This referral has a client already." in again.text


async def test_who_reads_and_who_answers(desk: Desk) -> None:
    await sent(desk, urgency="critical")
    supervisor, officer, elsewhere = [await desk.sign_in(name) for name in ("supervisor.isb", "dpo", "supervisor.lhe")]
    here = await place(supervisor)
    await elsewhere.open(here, 404)
    shown = await officer.open(here)
    assert "Held at the border" in shown
    assert "/steps" not in main_of(shown)
    assert f'href="{here}"' in await officer.open("/trail")
    await supervisor.send(f"{here}/steps", step="decline", reason="No room this month.", decline_code="no_capacity")
    assert "Reason: No place or means left · No room this month." in plain(await supervisor.open(here))
    ended = plain(main_of(await supervisor.open("/incoming?state=declined")))
    assert "Amna Bibi Declined" in ended
    assert "Amna Bibi" not in plain(main_of(await supervisor.open("/incoming?state=accepted")))


async def test_what_we_declined_is_counted_and_leads_to_them(desk: Desk) -> None:
    supervisor = await desk.sign_in("supervisor.isb")
    assert re.search(r"No partner sent us anybody from \d{4}-Q\d to \d{4}-Q\d\.", plain(await supervisor.open("/figures/due")))
    await sent(desk)
    await supervisor.send(f"{await place(supervisor)}/steps", step="decline", reason="No room.", decline_code="no_capacity")
    await sent(desk)
    page = await supervisor.open("/figures/due")
    assert "No place or means left: 1" in plain(page)
    hrefs = [unescape(href) for href in re.findall(r'href="(/incoming[?][^"]*)"', page)]
    assert len(hrefs) == 2, "all we declined, and those for this reason"
    for href in hrefs:
        behind = await supervisor.open(href)
        assert len(HERE.findall(behind)) == 1
        assert "Only those that are counted in the figure you came from." in behind
    none = await supervisor.open(hrefs[1].replace("no_capacity", "unsaid"))
    assert HERE.findall(none) == []
    assert "/incoming?" not in await (await desk.sign_in("analyst")).open("/figures/due")
