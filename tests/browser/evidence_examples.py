"""Example pages of evidence files, shared links and exports."""

from datetime import timedelta

from qcportal.blueprints.showing.exports import SENTENCES, STATES
from qcportal.blueprints.shown.evidence import EvidencePage, LinkRow, SharedPage
from qcportal.blueprints.shown.exports import (
    Choice,
    ColumnLine,
    ExportLine,
    ExportPage,
    ExportsPage,
    FileLine,
    NewExportPage,
)
from qcportal.blueprints.shown.frame import Badge, Fact, Link
from tests.browser.examples import NOW

AWB = "773044182096"
ADDRESS = "https://qc.example.in/shared/qcs_6f7a8b9c_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq"


def links() -> tuple[LinkRow, ...]:
    until = NOW + timedelta(days=6)
    return (
        LinkRow(
            "Insurer of the store, claim 4471", "6f7a8b9c", Badge("wait", "link", "Open"), NOW,
            "Meera Joshi", until, 3, NOW, "/returns/1/evidence/links/1/end",
        ),
        LinkRow(
            "", "0a1b2c3d", Badge("", "clock", "Expired"), NOW - timedelta(days=20), "Meera Joshi",
            NOW - timedelta(days=13), 0, None,
        ),
    )  # fmt: skip


def evidence(*, new: bool = False, bad: bool = False, empty: bool = False) -> EvidencePage:
    return EvidencePage(
        title="Meriden chronograph watch with a leather strap",
        awb=AWB,
        back=Link("/returns/1", "Return"),
        document="/returns/1/evidence.pdf",
        archive="/returns/1/evidence.zip",
        facts=(
            Fact("Originals", "7 of 7"),
            Fact("Size of the originals", "1,482 KB"),
            Fact("Checks", "7"),
            Fact("Events of the history", "23"),
            Fact("Dispute", "D-1187"),
        ),
        links=() if empty else links(),
        share="" if empty else "/returns/1/evidence/share",
        faults=("A link lives for 1 to 30 days.",) if bad else (),
        new_link=ADDRESS if new else "",
    )


def shared() -> SharedPage:
    return SharedPage(
        "Meriden chronograph watch", AWB, "Fern Home", "#pdf", "#zip",
        NOW + timedelta(days=6), "Asia/Kolkata",
    )  # fmt: skip


def exports(*, empty: bool = False) -> ExportsPage:
    lines = tuple(
        ExportLine(
            f"/exports/{state}", "Returns as XLSX", badge, NOW, "Meera Joshi",
            "1,204 rows" if state == "done" else "",
        )
        for state, badge in STATES.items()
    )  # fmt: skip
    offers = (Link("/exports/new", "Returns"), Link("/exports/new", "Disputes"))
    return ExportsPage("Fern Home", () if empty else lines, offers, 7, "Asia/Kolkata")


def export_new(*, empty: bool = False) -> NewExportPage:
    return NewExportPage(
        title="Returns",
        back=Link("/returns", "Returns"),
        send_to="/exports",
        count=96,
        filters=() if empty else (Fact("tab", "failed"), Fact("city", "Pune")),
        fields=(("list", "returns"), ("tab", "failed")),
        choices=(
            Choice("xlsx", "Excel (XLSX)", "Opens in Excel, LibreOffice and Google Sheets."),
            Choice("csv", "CSV", "For other programs; UTF-8, text in quotes."),
            Choice("pack", "Evidence files (ZIP)", "A ZIP with the evidence file of every return."),
        ),
        columns=(
            ColumnLine("AWB", "The waybill number, as text"),
            ColumnLine("Checked (Asia/Kolkata)", "When the inspection arrived"),
        ),
        zone="Asia/Kolkata",
    )


def export(state: str = "done") -> ExportPage:
    going, done = state in ("waiting", "running"), state == "done"
    files = (
        FileLine("#1", "evidence-2026-11-27-001.zip", "1,024 MB · 212 returns"),
        FileLine("#2", "evidence-2026-11-27-002.zip", "88 MB · 20 returns, 1 file left out"),
    )
    return ExportPage(
        title="Evidence files of returns",
        back="/exports",
        here=f"/exports/{state}",
        badge=STATES[state],
        sentence=str(SENTENCES[state]),
        done=232 if done else 120,
        total=232,
        asked_at=NOW,
        asked_by="Meera Joshi",
        filters="tab: failed, city: Pune",
        files=files if done else (),
        kept_until=NOW + timedelta(days=7) if done else None,
        fault="S3 did not answer." if state == "failed" else "",
        poll=f"/exports/{state}/live" if going else "",
        cancel=f"/exports/{state}/cancel" if going else "",
    )
