"""PDFs are built anew: they show what they showed, act no more, and carry nothing."""

import io

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject

from adapters.files.pdf import MOST_PAGES, built_anew
from domain.attachments import DamagedFile, ProtectedFile, TooMuchInside
from tests.attachments.making import flate_bomb, jpeg_that_tells, pdf, stream

CANARY = b"CANARY9f3"
SCRIPT = b"<< /S /JavaScript /JS (app.alert\\('CANARY9f3'\\)) >>"
FILE = b"<< /Type /Filespec /F (x.exe) /EF << /F 11 0 R >> >>"
INSIDE = {10: FILE, 11: stream(CANARY, b"/Type /EmbeddedFile")}


def note(body: bytes) -> bytes:
    return b"/Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] " + body + b" >>]"


CARRIERS = {
    "script when opened": pdf(catalogue=b"/OpenAction " + SCRIPT),
    "script by name": pdf(catalogue=b"/Names << /JavaScript << /Names [(x) " + SCRIPT + b"] >> >>"),
    "script of the catalogue": pdf(catalogue=b"/AA << /WC " + SCRIPT + b" >>"),
    "script of the page": pdf(page=b"/AA << /O " + SCRIPT + b" >>"),
    "script of a link": pdf(page=note(b"/A " + SCRIPT)),
    "script elsewhere, of a link": pdf({10: SCRIPT}, page=note(b"/A 10 0 R")),
    "script after a harmless action": pdf(page=note(b"/A << /S /GoTo /D [1000 0 R /Fit] /Next " + SCRIPT + b" >>")),
    "script after a harmless action, in a list": pdf(page=note(b"/A << /S /GoTo /D [1000 0 R /Fit] /Next [" + SCRIPT + b"] >>")),
    "script as a stream": pdf({10: b"<< /S /JavaScript /JS 11 0 R >>", 11: stream(CANARY)}, page=note(b"/A 10 0 R")),
    "script of a form field": pdf(
        {
            10: b"<< /FT /Tx /T (a) /AA << /K " + SCRIPT + b" >> /Kids [11 0 R] >>",
            11: b"<< /Subtype /Widget /Rect [0 0 9 9] /Parent 10 0 R >>",
        },
        catalogue=b"/AcroForm << /Fields [10 0 R] >>",
        page=b"/Annots [11 0 R]",
    ),
    "an address that is a script": pdf(page=note(b"/A << /S /URI /URI (javascript:CANARY9f3) >>")),
    "an address of a file": pdf(page=note(b"/A << /S /URI /URI (file:///CANARY9f3) >>")),
    "launch": pdf(page=note(b"/A << /S /Launch /F (CANARY9f3.exe) >>")),
    "launch when opened": pdf(catalogue=b"/OpenAction << /S /Launch /Win << /F (CANARY9f3.exe) >> >>"),
    "submit": pdf(page=note(b"/A << /S /SubmitForm /F (http://CANARY9f3.example) >>")),
    "another document": pdf(page=note(b"/A << /S /GoToR /F (CANARY9f3.pdf) >>")),
    "a file within": pdf(INSIDE, catalogue=b"/Names << /EmbeddedFiles << /Names [(x) 10 0 R] >> >>"),
    "a file pinned to the page": pdf(INSIDE, page=b"/Annots [<< /Subtype /FileAttachment /Rect [0 0 9 9] /FS 10 0 R >>]"),
    "a file pinned under a false name": pdf(INSIDE, page=note(b"/FS 10 0 R")),
    "a file of the page": pdf(INSIDE, page=b"/AF [10 0 R]"),
    "a film": pdf({10: stream(CANARY)}, page=b"/Annots [<< /Subtype /RichMedia /RichMediaContent 10 0 R /Rect [0 0 9 9] >>]"),
    "an unknown kind of note": pdf({10: stream(CANARY)}, page=b"/Annots [<< /Subtype /Brandnew /Data 10 0 R /Rect [0 0 9 9] >>]"),
    "its author": pdf(info=b"/Author (CANARY9f3)"),
    "its metadata": pdf({10: stream(CANARY, b"/Type /Metadata /Subtype /XML")}, catalogue=b"/Metadata 10 0 R"),
    "metadata of the page": pdf({10: stream(CANARY)}, page=b"/Metadata 10 0 R"),
    "the program's own notes": pdf(page=b"/PieceInfo << /X << /Private (CANARY9f3) >> >>"),
    "a small picture of an earlier page": pdf({10: stream(CANARY)}, page=b"/Thumb 10 0 R"),
    "a form in XML": pdf({10: stream(CANARY)}, catalogue=b"/AcroForm << /XFA 10 0 R >>"),
    "what nothing points to": pdf({10: stream(CANARY)}),
    "what stands behind the end": pdf() + CANARY,
    "what lies elsewhere": pdf({10: stream(b"", b"/Type /XObject /Subtype /Form /F (CANARY9f3)")}, page=note(b"/AP << /N 10 0 R >>")),
    "names that hide words": pdf({10: b"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /AA << /E " + SCRIPT + b" >> >>"}).replace(
        b"/Font << /F1 4 0 R >> >> ", b"/Font << /F1 4 0 R /F2 10 0 R >> >> /Annots [10 0 R] "
    ),
}


