"""Papers set in a language: letter, summary and plan as one page of HTML that carries its style, its face and its QR code within itself."""

import re
import unicodedata
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from hashlib import sha256
from pathlib import Path

import segno
from markupsafe import Markup

from domain import reference
from domain.papers import CaseSummary, Letter, PlanPaper, Sheet
from domain.partners.declining import BY_PEOPLE
from domain.policy.doors import NotePaper
from domain.reports.sheet import MOST_ON_PAPER, Book, Cell, Kind, TooLongForPaper
from domain.reports.sheet import Sheet as Table
from domain.values import Language
from service.web import faces
from service.web.answered import Namer
from service.web.answered import table as answered
from service.web.catalogue import RIGHT_TO_LEFT, Words, mark
from service.web.labels import label
from service.web.offers import address
from service.web.packet import Field, fields_said
from service.web.speaking import templates
from service.web.times import day_said, today, when

SHEET = Path(__file__).parent / "templates" / "paper.css"
UPRIGHT = 6
"""Columns of a table that fit on a page held upright."""
ARABIC = "unicode-range: U+600-6FF, U+200C-200F, U+2066-2069;"
"""In an English paper the face is for names alone; in an Urdu one for every space and comma too."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What every paper has: who writes, when, and under which reference it can be asked for."""

    title: str
    words: Words
    style: Markup
    centre: str
    phone: str
    hotline: str
    day: str
    ref: str
    qr: Markup


class PageTypesetter:
    """`domain.papers.Typesetter`."""

    def letter(self, letter: Letter, language: Language) -> Sheet:
        words, packet = Words(language), letter.packet
        setting = _setting(words, mark("Referral letter"), packet.centre.name, packet.centre.phone, letter.at, packet.ref)
        fields: tuple[Field, ...] = fields_said(packet.client, words)
        return _sheet("paper_letter", setting, letter=letter, fields=fields, address=address(letter.address, words), codes=BY_PEOPLE)

    def summary(self, summary: CaseSummary, language: Language) -> Sheet:
        words = Words(language)
        setting = _setting(words, mark("What we did together"), summary.centre.name, summary.centre.phone, summary.at, summary.number)
        return _sheet("paper_summary", setting, summary=summary, sent=tuple((one, address(one.address, words)) for one in summary.sent))

    def plan(self, plan: PlanPaper, language: Language) -> Sheet:
        words = Words(language)
        setting = _setting(words, mark("Our plan"), plan.centre.name, plan.centre.phone, plan.at, plan.number)
        return _sheet("paper_plan", setting, plan=plan)

    def note(self, paper: NotePaper, language: Language) -> Sheet:
        """`domain.policy.doors.NoteSetter`."""
        words, note = Words(language), paper.note
        setting = _setting(words, mark("Policy note"), paper.centre.name, paper.centre.phone, paper.at, note.number)
        namer = Namer(words, paper.names, paper.named)
        figures = [(one, answered(one.answer, words, namer)) for one in note.figures]
        return _sheet("paper_note", setting, paper=paper, note=note, figures=figures)

    def book(self, book: Book) -> Sheet:
        """`domain.reports.sheet.BookSetter`. What stands in it was written in its language already."""
        words = Words(book.language)
        setting = Setting(book.title, words, Markup(_style(words.language)), book.centre, "", "", "", "", Markup())  # noqa: S704
        sheets = [(one, _rows(one, words)) for one in book.sheets]
        return _sheet("paper_book", setting, sheets=sheets, wide=any(len(one.headings) > UPRIGHT for one in book.sheets))


def _rows(table: Table, words: Words) -> list[list[tuple[str, bool]]]:
    """Each cell as it is read, and whether it is a figure."""
    kinds = [one.kind for one in table.headings]
    rows = table.lines(MOST_ON_PAPER, TooLongForPaper)
    return [[(_cell(cell, kind, words), kind is not Kind.words) for cell, kind in zip(row, kinds, strict=True)] for row in rows]


def _cell(cell: Cell, kind: Kind, words: Words) -> str:
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, date):
        return day_said(words, cell)
    return f"{cell:.1%}" if kind is Kind.share else f"{cell:,}"


def _setting(words: Words, title: str, centre: str, phone: str, at: datetime, ref: str) -> Setting:
    return Setting(
        title=words(title),
        words=words,
        style=Markup(_style(words.language)),  # noqa: S704  our own file, and nothing of a record
        centre=centre,
        phone=phone,
        hotline=_hotline(),
        day=day_said(words, today(at)),
        ref=ref,
        qr=Markup(segno.make(ref, error="m", micro=False).svg_inline(scale=3, border=2)),  # noqa: S704  squares
    )


def _sheet(template: str, setting: Setting, **more: object) -> Sheet:
    words = setting.words

    def say(code: StrEnum) -> str:
        return words(label(code))

    def day(of: date) -> str:
        return day_said(words, of)

    def full(at: datetime) -> str:
        return when(words, at, at).full

    tools = {"_": words, "say": say, "day": day, "full": full, "today": today, "way": way}
    html = templates()[words.language].get_template(f"{template}.html").render(it=setting, **tools, **more)
    return Sheet(html, _policy(setting.style))


def way(text: str) -> str:
    """The direction of the first letter that has one."""
    found = (unicodedata.bidirectional(char) for char in text)
    return "rtl" if next((one for one in found if one in ("L", "R", "AL")), "L") != "L" else "ltr"


def _policy(style: str) -> str:
    """The paper's own style by its hash, and the face inside it."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; frame-ancestors 'none'; base-uri 'none'"


@cache
def _style(language: Language) -> str:
    """May take a second for the face, once."""
    foreign = "" if language in RIGHT_TO_LEFT else ARABIC
    face = b64encode(faces.naskh()).decode()
    font = f'@font-face {{ font-family: "MRC Naskh"; src: url("data:font/woff2;base64,{face}"); font-weight: 400 700; {foreign} }}\n'
    return font + SHEET.read_text(encoding="utf-8").replace('"{page}"', _page_of(Words(language)))


def _page_of(words: Words) -> str:
    """`Page 1 of 2` as a stylesheet counts it, in the order of the language."""
    said = words(mark("Page {page} of {pages}"), page="#page#", pages="#pages#")
    counters: Mapping[str, str] = {"page": "counter(page)", "pages": "counter(pages)"}
    parts = re.split("#(pages?)#", said)
    return " ".join(counters[part] if index % 2 else f'"{part}"' for index, part in enumerate(parts))


def _hotline() -> str:
    """The one that reaches every centre, as far as it is verified."""
    found = (one.number for one in reference.helplines() if one.name.startswith("MRC hotline") and one.mark.verified)
    return next(found, None) or ""
