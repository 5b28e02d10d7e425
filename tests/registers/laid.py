"""The register of Islamabad, taken in once in a run: for tests whose subject is what is done with so many records afterwards."""

import datetime as dt
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from adapters.registers.files import read_path
from domain.registers import Register, read
from domain.values import CentreCode
from service.usecases.identity import HOUSE_ACTOR
from service.wiring import wire
from tests.databases import KINDS, SAMPLES, Database, Laid
from tests.service import settings_for

DATA = Path(__file__).parent / "data"
TODAY = dt.date(2026, 6, 30)
FILES = {"ISB": "register_isb.xlsx", "LHE": "register_lhe.csv", "PEW": "hotline_pew.csv"}
ISB = CentreCode("ISB")


def written(code: str) -> Register:
    """What is written in a centre's register, read anew."""
    return read(read_path(DATA / FILES[code]), today=TODAY)


the = cache(written)
"""The same, read once; to be left as it is."""


async def _taken(database: Database, folder: Path) -> None:
    house = wire(settings_for(database, folder))
    await house.usecases.registers.take(HOUSE_ACTOR, the("ISB"), ISB)
    await house.close()


REGISTERED = Laid("registered", _taken, of=SAMPLES)


@pytest.fixture(params=KINDS)
def registered(request: pytest.FixtureRequest, fresh_database: Callable[..., Database]) -> Database:
    """A database of each kind in turn with the register in it."""
    return fresh_database(request.param, laid=REGISTERED)
