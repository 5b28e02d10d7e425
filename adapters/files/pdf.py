"""PDFs built anew from their pages: nothing of the document around them comes along, and of the pages nothing that acts or tells."""

import io
import zlib
from typing import Any

from pypdf import PdfReader, PdfWriter
from pypdf.errors import LimitReachedError
from pypdf.filters import decode_stream_data
from pypdf.generic import ArrayObject, DictionaryObject, EncodedStreamObject, IndirectObject, NameObject, StreamObject

from adapters.files.images import stripped
from domain.attachments import MEGABYTE, DamagedFile, ProtectedFile, TooMuchInside
from domain.errors import Refusal

MOST_PAGES = 200
MOST_OBJECTS = 100_000
MOST_UNPACKED = 200 * MEGABYTE

# ISO 32000-1: actions 12.6, file specifications 7.11, metadata 14.3, page-piece data 14.5, external streams 7.3.8, multimedia 13.
# The catalogue with its names, scripts, forms, outlines and open action is left behind whole, because only pages are taken over.
DROPPED = frozenset(
    "/AA /OpenAction /JS /JavaScript /Metadata /PieceInfo /EmbeddedFiles /EF /AF /XFA /RichMediaContent /RichMediaSettings /Sound /Movie "
    "/3DD /3DA /OPI /Ref /Alternates /Thumb /LastModified /StructParent /StructParents /PresSteps".split()
)
ELSEWHERE = ("/F", "/FFilter", "/FDecodeParms")
"""In a stream: its bytes lie in another file."""
NEVER = frozenset(
    "/Launch /JavaScript /GoToR /GoToE /GoToDp /SubmitForm /ImportData /ResetForm /Rendition /Movie /Sound /Thread /Hide /SetOCGState "
    "/GoTo3DView /RichMediaExecute /FileAttachment /RichMedia /Screen /3D".split()
)
ADDRESSES = ("http://", "https://", "mailto:", "tel:")
NOTES = frozenset(
    "/Link /Text /FreeText /Line /Square /Circle /Polygon /PolyLine /Highlight /Underline /Squiggly /StrikeOut /Stamp /Ink /Caret /Popup "
    "/Widget /Watermark /Redact".split()
)
"""Annotations that only show something; those that hold files, sounds, films or models are left out."""
NAMING = frozenset({"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties", "/CharProcs"})
"""Under these the keys are names the document gave (a font may be called /AF), not words of the format."""


def built_anew(content: bytes) -> bytes:
    """Raises ProtectedFile, TooMuchInside, DamagedFile."""
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise ProtectedFile(field="file")
        return _rebuilt(reader)
    except Refusal:
        raise
    except (LimitReachedError, MemoryError):
        raise TooMuchInside(field="file") from None
    except Exception as broken:  # a crafted file may raise anything from inside the reader
        raise DamagedFile(field="file") from broken


def _rebuilt(reader: PdfReader) -> bytes:
    if reader.root_object.get("/NeedsRendering"):
        raise DamagedFile("This form is drawn by a program inside it, which is not kept.", field="file")
    pages = len(reader.pages)
    if pages > MOST_PAGES:
        raise TooMuchInside(f"This file has {pages} pages; at most {MOST_PAGES} fit.", field="file")
    if not pages:
        raise DamagedFile("This file has no pages.", field="file")
    writer = PdfWriter()
    for page in reader.pages:
        writer.add_page(page)
    writer.metadata = None
    _Sweep(writer).sweep()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


