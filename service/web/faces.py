"""The face for Urdu and Pashto where a device has none: Naskh, cut from its package to the letters that the two languages write."""

from functools import cache
from importlib.resources import as_file, files
from io import BytesIO

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

PACKAGE = "pylopdf-fonts-ar"
LETTERS = (
    "ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیےآأؤئۂۃۓةىهيكۀ"  # Urdu, and what people paste from Arabic keyboards
    "ټځڅډړږښګڼېۍۦڪ"  # what Pashto has besides
    "ًٌٍَُِّْٰٖٗٔ،؛؟۔٪٫٬ـ٭٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹"
    "\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069\u00a0 ()«»\"':.-–!"
)


@cache
def naskh() -> bytes:
    """WOFF2, about 28 KB, of all weights; takes about a second."""
    with as_file(files("pylopdf_fonts_ar") / "NotoNaskhArabic-Variable.ttf") as path:
        font = TTFont(path)
    options = Options()
    options.layout_features, options.hinting = ["*"], False
    cut = Subsetter(options)
    cut.populate(text=LETTERS)
    cut.subset(font)
    font.flavor = "woff2"
    written = BytesIO()
    font.save(written)
    return written.getvalue()
