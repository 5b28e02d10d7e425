"""The measuring itself: the client reads what servers write, wrong answers are seen, people made up anew are those in the database."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import repeat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from adapters.database.clients import CLIENTS
from adapters.database.keys import KEY
from adapters.database.lanes import EVERYWHERE
from adapters.database.statements import Prepared
from benchmarks import ground
from benchmarks.asked import _same_figures, _same_ids
from benchmarks.embedded import House
from benchmarks.load import Broken, Taken, ask, press, request
from benchmarks.processes import ROOT, cpu_of, parent_of
from service.settings import Settings
from service.usecases.demo import Crowd
from service.wiring import wire
from tests.databases import Database

ANSWER = b'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nContent-Length: 15\r\n\r\n{"items": [42]}'


class Parrot(asyncio.Protocol):
    """Says the same to everybody, in pieces; hangs up at once when there are none."""

    def __init__(self, pieces: tuple[bytes, ...]) -> None:
        self._pieces = pieces

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        if not self._pieces:
            transport.close()

    def data_received(self, _: bytes) -> None:
        for place, piece in enumerate(self._pieces):
            asyncio.get_running_loop().call_later(place * 0.01, self._transport.write, piece)


@asynccontextmanager
async def answering(*pieces: bytes) -> AsyncIterator[int]:
    """Gives the port."""
    server = await asyncio.get_running_loop().create_server(lambda: Parrot(pieces), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@pytest.mark.parametrize("pieces", [(ANSWER,), (ANSWER[:20], ANSWER[20:60], ANSWER[60:]), (ANSWER[:-1], ANSWER[-1:])])
async def test_an_answer_is_read_whole_however_it_comes(pieces: tuple[bytes, ...]) -> None:
    async with answering(*pieces) as port:
        assert await ask(port, request("GET", "/")) == (200, {"items": [42]})


async def test_pressing_counts_every_answer_and_those_that_are_wrong() -> None:
    async with answering(ANSWER) as port:
        taken = await press(port, repeat(request("GET", "/")), 200, 0.2, connections=3)
        assert taken.seconds
        assert taken.wrong == 0
        assert 0 < taken.percentile(0.5) <= taken.percentile(0.99)
        assert (await press(port, repeat(request("GET", "/")), 201, 0.1)).wrong > 0


async def test_of_wrong_answers_there_is_no_figure() -> None:
    async with answering(ANSWER) as port:
        house = House(ROOT, port, os.getpid())
        with pytest.raises(Broken):
            await house.press("note", 201, repeat(request("GET", "/")), 0.1)
        await house.press("sheet", 200, repeat(request("GET", "/")), 0.1)
    assert house.cost.keys() == house.p50.keys() == {"sheet"}


async def test_a_server_that_hangs_up_is_noticed() -> None:
    async with answering() as port:
        with pytest.raises(Broken):
            await ask(port, request("GET", "/"))


def test_a_request_is_well_formed() -> None:
    raw = request("POST", "/x", headers={"A": "b"}, body={"q": "علی"})
    head, body = raw.split(b"\r\n\r\n", 1)
    assert head.startswith(b"POST /x HTTP/1.1\r\n")
    assert f"Content-Length: {len(body)}".encode() in head


def test_percentiles_and_rate() -> None:
    taken = Taken([0.001 * n for n in range(1, 101)], lasted=2.0)
    assert taken.rate == 50
    assert taken.percentile(0.5) == pytest.approx(51)
    assert taken.percentile(0.99) == pytest.approx(100)


def test_cpu_of_a_process() -> None:
    before = cpu_of(os.getpid())
    sum(n * n for n in range(2_000_000))
    assert cpu_of(os.getpid()) > before
    assert parent_of(os.getpid(), "no such program") == 0


def test_different_answers_are_not_taken_for_the_same() -> None:
    one = {"items": [{"id": "1", "name": "A"}]}
    assert _same_ids(one, one)
    assert not _same_ids(one, {"items": [{"id": "2", "name": "A"}]})
    assert not _same_ids({"items": []}, {"items": []})
    figures = {"open": 3, "by_stage": {"open": 3}, "by_kind": {}, "by_risk": {}}
    assert _same_figures(figures, figures)
    assert not _same_figures(figures, {**figures, "open": 4})


async def test_people_made_up_anew_are_those_in_the_database(fresh_database: Callable[..., Database], tmp_path: Path) -> None:
    house = wire(Settings(data_dir=tmp_path, database_url=fresh_database("sqlite").url))
    await house.usecases.samples.lay()
    await house.usecases.demo.lay(Crowd(30, ground.SEED, ground.DAY), range(30))
    statement = Prepared(select(*CLIENTS.columns, KEY.c.wrapped).select_from(CLIENTS.table.join(KEY, KEY.c.id == CLIENTS.table.c.id)))
    async with house.database.driver.reading(EVERYWHERE) as lane:
        kept = [CLIENTS.record(row[:-1], house.vault, row[-1]) for row in await lane.rows(statement, {})]
    await house.close()
    assert {(one.id, one.names.name, one.names.name_urdu, one.number) for one in kept} == {
        (id, name, urdu, number) for id, name, urdu, _, number in ground.everybody(30)
    }
