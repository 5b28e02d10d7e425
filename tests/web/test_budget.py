"""How many bytes go over a bad line: the first visit with all its files, and each page after it."""

import pytest

from service.web.assets import FACE, address, assets
from tests.web.conftest import FIA, Desk, Visitor, opened_case, partner_named

SAID = "Rang back about the contract; the copy comes on Monday. کاغذات ساتھ لائیں گے۔"
FIRST, LATER, SCRIPTS, STYLE = 100_000, 15_000, 12_500, 5_000


async def over_the_line(visitor: Visitor, path: str) -> int:
    """Bytes of the body as it is packed."""
    answer = await visitor.http.get(path, headers={"Accept-Encoding": "br"})
    assert answer.status_code == 200, path
    return answer.num_bytes_downloaded


async def test_the_first_visit(desk: Desk) -> None:
    stranger = desk.stranger()
    files = {name: await over_the_line(stranger, address(name)) for name in (*assets(), FACE)}
    scripts = sum(size for name, size in files.items() if name.endswith(".js"))
    first = await over_the_line(stranger, "/sign-in") + sum(files.values())
    assert first < FIRST, files
    assert scripts < SCRIPTS, files
    assert files["desk.css"] < STYLE, files


@pytest.mark.parametrize("tag", ["en", "ur", "ps"])
async def test_each_page_after_it(desk: Desk, tag: str) -> None:
    visitor = await desk.sign_in("supervisor.isb")
    file = await opened_case(visitor)
    for number in range(12):
        await visitor.send(
            f"{file.case}/notes", text=f"{number}. Rang back about the contract; the copy comes on Monday. کاغذات ساتھ لائیں گے۔"
        )
        await visitor.send(f"{file.case}/tasks", title=f"Ring the sister again, {number}", due_on="2026-12-01")
    fia = await partner_named(visitor, file, FIA)
    visitor.http.cookies.set("mrc-language", tag)
    places = ("/my-cases", "/clients", "/clients/new", "/contacts", "/outreach", "/figures", "/me")
    of_case = ("", "/edit", "/refer", f"/refer?partner={fia}", "/screenings/new/ilo-adult-labour")
    paths = (*places, file.client, f"{file.client}/edit", *(file.case + more for more in of_case))
    sizes = {path: await over_the_line(visitor, path) for path in paths}
    assert max(sizes.values()) < LATER, sizes


async def test_what_is_not_packed_is_seen(desk: Desk) -> None:
    """The control: without packing, a sheet goes over the bound."""
    visitor = await desk.sign_in("supervisor.isb")
    file = await opened_case(visitor)
    answer = await visitor.http.get(file.case, headers={"Accept-Encoding": "identity"})
    assert answer.num_bytes_downloaded > LATER
