"""What somebody holds and would hand over."""

from dataclasses import dataclass

from domain.case_doors import CaseLine
from domain.figures.due import DueTask


@dataclass(frozen=True, slots=True)
class Held:
    """Open cases, which take their referrals and the holder's tasks along, and the open tasks in cases of others."""

    cases: tuple[CaseLine, ...]
    tasks: tuple[DueTask, ...]
