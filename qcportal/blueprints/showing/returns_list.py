"""The list of returns as a page: for a merchant its own, for admins everybody's."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from werkzeug.datastructures import MultiDict

from qcportal import clock, errors, photos, returns
from qcportal.blueprints import pictures
from qcportal.blueprints.access import DISPUTE, may, settings
from qcportal.blueprints.cursors import read_cursor, write_cursor
from qcportal.blueprints.jinja import counted, day_words
from qcportal.blueprints.showing import frames, returns_figures, row_disputes, saved_views
from qcportal.blueprints.showing.held import counts, standing
from qcportal.blueprints.showing.photos import thumb
from qcportal.blueprints.shown.frame import Option
from qcportal.blueprints.shown.photos import PhotoView, summary
from qcportal.blueprints.shown.returns_list import Chip, Filters, Preset, Row, RowsPage, tabs
from qcportal.blueprints.shown.verdicts import RETURN_BADGES
from qcportal.disputes.eligibility import STANDING_BESIDE
from qcportal.errors import Fault
from qcportal.language import gettext as _
from qcportal.language import ngettext
from qcportal.returns import TABS, ListFilter, Return, Rows

SHOWN_PHOTOS, SHOWN_BESIDE_MERCHANT = 3, 2
"""Photos in a row; the carrier's also names the merchant, and each signed URL weighs 75 bytes."""
LONGEST = 120


@dataclass(frozen=True)
class Asker:
    """Whose list it is: a merchant's, or with None everybody's; and under which endpoints."""

    merchant_id: uuid.UUID | None
    scope: str
    zone: str
    list_endpoint: str
    detail_endpoint: str

    def endpoint(self, name: str) -> str:
        """Give the endpoint of this name at the asker's own door."""
        return f"{self.detail_endpoint.partition('.')[0]}.{name}"


def read_filters(args: MultiDict[str, str]) -> Filters:
    """Read the filters of a URL; raises Invalid for a tab or a day that is none."""
    tab = args.get("tab", "all")
    if tab not in TABS:
        raise errors.Invalid(
            faults=[Fault("/tab", "bad_tab", _("One of %(list)s.", list=", ".join(TABS)))]
        )
    days = {name: args.get(name, "") for name in ("from", "to")}
    for name, text in days.items():
        if text:
            _day(name, text)
    texts = {name: args.get(name, "")[:LONGEST] for name in ("q", "city", "reason", "executive")}
    return Filters(tab=tab, since=days["from"], until=days["to"], **texts)


def list_filter(filters: Filters, asker: Asker) -> ListFilter:
    """Give the filters as the domain knows them; days are whole days of the zone."""
    zone = ZoneInfo(asker.zone)
    since = _start(filters.since, zone)
    until = _start(filters.until, zone)
    return ListFilter(
        tab=filters.tab,
        query=filters.q,
        since=since,
        until=until + timedelta(days=1) if until else None,
        city=filters.city,
        reason=filters.reason,
        executive=filters.executive,
        merchant_id=asker.merchant_id,
        missing_after=settings().missing_after,
    )


def build(args: MultiDict[str, str], asker: Asker) -> RowsPage:
    """Put the page together, in a number of statements that does not grow with it."""
    filters = read_filters(args)
    wanted = returns.weighed(list_filter(filters, asker))
    place = read_cursor(args.get("before"), backwards=True) or read_cursor(args.get("after"))
    mine = asker.merchant_id is not None
    found = returns.get_rows(wanted, place, beside=STANDING_BESIDE if mine else None)
    page = found.page
    (counts,) = frames.ask(returns.tabs_question(wanted))
    survey = returns_figures.survey(asker.merchant_id, asker.zone)
    rows = _rows(found, asker)
    empty = "" if rows else "no_match" if _narrowed(filters) or place else "none"
    return RowsPage(
        scope=asker.scope,
        filters=filters,
        tabs=tabs(counts),
        rows=rows,
        kpis=returns_figures.kpis(survey, counts, asker.list_endpoint),
        chips=_chips(filters),
        presets=_presets(asker.zone),
        cities=_options(survey.cities),
        reasons=_options(survey.reasons),
        executives=_options(survey.executives),
        shown=_shown(len(rows), counts[filters.tab]),
        newer={"before": write_cursor(page.rows[0])} if page.has_newer and rows else None,
        older={"after": write_cursor(page.rows[-1])} if page.has_older and rows else None,
        empty=empty,  # type: ignore[arg-type]
        hint=_hint(filters),
        show_merchant=not mine,
        bulk_action=url_for("merchant.bulk_disputes_form") if mine and may(DISPUTE) else "",
        list_endpoint=asker.list_endpoint,
        detail_endpoint=asker.detail_endpoint,
        export_endpoint=asker.endpoint("new_export"),
        tz=asker.zone,
        days=_days_words(filters, asker.zone),
        views=saved_views.above("returns", filters.args()),
    )


