"""What the makers of one case share: the dice, who works on it, the case, and how long it lasts."""

from dataclasses import dataclass
from datetime import datetime

from domain.cases import Case
from domain.demo.cast import Cast, Colleagues
from domain.demo.dice import Dice
from domain.demo.dossier import Dossier
from domain.identity import Actor


@dataclass(slots=True)
class Scene:
    """`last` is the last time anything moved in the case, `horizon` the present of the made-up world."""

    dice: Dice
    cast: Cast
    colleagues: Colleagues
    holder: Actor
    dossier: Dossier
    case: Case
    last: datetime
    horizon: datetime
    closed: bool
    place: str
