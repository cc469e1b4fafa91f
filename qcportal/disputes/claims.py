"""A claim as a merchant makes it: parsed values, and everything that can be wrong with them.

Pure but for what it is held against: the return with its items, photos and answers.
"""

import hashlib
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from qcportal.db import compact_json
from qcportal.disputes.eligibility import kinds_for, why_not_missing
from qcportal.disputes.words import CATEGORIES, KINDS, suggest
from qcportal.errors import Fault
from qcportal.inspections import Inspection, IssuedChecklist
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.photos import OWN, Photo
from qcportal.photos.expecting import INSPECTION
from qcportal.returns import Return, ReturnItem
from qcportal.rules.checklist import Check

SHORTEST, LONGEST = 20, 1000
MOST_CITED = 30
DEAREST = 10_000_000_000
CURRENCY = re.compile(r"[A-Z]{3}")
MISMATCH = "mismatch"
NOT_INSPECTED = lazy_gettext("It was not inspected; this claim does not fit.")
UNFIT = {
    "passed": lazy_gettext("It passed; this claim does not fit."),
    "failed": lazy_gettext("It failed; this claim does not fit."),
}


@dataclass(frozen=True)
class Box:
    """A box on a photo, as fractions of its width and height, from the upper left corner."""

    x: float
    y: float
    width: float
    height: float

    @property
    def fits(self) -> bool:
        """Tell whether the box lies on the photo and has an area."""
        inside = self.x >= 0 and self.y >= 0 and self.width > 0 and self.height > 0
        return inside and self.x + self.width <= 1.000001 and self.y + self.height <= 1.000001


@dataclass(frozen=True)
class Citation:
    """A photo that is cited, or with `missing` the statement that it is not there.

    Without a photo's id it says that a photo is missing which nobody ever asked for.
    """

    photo_id: uuid.UUID | None = None
    missing: bool = False
    note: str = ""
    box: Box | None = None


@dataclass(frozen=True)
class ItemClaim:
    """What is claimed for one item; without an amount its price times its quantity.

    `claim` is a kind of its own where it differs from the dispute's.
    """

    item_id: uuid.UUID
    amount_minor: int | None = None
    claim: str = ""


@dataclass(frozen=True)
class NewDispute:
    """A claim on one return; what is left empty is filled in: category, items, leading check.

    Without items the return's only one is meant. `lead_check` is the check it is about.
    """

    return_id: uuid.UUID
    kind: str
    text: str = ""
    items: tuple[ItemClaim, ...] = ()
    citations: tuple[Citation, ...] = ()
    category: str = ""
    lead_check: str = ""
    currency: str = "INR"
    client_request_id: str | None = None

    @property
    def digest(self) -> str:
        """Give what tells a repeated request from another one under the same id."""
        return hashlib.sha256(compact_json(_plain(asdict(self))).encode()).hexdigest()


@dataclass(frozen=True)
class Ground:
    """What a claim is held against."""

    rvp: Return
    photos: Mapping[uuid.UUID, Photo]
    checklists: Mapping[uuid.UUID, IssuedChecklist]
    inspection: Inspection | None


@dataclass(frozen=True)
class Lead:
    """What a claim is about: the check, the rule that asked for it, and the category suggested."""

    check: str | None
    rule: str | None
    category: str


def faults_of(new: NewDispute, ground: Ground) -> Iterator[Fault]:
    """List what is wrong with a claim, draft or not."""
    if new.kind not in KINDS:
        yield Fault("/kind", "unknown_kind", _("Choose one of %(list)s.", list=", ".join(KINDS)))
    elif new.kind not in kinds_for(ground.rvp.verdict):
        yield Fault("/kind", "does_not_fit", _(UNFIT.get(ground.rvp.verdict or "", NOT_INSPECTED)))
    if new.category and new.category not in CATEGORIES:
        yield Fault(
            "/category",
            "unknown_category",
            _("Choose one of %(list)s.", list=", ".join(CATEGORIES)),
        )
    if len(new.text.strip()) > LONGEST:
        yield Fault("/text", "too_long", _("Use %(n)s characters at most.", n=LONGEST))
    if not CURRENCY.fullmatch(new.currency):
        yield Fault("/currency", "bad_currency", _("Give a currency as ISO 4217 has it, like INR."))
    if new.lead_check and new.lead_check not in {check.key for _item, check in _checks(ground)}:
        yield Fault("/check", "unknown_check", _("This was not asked on the return."))
    yield from _item_faults(new, ground)
    yield from _citation_faults(new, ground)