class _Sweep:
    """One walk from the root over all that is reachable: each thing is cleaned before what hangs on it is followed, so what was cut off is
    never reached, and what was not reached is not written."""

    def __init__(self, writer: PdfWriter) -> None:
        self._writer = writer
        self._room = MOST_UNPACKED
        self._reached: set[int] = set()
        # Holds on to what it names: an id may come again when what had it is gone.
        self._done: dict[tuple[int, bool], Any] = {}
        self._ahead: list[tuple[Any, bool]] = []

    def sweep(self) -> None:
        objects = self._writer._objects
        if len(objects) > MOST_OBJECTS:
            raise TooMuchInside(field="file")
        self._ahead = [(self._writer.root_object.indirect_reference, False)]
        while self._ahead:
            self._visit(*self._ahead.pop())
        for index in range(len(objects)):
            if index + 1 not in self._reached:
                objects[index] = None

    def _visit(self, thing: Any, named: bool) -> None:
        if isinstance(thing, IndirectObject):
            self._reached.add(thing.idnum)
            thing = thing.get_object()
        if (id(thing), named) in self._done:
            return
        self._done[id(thing), named] = thing
        if isinstance(thing, ArrayObject):
            self._ahead += [(one, False) for one in thing]
        elif isinstance(thing, DictionaryObject):
            if isinstance(thing, StreamObject):
                self._stream(thing)
            if not named:
                _scrub(thing)
            self._ahead += [(thing.raw_get(key), key in NAMING and not named) for key in thing]

    def _stream(self, stream: StreamObject) -> None:
        for key in ELSEWHERE:
            stream.pop(key, None)
        filters = _filters(stream)
        if filters[-1:] == ["/DCTDecode"]:
            _strip_picture(stream, filters)
            return
        data = stream._data
        for one in filters:
            if one != "/FlateDecode":
                break
            data = self._unpacked(data)

    def _unpacked(self, data: bytes) -> bytes:
        """Only to see how much it is. Damaged data is left to the readers, which forgive a lot."""
        try:
            plain = zlib.decompressobj().decompress(data, self._room + 1)
        except zlib.error:
            return b""
        self._room -= len(plain)
        if self._room < 0:
            raise TooMuchInside(field="file")
        return plain


_SHORT = {"/Fl": "/FlateDecode", "/DCT": "/DCTDecode"}


def _filters(stream: StreamObject) -> list[str]:
    named = _held(stream, "/Filter")
    names = [named] if isinstance(named, NameObject) else named if isinstance(named, ArrayObject) else []
    return [_SHORT.get(str(name), str(name)) for name in (_plain(one) for one in names)]


def _strip_picture(stream: StreamObject, filters: list[str]) -> None:
    """A photograph inside the document carries its own EXIF."""
    if len(filters) > 1:
        outer = EncodedStreamObject()
        outer._data = stream._data
        outer[NameObject("/Filter")] = ArrayObject(NameObject(name) for name in filters[:-1])
        stream._data = decode_stream_data(outer)
        stream[NameObject("/Filter")] = NameObject("/DCTDecode")
        stream.pop("/DecodeParms", None)
    stream._data = stripped(stream._data)


def _scrub(its: DictionaryObject) -> None:
    """Takes what acts or tells out of one dictionary."""
    if _held(its, "/S") in NEVER or _held(its, "/Subtype") in NEVER:
        its.clear()
        return
    for key in DROPPED & its.keys():
        del its[key]
    for key in ("/A", "/PA", "/Next"):
        if key in its and not _harmless(_held(its, key)):
            del its[key]
    if "/Annots" in its:
        notes = _held(its, "/Annots")
        kept = [note for note in notes if _is_note(_plain(note))] if isinstance(notes, ArrayObject) else []
        its[NameObject("/Annots")] = ArrayObject(kept)


def _harmless(action: Any) -> bool:
    """Going to a place in the document, or to an address that is shown before it is opened."""
    if not isinstance(action, DictionaryObject):
        return False
    kind = _held(action, "/S")
    if kind == "/URI":
        return str(_held(action, "/URI")).strip().lower().startswith(ADDRESSES)
    return bool(kind == "/GoTo")


def _is_note(note: Any) -> bool:
    return isinstance(note, DictionaryObject) and _held(note, "/Subtype") in NOTES


def _held(its: DictionaryObject, key: str) -> Any:
    return _plain(its.get(key))


def _plain(value: Any) -> Any:
    return value.get_object() if isinstance(value, IndirectObject) else value
