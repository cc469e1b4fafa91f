"""The paper of the evidence document: A4, its letters, boxes and pictures, and its foot."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from fpdf import FPDF
from PIL import Image

from qcportal import language
from qcportal.language import gettext as _
from qcportal.packs.document import fonts

MARGIN, WIDTH, BOTTOM = 15.0, 180.0, 18.0
INK, SOFT, LINE = (21, 23, 28), (69, 75, 87), (211, 215, 222)
TONES = {
    "": ((69, 75, 87), (238, 240, 243)),
    "pass": ((15, 98, 56), (228, 246, 236)),
    "fail": ((160, 20, 30), (253, 236, 238)),
    "late": ((122, 71, 0), (255, 243, 220)),
    "miss": ((106, 39, 133), (247, 236, 251)),
    "wait": ((28, 77, 155), (233, 241, 253)),
}
"""Letters and ground of each tone, as on the pages."""


class Paper(FPDF):
    """A document under way; measures are millimetres, sizes of letters points."""

    def __init__(self, text: str, *, zone: str, at: datetime, foot: str) -> None:
        super().__init__(format="A4")
        self._zone = ZoneInfo(zone)
        self._foot = foot
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=BOTTOM)
        self.set_creation_date(at)
        self.known = fonts.load(self, text)
        self.alias_nb_pages("{pages}")
        self.add_page()

    def footer(self) -> None:
        """Write what it is, and which page of how many."""
        self.set_y(-13)
        self.set_draw_color(*LINE)
        self.line(MARGIN, self.get_y() - 1, MARGIN + WIDTH, self.get_y() - 1)
        self._letters("", 7.5)
        self.set_text_color(*SOFT)
        self.cell(WIDTH - 22, 5, self.said(self._foot))
        page = _("Page %(number)s of %(count)s", number=self.page_no(), count="{pages}")
        self.cell(22, 5, page)

    def said(self, text: object) -> str:
        """Give text that can be written."""
        return fonts.writable(str(text), self.known | {ord("{"), ord("}")})

    def moment(self, written: str | None, *, seconds: bool = True) -> str:
        """Say a moment in the zone of the document, in the reader's language."""
        if not written:
            return ""
        local = datetime.fromisoformat(written).astimezone(self._zone)
        pattern = "d MMM y, HH:mm:ss" if seconds else "d MMM y, HH:mm"
        return str(format_datetime(local, pattern, locale=language.locale()))

    def write_line(
        self, text: object, size: float = 9.5, *, bold: bool = False,
        colour: tuple[int, int, int] = INK, indent: float = 0, width: float = 0,
    ) -> None:  # fmt: skip
        """Write a paragraph; it breaks into lines, and over pages.

        Line by line, since multi_cell goes on in the font that a line ended with, which may be
        another script's (seen in fpdf2 2.8.9).
        """
        style, height = "B" if bold else "", size * 0.5
        self._letters(style, size)
        self.set_text_color(*colour)
        width = width or WIDTH - indent
        said = self.said(text) or " "
        lines: Any = self.multi_cell(width, height, said, align="L", dry_run=True, output="LINES")
        for line in lines:
            self._letters(style, size)
            self.set_x(MARGIN + indent)
            self.cell(width, height, line, new_x="LMARGIN", new_y="NEXT")

    def heading(self, text: str, *, room: float = 30) -> None:
        """Begin a section, on a new page where there is no room for its beginning."""
        self.need(room)
        self.ln(5)
        self.write_line(text, 13, bold=True)
        self.rule()

    def need(self, room: float) -> None:
        """Go on on the next page unless there is some room left."""
        if self.get_y() + room > self.h - BOTTOM:
            self.add_page()

    def rule(self) -> None:
        """Draw a line across."""
        self.ln(1)
        self.set_draw_color(*LINE)
        self.line(MARGIN, self.get_y(), MARGIN + WIDTH, self.get_y())
        self.ln(2)

    def badge(self, text: str, tone: str, *, size: float = 9.0, right: bool = False) -> None:
        """Write a state on its ground at the left or right end of the line, and stay on it."""
        letters, ground = TONES[tone]
        self._letters("B", size)
        self.set_text_color(*letters)
        self.set_fill_color(*ground)
        said = self.said(text)
        width = self.get_string_width(said) + 5
        self.set_x(MARGIN + WIDTH - width if right else MARGIN)
        self.cell(width, size * 0.62, said, align="C", fill=True)

    def facts(self, pairs: Sequence[tuple[str, object]], *, width: float = WIDTH) -> None:
        """Write what is known, a name and a value a line; what is empty is left out."""
        names = 42 if width == WIDTH else 30
        for name, value in pairs:
            if value in (None, ""):
                continue
            self.need(6)
            top = self.get_y()
            self.write_line(name, 8.5, colour=SOFT, width=names)
            below = self.get_y()
            self.set_y(top)
            self.write_line(value, 9, indent=names + 1, width=width - names - 1)
            self.set_y(max(below, self.get_y()) + 0.6)

    def picture(
        self, jpeg: bytes, x: float, width: float, *,
        box: Sequence[float] | None = None, tallest: float = 72,
    ) -> float:  # fmt: skip
        """Draw a picture at `x`, no taller than `tallest`, and give its height.

        `box` marks a part of it, in fractions of its width and height.
        """
        across, down = Image.open(io.BytesIO(jpeg)).size
        height = width * down / across
        if height > tallest:
            width, height = width * tallest / height, tallest
        top = self.get_y()
        self.image(io.BytesIO(jpeg), x=x, y=top, w=width, h=height)
        if box:
            self.set_draw_color(*TONES["fail"][0])
            self.set_line_width(0.8)
            left, upper, wide, high = box
            self.rect(x + left * width, top + upper * height, wide * width, high * height)
            self.set_line_width(0.2)
        return height

    def _letters(self, style: str, size: float) -> None:
        """Set the font in the file too: what was written last may have left another one there."""
        self.set_font(fonts.FAMILY, style, size + 1)
        self.set_font(fonts.FAMILY, style, size)

    def finished(self) -> bytes:
        """Give the document."""
        return bytes(self.output())


def parse_moment(written: str) -> datetime:
    """Read a moment as the facts have it."""
    return datetime.fromisoformat(written).astimezone(UTC)
