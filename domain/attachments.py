"""Papers that hang on a case: what may be attached, how its name is cleaned, and how it is told to be what it says."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.cases import Case
from domain.errors import Conflict, Invalid, Unavailable
from domain.events import Event
from domain.identity import Actor, Scope
from domain.values import CaseId, CentreCode, ClientId, StaffId, line

MEGABYTE = 1024 * 1024
LARGEST = 5 * MEGABYTE
MOST_IN_CASE = 100
LONGEST_NAME = 120


class FileKind(StrEnum):
    jpeg = "jpeg"
    png = "png"
    pdf = "pdf"
    text = "text"


MEDIA_TYPES = {
    FileKind.jpeg: "image/jpeg",
    FileKind.png: "image/png",
    FileKind.pdf: "application/pdf",
    FileKind.text: "text/plain; charset=utf-8",
}
EXTENSIONS = {"jpg": FileKind.jpeg, "jpeg": FileKind.jpeg, "png": FileKind.png, "pdf": FileKind.pdf, "txt": FileKind.text}
# How the bytes of each kind begin, at the very first byte: what may stand before is room for another kind's beginning.
BEGINNINGS = {b"\xff\xd8\xff": FileKind.jpeg, b"\x89PNG\r\n\x1a\n": FileKind.png, b"%PDF-": FileKind.pdf}


class WrongKind(Invalid):
    """Only JPEG and PNG pictures, PDF and plain text can be attached, under the ending that belongs to them."""

    next = "Save it as PDF, or take a photograph of it, and attach that."


class FileTooLarge(Invalid):
    """A file of a case has at most 5 MB."""

    next = "Scan with fewer dots (150 to 200 dpi is enough to read), or split it into parts."


class EmptyFile(Invalid):
    """This file is empty."""

    next = "Open it where it came from, save it again and attach the new file."


class DamagedFile(Invalid):
    """This file cannot be read: it is damaged, or not what its ending says."""

    next = "Open it in its own program, save it anew (a document: print it to PDF) and attach the new file."


class ProtectedFile(Invalid):
    """This file is locked with a password, so it cannot be checked."""

    next = "Save it without a password; here it is encrypted under the client's own key anyway."


class TooMuchInside(Invalid):
    """Opened, this file would be far larger than it looks."""

    next = "Scan or photograph it at a lower resolution, at most 200 pages to a file, and attach the new file."


class TooLongToCheck(Invalid):
    """This file took too long to check."""

    next = "Print it to PDF, or photograph it, and attach the new file."


class TooManyChecks(Unavailable):
    """Many files are being checked at this moment."""


class TooManyFiles(Conflict):
    """A case holds at most 100 files."""

    next = "Put what belongs together into one PDF."


def cleaned_name(text: str) -> str:
    """A name that is only a name: no folders, no signs that mean something to a file system or turn the text round. Raises Invalid."""
    name = line(text[-1000:], field="file", longest=1000)
    name = unicodedata.normalize("NFKC", name)  # full-width slashes and dots become plain ones before they are looked for
    name = re.split(r"[/\\\u2044\u2215\u29f8\u29f5]", name)[-1]
    name = "".join(char if _fits(char) else "_" for char in name if char not in _UNSEEN)
    stem, dot, extension = name.rpartition(".")
    stem, extension = (stem, extension) if dot else (extension, "")
    stem = " ".join(stem.split()).strip(" .")[: LONGEST_NAME - 10].strip(" .") or "file"
    if stem.split(".")[0].strip().upper() in _DEVICES:
        stem = f"_{stem}"
    return f"{stem}.{extension.strip().lower()}"


# Marks of direction beside those that `line` takes out; the joiners that Urdu spelling needs stay.
_UNSEEN = frozenset("\u061c\u200e\u200f\u00ad\u034f\u115f\u1160\u3164\ufe0e\ufe0f")
_DEVICES = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10))})


def _fits(char: str) -> bool:
    return char in " .-_()\u200c\u200d" or unicodedata.category(char)[0] in "LMN"


def kind_of(name: str, content: bytes) -> FileKind:
    """The kind that both the content and the name's ending tell. Raises EmptyFile, FileTooLarge, WrongKind."""
    if not content:
        raise EmptyFile(field="file")
    if len(content) > LARGEST:
        raise FileTooLarge(field="file")
    said = EXTENSIONS.get(name.rpartition(".")[2])
    if said is None:
        raise WrongKind(field="file")
    is_ = next((kind for beginning, kind in BEGINNINGS.items() if content.startswith(beginning)), FileKind.text)
    if is_ is not said:
        raise WrongKind("The content of this file is not what its ending says.", field="file")
    return said


