"""Everything about one return as plain facts: what the manifest says and the document shows.

No link and no moment of its making is among them: a pack made twice of the same facts is the same
file, byte for byte.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qcportal import disputes, history, inspections, photos, returns
from qcportal.disputes import CaseInFull, Person, State
from qcportal.packs import chains, told_checks, told_dispute, told_photos
from qcportal.packs.chains import Chain
from qcportal.packs.originals import Original
from qcportal.packs.told_photos import Shown
from qcportal.photos import Photo
from qcportal.photos.expecting import SLOT
from qcportal.returns import Return

FORMAT = "qcportal-evidence-pack/1"
READER = Person(history.SYSTEM, "viewer")
"""A pack shows what the merchant sees, whoever asks for it."""

JsonObject = dict[str, Any]


@dataclass(frozen=True)
class Contents:
    """What a pack is made of: its facts, the lines of its history, its originals and pictures."""

    facts: JsonObject
    chains: Sequence[Chain]
    originals: Mapping[str, Original]
    shown: Sequence[Shown]

    @property
    def stem(self) -> str:
        """Give the name that files of this pack begin with."""
        return f"evidence-{self.facts['return']['awb'].lower()}"


def gather(return_id: uuid.UUID) -> Contents:
    """Gather one return of the scope in a fixed number of statements, or raise NotFound."""
    at_door = _at_door(returns.get_full(return_id))
    case = _case(return_id)
    known = chains.load({return_id: "return"} | ({case.case.id: "dispute"} if case else {}))
    own = [each.photo for each in case.evidence if each.own] if case else []
    told = told_photos.tell(at_door.pop("held"), own)
    last = max(each.at for chain in known for each in chain.events)
    facts: JsonObject = {
        "format": FORMAT,
        "as_of": last.isoformat(),
        **at_door,
        "photos": [each.facts for each in told],
        "dispute": told_dispute.tell(case) if case else None,
        "history": {"file": "history.jsonl", "chains": [each.as_json() for each in known]},
        "timeline": [_event(*each) for each in chains.shown(known)],
    }
    originals = {each.path: each.original for each in told if each.original}
    return Contents(facts, known, originals, told)


def _at_door(rvp: Return) -> JsonObject:
    """Tell the return, its checks and its inspection; `held` are the photos, as rows."""
    inspection = inspections.find_inspection(rvp.id)
    held = [each for each in photos.find_for_returns([rvp.id])[rvp.id] if _counts(each)]
    issued = inspections.find_checklists([rvp.id])
    return {
        "zone": rvp.merchant.timezone,
        "merchant": rvp.merchant.name,
        "return": _return(rvp),
        "items": told_checks.tell_items(rvp, issued, inspection, held),
        "inspection": told_checks.tell_inspection(inspection),
        "held": held,
    }


def _case(return_id: uuid.UUID) -> CaseInFull | None:
    """Find the latest dispute of the return that was sent; a draft is nobody's evidence."""
    case = disputes.find_case_of_return(return_id, by=READER)
    if case is None or case.number is None or case.state is State.DRAFT:
        return None
    return disputes.get_full(case.id, by=READER)


def _counts(photo: Photo) -> bool:
    """Tell whether a photo belongs to the evidence: asked for, announced or here."""
    told = photo.captured_reported_at or photo.stored_at or photo.refused_at
    return bool(told) or (photo.purpose == SLOT and photo.required)


def _return(rvp: Return) -> JsonObject:
    names = (
        "awb", "client_order_number", "client_request_id", "title", "return_reason", "city",
        "pincode", "shipment_state", "qc_state", "verdict", "verdict_reason", "photos_wanted",
        "photos_here", "photos_coming", "photos_absent",
    )  # fmt: skip
    moments = {
        name: at.isoformat() if (at := getattr(rvp, name)) else None
        for name in ("created_at", "checked_at")
    }
    return {"id": str(rvp.id)} | {name: getattr(rvp, name) for name in names} | moments


def _event(chain: Chain, event: history.HistoryEvent) -> JsonObject:
    """Tell an event for the document; the history has all of it."""
    words = ("title", "executive", "reason", "item", "note", "verdict", "decision", "text")
    data = {name: str(event.data[name])[:300] for name in words if event.data.get(name)}
    return {
        "of": chain.of,
        "at": event.at.isoformat(),
        "action": event.action,
        "by": event.actor_label,
        "by_kind": event.actor_kind,
        "data": data,
    }
