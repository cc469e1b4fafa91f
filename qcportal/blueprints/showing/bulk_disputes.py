"""Disputes on several returns at once: what each would say, and what became of it."""

import uuid
from collections.abc import Collection, Mapping, Sequence

from flask import url_for

from qcportal import disputes
from qcportal.blueprints import claim_start
from qcportal.blueprints.showing import held as held_return
from qcportal.blueprints.showing import money
from qcportal.blueprints.showing.claim_faults import form_fault
from qcportal.blueprints.showing.dispute_form import refusal, shown_photos
from qcportal.blueprints.showing.held import Held, standing
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.bulk_disputes import BulkRow
from qcportal.blueprints.shown.dispute_form import KindChoice
from qcportal.blueprints.shown.dispute_words import kind_words
from qcportal.blueprints.shown.verdicts import RETURN_BADGES
from qcportal.disputes import Citation, ItemClaim, NewDispute, Raised
from qcportal.errors import Fault
from qcportal.language import gettext as _
from qcportal.language import ngettext
from qcportal.photos import Photo

MOST_CITED = 30


def load(return_ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, Held]:
    """Load the ticked returns of the scope, in the order in which they were ticked."""
    found = held_return.load_many(return_ids)
    return {each: found[each] for each in return_ids if each in found}


def rows(loaded: Mapping[uuid.UUID, Held], asker: Asker) -> tuple[BulkRow, ...]:
    """Tell of each ticked return whether it can be disputed at all, and what would be claimed."""
    said = disputes.find_eligible(list(loaded))
    return tuple(
        _row(held, asker, "" if said[key].allowed else refusal(said[key], asker.zone))
        for key, held in loaded.items()
    )


def outcome(
    loaded: Mapping[uuid.UUID, Held], raised: Sequence[Raised], asker: Asker
) -> tuple[BulkRow, ...]:
    """Tell of each ticked return what became of its dispute, or would."""
    said = disputes.find_eligible([each.return_id for each in raised if not each.dispute_id])
    return tuple(_told(loaded[each.return_id], each, said, asker) for each in raised)


def claims(loaded: Mapping[uuid.UUID, Held], kind: str, text: str) -> list[NewDispute]:
    """Make a claim of each return: the same words, its own bad items and photos."""
    return [_claim(held, kind, text) for held in loaded.values()]


def kinds(loaded: Mapping[uuid.UUID, Held], chosen: str) -> tuple[KindChoice, ...]:
    """Give the claims that fit at least one of the returns."""
    fitting = {kind for held in loaded.values() for kind in disputes.kinds_for(held.rvp.verdict)}
    return tuple(
        KindChoice(kind, title, hint, "", kind == chosen)
        for kind, (title, hint) in kind_words().items()
        if kind in fitting
    )


def usual_kind(loaded: Mapping[uuid.UUID, Held]) -> str:
    """Give the claim that most of the returns would make by themselves."""
    made = [claim_start.usual_kind(held) for held in loaded.values()]
    return max(made, key=made.count, default="")


def _claim(held: Held, kind: str, text: str) -> NewDispute:
    typed = claim_start.usual(held)
    return NewDispute(
        return_id=held.rvp.id,
        kind=kind,
        text=text,
        items=tuple(ItemClaim(uuid.UUID(each)) for each in typed.items),
        citations=tuple(_citations(held)),
        lead_check=typed.check,
    )


def _citations(held: Held) -> list[Citation]:
    """Point at the photos of what failed, else at all that are here, else say they are missing."""
    photos = shown_photos(held)
    here = [photo for photo in photos if photo.stored_at]
    failed = {uuid.UUID(each) for each in claim_start.usual(held).photos}
    cited = [photo for photo in here if photo.id in failed] or here
    if cited:
        return [Citation(photo.id) for photo in cited[:MOST_CITED]]
    return [Citation(photo.id, missing=True) for photo in photos[:1]] or [Citation(missing=True)]


def _row(held: Held, asker: Asker, why_not: str, *, number: str = "") -> BulkRow:
    rvp = held.rvp
    return BulkRow(
        id=str(rvp.id),
        product=rvp.title,
        awb=rvp.awb,
        verdict=RETURN_BADGES[standing(rvp)],
        href=url_for(asker.detail_endpoint, id=rvp.id),
        amount=money.in_words(_sum(held), "INR"),
        points=_points(_citations(held), {photo.id: photo for photo in held.photos}),
        why_not=why_not,
        number=number,
    )


def claimed(loaded: Mapping[uuid.UUID, Held], able: Collection[str]) -> int:
    """Give what is claimed in all for these returns."""
    return sum(_sum(held) for key, held in loaded.items() if str(key) in able)


def _sum(held: Held) -> int:
    wanted = {uuid.UUID(each) for each in claim_start.usual(held).items}
    items = [item for item in held.rvp.items if item.id in wanted]
    return sum((item.price_paise or 0) * item.quantity for item in items)


def _points(cited: Sequence[Citation], photos: Mapping[uuid.UUID, Photo]) -> str:
    names = [photos[each.photo_id].title for each in cited if each.photo_id and not each.missing]
    if not names:
        return _("A photo is missing")
    first = ", ".join(names[:2])
    more = len(names) - 2
    if more <= 0:
        return first
    return ngettext("%(names)s and %(num)s more", "%(names)s and %(num)s more", more, names=first)


def _told(
    held: Held, raised: Raised, said: Mapping[uuid.UUID, disputes.Eligibility], asker: Asker
) -> BulkRow:
    why = ""
    if raised.dispute_id is None:
        known = said.get(raised.return_id)
        why = form_fault(Fault("", raised.code, raised.refusal)).words
        if known is not None and not known.allowed:
            why = refusal(known, asker.zone)
    return _row(held, asker, why, number=raised.number or "")
