"""A workbook whose parts lie on disk under no name: they are gone with the process, however it ends.

Decision. Context: XlsxWriter keeps the rows of a long sheet, and each part of the workbook, in files of the temporary folder until it is
whole; a process that is killed meanwhile would leave people's names there, open to read. To hold them in memory costs more than there is.
Choice: each of those files is opened, loses its name before anything is written, and is found again by what it is called among the open
files of this process; the workbook itself goes into such a file too. Price: two methods of XlsxWriter are taken over that it does not
promise to keep (a test holds them), and it takes Linux, as the service does.
"""

import os
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.packager import Packager
from xlsxwriter.worksheet import Worksheet

OPEN = Path("/proc/self/fd")


class _Sheet(Worksheet):  # type: ignore[misc]
    """The rows of a sheet, until it is put together."""

    def _initialize(self, init_data: Any) -> None:
        super()._initialize(init_data)
        os.unlink(self.row_data_filename)
        # Held open beside the writer's own handle, which is closed and opened again by its name.
        self._held = os.fdopen(os.dup(self.row_data_fh.fileno()))
        os.symlink(OPEN / str(self._held.fileno()), self.row_data_filename)


class _Parts(Packager):  # type: ignore[misc]
    """The parts that the workbook is put together from."""

    def __init__(self, held: list[Any], folder: str) -> None:
        super().__init__()
        self._held, self._folder = held, folder

    def _filename(self, xml_filename: str) -> str:
        part = TemporaryFile(dir=self._folder)  # noqa: SIM115  open until the workbook is whole
        name = os.path.join(self._folder, f"part-{len(self._held)}")
        os.symlink(OPEN / str(part.fileno()), name)
        self._held.append(part)
        self.filenames.append((name, xml_filename, False))
        return name


class UnnamedWorkbook(Workbook):  # type: ignore[misc]
    worksheet_class = _Sheet

    def __init__(self, into: BinaryIO, folder: str, options: dict[str, Any]) -> None:
        super().__init__(into, {**options, "tmpdir": folder})
        self._held: list[Any] = []

    def _get_packager(self) -> _Parts:
        return _Parts(self._held, self.tmpdir)

    def _store_workbook(self) -> None:
        super()._store_workbook()
        for one in (*self._held, *(sheet._held for sheet in self.worksheets())):
            one.close()
