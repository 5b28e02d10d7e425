"""Keeping the data: copies and the way back, erasing somebody for good, changing the keys."""

from collections.abc import Callable
from dataclasses import dataclass

from domain.figures.doors import FigureKeeper
from domain.keeping import Storehouse
from service.usecases.keeping.backups import Backups, Copied, Restored
from service.usecases.keeping.erasure import Erasure
from service.usecases.keeping.founding import Founding
from service.usecases.keeping.keys import Keyring, Rotated

__all__ = ["Backups", "Copied", "Erasure", "Founding", "Keeping", "Keyring", "Restored", "Rotated"]


@dataclass(frozen=True, slots=True)
class Keeping:
    """Asked only from the command line: whoever may run these has the key file in hand anyway."""

    store: Storehouse
    expected_revision: Callable[[], str]
    backups: Backups
    erasure: Erasure
    keys: Keyring
    founding: Founding
    figures: FigureKeeper
