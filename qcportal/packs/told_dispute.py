"""A dispute as the facts of a pack, as its merchant sees it."""

from typing import Any

from qcportal.disputes import CaseInFull, CaseItem, Decision, Evidence
from qcportal.packs.told_checks import moment

JsonObject = dict[str, Any]


def tell(case: CaseInFull) -> JsonObject:
    """Tell a dispute: the claim, what it cites, the thread and what was decided."""
    line = case.case
    clocks = line.clocks
    return {
        "id": str(line.id),
        "number": line.number,
        "state": line.state.value,
        "level": line.level,
        "kind": line.kind,
        "category": line.category,
        "text": line.text,
        "currency": line.currency,
        "amount_minor": line.amount_minor,
        "granted_minor": case.granted_minor,
        "outcome": line.outcome,
        "filed_at": moment(line.filed_at),
        "decide_by": moment(clocks.decide_by),
        "appeal_by": moment(clocks.appeal_by),
        "items": [_item(each) for each in case.items],
        "cites": [_citation(each) for each in case.evidence],
        "messages": [
            {
                "at": moment(each.at),
                "side": each.side,
                "kind": each.kind,
                "by": each.author_name,
                "text": each.text,
            }
            for each in case.messages
        ],
        "decisions": [_decision(each) for each in case.decisions],
    }


def _item(item: CaseItem) -> JsonObject:
    return {
        "item": str(item.item_id),
        "name": item.name,
        "claim": item.claim,
        "amount_minor": item.amount_minor,
        "outcome": item.outcome,
        "granted_minor": item.granted_minor,
    }


def _citation(cited: Evidence) -> JsonObject:
    return {
        "photo": str(cited.photo.id) if cited.photo is not None else None,
        "missing": cited.missing,
        "own": cited.own,
        "note": cited.note,
        "box": list(cited.box) if cited.box else None,
    }


def _decision(decision: Decision) -> JsonObject:
    return {
        "level": decision.level,
        "outcome": decision.outcome,
        "reason": decision.reason,
        "text": decision.text,
        "decided_at": moment(decision.decided_at),
        "role": decision.decided_by_role,
        "items": [
            {
                "item": str(each.item_id),
                "outcome": each.outcome,
                "reason": each.reason,
                "text": each.text,
                "granted_minor": each.granted_minor,
            }
            for each in decision.items
        ],
    }
