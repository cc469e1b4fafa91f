"""Builds the pages of the catalogue and of its imports."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qcportal import catalogue, catalogue_import, clock, jobs
from qcportal.accounts import Merchant
from qcportal.blueprints import pictures
from qcportal.blueprints.jinja import grouped
from qcportal.blueprints.shown.catalogue import (
    CataloguePage,
    CatalogueRow,
    ImportColumn,
    ImportLine,
    ImportPage,
    ImportProblem,
)
from qcportal.blueprints.shown.frame import Badge, Fact
from qcportal.catalogue import CatalogueItem, CataloguePicture
from qcportal.db import db
from qcportal.jobs import Job
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext

AT_ONCE, LATEST, LONGEST_SEARCH = 50, 5, 120
STATES = {
    "waiting": Badge("", "clock", lazy_gettext("Waiting")),
    "running": Badge("", "circle-dashed", lazy_gettext("Under way")),
    "done": Badge("", "circle-check", lazy_gettext("Done")),
    "failed": Badge("late", "triangle-alert", lazy_gettext("Stopped")),
    "cancelled": Badge("", "circle-slash", lazy_gettext("Cancelled")),
}
SENTENCES = {
    "waiting": lazy_gettext("It begins in a moment. You can leave this page; the import goes on."),
    "running": lazy_gettext("You can leave this page; the import goes on."),
    "done": lazy_gettext("The catalogue is up to date with this file."),
    "failed": lazy_gettext("What was taken in before it stopped stays in the catalogue."),
    "cancelled": lazy_gettext("What was taken in before it was cancelled stays in the catalogue."),
}
ALL_BUT = lazy_gettext("The catalogue has all of this file but the rows to correct.")
COUNTED = (
    ("added", lazy_gettext("SKUs added")),
    ("changed", lazy_gettext("SKUs changed")),
    ("same", lazy_gettext("SKUs unchanged")),
    ("refused", lazy_gettext("Rows not taken")),
    ("pictures_set", lazy_gettext("Pictures added")),
    ("pictures_same", lazy_gettext("Pictures unchanged")),
    ("pictures_failed", lazy_gettext("Pictures not taken")),
)

IN_LINE = (
    ("added", lazy_gettext("%(n)s added")),
    ("changed", lazy_gettext("%(n)s changed")),
    ("same", lazy_gettext("%(n)s unchanged")),
)


@dataclass(frozen=True)
class Shelf:
    """Whose catalogue it is, and the door: `url` gives the address of a view by its bare name.

    `above` is the address of the merchant's own page, where there is one.
    """

    merchant: Merchant
    url: Callable[..., str]
    may_change: bool
    above: str = ""


def build_list(args: Any, shelf: Shelf) -> CataloguePage:
    """Build the page of SKUs that the URL asks for."""
    owner = shelf.merchant
    words, after = args.get("q", "")[:LONGEST_SEARCH], args.get("after", "")[:LONGEST_SEARCH]
    found = catalogue.find_page(owner.id, words, after=after, limit=AT_ONCE + 1)
    shown = found[:AT_ONCE]
    asked = {"q": words} if words else {}
    last = shown[-1].client_sku_id if len(found) > AT_ONCE else ""
    latest = jobs.select_jobs(owner.id, catalogue_import.KIND).limit(LATEST)
    return CataloguePage(
        scope=owner.name,
        here=shelf.url("catalogue"),
        template=shelf.url("catalogue_template"),
        send_to=shelf.url("import_catalogue") if shelf.may_change else "",
        total=catalogue.count_items(owner.id),
        words=words,
        rows=_rows(shown, owner),
        imports=tuple(_line(job, shelf) for job in db.session.scalars(latest)),
        first=shelf.url("catalogue", **asked) if after else "",
        more=shelf.url("catalogue", after=last, **asked) if last else "",
        above=shelf.above,
        tz=owner.timezone,
    )


def build_import(job: Job, shelf: Shelf) -> ImportPage:
    """Build the page of one import."""
    result = job.result
    poll = shelf.url("catalogue_import_live", id=job.id) if job.open else ""
    cancel = shelf.url("cancel_catalogue_import", id=job.id)
    rows = shelf.url("catalogue_corrections", id=job.id)
    return ImportPage(
        scope=shelf.merchant.name,
        back=shelf.url("catalogue"),
        here=shelf.url("catalogue_import", id=job.id),
        name=job.params["file_name"],
        badge=STATES[job.state],
        sentence=ALL_BUT if result.get("corrections") else SENTENCES[job.state],
        done=job.done,
        total=job.total,
        facts=_facts(job),
        problems=tuple(ImportProblem(**each) for each in result.get("shown", ())),
        columns=tuple(ImportColumn(**each) for each in result.get("columns", ())),
        asked_at=job.asked_at,
        asked_by=job.asked_by,
        corrections=result.get("corrections", 0),
        corrections_href=rows if result.get("corrections_key") else "",
        fault=job.fault or "",
        poll=poll,
        cancel=cancel if job.open and shelf.may_change else "",
        tz=shelf.merchant.timezone,
    )


def _rows(items: Sequence[CatalogueItem], owner: Merchant) -> tuple[CatalogueRow, ...]:
    held = catalogue.find_pictures([owner.id], [item.client_sku_id for item in items])
    return tuple(_row(item, held.get((item.merchant_id, item.client_sku_id))) for item in items)


def _row(item: CatalogueItem, picture: CataloguePicture | None) -> CatalogueRow:
    return CatalogueRow(
        sku=item.client_sku_id,
        name=item.name,
        brand=item.brand,
        category=item.category,
        price=_rupees(item.price_paise),
        mrp=_rupees(item.mrp_paise),
        attributes=tuple(sorted(item.attributes.items())),
        picture_url=pictures.catalogue_urls(picture, clock.now()).get(96, ""),
        updated_at=item.updated_at,
    )


def _line(job: Job, shelf: Shelf) -> ImportLine:
    found = job.result.get
    said = [_(words, n=grouped(found(name))) for name, words in IN_LINE if found(name)]
    if refused := found("refused"):
        said.append(ngettext("%(num)s row not taken", "%(num)s rows not taken", refused))
    return ImportLine(
        href=shelf.url("catalogue_import", id=job.id),
        name=job.params["file_name"],
        badge=STATES[job.state],
        asked_at=job.asked_at,
        asked_by=job.asked_by,
        counts=", ".join(said),
    )


def _facts(job: Job) -> tuple[Fact, ...]:
    counts = [(words, job.result.get(name, 0)) for name, words in COUNTED]
    return tuple(
        Fact(words, grouped(count))
        for place, (words, count) in enumerate(counts)
        if count or place < 4 - job.open
    )


def _rupees(paise: int | None) -> Decimal | None:
    return None if paise is None else Decimal(paise) / 100
