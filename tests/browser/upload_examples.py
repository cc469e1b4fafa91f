"""Example pages of upload health: a rough day, a calm one, and one whose numbers are old."""

from datetime import timedelta

from qcportal.blueprints import chart_examples as charts
from qcportal.blueprints.shown import upload_health as shown
from qcportal.blueprints.shown.frame import Badge, Fact, Kpi, Link, Note, Option, Task
from qcportal.blueprints.shown.photos import WORDS, PhotoState
from qcportal.blueprints.shown.return_page import Live
from qcportal.blueprints.shown.returns_list import Chip
from tests.browser.examples import NOW

LATE, MISSING = WORDS[PhotoState.LATE], WORDS[PhotoState.MISSING].saying("Missing")
WELL = Badge("", "circle-check", "Well")
UNSURE = Badge("", "circle-question-mark", "Not known")
BACK = Link("/admin/uploads", "Upload health")
CHOICES = (
    shown.Choice("Last 24 hours", {"range": "24h"}, chosen=True),
    shown.Choice("Last 7 days", {"range": "7d"}),
)


def health(*, calm: bool = False, old: bool = False) -> shown.UploadHealthPage:
    """Give the page; a calm one has nothing outstanding, an old one was not counted anew."""
    note = Note("late", "clock-alert", "Numbers are from 14:05.", "Collecting new ones failed.")
    return shown.UploadHealthPage(
        span="Last 24 hours",
        choices=CHOICES,
        day="",
        updated_at=NOW,
        notes=(note,) if old else (),
        kpis=calm_kpis() if calm else kpis(),
        latency=charts.lines("Time from photo to evidence", (None,) * 12 if calm else charts.MOST),
        hours=charts.bars(((0, 0, 0, 0, 0),) * 12 if calm else charts.STACKS),
        loss=shown.LossPart(Badge("", "shield-check", "Nothing lost"), "0 lost of 1,284 (0%).")
        if calm
        else loss(),
        phones=() if calm else phones(),
        phones_text="5 of 214 phones",
        panels=panels(sick=not calm),
        kept=() if calm else kept(),
        live=Live("/admin/uploads/live?seen=1", 30),
        calm=calm,
    )


def kpis() -> tuple[Kpi, ...]:
    spark = (1, 2, 1, 1, 3, 2, 2, 1, 4, 3, 5, 4, 7, 6)
    share = (96.9, 97.4, 98.1, 97.9, 98.4, 97.2, 97.5, 98.0)
    return (
        Kpi("On the way", 41, "from 17 phones", "wait", "/admin/uploads/photos?state=on_the_way"),
        Kpi("Late, over 30 m", 6, "oldest 4 h 12 m, from 3 phones", "late", "#", spark),
        Kpi("Missing, over 2 d", 3, "oldest 3 d 1 h, from 2 phones", "miss", "#"),
        Kpi("Here within 6 m", 0, "target 97%, of 1,284 photos", "", "", share, text="97.8%"),
    )


def calm_kpis() -> tuple[Kpi, ...]:
    return (
        Kpi("On the way", 0, "none now", "wait", "#"),
        Kpi("Late, over 30 m", 0, "none now", "late", "#"),
        Kpi("Missing, over 2 d", 0, "none in 30 days", "miss", "#"),
        Kpi("Here within 6 m", 0, "target 97%, no photos", text="–"),
    )


def loss_rows() -> tuple[shown.LossRow, ...]:
    lost = Badge("miss", "image-off", "2 lost")
    open_ = Badge("late", "circle-dashed", "No final manifest")
    return (
        shown.LossRow("Omkar S.", "Pune West", "Sat 21 Nov", "#", 92, 88, 1, 1, 2, lost),
        shown.LossRow("Vikas T.", "Pune", "Sun 22 Nov", "#", 61, 61, 0, 0, 0, open_, closed=False),
    )


def loss() -> shown.LossPart:
    text = "2 lost of 1,284 photos captured (0.16%), as told by the phones on Sun 22 Nov."
    words = "1 of 14 shifts has no final manifest: what was captured there nobody can count."
    badge = Badge("miss", "image-off", "2 lost")
    return shown.LossPart(badge, text, loss_rows(), words, "2 shifts", 3)


def phones() -> tuple[shown.PhoneRow, ...]:
    found = (
        ("R-031", "Sunil M.", LATE, "4 photos · 3.9 MB", 4.2, "No signal; battery 6%", 4.0),
        ("R-077", "Farah D.", LATE, "1 photo · 1.1 MB", 1.1, "Storage almost full", 0.2),
        ("R-009", "Deepa L.", MISSING, "2 photos · 2.0 MB", 69.0, "App data cleared", 45.0),
    )
    rows = [
        shown.PhoneRow(
            label, person, "#", badge, waiting, NOW - timedelta(hours=age), why,
            NOW - timedelta(hours=seen), "90.0 MB free", "45 s ahead",
        )
        for label, person, badge, waiting, age, why, seen in found
    ]  # fmt: skip
    unknown = "Nobody said which phone took them"
    return (*rows, shown.PhoneRow("Not known", "", "", LATE, "1 photo", NOW, unknown))


