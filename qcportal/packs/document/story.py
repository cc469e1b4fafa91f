"""The parts of the evidence document after the checks: dispute, digests, history, verification."""

from collections.abc import Mapping
from typing import Any

from qcportal.language import gettext as _
from qcportal.language import grouped
from qcportal.packs.document import words
from qcportal.packs.document.paper import MARGIN, SOFT, TONES, Paper

MOST_EVENTS = 200


def write_dispute(paper: Paper, facts: Mapping[str, Any], pictures: Mapping[str, bytes]) -> None:
    """Write the claim, what it cites, the thread and what was decided."""
    dispute = facts["dispute"]
    if dispute is None:
        return
    paper.heading(_("Dispute %(number)s", number=dispute["number"]), room=60)
    paper.badge(str(words.STATES.get(dispute["state"], words.plain(dispute["state"]))), "")
    paper.ln(7)
    paper.facts(
        (
            (_("Claim"), words.KINDS.get(dispute["kind"], dispute["kind"])),
            (_("About"), words.plain(dispute["category"])),
            (_("Sent"), paper.moment(dispute["filed_at"])),
            (_("Claimed"), words.rupees(dispute["amount_minor"])),
            (_("Granted"), words.rupees(dispute["granted_minor"])),
            (_("In the merchant's words"), dispute["text"]),
        )
    )
    _write_citations(paper, facts, pictures)
    for each in dispute["messages"]:
        _write_words(paper, each["at"], f"{each['by']} ({words.plain(each['kind'])})", each["text"])
    for each in dispute["decisions"]:
        outcome = str(words.STATES.get(each["outcome"], words.plain(each["outcome"])))
        who = _("Decision: %(outcome)s", outcome=outcome)
        _write_words(paper, each["decided_at"], who, each["text"])


def _write_citations(paper: Paper, facts: Mapping[str, Any], pictures: Mapping[str, bytes]) -> None:
    photos = {each["id"]: each for each in facts["photos"]}
    for cited in facts["dispute"]["cites"]:
        photo = photos.get(cited["photo"] or "")
        jpeg = pictures.get(cited["photo"] or "")
        paper.need(66 if jpeg and cited["box"] else 10)
        text = _("Says that a photo is missing") if cited["missing"] else _(
            "Cites photo %(number)s: %(title)s",
            number=photo["number"] if photo else "–", title=photo["title"] if photo else "",
        )  # fmt: skip
        paper.write_line(". ".join(filter(None, (text, cited["note"]))), 9, bold=True)
        if jpeg and cited["box"]:
            height = paper.picture(jpeg, MARGIN, 80, box=cited["box"], tallest=54)
            paper.set_y(paper.get_y() + height + 2)


def _write_words(paper: Paper, at: str, who: str, text: str) -> None:
    paper.need(14)
    paper.ln(1.5)
    paper.write_line(f"{paper.moment(at)} · {who}", 8.5, colour=SOFT)
    paper.write_line(text, 9.5, indent=3)


def write_digests(paper: Paper, facts: Mapping[str, Any]) -> None:
    """Write of every photo what was announced, what is held, and under which name."""
    paper.heading(_("Photos and their digests"))
    for photo in facts["photos"]:
        text, tone = words.standing(photo)
        paper.need(46 if photo["file"] else 14)
        title = _("Photo %(number)s: %(title)s", number=photo["number"], title=photo["title"])
        paper.write_line(title, 9.5, bold=True)
        paper.write_line(text, 8.5, colour=TONES[tone][0] if tone else SOFT)
        size = grouped(photo["size"]) if photo["size"] else ""
        measures = f"{photo['width']} × {photo['height']}" if photo["width"] else ""
        paper.facts(
            (
                (_("File in the pack"), photo["file"]),
                (_("Bytes and pixels"), " · ".join(filter(None, (size, measures)))),
                (_("Taken"), paper.moment(photo["captured_at"])),
                (_("Arrived"), paper.moment(photo["stored_at"])),
                (_("SHA-256 announced"), photo["announced_sha256"]),
                (_("SHA-256 held"), photo["sha256"]),
                (_("Version in the store"), photo["version"]),
            )
        )
        paper.ln(1.5)


def write_history(paper: Paper, facts: Mapping[str, Any]) -> None:
    """Write what happened, oldest first; very long histories are cut, the pack has all of it."""
    paper.heading(_("Timeline"))
    told = sorted(facts["timeline"], key=lambda each: each["at"])
    for each in told[:MOST_EVENTS]:
        data = each["data"]
        detail = next((data[name] for name in ("title", "executive", "reason", "item", "note")
                       if name in data), "")  # fmt: skip
        paper.need(8)
        top = paper.get_y()
        paper.write_line(paper.moment(each["at"]), 8.5, colour=SOFT, width=42)
        paper.set_y(top)
        said = " · ".join(filter(None, (words.event(each), detail, each["by"])))
        paper.write_line(said, 9, indent=43)
    if len(told) > MOST_EVENTS:
        paper.write_line(_("The rest is in history.jsonl."), 8.5, colour=SOFT)


def write_proof(paper: Paper, facts: Mapping[str, Any]) -> None:
    """Write how anybody can verify the pack, and the heads that its history ends with."""
    paper.heading(_("How to verify this"), room=60)
    paper.write_line(
        _(
            "The pack holds every original as it arrived, byte by byte, with manifest.json, which "
            "names the SHA-256 of every file, and history.jsonl, in which each event names the "
            "hash of the event before it. Nothing can be changed, added or left out without being "
            "noticed. To check all of it, with Python 3 and nothing else:"
        ),
        9,
    )
    paper.ln(1)
    paper.write_line("python3 verify.py", 9, bold=True, indent=3)
    paper.ln(1)
    names = {"return": _("Last hash of the return"), "dispute": _("Last hash of the dispute")}
    for chain in facts["history"]["chains"]:
        paper.facts(((names.get(chain["of"], chain["of"]), chain["head"]),))
