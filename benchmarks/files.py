"""`python -m benchmarks.files`: how long a table of 250,000 rows takes as Excel and as CSV, and the most memory it needed.

Each is written in a process of its own, so that one's memory is not the other's. Ends with 1 where one needed 300 MB or more.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from adapters.sheets.writer import TableWriter
from domain.reports.sheet import Book, Cell, Heading, Kind, Sheet
from domain.values import Language

MOST = 300
HEADINGS = (
    Heading("id", "Id", Kind.words, "#meta+id"),
    Heading("district", "District", Kind.words, "#adm2+name"),
    Heading("sex", "Sex", Kind.words),
    Heading("kind", "Kind of case", Kind.words, "#activity+type"),
    Heading("opened", "Opened", Kind.date, "#date+start"),
    Heading("sessions", "Sessions", Kind.number),
    Heading("share", "Share", Kind.share),
    Heading("outcome", "Outcome", Kind.words, "#status+name"),
)
DISTRICTS = ("Swat", "Multan", "Quetta", "پشاور", "گجرات")


def rows(number: int) -> Iterator[tuple[Cell, ...]]:
    first = date(2018, 1, 1)
    for n in range(number):
        opened = first + timedelta(days=n % 2900)
        yield (f"P{n:08}", DISTRICTS[n % 5], "female", "pre_departure", opened, n % 9, Decimal(n % 100) / 100, "resolved")


def write(kind: str, number: int) -> None:
    began = time.perf_counter()
    sheet = Sheet("Cases", (), HEADINGS, rows(number))
    size = 0
    if kind == "xlsx":
        with TableWriter().excel(Book("cases", "Cases", Language.urdu, datetime.now(UTC), (sheet,))) as file:
            while piece := file.read(65_536):
                size += len(piece)
    else:
        size = sum(map(len, TableWriter().csv(sheet)))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{kind}: {number} rows, {size / 1e6:.1f} MB, {time.perf_counter() - began:.1f} s, at most {memory} MB of memory")
    sys.exit(memory >= MOST)


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--rows", type=int, default=250_000)
    ask.add_argument("--kind", choices=["xlsx", "csv"])
    told = ask.parse_args()
    if told.kind:
        write(told.kind, told.rows)
    again = [sys.executable, "-m", "benchmarks.files", "--rows", str(told.rows), "--kind"]
    return max(subprocess.run([*again, kind], check=False).returncode for kind in ("xlsx", "csv"))


if __name__ == "__main__":
    sys.exit(main())