def panels(*, sick: bool) -> tuple[shown.Panel, ...]:
    ill = Badge("late", "triangle-alert", "Sick")
    facts = (
        Fact("Healed by the reconciler", "1.2%, 15 of 1,284 files"),
        Fact("Last cycle", "Today, 14:15"),
    )
    said = "Sick: more than 0.5% had to be healed." if sick else "Files are told by their events."
    wrong = ("cors: any origin may read", "I2: the row holds other bytes than the history tells")
    why = "Not known, because: SQS refused (the queue arrivals): AccessDenied."
    return (
        shown.Panel("Event path", ill if sick else WELL, said, facts),
        shown.Panel("Nightly check", ill if sick else WELL, "It ran.", (), wrong if sick else ()),
        shown.Panel("Queue", UNSURE, why),
    )


def kept() -> tuple[Task, ...]:
    return (
        Task("cloud-alert", "late", "2 files parked", "No photo has their name.", "#"),
        Task("copy", "miss", "1 photo with two versions", "Other bytes came later.", "#"),
    )


def photo_rows() -> tuple[shown.PhotoRow, ...]:
    return tuple(
        shown.PhotoRow(
            title=title, href="/admin/photos/1", badge=WORDS[PhotoState.MISSING],
            awb="773044182096", return_href="/admin/returns/9bX2", merchant="Fern Home",
            when_at=NOW - timedelta(days=3, hours=number), person=person,
            person_href="#" if person else "", phone="R-009" if person else "", note="3 d ago",
        )
        for number, (title, person) in enumerate((("Whole item", "Deepa L."), ("IMEI label", "")))
    )  # fmt: skip


def photos(*, empty: bool = False, filtered: bool = False) -> shown.UploadPhotosPage:
    names = (
        ("late", "Late", "late"),
        ("missing", "Missing", "miss"),
        ("refused", "Not accepted", "miss"),
    )
    return shown.UploadPhotosPage(
        state="missing",
        title="Missing photos",
        when="Announced or due",
        tabs=tuple(
            shown.StateTab(key, label, 3, tone, f"?state={key}") for key, label, tone in names
        ),
        rows=() if empty else photo_rows(),
        merchants=(Option("1", "Fern Home"),),
        executives=(Option("2", "Deepa L., Pune"),),
        filters={"day": "2026-11-20"} if filtered else {},
        chips=(Chip("Day", "2026-11-20", {"day": ""}),) if filtered else (),
        newer_href="" if empty else "?before=x",
        older_href="" if empty else "?after=x",
        bounded="The last 30 days. Choose a day to go further back.",
    )


def person(*, empty: bool = False) -> shown.UploadPersonPage:
    phone = shown.PersonPhone(
        "R-009",
        Badge("", "smartphone", "In use"),
        (Fact("Last seen", "45 h ago"), Fact("Waiting, says the phone", "2 photos")),
    )
    return shown.UploadPersonPage(
        name="Deepa L.",
        code="E-015",
        hub="Pune West",
        phones=() if empty else (phone,),
        rows=() if empty else photo_rows(),
        shown="2 photos",
        shifts=() if empty else loss_rows(),
        sheets=() if empty else (Link("/admin/run-sheets/1", "Sun 22 Nov"),),
        back=BACK,
    )


def shift(*, told: bool = True, safe: bool = False) -> shown.UploadShiftPage:
    lost = Badge("miss", "image-off", "Lost")
    rows = (
        shown.ManifestRow(
            "Whole item", lost, NOW, "0.8 MB", "9f2c41aa5d3e", "No signal, 3 tries",
            "/admin/photos/1", "773044182096", "#",
        ),
        shown.ManifestRow(
            "A photo we do not know", LATE, NOW, "1.2 MB", "77c041aa5d3e", "Slow network",
        ),
    )  # fmt: skip
    note = Note("late", "circle-dashed", "No final manifest.", "There may be more.")
    return shown.UploadShiftPage(
        person=Link("#", "Omkar S."),
        hub="Pune West",
        day="Sat 21 Nov",
        badge=Badge("", "shield-check", "Nothing lost") if safe else lost.saying("2 lost"),
        text="2 lost of 92 photos captured (2.2%). 88 are verified.",
        notes=() if safe else (note,),
        facts=(Fact("Captured", "92"), Fact("Verified", "88"), Fact("Lost", "2")),
        rows=() if safe or not told else rows,
        shown="2 photos",
        told=told,
        sheet=Link("/admin/run-sheets/1", "The run sheet"),
        back=BACK,
    )