def _rows(found: Rows, asker: Asker) -> tuple[Row, ...]:
    rvps = found.page.rows
    held = photos.find_small([rvp.id for rvp in rvps])
    most = SHOWN_BESIDE_MERCHANT if asker.merchant_id is None else SHOWN_PHOTOS
    told = row_disputes.told(found, asker.zone) if asker.merchant_id else {}
    return tuple(_row(rvp, held[rvp.id], most, told.get(rvp.id, {})) for rvp in rvps)


def _row(rvp: Return, held: list[Any], most: int, told: Mapping[str, Any]) -> Row:
    shown = [thumb(photo, rvp) for photo in held if counts(photo, rvp)]
    worst = summary(shown) if rvp.checked_at else None
    return Row(
        id=str(rvp.id),
        product=rvp.title,
        sku=rvp.lead_sku,
        verdict=RETURN_BADGES[standing(rvp)],
        why=_why(rvp),
        awb=rvp.awb,
        order_number=rvp.client_order_number,
        picked_up_at=rvp.checked_at,
        place=f"{rvp.city} {rvp.pincode}".strip(),
        photos=tuple(_first(shown, most)),
        more=max(0, len(shown) - most),
        photos_text=worst.text
        if worst
        else ngettext("%(num)s photo expected", "%(num)s photos expected", len(shown)),
        catalogue_url=pictures.catalogue_urls(rvp.lead_picture, clock.now()).get(96, ""),
        more_items=rvp.item_count - 1,
        merchant=rvp.merchant.name,
        **told,
    )


def _first(shown: list[PhotoView], most: int) -> list[PhotoView]:
    """Give the photos that a row shows: what is outstanding always has a place among them."""
    if len(shown) <= most:
        return shown
    outstanding = [view for view in shown if not view.shown][:1]
    rest = [view for view in shown if view not in outstanding]
    return rest[: most - len(outstanding)] + outstanding


def _why(rvp: Return) -> str:
    if rvp.verdict in {"failed", "partially_passed", "needs_review"}:
        return rvp.verdict_reason or ""
    if rvp.shipment_state == "cancelled":
        return _("Cancelled by the store")
    return ""


def _chips(filters: Filters) -> tuple[Chip, ...]:
    given = {
        "q": (_("Search"), filters.q),
        "from": (_("From"), filters.since),
        "to": (_("To"), filters.until),
        "reason": (_("Reason"), filters.reason),
        "city": (_("City"), filters.city),
        "executive": (_("Picked up by"), filters.executive),
    }
    return tuple(Chip(label, value, {name: ""}) for name, (label, value) in given.items() if value)


def _presets(zone: str) -> tuple[Preset, ...]:
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    spans = (
        (_("Today"), 0),
        (_("Last 7 days"), 6),
        (_("Last 30 days"), 29),
        (_("Last 90 days"), 89),
    )
    return tuple(
        Preset(label, (today - timedelta(days=back)).isoformat(), today.isoformat())
        for label, back in spans
    )


def _days_words(filters: Filters, zone: str) -> str:
    if not filters.since and not filters.until:
        return _("All dates")
    for preset in _presets(zone):
        if (preset.since, preset.until) == (filters.since, filters.until):
            return preset.label
    ends = [_day("from", text) if text else None for text in (filters.since, filters.until)]
    words = [day_words(each) if each else "…" for each in ends]
    return " – ".join(words)


def _shown(rows: int, total: int) -> str:
    return _("%(n)s of %(total)s", n=rows, total=counted(total)) if rows else ""


def _hint(filters: Filters) -> str:
    digits = "".join(filters.q.split())
    if digits.isdigit() and len(digits) != 12:
        return _("Our AWBs have 12 digits; this one has %(n)s.", n=len(digits))
    return ""


def _narrowed(filters: Filters) -> bool:
    return bool(filters.args())


def _options(values: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(Option(value, value) for value in values)


def _start(text: str, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(_day("from", text), datetime.min.time(), zone) if text else None


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        fault = Fault(f"/{name}", "bad_day", _("Give a day like 2026-11-22."))
        raise errors.Invalid(faults=[fault]) from error
