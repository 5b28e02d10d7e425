"""Pictures are drawn anew: they show what they showed and tell nothing else."""

import io

import pytest
from PIL import Image, ImageFile

from adapters.files.images import drawn_anew, stripped
from domain.attachments import DamagedFile, FileKind, TooMuchInside
from tests.attachments.making import jpeg_bomb, jpeg_that_tells, picture, png_bomb, png_text_bomb, png_that_tells

ZIP = b"PK\x03\x04CANARY-INSIDE"
HTML = b"<html><script>CANARY-INSIDE</script>"


def opened(content: bytes) -> Image.Image:
    made = Image.open(io.BytesIO(content))
    made.load()
    return made


@pytest.mark.parametrize("content,kind", [(jpeg_that_tells(), FileKind.jpeg), (png_that_tells(), FileKind.png)], ids=["jpeg", "png"])
def test_nothing_is_told(content: bytes, kind: FileKind) -> None:
    assert content.count(b"CANARY") >= 3, "the control: it was there"
    clean = drawn_anew(content, kind)
    assert b"CANARY" not in clean
    it = opened(clean)
    assert not it.getexif()
    assert not {"icc_profile", "comment", "xmp", "exif", "Author"} & it.info.keys()
    assert it.size == opened(content).size


def test_a_picture_keeps_standing_upright() -> None:
    """Phones lay the picture on its side and say so in the EXIF that is taken out."""
    clean = opened(drawn_anew(jpeg_that_tells(orientation=6), FileKind.jpeg))
    assert clean.size == (30, 40)
    right_top, left_top = clean.getpixel((27, 2)), clean.getpixel((2, 2))
    assert isinstance(right_top, tuple)
    assert isinstance(left_top, tuple)
    assert right_top[0] > 200 > left_top[0]


@pytest.mark.parametrize("kind", [FileKind.jpeg, FileKind.png])
@pytest.mark.parametrize("rider", [HTML, ZIP], ids=["html", "zip"])
def test_nothing_rides_along_behind(kind: FileKind, rider: bytes) -> None:
    content = picture(kind.upper()) + rider
    assert b"CANARY-INSIDE" not in drawn_anew(content, kind)


@pytest.mark.parametrize(
    "content,kind",
    [
        (jpeg_bomb(), FileKind.jpeg),
        (jpeg_bomb(6_500, 6_500), FileKind.jpeg),
        (jpeg_bomb(65_000, 10), FileKind.jpeg),
        (png_bomb(60_000, 60_000), FileKind.png),
        (png_bomb(7_000, 7_000), FileKind.png),
    ],
    ids=["jpeg", "jpeg a little", "jpeg long", "png", "png a little"],
)
def test_a_bomb_is_refused_before_it_is_opened(content: bytes, kind: FileKind, monkeypatch: pytest.MonkeyPatch) -> None:
    decoded = []
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda self: decoded.append(self.size))
    with pytest.raises(TooMuchInside) as refusal:
        drawn_anew(content, kind)
    assert decoded == []
    assert "resolution" in refusal.value.next


def test_the_control_a_large_honest_picture() -> None:
    assert opened(drawn_anew(picture("PNG", (5_000, 7_000), "L"), FileKind.png)).size == (5_000, 7_000)


def test_a_text_that_unpacks_is_refused() -> None:
    with pytest.raises((DamagedFile, TooMuchInside)):
        drawn_anew(png_text_bomb(), FileKind.png)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png(mode: str) -> None:
    made = Image.new(mode, (8, 8), 1 if mode in ("1", "P") else None)
    out = io.BytesIO()
    made.save(out, "PNG")
    assert opened(drawn_anew(out.getvalue(), FileKind.png)).size == (8, 8)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_kind_of_jpeg(mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (8, 8)).save(out, "JPEG")
    assert opened(drawn_anew(out.getvalue(), FileKind.jpeg)).size == (8, 8)


def test_sixteen_bits_of_grey_keep_their_shade() -> None:
    made = Image.new("I;16", (4, 4), 0x8000)
    out = io.BytesIO()
    made.save(out, "PNG")
    assert opened(drawn_anew(out.getvalue(), FileKind.png)).getpixel((0, 0)) == 0x80


def test_only_the_first_of_several_frames_stays() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    assert b"acTL" in out.getvalue()
    clean = drawn_anew(out.getvalue(), FileKind.png)
    assert b"acTL" not in clean
    assert opened(clean).getpixel((0, 0)) == (255, 0, 0)


@pytest.mark.parametrize("kind", [FileKind.jpeg, FileKind.png])
def test_damage_is_told_as_damage(kind: FileKind) -> None:
    whole = picture(kind.upper(), (200, 200))
    beginning = whole[:12]
    for content in (beginning, beginning + b"\0" * 200, whole[: len(whole) // 3], whole[:40] + b"\xff" * 400):
        with pytest.raises((DamagedFile, TooMuchInside)):
            drawn_anew(content, kind)


def test_stripping_leaves_the_dots_untouched() -> None:
    content = jpeg_that_tells()
    clean = stripped(content + HTML)
    assert b"CANARY" not in clean
    assert opened(clean).tobytes() == opened(content).tobytes()


def test_stripping_knows_progressive_pictures_and_restarts() -> None:
    content = picture("JPEG", (64, 64), progressive=True, comment=b"CANARY", restart_marker_blocks=1)
    clean = stripped(content)
    assert b"CANARY" not in clean
    assert opened(clean).tobytes() == opened(content).tobytes()


def test_stripping_cut_or_garbled_pictures_ends() -> None:
    content = jpeg_that_tells()
    for cut in range(2, len(content), 7):
        assert stripped(content[:cut]).startswith(b"\xff\xd8")
    with pytest.raises(DamagedFile):
        stripped(b"not a picture")
