"""Which files may be attached and what they are called."""

import pytest

from domain.attachments import LARGEST, EmptyFile, FileKind, FileTooLarge, WrongKind, cleaned_name, cleaned_text, kind_of
from domain.errors import Invalid
from tests.attachments.making import pdf, picture

JPEG, PNG, PDF, TEXT = picture("JPEG"), picture("PNG"), pdf(), "سلام\n".encode()

# What somebody hopes a program will write to, or show to a person as something else.
TRICKS = {
    "../../etc/passwd.txt": "passwd.txt",
    "..\\..\\windows\\win.txt": "win.txt",
    "/etc/cron.d/job.txt": "job.txt",
    "C:\\Users\\x\\note.txt": "note.txt",
    "\\\\server\\share\\note.txt": "note.txt",
    "a/../../b.txt": "b.txt",
    "....//....//b.txt": "b.txt",
    "..%2f..%2fb.txt": ".._2f.._2fb.txt".lstrip("."),
    "%00.txt": "_00.txt",
    "..／..／b.txt": "b.txt",
    "..＼b.txt": "b.txt",
    "a⁄b.txt": "b.txt",
    "a∕b.txt": "b.txt",
    "․․/b.txt": "b.txt",
    ".htaccess.txt": "htaccess.txt",
    "...txt": "file.txt",
    ".txt": "file.txt",
    "   .txt": "file.txt",
    "note .txt": "note.txt",
    "note..txt": "note.txt",
    "note.TXT": "note.txt",
    "CON.txt": "_CON.txt",
    "nul.txt": "_nul.txt",
    "com1.a.txt": "_com1.a.txt",
    "note:stream.txt": "note_stream.txt",
    "note?*<>|.txt": "note_____.txt",
    "~/.ssh/keys.txt": "keys.txt",
    "$(reboot).txt": "_(reboot).txt",
    "`id`;ls.txt": "_id__ls.txt",
    'a"; filename="b.exe.txt': "a__ filename__b.exe.txt",
    "a\r\nSet-Cookie: x.txt": "a Set-Cookie_ x.txt",
    "=cmd|x.txt": "_cmd_x.txt",
    "note\u202etxt.exe.txt": "notetxt.exe.txt",
    "note\u2066\u200b.txt": "note.txt",
    "note\u200f\u061c.txt": "note.txt",
    "note\ufeff.txt": "note.txt",
}


@pytest.mark.parametrize("given,kept", TRICKS.items())
def test_a_name_is_only_a_name(given: str, kept: str) -> None:
    name = cleaned_name(given)
    assert name == kept
    assert cleaned_name(name) == name
    assert not set(name) & set('/\\:*?"<>|%$`;\r\n\0\u202e')
    assert kind_of(name, TEXT) is FileKind.text


def test_there_are_enough_tricks() -> None:
    assert len(TRICKS) >= 30


@pytest.mark.parametrize("given", ["note.txt\0.jpg", "a\0.txt", "a\x1b[31m.txt", "a\x7f.txt", "a\x85b.txt"])
def test_control_characters_are_refused(given: str) -> None:
    with pytest.raises(Invalid):
        cleaned_name(given)


@pytest.mark.parametrize("given", ["شناختی کارڈ.pdf", "د کډوالۍ پاڼه.pdf", "پی‌آرسی خط (2).pdf", "Passport page 2 - copy.pdf", "a_b-c.pdf"])
def test_honest_names_stay(given: str) -> None:
    """The control: Urdu and Pashto letters, the joiner that Urdu spelling needs, and everyday signs."""
    assert cleaned_name(given) == given


def test_a_long_name_is_cut_and_keeps_its_ending() -> None:
    name = cleaned_name("ن" * 900 + ".pdf")
    assert name.endswith("ن.pdf")
    assert len(name) <= 120


@pytest.mark.parametrize(
    "name,content,kind", [("a.jpg", JPEG, "jpeg"), ("a.jpeg", JPEG, "jpeg"), ("a.png", PNG, "png"), ("a.pdf", PDF, "pdf")]
)
def test_content_and_ending_agree(name: str, content: bytes, kind: str) -> None:
    assert kind_of(name, content) == kind


@pytest.mark.parametrize(
    "name,content",
    [
        ("a.png", JPEG),
        ("a.jpg", PNG),
        ("a.txt", PDF),
        ("a.pdf", TEXT),
        ("a.pdf", b"\n" + PDF),
        ("a.jpg", b"<html>" + JPEG),
        ("a.pdf", b"PK\x03\x04" + PDF),
        ("a.exe", JPEG),
        ("a.svg", b"<svg/>"),
        ("a.html", TEXT),
        ("a.jpg.exe", JPEG),
        ("jpg", JPEG),
        ("a.", JPEG),
    ],
)
def test_what_does_not_agree_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(WrongKind) as refusal:
        kind_of(cleaned_name(name), content)
    assert refusal.value.next


def test_sizes() -> None:
    with pytest.raises(EmptyFile):
        kind_of("a.txt", b"")
    with pytest.raises(FileTooLarge):
        kind_of("a.txt", b"a" * (LARGEST + 1))
    assert kind_of("a.txt", b"a" * LARGEST) is FileKind.text


@pytest.mark.parametrize("content", [b"a\0b", b"a\x1b[2Jb", "کچھ".encode("utf-16"), b"\xff\xfea\0", b"\x80\x81", b"MZ\x90\x00\x03"])
def test_what_is_not_text_is_refused(content: bytes) -> None:
    with pytest.raises(WrongKind):
        cleaned_text(content)


def test_text_stays_as_it_is() -> None:
    assert cleaned_text("\ufeffنام: یوسف\r\n\tx".encode()) == "نام: یوسف\r\n\tx".encode()
