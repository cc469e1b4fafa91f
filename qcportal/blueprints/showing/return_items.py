"""The items of a return page: their checks, pieces, routes and what intake changed."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import request, url_for

from qcportal import reviews
from qcportal.blueprints.showing import checks as checks_of
from qcportal.blueprints.showing.held import Held, counts
from qcportal.blueprints.shown.frame import Badge
from qcportal.blueprints.shown.photos import PhotoView
from qcportal.blueprints.shown.return_page import CheckView, ItemView, Otherwise
from qcportal.blueprints.shown.verdicts import ITEM_BADGES
from qcportal.inspections import IssuedChecklist
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.returns import ReturnItem

OUTCOMES = {
    "changed": Badge("", "pen-line", lazy_gettext("Changed")),
    "rejected": Badge("", "circle-slash", lazy_gettext("Not asked")),
}
ROUTES = {
    "none": lazy_gettext("No check: row “%(row)s” of the rulebook."),
    "photos_only": lazy_gettext("Photos only, nothing is compared: row “%(row)s” of the rulebook."),
}


def views(held: Held, photos: Mapping[uuid.UUID, PhotoView]) -> tuple[ItemView, ...]:
    """Show the items in their order; their checks are numbered over the whole return."""
    number, made = 1, []
    for item in held.rvp.items:
        issued = held.checklists.get(item.id)
        ground = _ground(item, held, photos)
        checks = checks_of.views(issued.checklist, ground, first=number) if issued else ()
        number += len(checks)
        made.append(_view(item, held, checks))
    return tuple(made)


def _ground(
    item: ReturnItem, held: Held, photos: Mapping[uuid.UUID, PhotoView]
) -> checks_of.Ground:
    return checks_of.Ground(
        item=item,
        several=len(held.rvp.items) > 1,
        inspection=held.inspection,
        photos={photo.slot: photo for photo in held.photos if counts(photo, held.rvp)},
        views=photos,
        reference=held.references.get(item.client_sku_id),
        rulebook=_rulebook(held.checklists.get(item.id)),
        rulebook_href=_rulebook_href(held.checklists.get(item.id)),
    )


def _rulebook_href(issued: IssuedChecklist | None) -> str:
    """Give the page of the version in the door of whoever asks; empty without one."""
    if issued is None or not issued.rulebook_version:
        return ""
    args: dict[str, Any] = {"number": issued.rulebook_version}
    if request.blueprint == "admin":
        args["merchant_id"] = issued.merchant_id
    return url_for(f"{request.blueprint}.rules_version", **args)


def _view(item: ReturnItem, held: Held, checks: tuple[CheckView, ...]) -> ItemView:
    issued = held.checklists.get(item.id)
    return ItemView(
        name=item.name,
        sku=item.client_sku_id,
        badge=ITEM_BADGES[item.verdict or "not_inspected"],
        checks=checks,
        checklist=_rulebook(issued),
        routed=_routed(issued),
        otherwise=_otherwise(item, issued),
        pieces=tuple(
            ITEM_BADGES[verdict]
            for _other, verdict in reviews.pieces(item, held.reviews.get(item.id))
        ),
    )


def _rulebook(issued: IssuedChecklist | None) -> str:
    if issued is None or not issued.rulebook_version:
        return ""
    title, version = issued.rulebook_title, issued.rulebook_version
    return _("%(title)s, version %(number)s", title=title, number=version)


def _routed(issued: IssuedChecklist | None) -> str:
    checklist = issued.checklist if issued else None
    if checklist is None or checklist.routed_by is None or checklist.qc not in ROUTES:
        return ""
    return _(ROUTES[checklist.qc], row=checklist.routed_by.title)


def _otherwise(item: ReturnItem, issued: IssuedChecklist | None) -> tuple[Otherwise, ...]:
    """Say what intake did not take as it was asked: questions with one reason together."""
    asked = {check.key: check.question for check in issued.checklist.checks} if issued else {}
    together: dict[tuple[str, str], list[str]] = {}
    for each in item.intake:
        if each["outcome"] != "accepted":
            text = each.get("question") or asked.get(str(each["check_key"])) or str(each["id"])
            together.setdefault((str(each["outcome"]), str(each["reason"])), []).append(text)
    return tuple(
        Otherwise(
            tuple(texts), OUTCOMES.get(outcome, OUTCOMES["changed"]), f"{reason.rstrip('.')}."
        )
        for (outcome, reason), texts in together.items()
    )
