"""The form that raises a dispute: what it starts with, and what became of what was typed."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from flask import url_for

from qcportal import clock, disputes
from qcportal.blueprints.claim_typing import TypedClaim, read_box
from qcportal.blueprints.jinja import day_words
from qcportal.blueprints.showing import money
from qcportal.blueprints.showing.claim_faults import form_fault
from qcportal.blueprints.showing.dispute_clocks import time_to_file
from qcportal.blueprints.showing.dispute_evidence import box_view, cited_views
from qcportal.blueprints.showing.held import Held, counts
from qcportal.blueprints.showing.photos import view
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.dispute_form import ClaimForm, ItemChoice, KindChoice, Tile
from qcportal.blueprints.shown.dispute_words import category_words, kind_words
from qcportal.blueprints.shown.disputes import CitedView, ClockView
from qcportal.blueprints.shown.frame import Option
from qcportal.blueprints.shown.photos import PhotoState, PhotoView
from qcportal.blueprints.shown.verdicts import ITEM_BADGES
from qcportal.disputes import CaseInFull, Eligibility, Ground, NewDispute
from qcportal.errors import Fault
from qcportal.language import gettext as _
from qcportal.language import ngettext
from qcportal.photos import Photo
from qcportal.photos.expecting import INSPECTION
from qcportal.returns import ReturnItem


def blank(
    held: Held, typed: TypedClaim, said: Eligibility, asker: Asker, *, faults: Sequence[Fault] = ()
) -> ClaimForm:
    """Build the form of a new dispute, or say why the return cannot be disputed."""
    rvp = held.rvp
    back = url_for(asker.detail_endpoint, id=rvp.id)
    if said.allowed and said.file_by is not None:
        left = time_to_file(said.file_by, clock.now(), asker.zone)
        action = url_for("merchant.create_dispute", id=rvp.id)
        return _form(held, typed, said.kinds, asker, faults, left, back=back, action=action)
    standing = ""
    if said.dispute_id:
        standing = url_for("merchant.dispute", id=said.dispute_id)
    why = refusal(said, asker.zone)
    return ClaimForm(rvp.title, rvp.awb, back, refused=why, standing_href=standing)


def of_draft(
    held: Held, full: CaseInFull, typed: TypedClaim, asker: Asker, *, faults: Sequence[Fault] = ()
) -> ClaimForm:
    """Build the form of a draft, with what is in it or what was typed since."""
    case = full.case
    left = time_to_file(case.clocks.file_by, clock.now(), asker.zone)
    own = tuple(each for each in cited_views(full, asker) if each.own)
    kinds = disputes.kinds_for(held.rvp.verdict)
    return _form(
        held, typed, kinds, asker, faults, left,
        back=url_for(asker.detail_endpoint, id=held.rvp.id),
        action=url_for("merchant.save_dispute", id=case.id),
        files=url_for("merchant.offer_file", id=case.id),
        seen=str(case.version), own=own,
    )  # fmt: skip


def _form(
    held: Held, typed: TypedClaim, kinds: Sequence[str], asker: Asker, faults: Sequence[Fault],
    left: ClockView, *, back: str, action: str, files: str = "", seen: str = "",
    own: tuple[CitedView, ...] = (),
) -> ClaimForm:  # fmt: skip
    days = disputes.deadlines_of(held.rvp.merchant).decide_days
    return ClaimForm(
        title=held.rvp.title,
        awb=held.rvp.awb,
        back=back,
        action=action,
        clock=left,
        answer_by=ngettext(
            "Answer within %(num)s working day", "Answer within %(num)s working days", days
        ),
        seen=seen,
        check=typed.check,
        kinds=_kinds(held, typed, kinds),
        categories=tuple(Option(key, words) for key, words in category_words().items()),
        category=typed.category,
        tiles=tuple(_tile(photo, held, typed) for photo in shown_photos(held)),
        items=tuple(_item(item, typed) for item in held.rvp.items),
        gap=typed.gap,
        gap_note=typed.gap_note,
        text=typed.text,
        own=own,
        faults=tuple(form_fault(each) for each in faults),
        files_action=files,
        draft=bool(seen),
        tz=asker.zone,
    )


def refusal(said: Eligibility, zone: str) -> str:
    """Say why a return cannot be disputed."""
    if said.code == "file_over" and said.file_by is not None:
        ended = said.file_by.astimezone(ZoneInfo(zone))
        return _("The time to dispute ended on %(day)s.", day=day_words(ended))
    return {
        "not_inspected": _("This return was not inspected yet."),
        "undecided": _("This return waits for a decision. What comes of it can be disputed."),
        "draft": _("A draft of a dispute is there already."),
        "disputed": _("This return is disputed already."),
    }.get(said.code, said.reason)


def shown_photos(held: Held) -> list[Photo]:
    """Give the photos that a person would look for: what is here, and what should be."""
    return [
        photo for photo in held.photos if photo.purpose != INSPECTION and counts(photo, held.rvp)
    ]


def ground(held: Held) -> Ground:
    """Give what a claim is held against, from what the page holds already."""
    photos = {photo.id: photo for photo in held.photos}
    return Ground(held.rvp, photos, held.checklists, held.inspection)


def _kinds(held: Held, typed: TypedClaim, kinds: Sequence[str]) -> tuple[KindChoice, ...]:
    words, categories = kind_words(), category_words()
    claims = {kind: NewDispute(held.rvp.id, kind, lead_check=typed.check) for kind in kinds}
    against = ground(held)
    suggested = {kind: disputes.lead_of(new, against).category for kind, new in claims.items()}
    return tuple(
        KindChoice(kind, *words[kind], categories[suggested[kind]], kind == typed.kind)
        for kind in kinds
    )


def _tile(photo: Photo, held: Held, typed: TypedClaim) -> Tile:
    key = str(photo.id)
    shown = view(photo, held.rvp, seen_at=held.phone_seen_at)
    if photo.stored_at is None:
        why = why_not_here(shown)
        return Tile(key, photo.title, shown, why, gap=True, chosen=key in typed.missing)
    sides = (typed.sides or {}).get(key, {})
    box = read_box(sides)
    drawn = box_view((box.x, box.y, box.width, box.height)) if box else None
    note = (typed.notes or {}).get(key, "")
    return Tile(
        key, photo.title, shown, chosen=key in typed.photos, note=note, sides=sides, box=drawn
    )


def why_not_here(shown: PhotoView) -> str:
    """Say why a photo cannot be pointed at."""
    if shown.state is PhotoState.MISSING and shown.taken_at is None:
        return _("It was not taken.")
    return {
        PhotoState.EXPECTED: _("It was not taken."),
        PhotoState.ON_THE_WAY: _("It is still on its way."),
        PhotoState.LATE: _("It is late and not here yet."),
        PhotoState.REFUSED: _("It was not accepted when it came."),
    }.get(shown.state, _("It never came."))


def _item(item: ReturnItem, typed: TypedClaim) -> ItemChoice:
    key = str(item.id)
    usual = money.as_typed((item.price_paise or 0) * item.quantity) if item.price_paise else ""
    amounts: Mapping[str, str] = typed.amounts or {}
    return ItemChoice(
        id=key,
        name=item.name,
        sku=item.client_sku_id,
        verdict=ITEM_BADGES.get(item.verdict or "", ITEM_BADGES["not_inspected"]),
        chosen=key in typed.items,
        amount=amounts.get(key, usual),
        kind=(typed.kinds or {}).get(key, ""),
    )
