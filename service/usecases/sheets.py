"""A report as a file: Excel, CSV or a paper. Who may have it, and the line of the trail, belong to whoever made the report."""

import asyncio
from collections.abc import Iterator
from typing import BinaryIO

from domain.papers import NoPrinter, Printer
from domain.reports.sheet import Book, BookSetter, FileKind, SheetWriter, TableFile

CLOSED = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
SHOWN = "default-src 'none'; object-src 'self'; frame-ancestors 'none'; base-uri 'none'"
"""What a browser's own viewer needs to show a PDF in place."""
TYPES = {
    FileKind.excel: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.csv: "text/csv; charset=utf-8",
    FileKind.pdf: "application/pdf",
}
PIECE = 64 * 1024


def _read(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


class SheetFiles:
    def __init__(self, writer: SheetWriter, setter: BookSetter, printer: Printer) -> None:
        self._writer, self._setter, self._printer = writer, setter, printer

    async def made(self, book: Book, kind: FileKind, sheet: int = 0) -> TableFile:
        """Of a CSV, which holds one table, `sheet` says which. Raises TooLong, TooLongForPaper, PrinterBusy."""
        name, media_type = f"{book.name}.{kind}", TYPES[kind]
        if kind is FileKind.csv:
            return TableFile(name, media_type, self._writer.csv(book.sheets[sheet]), CLOSED)
        if kind is FileKind.pdf:
            return await self._paper(book)
        # Seconds of work for a long table: others are answered meanwhile.
        return TableFile(name, media_type, _read(await asyncio.to_thread(self._writer.excel, book)), CLOSED)

    async def _paper(self, book: Book) -> TableFile:
        """A machine that makes no PDF gives the same paper as a page for the browser to print."""
        paper = await asyncio.to_thread(self._setter.book, book)
        try:
            body = await self._printer.pdf(paper.html)
        except NoPrinter:
            return TableFile(f"{book.name}.html", "text/html; charset=utf-8", iter([paper.html.encode()]), paper.policy)
        return TableFile(f"{book.name}.pdf", TYPES[FileKind.pdf], iter([body]), SHOWN)