@pytest.mark.parametrize("content", CARRIERS.values(), ids=CARRIERS.keys())
def test_what_acts_or_tells_stays_behind(content: bytes) -> None:
    assert CANARY in content, "the control: it was there"
    clean = built_anew(content)
    assert CANARY not in clean
    it = PdfReader(io.BytesIO(clean))
    assert it.pages[0].extract_text() == "Salaam"
    assert not it.attachments
    assert not {"/OpenAction", "/AA", "/Names", "/AcroForm", "/Metadata"} & it.root_object.keys()


def test_what_only_shows_stays() -> None:
    """The control of the other side: text, addresses, places in the document, notes, a font with an unlucky name."""
    page = (
        b"/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << /S /URI /URI (https://example.org/KEPTLINK) >> >>"
        b" << /Subtype /Link /Rect [0 0 9 9] /A << /S /GoTo /D [1001 0 R /Fit] >> >>"
        b" << /Subtype /Text /Rect [0 0 9 9] /Contents (KEPTNOTE) >>] /Rotate 90"
    )
    clean = built_anew(pdf(page=page, pages=2).replace(b"/F1 4 0 R", b"/F1 4 0 R /AF 4 0 R"))
    it = PdfReader(io.BytesIO(clean))
    assert len(it.pages) == 2
    assert it.pages[1].extract_text() == "Salaam"
    assert it.pages[0].rotation == 90
    assert b"KEPTLINK" in clean
    assert b"KEPTNOTE" in clean
    resources = it.pages[0]["/Resources"]
    assert isinstance(resources, DictionaryObject)
    fonts = resources["/Font"]
    assert isinstance(fonts, DictionaryObject)
    assert "/AF" in fonts


@pytest.mark.parametrize("outer", [b"/DCTDecode", b"[/DCTDecode]", b"[/ASCIIHexDecode /DCTDecode]"])
def test_a_photograph_inside_tells_nothing(outer: bytes) -> None:
    photo = jpeg_that_tells()
    data = photo.hex().encode() + b">" if b"Hex" in outer else photo
    image = stream(data, b"/Type /XObject /Subtype /Image /Width 40 /Height 30 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter " + outer)
    content = pdf({10: image}).replace(b"/Font <<", b"/XObject << /I 10 0 R >> /Font <<")
    clean = built_anew(content)
    assert b"CANARY" not in clean
    assert PdfReader(io.BytesIO(clean)).pages[0].images[0].image is not None


@pytest.mark.parametrize("user", ["secret", ""])
def test_a_locked_file_is_refused(user: str) -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt(user, "owner", algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(ProtectedFile) as refusal:
        built_anew(out.getvalue())
    assert "without a password" in refusal.value.next


@pytest.mark.parametrize("layers,size", [(1, 300_000_000), (2, 2_000_000_000)])
def test_a_bomb_is_refused(layers: int, size: int) -> None:
    content = pdf({3: flate_bomb(layers, size if layers == 1 else 300_000_000)})
    assert len(content) < 1_000_000
    with pytest.raises(TooMuchInside):
        built_anew(content)


def test_pages_are_counted() -> None:
    assert len(PdfReader(io.BytesIO(built_anew(pdf(pages=MOST_PAGES)))).pages) == MOST_PAGES
    with pytest.raises(TooMuchInside):
        built_anew(pdf(pages=MOST_PAGES + 1))


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + b"\0" * 500,
        b"%PDF-1.7\n" + b"[" * 50_000,
        pdf()[:200],
        pdf(catalogue=b"/NeedsRendering true"),
        pdf().replace(b"/Kids [1000 0 R]", b"/Kids [2 0 R]   "),
        pdf().replace(b"/Kids [1000 0 R]", b"/Kids []        "),
    ],
    ids=["nothing", "zeros", "deep", "cut", "drawn by a program", "circle", "no pages"],
)
def test_damage_is_told_as_damage(content: bytes) -> None:
    with pytest.raises((DamagedFile, TooMuchInside)):
        built_anew(content)
