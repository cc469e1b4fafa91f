"""Example pages with the texture of real ones: names, states and long signed addresses."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from qcportal.blueprints.shown import photos as photo_words
from qcportal.blueprints.shown import verdicts
from qcportal.blueprints.shown.evidence import EvidenceDoor, LinkRow
from qcportal.blueprints.shown.frame import (
    ADMIN_NAV,
    MERCHANT_NAV,
    Badge,
    Fact,
    Frame,
    HomePage,
    Kpi,
    Link,
    Note,
    Option,
    Task,
    counted,
)
from qcportal.blueprints.shown.photos import PhotoState, PhotoView
from qcportal.blueprints.shown.return_page import (
    CheckView,
    Event,
    ItemView,
    Live,
    Place,
    Reference,
    ReturnPage,
    Verdict,
    first_to_show,
)
from qcportal.blueprints.shown.returns_list import Chip, Filters, Preset, Row, RowsPage, tabs

NOW = datetime(2026, 11, 22, 8, 50, tzinfo=UTC)
HERE, FAILED, COMING = PhotoState.HERE, PhotoState.HERE_FAILED, PhotoState.ON_THE_WAY
MISSING, LATE = PhotoState.MISSING, PhotoState.LATE


def signed(name: str) -> str:
    """Give an address as long and as random as a pre-signed reading URL, on our own host."""
    signature = hashlib.sha256(name.encode()).hexdigest()
    identity = hashlib.md5(name.encode()).hexdigest()
    return (
        f"/pictures/{name}?r=7f3c/2026/11/22/{identity}&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261122%2Fap-south-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20261122T084500Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host"
        f"&versionId={identity[:32]}&X-Amz-Signature={signature}"
    )


def merchant_frame(section: str = "merchant.returns_list") -> Frame:
    return Frame(MERCHANT_NAV, section, "Fern Home", "Merchant")


def admin_frame(section: str) -> Frame:
    counts = {"admin.parked": 3, "admin.disputes": 23}
    nav = counted(ADMIN_NAV, counts, {"admin.disputes": 3})
    return Frame(nav, section, "Asha Shinde", "Reviewer, Pune")


def photo(name: str, state: PhotoState, minutes: int = 0, label: str = "") -> PhotoView:
    seen = state in (HERE, FAILED, PhotoState.CONFLICT)
    sizes = {320: f"d_{name}-320.webp", 640: f"d_{name}-640.webp", 1200: f"d_{name}-1200.webp"}
    urls: Any = {width: signed(file) for width, file in sizes.items()}
    taken = NOW - timedelta(hours=3, minutes=37) + timedelta(seconds=28 * minutes)
    return PhotoView(
        id=f"{name}-{minutes}",
        state=state,
        label=label or name,
        alt=f"Door photo: {label or name}",
        urls=urls | {"original": signed(sizes[1200] + "&o")} if seen else {},
        preview_url=f"/pictures/d_{name}-blur.webp",
        taken_at=taken,
        arrived_at=taken + timedelta(seconds=15) if seen else None,
        distance_m=12,
        lasting_href=f"/pictures/d_{name}-1200.webp" if seen else "",
        note={LATE: "Phone last seen 4 h ago", MISSING: "We stopped waiting after 48 hours"}.get(
            state, ""
        ),
    )


def small(name: str, state: PhotoState, key: str) -> PhotoView:
    """Give a photo as lists need it: one square size."""
    urls: Any = {96: signed(f"{name}-96.webp") + key} if state == HERE else {}
    return PhotoView(f"{name}{key}", state, name, "", urls)


_PRODUCTS = (
    (
        "Fern insulated bottle, 750 ml",
        "FRN-BTL-750-GRN",
        "bottle",
        "bottle_g",
        "Dent and scratches on the lower side",
    ),
    (
        "Over-ear headphones, graphite",
        "AUD-OE2-GPH",
        "phones",
        "phones",
        "Serial number does not match the order",
    ),
    ("Table lamp, ceramic base", "HOM-LMP-CRM", "lamp", "lamp", "Crack in the base"),
    (
        "Stove kettle, steel, 1.5 l",
        "KIT-KTL-15S",
        "kettle",
        "kettle",
        "Used: marks inside the kettle",
    ),
    (
        "Portable speaker, blue",
        "AUD-SPK-BLU",
        "speaker",
        "speaker",
        "Charging cable not in the box",
    ),
    ("Stoneware mug, coral", "KIT-MUG-COR", "mug", "mug", "Chip on the rim"),
)
_TABS = {
    "all": 1284,
    "failed": 96,
    "passed": 1176,
    "needs_review": 4,
    "on_the_way": 9,
    "missing": 3,
}


def rows(count: int = 25) -> tuple[Row, ...]:
    return tuple(_row(number) for number in range(count))


def _row(number: int) -> Row:
    product, sku, catalogue, door, why = _PRODUCTS[number % len(_PRODUCTS)]
    key = f"&n={number}"
    third = {0: COMING, 2: MISSING}.get(number % 6, HERE)
    return Row(
        id=hashlib.sha256(str(number).encode()).hexdigest()[:22],
        product=product,
        sku=sku,
        verdict=verdicts.RETURN_BADGES["needs_review" if number % 9 == 8 else "failed"],
        why=why,
        awb=str(773044182096 - 17_311 * number),
        order_number=f"FH-{208841 - 37 * number}",
        picked_up_at=NOW - timedelta(hours=3.6 + 2.3 * number),
        place=("Pune 411014", "Mumbai 400076", "Nashik 422005")[number % 3],
        photos=(
            small(f"a_{door}", HERE, key),
            small(f"b_{door}", HERE, key),
            small(f"a_{door}", third, key + "c"),
        ),
        more=4 if number % 2 else 1,
        photos_text="6 of 7 photos here, 1 on the way",
        catalogue_url=f"/pictures/s_{catalogue}-96.webp",
        more_items=1 if number == 3 else 0,
        merchant="Fern Home",
    )


def rows_page(**changes: Any) -> RowsPage:
    given: dict[str, Any] = {
        "scope": "Fern Home",
        "days": "Last 30 days",
        "filters": Filters(tab="failed", city="pune", since="2026-10-23", until="2026-11-22"),
        "tabs": tabs(_TABS),
        "rows": rows(),
        "kpis": kpis(),
        "chips": (Chip("Verdict", "Failed", {"tab": ""}), Chip("City", "Pune", {"city": ""})),
        "presets": (
            Preset("Today", "2026-11-22", "2026-11-22"),
            Preset("Last 30 days", "2026-10-23", "2026-11-22"),
        ),
        "cities": (Option("pune", "Pune"), Option("nashik", "Nashik")),
        "reasons": (Option("DAMAGED", "Damaged"), Option("OTHER_BRAND", "Other brand")),
        "executives": (Option("ravi", "Ravi K."),),
        "shown": "1–25 of 96",
        "older": {"after": "MjAyNi0xMS0yMQ"},
    }
    return RowsPage(**(given | changes))


def kpis() -> tuple[Kpi, ...]:
    checked = (31, 36, 33, 42, 38, 40, 47, 44, 52, 49, 55, 51, 58, 61)
    failed = (6, 5, 7, 4, 6, 8, 5, 7, 9, 6, 8, 7, 10, 9)
    coming = (4, 3, 5, 2, 3, 4, 2, 6, 3, 2, 5, 3, 4, 9)
    return (
        Kpi("Checked at the door", 1284, "61 today, 12 still out", spark=checked),
        Kpi("Failed quality check", 96, "7.5% of returns", "fail", "/returns?tab=failed", failed),
        Kpi("Photos on the way", 9, "Usually here within 6 min", "wait", "/returns", coming),
        Kpi("Photos missing", 3, "Given up after 48 hours", "miss", "/returns?tab=missing"),
    )


def checks(brush: PhotoState = COMING) -> tuple[CheckView, ...]:
    told = (
        ("Whole item", "Is this the item in the picture?", "Yes", "match", "front", HERE, ""),
        ("Brand mark", "Does the brand mark and size match?", "Yes", "match", "label", HERE, ""),
        (
            "Dents, marks",
            "Dents or scratches?",
            "Yes: dent and scratches.",
            "mismatch",
            "base",
            FAILED,
            "Dent on the lower side, paint gone in one place.",
        ),
        ("Cap and seal", "Cap and seal in place?", "Yes", "match", "cap", HERE, ""),
        ("Box", "Original box?", "Yes, opened", "match", "box", HERE, ""),
        ("Brush", "Cleaning brush in the box?", "Yes", "match", "brush", brush, ""),
        ("Used?", "Any sign of use inside?", "No", "match", "cap", HERE, ""),
    )
    return tuple(
        CheckView(
            number,
            short,
            question,
            verdicts.check_badge(outcome, required=True),
            answer,
            "No" if short == "Dents, marks" else "",
            remarks,
            (photo(name, state, number, short),),
            Reference(
                f"/pictures/c_{name}-640.webp",
                f"/pictures/c_{name}-1200.webp",
                "Catalogue picture of the same part",
            ),
        )
        for number, (short, question, answer, outcome, name, state, remarks) in enumerate(told, 1)
    )


def _shared() -> tuple[LinkRow, ...]:
    open_until = NOW + timedelta(days=6)
    badge = Badge("wait", "link", "Open")
    return (LinkRow("Insurer", "6f7a8b9c", badge, NOW, "Meera Joshi", open_until, 3, NOW),)


def return_page(brush: PhotoState = COMING, check: int | None = None, **changes: Any) -> ReturnPage:
    told = checks(brush)
    item = ItemView(
        "Fern insulated bottle",
        "FRN-BTL-750-GRN",
        verdicts.ITEM_BADGES["fail"],
        told,
        "Bottles and flasks, version 4",
    )
    pending = brush in (COMING, LATE)
    given: dict[str, Any] = {
        "id": "9bX2",
        "title": "Fern insulated bottle, 750 ml",
        "verdict_badge": verdicts.RETURN_BADGES["failed"],
        "photos_badge": photo_words.summary(one.photos[0] for one in told),
        "awb": "773044182096",
        "order_number": "FH-208841",
        "skus": ("FRN-BTL-750-GRN",),
        "checked_at": NOW - timedelta(hours=3, minutes=37),
        "place_name": "Pune 411014",
        "items": (item,),
        "current": first_to_show(told, check),
        "verdict": Verdict(
            "fail",
            "x",
            "Failed at the door",
            "Customer keeps the item. No refund started.",
            "Rule 3, version 4.",
            "Dents or scratches is “Yes”, so the return fails. Decided on the "
            "phone at 10:43:02 and checked again by the server at 10:43:05. Same result.",
        ),
        "facts": (
            Fact("Place", "12 m from address, ±8 m"),
            Fact("Picked up by", "Ravi K. · phone R-014"),
            Fact("Phone clock", "1 s ahead of server"),
            Fact("Return reason", "Changed my mind"),
            Fact("Photo seal", "6 of 6 match", "shield-check"),
        ),
        "place": Place(12, 8),
        "events": _events(pending=pending),
        "live": Live("/returns/9bX2/live?since=1") if pending else Live(),
        "position": "4 of 96",
        "previous_href": "/returns/prev",
        "next_href": "/returns/next",
        "back": Link("/returns?tab=failed", "Failed returns"),
        "list_args": {"tab": "failed"},
        "evidence": EvidenceDoor("/returns/9bX2/evidence", _shared()),
    }
    return ReturnPage(**(given | changes))


def _events(*, pending: bool) -> tuple[Event, ...]:
    at = NOW - timedelta(hours=3, minutes=37)
    first = (Event("Waiting for 1 photo", at, "Cleaning brush", "wait", strong=True),)
    return (first if pending else ()) + (
        Event("Failed quality check", at, "server, rule 3", "fail", strong=True),
        Event("6 photos arrived", at - timedelta(minutes=1)),
        Event("Check started at the door", at - timedelta(minutes=3), "Ravi K."),
        Event("Pickup assigned", at - timedelta(hours=16)),
    )


def home_page() -> HomePage:
    tasks = (
        Task("circle-x", "fail", "9 returns failed today", "Dents, wrong colour", "/returns"),
        Task("image-off", "miss", "3 photos are missing", "On 2 returns", "/returns?tab=missing"),
        Task("circle-question-mark", "", "4 returns need a look", "The check was not clear", "/x"),
    )
    return HomePage("61 returns were checked today.", tasks, kpis())


def late_note() -> Note:
    return Note("late", "clock-alert", "The server's check differs.", "The phone said Passed.")
