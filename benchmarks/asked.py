"""The requests of PERFORMANCE.md, as both servers are asked them, and what makes an answer right."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, cycle
from typing import Any
from urllib.request import Request, urlopen
from uuid import UUID, uuid4

from benchmarks import ground
from benchmarks.ground import Ground
from benchmarks.load import Broken, ask, request

PASSWORD = "demo-password-2026"
SAID = "Rang back about the contract; the copy will be brought on Monday. کاغذات ساتھ لائیں گے۔"


@dataclass(frozen=True, slots=True)
class Asked:
    """One kind of request: endless raw requests for ours and for the bare programme, and the check of one answer of each."""

    name: str
    expect: int
    ours: Callable[[], Iterator[bytes]]
    bare: Callable[[], Iterator[bytes]]
    same: Callable[[Any, Any], bool]


def token(port: int, username: str) -> dict[str, str]:
    form = f"grant_type=password&username={username}&password={PASSWORD}".encode()
    with urlopen(Request(f"http://127.0.0.1:{port}/api/v1/auth/token", data=form)) as answer:
        return {"Authorization": f"Bearer {json.load(answer)['access_token']}"}


def me(port: int, headers: dict[str, str]) -> UUID:
    with urlopen(Request(f"http://127.0.0.1:{port}/api/v1/me", headers=headers)) as answer:
        return UUID(json.load(answer)["id"])


class Book:
    """All requests over one ground; signs in anew for each round, because access lasts ten minutes."""

    def __init__(self, its: Ground, port: int, cases: list[UUID]) -> None:
        self._port, self._cases = port, cases
        self._people = ground.everybody(its.clients)
        here = [one for one in self._people if one[4].startswith("ISB")]
        self._found = here[:: max(1, len(here) // 500)]
        self.sign_in()

    def sign_in(self) -> None:
        names = ("counsellor.isb", "counsellor2.isb", "counsellor.lhe", "counsellor2.lhe", "counsellor.pew", "counsellor2.pew")
        self._counsellors = [token(self._port, name) for name in names]
        self._ids = [me(self._port, headers) for headers in self._counsellors]
        self._supervisor = token(self._port, "supervisor.isb")

    def all(self) -> list[Asked]:
        return [
            Asked("caseload list of 50", 200, self._list, self._bare_list, _same_ids),
            Asked("case sheet", 200, self._sheet, self._bare_sheet, _same_sheet),
            Asked("add a note", 201, self._note, self._bare_note, _same_note),
            Asked("find by number", 200, self._by_number, self._bare_by_number, _same_ids),
            Asked("find by name", 200, self._by_name, self._bare_by_name, _same_names),
            Asked("caseload dashboard", 200, self._dashboard, self._bare_dashboard, _same_figures),
        ]

    def _list(self) -> Iterator[bytes]:
        return cycle([request("GET", "/api/v1/cases?counsellor=me&limit=50", headers=headers) for headers in self._counsellors])

    def _bare_list(self) -> Iterator[bytes]:
        return cycle([request("GET", f"/cases?counsellor={id}&limit=50") for id in self._ids])

    def _sheet(self) -> Iterator[bytes]:
        return cycle([request("GET", f"/api/v1/cases/{id}/sheet", headers=self._counsellors[0]) for id in self._cases])

    def _bare_sheet(self) -> Iterator[bytes]:
        return cycle([request("GET", f"/cases/{id}/sheet") for id in self._cases])

    def _note(self) -> Iterator[bytes]:
        for number, id in zip(count(), cycle(self._cases), strict=False):
            headers = {**self._counsellors[0], "Idempotency-Key": str(uuid4())}
            yield request("POST", f"/api/v1/cases/{id}/notes", headers=headers, body={"text": f"{SAID} {number}"})

    def _bare_note(self) -> Iterator[bytes]:
        for number, id in zip(count(), cycle(self._cases), strict=False):
            yield request("POST", f"/cases/{id}/notes", body={"text": f"{SAID} {number}"})

    def _search(self, path: str, place: int, headers: dict[str, str]) -> Iterator[bytes]:
        return cycle([request("POST", path, headers=headers, body={"q": one[place], "limit": 20}) for one in self._found])

    def _by_number(self) -> Iterator[bytes]:
        return self._search("/api/v1/clients/search", 4, self._counsellors[0])

    def _bare_by_number(self) -> Iterator[bytes]:
        return self._search("/clients/search", 4, {})

    def _by_name(self) -> Iterator[bytes]:
        return self._search("/api/v1/clients/search", 3, self._counsellors[0])

    def _bare_by_name(self) -> Iterator[bytes]:
        return self._search("/clients/search", 3, {})

    def _dashboard(self) -> Iterator[bytes]:
        return cycle([request("GET", "/api/v1/dashboards/caseload", headers=self._supervisor)])

    def _bare_dashboard(self) -> Iterator[bytes]:
        return cycle([request("GET", "/dashboards/caseload?centre=ISB")])


async def agree(asked: Asked, ours: int, bare: int, times: int = 6) -> None:
    """The first answers of both, compared. Raises Broken."""
    for own, other in zip(_some(asked.ours(), times), _some(asked.bare(), times), strict=True):
        (status, answer), (its_status, its_answer) = await ask(ours, own), await ask(bare, other)
        if (status, its_status) != (asked.expect, asked.expect) or not asked.same(answer, its_answer):
            raise Broken(f"{asked.name}: ours {status} {str(answer)[:300]} / bare {its_status} {str(its_answer)[:300]}")


def _some(asked: Iterator[bytes], times: int) -> list[bytes]:
    return [next(asked) for _ in range(times)]


def _same_ids(ours: Any, bare: Any) -> bool:
    """The same records in the same order, with the same names."""
    return [(one["id"], one["name"]) for one in ours["items"]] == [(one["id"], one["name"]) for one in bare["items"]] != []


def _same_sheet(ours: Any, bare: Any) -> bool:
    """Notes of earlier runs are in ours only; everything else is equal in number and kind."""
    parts = ("sessions", "screenings", "referrals", "tasks", "consents")
    old = {one["id"] for one in bare["notes"]}
    return (
        all({one["id"] for one in ours[part]} == {one["id"] for one in bare[part]} for part in parts)
        and old <= {one["id"] for one in ours["notes"]}
        and ours["client"]["name"] == bare["client"]["name"]
    )


def _same_note(ours: Any, bare: Any) -> bool:
    return bool(ours["text"] == bare["text"])


def _same_names(ours: Any, bare: Any) -> bool:
    """The two rank by different measures; the best of each is the person asked for, or a namesake."""
    return bool(ours["items"] and bare["items"] and bare["items"][0]["name"] in {one["name"] for one in ours["items"]})


def _same_figures(ours: Any, bare: Any) -> bool:
    stages = {stage: n for stage, n in ours["by_stage"].items() if n}
    return (ours["open"], stages, ours["by_kind"], ours["by_risk"]) == (bare["open"], bare["by_stage"], bare["by_kind"], bare["by_risk"])
