"""Disputes as the partner API answers them."""

from dataclasses import asdict
from typing import Any

from qcportal import clock
from qcportal.blueprints import pictures
from qcportal.blueprints.access import current_key
from qcportal.disputes import Case, CaseInFull, Evidence

SAME = (
    "number", "return_id", "awb", "kind", "category", "suggested_category", "text", "level",
    "outcome", "waits_for", "late", "amount_minor", "currency", "created_at", "filed_at",
    "activity_at",
)  # fmt: skip


def line(case: Case) -> dict[str, Any]:
    """Give one dispute as a `DisputeAnswer`."""
    clocks = case.clocks
    return {name: getattr(case, name) for name in SAME} | {
        "dispute_id": case.id,
        "check": case.lead_check,
        "state": case.state.value,
        "file_by": clocks.file_by,
        "reply_by": clocks.reply_by,
        "decide_by": clocks.decide_by,
        "appeal_by": clocks.appeal_by,
        "actions": sorted(action.value for action in case.actions),
    }


def in_full(full: CaseInFull) -> dict[str, Any]:
    """Give one dispute with its parts as a `DisputeInFull`."""
    items = [asdict(each) for each in full.items]
    for each in items:
        del each["id"], each["position"], each["verdict"]
    return line(full.case) | {
        "items": items,
        "evidence": [_evidence(each) for each in full.evidence],
        "messages": [
            {
                "at": each.at,
                "side": each.side,
                "kind": each.kind,
                "author": each.author_name,
                "text": each.text,
            }
            for each in full.messages
        ],
        "decisions": [
            {
                "level": each.level,
                "outcome": each.outcome,
                "reason": each.reason,
                "text": each.text,
                "decided_at": each.decided_at,
                "decided_by_role": each.decided_by_role,
                "items": [asdict(item) for item in each.items],
            }
            for each in full.decisions
        ],
        "granted_minor": full.granted_minor,
        "urls_expire_at": pictures.expiry(clock.now()),
    }


def _evidence(cited: Evidence) -> dict[str, Any]:
    photo = cited.photo
    seeing = "photos:read" in current_key().scopes
    names = ("kind", "stored_at", "verified_at", "refused_reason", "sha256")
    return {
        "photo_id": photo.id if photo else None,
        "title": photo.title if photo else cited.note,
        "missing": cited.missing,
        "own": cited.own,
        "note": cited.note,
        "box": dict(zip(("x", "y", "width", "height"), cited.box, strict=True))
        if cited.box
        else None,
        "url": pictures.original_url(photo, clock.now()) if photo and seeing else None,
        **{name: getattr(photo, name) if photo else None for name in names},
    }
