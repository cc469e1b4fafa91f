"""The letters of the evidence document: Latin, and every script that India's languages write in.

A document embeds only the letters that it uses. Latin comes from a font without Indic letters, so
that a run of each script is shaped by its own rules (HarfBuzz guesses them from its first letter).
"""

from dataclasses import dataclass
from pathlib import Path

from fpdf import FPDF

FOLDER = Path(__file__).parent / "fonts"
FAMILY = "inter"
UNKNOWN = "□"


@dataclass(frozen=True)
class Script:
    """A script: its name, its block of Unicode, and its font; `bold` where there is one."""

    name: str
    first: int
    last: int
    file: str
    bold: str = ""


SCRIPTS = (
    Script(
        "devanagari", 0x0900, 0x097F, "NotoSansDevanagari_400Regular.ttf",
        "NotoSansDevanagari_700Bold.ttf",
    ),
    Script("bengali", 0x0980, 0x09FF, "NotoSansBengali_400Regular.ttf"),
    Script("gurmukhi", 0x0A00, 0x0A7F, "NotoSansGurmukhi_400Regular.ttf"),
    Script("gujarati", 0x0A80, 0x0AFF, "NotoSansGujarati_400Regular.ttf"),
    Script("oriya", 0x0B00, 0x0B7F, "NotoSansOriya_400Regular.ttf"),
    Script("tamil", 0x0B80, 0x0BFF, "NotoSansTamil_400Regular.ttf"),
    Script("telugu", 0x0C00, 0x0C7F, "NotoSansTelugu_400Regular.ttf"),
    Script("kannada", 0x0C80, 0x0CFF, "NotoSansKannada_400Regular.ttf"),
    Script("malayalam", 0x0D00, 0x0D7F, "NotoSansMalayalam_400Regular.ttf"),
)  # fmt: skip


def load(pdf: FPDF, text: str) -> set[int]:
    """Load the fonts that `text` needs, and give the code points that can be written then."""
    pdf.add_font(FAMILY, "", FOLDER / "Inter_400Regular.ttf")
    pdf.add_font(FAMILY, "B", FOLDER / "Inter_600SemiBold.ttf")
    points = {ord(each) for each in text}
    used = [each for each in SCRIPTS if any(each.first <= point <= each.last for point in points)]
    for script in used:
        pdf.add_font(script.name, "", FOLDER / script.file)
        if script.bold:
            pdf.add_font(script.name, "B", FOLDER / script.bold)
    if used:
        pdf.set_fallback_fonts([script.name for script in used], exact_match=False)
    pdf.set_text_shaping(use_shaping_engine=True)
    return {point for font in pdf.fonts.values() for point in getattr(font, "cmap", ())}


def close(pdf: FPDF) -> None:
    """Close the files of the fonts, which are read as letters are needed."""
    for font in pdf.fonts.values():
        if hasattr(font, "ttfont"):
            font.ttfont.close()


def writable(text: str, known: set[int]) -> str:
    """Give text with a box in the place of what no font has; white space becomes one space."""
    return "".join(each if ord(each) in known else UNKNOWN for each in " ".join(text.split()))
