"""What the service is given to write tables with."""

from collections.abc import Iterator
from typing import BinaryIO

from adapters.sheets import excel, text
from domain.reports.sheet import Book, Sheet


class TableWriter:
    """`domain.reports.sheet.SheetWriter`."""

    def excel(self, book: Book) -> BinaryIO:
        return excel.made(book)

    def csv(self, sheet: Sheet) -> Iterator[bytes]:
        return text.pieces(sheet)