def faults_of_sending(text: str, *, items: int, cited: int) -> Iterator[Fault]:
    """List what a claim lacks to be sent."""
    if not SHORTEST <= len(text.strip()) <= LONGEST:
        words = _(
            "Say in %(least)s to %(most)s characters what is wrong.",
            least=SHORTEST,
            most=LONGEST,
        )
        yield Fault("/text", "bad_text", words)
    if not items:
        yield Fault("/items", "no_item", _("Choose at least one item."))
    if not cited:
        words = _("Choose at least one photo, or say that one is missing.")
        yield Fault("/evidence", "no_evidence", words)


def lead_of(new: NewDispute, ground: Ground) -> Lead:
    """Find what a claim is about: the check that is named, or else the first that failed."""
    failed = {
        (answer.item_id, answer.check_key)
        for answer in (ground.inspection.answers if ground.inspection else ())
        if answer.result == MISMATCH
    }
    wanted = {each.item_id for each in new.items} or {item.id for item in ground.rvp.items}
    asked = [(item, check) for item, check in _checks(ground) if item in wanted]
    bad = [check for item, check in asked if (item, check.key) in failed]
    named = [check for _item, check in asked if check.key == new.lead_check]
    inorder = [*named, *bad]
    category = suggest(new.kind, [check.reason_code for check in inorder])
    lead = inorder[0] if inorder else None
    rule = lead.because[0].rule_id if lead and lead.because else None
    return Lead(lead.key if lead else None, rule, category)


def items_of(new: NewDispute, ground: Ground) -> list[tuple[ReturnItem, ItemClaim]]:
    """Pair the claimed items with their claims; without any the return's only item is meant."""
    items = {item.id: item for item in ground.rvp.items}
    claims = new.items or tuple(ItemClaim(key) for key in items if len(items) == 1)
    return [(items[each.item_id], each) for each in claims]


def amount_of(item: ReturnItem, claim: ItemClaim) -> int:
    """Give the claimed amount in minor units."""
    if claim.amount_minor is not None:
        return claim.amount_minor
    return (item.price_paise or 0) * item.quantity


def _item_faults(new: NewDispute, ground: Ground) -> Iterator[Fault]:
    known = {item.id for item in ground.rvp.items}
    seen: set[uuid.UUID] = set()
    for place, each in enumerate(new.items):
        path = f"/items/{place}"
        if each.item_id not in known:
            yield Fault(f"{path}/item_id", "unknown_item", _("Not an item of this return."))
        if each.item_id in seen:
            yield Fault(f"{path}/item_id", "duplicate_item", _("This item stands here twice."))
        if each.amount_minor is not None and not 0 <= each.amount_minor <= DEAREST:
            yield Fault(f"{path}/amount_minor", "bad_amount", _("Give an amount of 0 or more."))
        if each.claim and each.claim not in KINDS:
            yield Fault(
                f"{path}/claim",
                "unknown_kind",
                _("Choose one of %(list)s.", list=", ".join(KINDS)),
            )
        seen.add(each.item_id)


def _citation_faults(new: NewDispute, ground: Ground) -> Iterator[Fault]:
    if len(new.citations) > MOST_CITED:
        yield Fault("/evidence", "too_many", _("Cite %(n)s photos at most.", n=MOST_CITED))
    seen: set[uuid.UUID] = set()
    for place, each in enumerate(new.citations):
        path = f"/evidence/{place}"
        words = _why_not(each, ground)
        if words:
            yield Fault(f"{path}/photo_id", "cannot_cite", words)
        if each.photo_id in seen:
            yield Fault(f"{path}/photo_id", "duplicate_photo", _("This photo stands here twice."))
        if each.box and (each.missing or not each.box.fits):
            yield Fault(
                f"{path}/box", "bad_box", _("A box lies on its photo, as fractions of 0 to 1.")
            )
        if len(each.note) > 300:
            yield Fault(f"{path}/note", "too_long", _("Use 300 characters at most."))
        seen |= {each.photo_id} if each.photo_id else set()


def _why_not(cited: Citation, ground: Ground) -> str | None:
    if cited.photo_id is None:
        return None if cited.missing else _("Choose a photo, or say that one is missing.")
    photo = ground.photos.get(cited.photo_id)
    if photo is None or photo.purpose in (INSPECTION, OWN):
        return _("Not a photo of this return.")
    if cited.missing:
        return why_not_missing(photo)
    return (
        None if photo.stored_at else _("It is not here, so it cannot be cited; say it is missing.")
    )


def _checks(ground: Ground) -> list[tuple[uuid.UUID, Check]]:
    return [
        (item.id, check)
        for item in ground.rvp.items
        if item.id in ground.checklists
        for check in ground.checklists[item.id].checklist.checks
    ]


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, uuid.UUID) else value
