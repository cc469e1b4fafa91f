"""The evidence document: a PDF on A4 that shows the facts of a pack to people.

It is written from the facts alone, so it says what the manifest says, and the same facts give the
same bytes. Its pictures are small copies; the originals are in the pack.
"""

from collections.abc import Mapping
from typing import Any

from qcportal import language
from qcportal.language import gettext as _
from qcportal.language import ngettext
from qcportal.packs.document import fonts, story, words
from qcportal.packs.document.checks import Checks
from qcportal.packs.document.paper import SOFT, TONES, Paper, parse_moment

RELIABLE = {"matches", "sent"}


def write(facts: Mapping[str, Any], pictures: Mapping[str, bytes]) -> bytes:
    """Write the document; `pictures` are JPEGs by the id of their photo."""
    rvp = facts["return"]
    foot = _(
        "AWB %(awb)s · as of %(at)s UTC · times in %(zone)s",
        awb=rvp["awb"], at=facts["as_of"][:19].replace("T", " "), zone=facts["zone"],
    )  # fmt: skip
    at = parse_moment(facts["as_of"])
    # Words of the interface may be in another script than the facts.
    every = f"{facts}{foot}{language.LANGUAGES[language.current()]}"
    paper = Paper(every, zone=facts["zone"], at=at, foot=foot)
    try:
        paper.set_title(paper.said(f"{_('Evidence file')}: AWB {rvp['awb']}"))
        paper.set_creator("qcportal")
        _write_head(paper, facts)
        Checks(paper, facts, pictures).write()
        story.write_dispute(paper, facts, pictures)
        story.write_digests(paper, facts)
        story.write_history(paper, facts)
        story.write_proof(paper, facts)
        return paper.finished()
    finally:
        fonts.close(paper)


def _write_head(paper: Paper, facts: Mapping[str, Any]) -> None:
    rvp, inspection = facts["return"], facts["inspection"] or {}
    paper.write_line(_("Evidence file"), 10, colour=SOFT)
    paper.write_line(rvp["title"], 19, bold=True)
    paper.ln(2)
    text, tone = words.verdict(rvp["verdict"])
    paper.badge(text, tone, size=11)
    paper.ln(9)
    if rvp["verdict_reason"]:
        paper.write_line(rvp["verdict_reason"], 10.5)
        paper.ln(1)
    awb = rvp["awb"]
    grouped = " ".join(awb[place : place + 4] for place in range(0, len(awb), 4))
    paper.facts(
        (
            (_("AWB"), grouped if awb.isdigit() else awb),
            (_("Order"), rvp["client_order_number"]),
            (_("Merchant"), facts["merchant"]),
            (_("Return reason"), rvp["return_reason"]),
            (_("Picked up in"), f"{rvp['city']} {rvp['pincode']}".strip()),
            (_("Registered"), paper.moment(rvp["created_at"])),
            (_("Checked"), paper.moment(inspection.get("received_at"))),
            (_("Checked by"), inspection.get("executive")),
            (_("Remarks at the door"), inspection.get("remarks")),
        )
    )
    _write_integrity(paper, facts)


def _write_integrity(paper: Paper, facts: Mapping[str, Any]) -> None:
    """Say in a sentence how far the photos can be relied on, and how many are not here."""
    photos = facts["photos"]
    held = [each for each in photos if each["file"] and not each.get("problem")]
    sound = [each for each in held if each["standing"] in RELIABLE]
    paper.ln(2)
    if held and len(sound) == len(held):
        text = ngettext(
            "%(num)s file is here. It is what was announced or sent, byte by byte.",
            "%(num)s files are here. Each is what was announced or sent, byte by byte.",
            len(held),
        )
        paper.write_line(text, 10, bold=True)
    elif held:
        text = _(
            "%(sound)s of %(held)s files are what was announced or sent, byte by byte.",
            sound=len(sound), held=len(held),
        )  # fmt: skip
        paper.write_line(text, 10, bold=True, colour=TONES["miss"][0])
    lacking = len(photos) - len(held)
    if lacking:
        text = ngettext("%(num)s photo is not here.", "%(num)s photos are not here.", lacking)
        paper.write_line(text, 10, bold=True, colour=TONES["miss"][0])


__all__ = ["fonts", "write"]
