"""What a dispute points at: cited photos with their boxes, gaps, and files of one's own."""

from dataclasses import replace

from flask import url_for

from qcportal.blueprints.showing.photos import view, why_refused
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.disputes import BoxView, CitedView
from qcportal.blueprints.shown.frame import Badge
from qcportal.blueprints.shown.photos import PhotoState, PhotoView
from qcportal.disputes import Action, CaseInFull, Evidence
from qcportal.language import gettext as _
from qcportal.photos import Photo

OWN_STATES = {
    PhotoState.EXPECTED: PhotoState.ON_THE_WAY,
    PhotoState.UNVOUCHED: PhotoState.HERE,
}
"""A file of one's own comes from a browser: no phone took it or could vouch for it."""


def cited_views(full: CaseInFull, asker: Asker) -> tuple[CitedView, ...]:
    """Show all evidence of a dispute in its order."""
    return tuple(_cited(each, full, asker) for each in full.evidence)


def box_view(box: tuple[float, float, float, float]) -> BoxView:
    """Show a box given as fractions."""
    x, y, width, height = (round(100 * each, 2) for each in box)
    sentence = _(
        "A box is drawn from %(left)s%% to %(right)s%% across and %(top)s%% to %(bottom)s%% down.",
        left=round(x),
        right=round(x + width),
        top=round(y),
        bottom=round(y + height),
    )
    return BoxView(x, y, width, height, sentence)


def _cited(cited: Evidence, full: CaseInFull, asker: Asker) -> CitedView:
    photo: Photo | None = cited.photo
    box = box_view(cited.box) if cited.box else None
    if photo is None:
        gap = Badge("miss", "image-off", _("Said to be missing"))
        return CitedView(_("A photo nobody took"), None, gap, missing=True, note=cited.note)
    if cited.own:
        return _own(cited, photo, full, asker)
    shown = view(photo, full.rvp, seen_at=None)
    state = shown.words
    if cited.missing:
        said = _("Said to be missing; it came since") if shown.here else _("Said to be missing")
        state = Badge("miss", "image-off", said)
    href = shown.src(4000) if shown.here else ""
    return CitedView(photo.title, shown, state, cited.missing, False, cited.note, box, href)


def _own(cited: Evidence, photo: Photo, full: CaseInFull, asker: Asker) -> CitedView:
    shown = own_photo(photo, full)
    href, send = shown.src(4000) if shown.here else "", ""
    if not shown.here and asker.merchant_id and Action.ADD in full.case.actions:
        send = url_for("merchant.dispute_file", id=full.case.id, photo_id=photo.id)
    drop = f"drop-{photo.id}" if asker.merchant_id and Action.SAVE in full.case.actions else ""
    return CitedView(
        photo.title, shown, own_state(shown), own=True, note=cited.note, href=href,
        send_href=send, drop=drop,
    )  # fmt: skip


def own_photo(photo: Photo, full: CaseInFull) -> PhotoView:
    """Show a file of the merchant's own like a photo, in words of its own."""
    shown = view(photo, full.rvp, seen_at=None)
    state = OWN_STATES.get(shown.state, shown.state)
    note = why_refused(photo) if state is PhotoState.REFUSED else ""
    alt = _("The merchant’s own file: %(name)s", name=photo.title)
    return replace(shown, state=state, alt=alt, note=note, taken_at=photo.expected_at)


def own_state(shown: PhotoView) -> Badge:
    """Say how far a file of one's own has come."""
    if shown.here:
        return Badge("", "shield-check" if shown.arrived_at else "file", _("Here"))
    if shown.state is PhotoState.REFUSED:
        return Badge("miss", "shield-alert", _("Not accepted"))
    return Badge("wait", "cloud-upload", _("Not here yet"))
