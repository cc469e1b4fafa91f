"""Items, their checks and the inspection, as the facts of a pack."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from qcportal.inspections import Inspection, InspectionAnswer, IssuedChecklist
from qcportal.photos import Photo
from qcportal.photos.expecting import SLOT, slot_name
from qcportal.returns import Return, ReturnItem
from qcportal.rules.checklist import Check

JsonObject = dict[str, Any]
ITEM = (
    "client_sku_id", "name", "brand", "category", "quantity", "price_paise", "return_reason",
    "qc_scope", "verdict", "verdict_reason", "inspected_verdict", "decided_by", "decided_note",
)  # fmt: skip


def tell_items(
    rvp: Return,
    checklists: Mapping[uuid.UUID, IssuedChecklist],
    inspection: Inspection | None,
    photos: Sequence[Photo],
) -> list[JsonObject]:
    """Tell the items of a return with all that was asked of them and answered."""
    answers = {(each.item_id, each.check_key): each for each in _answers(inspection)}
    several = len(rvp.items) > 1
    return [
        _item(item, checklists.get(item.id), _Ground(item, several, answers, photos))
        for item in rvp.items
    ]


def tell_inspection(inspection: Inspection | None) -> JsonObject | None:
    """Tell who inspected and when, and what the phone made of it."""
    if inspection is None:
        return None
    moments = {
        name: moment(getattr(inspection, name))
        for name in ("started_at", "finished_at", "received_at")
    }
    return moments | {
        "executive": inspection.executive.name,
        "verdict": inspection.verdict,
        "app_verdict": inspection.app_verdict,
        "remarks": inspection.remarks,
        "clock_offset_ms": inspection.clock_offset_ms,
    }


def moment(at: datetime | None) -> str | None:
    """Write a moment as ISO 8601 in UTC."""
    return at.isoformat() if at else None


class _Ground:
    """What the checks of one item are told from."""

    def __init__(
        self,
        item: ReturnItem,
        several: bool,
        answers: Mapping[tuple[uuid.UUID, str], InspectionAnswer],
        photos: Sequence[Photo],
    ) -> None:
        self.item, self.several, self.photos = item, several, photos
        self._answers = answers

    def answer(self, check: Check) -> InspectionAnswer | None:
        """Find the answer to a check."""
        return self._answers.get((self.item.id, check.key))

    def photos_of(self, check: Check) -> list[str]:
        """Name the photos of a check's slots, then those that were taken for it besides."""
        slots = {slot_name(key, self.item, several=self.several) for key in check.slots}
        wanted = (self.item.id, check.key)
        return [
            str(photo.id)
            for photo in self.photos
            if photo.slot in slots
            or (photo.purpose != SLOT and (photo.item_id, photo.check_key) == wanted)
        ]


def _item(item: ReturnItem, issued: IssuedChecklist | None, ground: _Ground) -> JsonObject:
    told = {"id": str(item.id)} | {name: getattr(item, name) for name in ITEM}
    told["decided_at"] = moment(item.decided_at)
    told["attributes"] = dict(item.attributes)
    told["checklist"] = _issued(issued) if issued else None
    checks = issued.checklist.checks if issued else ()
    told["checks"] = [_check(number, each, ground) for number, each in enumerate(checks, 1)]
    return told


def _issued(issued: IssuedChecklist) -> JsonObject:
    return {
        "digest": issued.digest,
        "rulebook": issued.rulebook_title,
        "version": issued.rulebook_version,
        "issued_at": moment(issued.issued_at),
    }


def _check(number: int, check: Check, ground: _Ground) -> JsonObject:
    answer = ground.answer(check)
    told: JsonObject = {
        "number": number,
        "key": check.key,
        "question": check.question,
        "required": check.required,
        "unit": check.unit,
        "expected": check.expected,
        "because": [each.title for each in check.because if each.title],
        "photos": ground.photos_of(check),
    }
    names = ("result", "app_result", "value", "remarks", "explanation")
    return told | {name: getattr(answer, name) if answer else None for name in names}


def _answers(inspection: Inspection | None) -> Sequence[InspectionAnswer]:
    return inspection.answers if inspection else ()
