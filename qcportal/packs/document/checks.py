"""The part of the evidence document that shows what was asked, expected and answered."""

from collections.abc import Mapping
from typing import Any

from qcportal.language import gettext as _
from qcportal.packs.document import words
from qcportal.packs.document.paper import MARGIN, SOFT, TONES, WIDTH, Paper

GAP, HALF = 6.0, 84.0
NARROWEST = 34.0


class Checks:
    """Writes the checks; `pictures` are JPEGs by the id of their photo."""

    def __init__(
        self, paper: Paper, facts: Mapping[str, Any], pictures: Mapping[str, bytes]
    ) -> None:
        self._paper, self._facts, self._pictures = paper, facts, pictures
        self._photos = {each["id"]: each for each in facts["photos"]}

    def write(self) -> None:
        """Write every item with its checks, and the photos that belong to none."""
        shown: set[str] = set()
        for item in self._facts["items"]:
            self._item(item)
            for check in item["checks"]:
                self._check(check)
                shown |= set(check["photos"])
        rest = [each["id"] for each in self._facts["photos"]
                if each["id"] not in shown and each["id"] in self._pictures]  # fmt: skip
        if rest:
            self._paper.heading(_("Other photos"), room=70)
            self._row_of(rest)

    def _item(self, item: Mapping[str, Any]) -> None:
        paper = self._paper
        paper.heading(item["name"] or item["client_sku_id"], room=60)
        text, tone = words.verdict(item["verdict"])
        paper.badge(text, tone)
        paper.ln(7)
        issued = item["checklist"]
        book = _(
            "%(title)s, version %(version)s",
            title=issued["rulebook"], version=issued["version"],
        ) if issued else _("No checklist: nothing was asked")  # fmt: skip
        kind = " · ".join(filter(None, (item["brand"], item["category"])))
        attributes = [f"{name}: {value}" for name, value in sorted(item["attributes"].items())]
        paper.facts(
            (
                (_("SKU"), item["client_sku_id"]),
                (_("Brand and category"), kind),
                (_("Pieces"), item["quantity"] if item["quantity"] != 1 else ""),
                (_("Price"), words.rupees(item["price_paise"])),
                (_("Attributes"), ", ".join(attributes)),
                (_("Why"), item["verdict_reason"]),
                (_("Decided by"), self._decided(item)),
                (_("Rules"), book),
                (_("Digest of the checklist"), issued["digest"] if issued else ""),
            )
        )  # fmt: skip

    def _decided(self, item: Mapping[str, Any]) -> str:
        who = {
            "merchant": _("the merchant"),
            "admin": _("the carrier"),
            "default": _("the time that ran out"),
        }.get(item["decided_by"] or "", "")
        parts = (who, self._paper.moment(item["decided_at"]), item["decided_note"])
        return " · ".join(filter(None, parts)) if who else ""

    def _check(self, check: Mapping[str, Any]) -> None:
        """Write a check; its one photo stands beside the answer, several stand below it."""
        paper = self._paper
        beside = len(check["photos"]) == 1 and check["photos"][0] in self._pictures
        paper.need(92 if beside else 24)
        paper.ln(2)
        text, tone = words.result(check["result"])
        top = paper.get_y()
        paper.badge(text, tone, size=8.5, right=True)
        paper.set_y(top)
        number = f"{check['number']}. {check['question']}"
        paper.write_line(number, 10.5, bold=True, width=WIDTH - 45)
        paper.set_y(max(paper.get_y(), top + 6) + 1)
        if not beside:
            self._answer(check, WIDTH)
            paper.ln(1)
            self._row_of(check["photos"])
            return
        top, page = paper.get_y(), paper.page_no()
        end = self._photo(self._photos[check["photos"][0]], HALF + GAP, tallest=62)
        paper.set_y(top)
        self._answer(check, HALF)
        same = paper.page_no() == page
        paper.set_y(max(end, paper.get_y()) + 2 if same else paper.get_y())

    def _answer(self, check: Mapping[str, Any], width: float) -> None:
        self._paper.facts(
            (
                (_("Expected"), words.value(check["expected"])),
                (_("Answered"), words.value(check["value"]) or words.result(check["result"])[0]),
                (_("Remarks"), check["remarks"]),
                (_("How it was judged"), check["explanation"]),
                (_("The phone said"), self._phone(check)),
                (_("Asked because"), ", ".join(check["because"])),
                (_("Required"), "" if check["required"] else _("No: it never fails an item")),
            ),
            width=width,
        )

    def _phone(self, check: Mapping[str, Any]) -> str:
        told = check["app_result"]
        if told in (None, check["result"]):
            return ""
        return _("%(result)s; the server decides", result=words.result(told)[0])

    def _row_of(self, ids: list[str]) -> None:
        """Show photos, two side by side."""
        wanted = [self._photos[each] for each in ids if each in self._photos]
        for place in range(0, len(wanted), 2):
            pair = wanted[place : place + 2]
            with_picture = any(each["id"] in self._pictures for each in pair)
            self._paper.need(96 if with_picture else NARROWEST)
            top = self._paper.get_y()
            ends = []
            for column, photo in enumerate(pair):
                self._paper.set_y(top)
                ends.append(self._photo(photo, column * (HALF + GAP)))
            self._paper.set_y(max(ends) + 3)

    def _photo(self, photo: Mapping[str, Any], indent: float, *, tallest: float = 72) -> float:
        paper = self._paper
        top = paper.get_y()
        jpeg = self._pictures.get(photo["id"])
        text, tone = words.standing(photo)
        if jpeg:
            height = paper.picture(jpeg, MARGIN + indent, HALF, tallest=tallest)
        else:
            height = 16.0
            paper.set_fill_color(*TONES[tone][1])
            paper.rect(MARGIN + indent, top, HALF, height, style="F")
            paper.set_y(top + 5)
            label = _("Not a picture") if photo["file"] else _("No photo")
            paper.write_line(label, 9, colour=TONES[tone][0], indent=indent + 4, width=HALF - 8)
        paper.set_y(top + height + 1.5)
        title = _("Photo %(number)s: %(title)s", number=photo["number"], title=photo["title"])
        paper.write_line(title, 8.5, bold=True, indent=indent, width=HALF)
        paper.write_line(self._times(photo), 8, colour=SOFT, indent=indent, width=HALF)
        colour = TONES[tone][0] if tone else SOFT
        paper.write_line(text, 8, colour=colour, indent=indent, width=HALF)
        return paper.get_y()

    def _times(self, photo: Mapping[str, Any]) -> str:
        taken, here = (self._paper.moment(photo[name]) for name in ("captured_at", "stored_at"))
        if taken and here:
            return _("Taken %(taken)s, arrived %(arrived)s", taken=taken, arrived=here)
        if here:
            return _("Arrived %(arrived)s", arrived=here)
        return _("Taken %(taken)s, not here", taken=taken) if taken else ""
