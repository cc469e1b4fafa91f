"""The details of a return page: facts, place and notes."""

from collections.abc import Sequence

from qcportal.blueprints.jinja import duration, plural
from qcportal.blueprints.showing.held import Held, counts
from qcportal.blueprints.showing.photos import distance_m
from qcportal.blueprints.shown.frame import Fact, Note
from qcportal.blueprints.shown.photos import PhotoState, PhotoView
from qcportal.blueprints.shown.return_page import Place
from qcportal.photos import Photo
from qcportal.reviews import Review

SCOPES = {"full": "All you asked for", "partial": "Some changed, see below", "none": "None"}


def facts(held: Held, counted: Sequence[PhotoView]) -> tuple[Fact, ...]:
    """List who, where and how, as far as a merchant may see it."""
    rvp, inspection = held.rvp, held.inspection
    told = []
    where = place(held)
    if where:
        accuracy = f", ±{where.accuracy_m} m" if where.accuracy_m else ""
        told.append(Fact("Place", f"{where.distance_m} m from address{accuracy}"))
    if inspection:
        phone = f" · phone {nowrap(inspection.device.label)}" if inspection.device else ""
        told.append(Fact("Checked by", inspection.executive.name + phone))
    elif rvp.executive_name:
        told.append(Fact("On the run sheet of", rvp.executive_name))
    if inspection and inspection.clock_offset_ms is not None:
        told.append(Fact("Phone clock", clock_words(inspection.clock_offset_ms)))
    if rvp.return_reason:
        told.append(Fact("Return reason", rvp.return_reason))
    told.append(Fact("Checks honoured", SCOPES[rvp.qc_scope]))
    told += _seal(held, counted)
    return tuple(told)


def _seal(held: Held, counted: Sequence[PhotoView]) -> list[Fact]:
    sealed = sum(1 for photo in held.photos if counts(photo, held.rvp) and photo.verified_at)
    broken = sum(1 for photo in held.photos if _differs(photo))
    if not sealed and not broken:
        return []
    if broken:
        differ = f"{plural(broken, 'photo')} {'differs' if broken == 1 else 'differ'}"
        return [Fact("Photo seal", differ, "shield-alert", "miss")]
    return [Fact("Photo seal", f"{sealed} of {len(counted)} match", "shield-check")]


def nowrap(label: str) -> str:
    """Keep a label on one line: with hyphens that no browser breaks at."""
    return label.replace("-", "\u2011")


def _differs(photo: Photo) -> bool:
    """Tell whether what came is not what was announced, and nothing better came since."""
    return bool(photo.conflict_at or (photo.refused_at and not photo.stored_at))


def clock_words(offset_ms: int) -> str:
    """Say how a phone's clock stands to the server's; `offset_ms` is positive when ahead."""
    seconds = round(abs(offset_ms) / 1000)
    side = "ahead of" if offset_ms >= 0 else "behind"
    return f"{duration(seconds)} {side} the server" if seconds else "Same as the server"


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
    text = "Nobody at the door could decide on it."
    href = f"#review-{review.id}"
    return Note("late", "circle-question-mark", "This waits for a decision.", text, href, "Decide")


def _flaws(counted: Sequence[PhotoView]) -> list[str]:
    states = [view.state for view in counted]
    lost = states.count(PhotoState.MISSING) + states.count(PhotoState.REFUSED)
    words = [f"{plural(lost, 'photo')} of {len(counted)} cannot be shown."] if lost else []
    if disputed := states.count(PhotoState.CONFLICT):
        verb = "is" if disputed == 1 else "are"
        words.append(f"{plural(disputed, 'photo')} {verb} not what the phone announced.")
    if unvouched := states.count(PhotoState.UNVOUCHED):
        verb = "is" if unvouched == 1 else "are"
        words.append(f"{plural(unvouched, 'photo')} {verb} here, but the phone never said so.")
    return words


def notes(held: Held, counted: Sequence[PhotoView]) -> tuple[Note, ...]:
    """Say what is missing from the evidence and what intake changed."""
    rvp = held.rvp
    said = [_to_decide(review) for review in held.waiting[:1]]
    if rvp.checked_at and (words := _flaws(counted)):
        text = f"{' '.join(words)} This never counts against you."
        said.append(Note("miss", "image-off", "The evidence is not complete.", text))
    changed = sum(each["outcome"] != "accepted" for item in rvp.items for each in item.intake)
    if changed:
        text = "What was asked otherwise stands below the checklist, with the reasons."
        said.append(Note("", "info", f"{plural(changed, 'question')} changed.", text))
    return tuple(said)
