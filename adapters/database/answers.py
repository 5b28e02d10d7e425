"""How we answer what partners send us, kept with the writes: each incoming referral by the quarter in which it came.

Decision. Context: a reason that we decline for is a code as a partner's is, and was counted nowhere; a count of declines alone says nothing
without how many came. Choice: one small table that holds every incoming referral in one cell, by how it stands with us and the code; by the
quarter in which it came, as our own are by the one in which they left, so that both sides of the network are read alike. Which partner sent
it is left out: nobody is to be compared by whom they send. Price: each step of an incoming referral moves one cell, and what we answer late
still counts in the quarter before.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer
from sqlmodel import SQLModel

from adapters.database.codec import table_of
from adapters.database.schema import CENTRE, WORD, column
from domain.figures.answers import counted


class IncomingFigureRow(SQLModel, table=True):
    """How many of those sent to us in a quarter stand in each state; those we declined by the code of why, empty where there is none."""

    __tablename__ = "incoming_figure"
    centre: str = column(CENTRE, primary_key=True)
    quarter: str = column(WORD, primary_key=True)
    state: str = column(WORD, primary_key=True)
    code: str = column(WORD, primary_key=True)
    n: int = column(Integer())


CAME = table_of(IncomingFigureRow)
Cell = tuple[Any, ...]


def came_cell(centre: str, state: str, came: datetime, declined: str | None) -> Cell:
    return ("incoming_figure", centre, *counted(state, came, declined))
