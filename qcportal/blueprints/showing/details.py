"""The details of a return page: facts, place and notes."""

from collections.abc import Sequence

from qcportal.blueprints.jinja import duration
from qcportal.blueprints.showing.held import Held, counts
from qcportal.blueprints.showing.photos import distance_m
from qcportal.blueprints.shown.frame import Fact, Note
from qcportal.blueprints.shown.photos import PhotoState, PhotoView
from qcportal.blueprints.shown.return_page import Place
from qcportal.inspections import Inspection
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext, ngettext
from qcportal.photos import Photo
from qcportal.reviews import Review

SCOPES = {
    "full": lazy_gettext("All you asked for"),
    "partial": lazy_gettext("Some changed, see below"),
    "none": lazy_gettext("None"),
}


def facts(held: Held, counted: Sequence[PhotoView]) -> tuple[Fact, ...]:
    """List who, where and how, as far as a merchant may see it."""
    rvp, inspection = held.rvp, held.inspection
    told = []
    where = place(held)
    if where:
        accuracy = f", ±{where.accuracy_m} m" if where.accuracy_m else ""
        told.append(Fact(_("Place"), _("%(n)s m from address", n=where.distance_m) + accuracy))
    if inspection:
        told.append(Fact(_("Checked by"), _who(inspection)))
    elif rvp.executive_name:
        told.append(Fact(_("On the run sheet of"), rvp.executive_name))
    if inspection and inspection.clock_offset_ms is not None:
        told.append(Fact(_("Phone clock"), clock_words(inspection.clock_offset_ms)))
    if rvp.return_reason:
        told.append(Fact(_("Return reason"), rvp.return_reason))
    told.append(Fact(_("Checks honoured"), SCOPES[rvp.qc_scope]))
    told += _seal(held, counted)
    return tuple(told)


def _seal(held: Held, counted: Sequence[PhotoView]) -> list[Fact]:
    sealed = sum(1 for photo in held.photos if counts(photo, held.rvp) and photo.verified_at)
    broken = sum(1 for photo in held.photos if _differs(photo))
    if not sealed and not broken:
        return []
    if broken:
        differ = ngettext("%(num)s photo differs", "%(num)s photos differ", broken)
        return [Fact(_("Photo seal"), differ, "shield-alert", "miss")]
    match = _("%(n)s of %(total)s match", n=sealed, total=len(counted))
    return [Fact(_("Photo seal"), match, "shield-check")]


def nowrap(label: str) -> str:
    """Keep a label on one line: with hyphens that no browser breaks at."""
    return label.replace("-", "\u2011")


def _differs(photo: Photo) -> bool:
    """Tell whether what came is not what was announced, and nothing better came since."""
    return bool(photo.conflict_at or (photo.refused_at and not photo.stored_at))


def _who(inspection: Inspection) -> str:
    who = inspection.executive.name
    if inspection.device is None:
        return who
    return _("%(name)s · phone %(phone)s", name=who, phone=nowrap(inspection.device.label))


def clock_words(offset_ms: int) -> str:
    """Say how a phone's clock stands to the server's; `offset_ms` is positive when ahead."""
    seconds = round(abs(offset_ms) / 1000)
    if not seconds:
        return _("Same as the server")
    if offset_ms >= 0:
        return _("%(span)s ahead of the server", span=duration(seconds))
    return _("%(span)s behind the server", span=duration(seconds))


def place(held: Held) -> Place | None:
    """Show how far from the pickup address the first placed photo was taken."""
    for photo in held.photos:
        distance = distance_m(photo, held.rvp)
        if distance is not None:
            accuracy = None if photo.accuracy_m is None else round(photo.accuracy_m)
            return Place(distance, accuracy)
    return None


def _to_decide(review: Review) -> Note:
    """Lead to the decision, which on a phone stands far below."""
    text = _("Nobody at the door could decide on it.")
    href = f"#review-{review.id}"
    return Note(
        "late", "circle-question-mark", _("This waits for a decision."), text, href, _("Decide")
    )


def _flaws(counted: Sequence[PhotoView]) -> list[str]:
    states = [view.state for view in counted]
    lost = states.count(PhotoState.MISSING) + states.count(PhotoState.REFUSED)
    words = []
    if lost:
        words.append(
            ngettext(
                "%(num)s photo of %(total)s cannot be shown.",
                "%(num)s photos of %(total)s cannot be shown.",
                lost,
                total=len(counted),
            )
        )
    if disputed := states.count(PhotoState.CONFLICT):
        words.append(
            ngettext(
                "%(num)s photo is not what the phone announced.",
                "%(num)s photos are not what the phone announced.",
                disputed,
            )
        )
    if unvouched := states.count(PhotoState.UNVOUCHED):
        words.append(
            ngettext(
                "%(num)s photo is here, but the phone never said so.",
                "%(num)s photos are here, but the phone never said so.",
                unvouched,
            )
        )
    return words


def notes(held: Held, counted: Sequence[PhotoView]) -> tuple[Note, ...]:
    """Say what is missing from the evidence and what intake changed."""
    rvp = held.rvp
    said = [_to_decide(review) for review in held.waiting[:1]]
    if rvp.checked_at and (words := _flaws(counted)):
        text = " ".join([*words, _("This never counts against you.")])
        said.append(Note("miss", "image-off", _("The evidence is not complete."), text))
    changed = sum(each["outcome"] != "accepted" for item in rvp.items for each in item.intake)
    if changed:
        text = _("What was asked otherwise stands below the checklist, with the reasons.")
        what = ngettext("%(num)s question changed.", "%(num)s questions changed.", changed)
        said.append(Note("", "info", what, text))
    return tuple(said)
