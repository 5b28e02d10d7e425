"""Reading one reference file, once, and the mark that says how far it may be trusted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a row comes from and whether it was checked there. Only `verified` rows are facts; the others show their caveat."""

    source: str
    verified: bool
    caveat: str = ""

    @classmethod
    def of(cls, row: Mapping[str, Any], file: Mapping[str, Any]) -> Self:
        """The row's own mark; what the row does not say is the file's."""
        own = "verified" in row
        return cls(row.get("source") or file["source"], bool((row if own else file)["verified"]), row.get("caveat") or "")


@cache
def load(name: str) -> Any:
    """The whole file `data/<name>.json`. Callers share the one copy and leave it as it is. Raises FileNotFoundError."""
    return json.loads(files(__package__).joinpath("data", f"{name}.json").read_text(encoding="utf-8"))