_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")


def cleaned_text(content: bytes) -> bytes:
    """Plain text in UTF-8 without a byte-order mark. Raises WrongKind for another encoding or for control characters."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongKind("This text is not in UTF-8.", field="file", next="Save it anew with the encoding UTF-8.") from None
    if _NOT_TEXT.search(text):
        raise WrongKind("This is not plain text.", field="file")
    return text.encode()


class Cleaner(Protocol):
    """Takes out of a file what it tells beside what it shows: place and device of a photograph, authors, scripts, files within files."""

    async def clean(self, content: bytes, kind: FileKind) -> bytes:
        """The file made anew, shown as before. Only kinds that have something to take out; text is `cleaned_text`.

        Raises DamagedFile, ProtectedFile, TooMuchInside (before anything is unpacked), TooLongToCheck, TooManyChecks.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentAdded(Event):
    pass


@dataclass(slots=True)
class Attachment:
    """A file of a case without its content, which lists never carry. `size` in bytes and `digest` are those of the cleaned content;
    the digest is keyed and tells files of one case apart, never files of two cases."""

    id: UUID
    centre: CentreCode
    client_id: ClientId
    case_id: CaseId
    name: str
    kind: FileKind
    size: int
    digest: bytes
    added_at: datetime
    added_by: StaffId
    version: int = 1

    @classmethod
    def add(
        cls, id: UUID, case: Case, name: str, kind: FileKind, size: int, digest: bytes, *, already: int, by: Actor, at: datetime
    ) -> tuple["Attachment", AttachmentAdded]:
        """`already` is how many files the case holds. Raises TooManyFiles, FileTooLarge (cleaning may make a file larger), EmptyFile."""
        if already >= MOST_IN_CASE:
            raise TooManyFiles()
        if size > LARGEST:
            raise FileTooLarge(field="file")
        if not size:
            raise EmptyFile(field="file")
        made = cls(id, case.centre, case.client_id, case.id, name, kind, size, digest, at, StaffId(by.id))
        return made, AttachmentAdded(at=at, by=by.id, centre=case.centre, subject=id, client=case.client_id)

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[self.kind]


def marked(case: CaseId, content: bytes) -> bytes:
    """What the digest is made of."""
    return case.bytes + content


@dataclass(frozen=True, slots=True)
class AttachmentView:
    id: UUID
    case_id: CaseId
    name: str
    kind: FileKind
    size: int
    added_at: datetime
    added_by: StaffId
    version: int

    @classmethod
    def of(cls, it: Attachment) -> "AttachmentView":
        return cls(it.id, it.case_id, it.name, it.kind, it.size, it.added_at, it.added_by, it.version)


class AttachmentRecords(Protocol):
    async def count(self, case: CaseId) -> int: ...
    async def add(self, attachment: Attachment, content: bytes) -> None: ...


class AttachmentViews(Protocol):
    async def of_case(self, scope: Scope, case: CaseId) -> list[Attachment]: ...
    async def attachment(self, scope: Scope, id: UUID) -> Attachment: ...

    async def opened(self, scope: Scope, id: UUID) -> tuple[Attachment, bytes]:
        """With its content. Raises NotFound, Erased, Unreadable."""
        ...
