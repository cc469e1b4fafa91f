"""What the simulated executives answer leads to the verdict that the plan has in mind."""

import uuid
from datetime import UTC, datetime
from functools import cache
from typing import Any

from qcportal.blueprints.visits import CaptureBody, InspectionBody
from qcportal.capture_kinds import SHIPPED
from qcportal.demo import inspection
from qcportal.demo.goods import STORES
from qcportal.demo.plan import Door, Plan
from qcportal.rules import document, verdict
from qcportal.rules.checklist import Checklist
from qcportal.rules.compiler import compile_checklist
from qcportal.rules.facts import ItemFacts
from qcportal.rules.verdict import Answer

BOOKS = {store.slug: document.parse(store.rulebook(), kinds=SHIPPED) for store in STORES}
AT = datetime(2026, 11, 23, 8, tzinfo=UTC)


@cache
def doors() -> tuple[Door, ...]:
    return tuple(Plan(7, 250, 6, history=True).doors())


def checklist(door: Door, item: dict[str, Any]) -> Checklist:
    told = {name: item[name] for name in ("name", "brand", "category", "price", "mrp")}
    facts = ItemFacts(
        **told,
        sku=item["client_sku_id"],
        quantity=item["quantity"],
        return_reason=item["return_reason"],
        attributes=item["attributes"],
        city=door.body["pickup"]["city"],
        customer_return_count=door.body["customer_return_count"],
    )
    return compile_checklist(BOOKS[door.store.slug], facts, rulebook_version=1).checklist


def stop_at(door: Door) -> dict[str, Any]:
    """Give the stop as the run sheet has it."""
    items, photos = [], []
    for place, item in enumerate(door.body["items"]):
        item_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{door.awb}/{place}"))
        asked = checklist(door, item)
        items.append({**item, "item_id": item_id, "checklist": asked.to_json()})
        suffix = f"-i{place + 1}" if len(door.body["items"]) > 1 else ""
        photos += [
            {"purpose": "slot", "slot": slot.key + suffix, "item_id": item_id}
            for slot in asked.slots
        ]
    photos.append({"purpose": "spare", "slot": "spare-1", "item_id": None})
    for photo in photos:
        photo["photo_id"] = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{door.awb}/{photo['slot']}"))
    return {
        "return_id": str(uuid.uuid5(uuid.NAMESPACE_OID, door.awb)),
        "pickup": door.body["pickup"],
        "items": items,
        "photos": photos,
    }


def test_the_answers_give_the_verdict_that_was_planned() -> None:
    for door in doors():
        stop = stop_at(door)
        body = InspectionBody.model_validate(inspection.report(door, stop, AT, AT))
        judged = []
        for item, answered in zip(stop["items"], body.items, strict=True):
            answers = [Answer(a.check, a.result, a.value, a.remarks) for a in answered.answers]
            judged.append(verdict.judge(Checklist.from_json(item["checklist"]), answers))
        assert verdict.return_verdict(judged) == door.fate, door


def test_every_slot_gets_a_photo_that_the_api_takes() -> None:
    for door in doors()[:60]:
        stop = stop_at(door)
        shots = inspection.shots(door, stop)
        slots = {photo["photo_id"] for photo in stop["photos"] if photo["purpose"] == "slot"}
        assert slots <= {shot.photo_id for shot in shots}
        for shot in shots:
            told = inspection.capture(shot, "a" * 64, 120_000, AT, stop["pickup"])
            assert CaptureBody.model_validate(told).capture().thumbhash


def test_a_masked_check_gets_the_end_of_what_is_printed_and_no_result() -> None:
    ends = set()
    for door in doors():
        for item in stop_at(door)["items"]:
            masked = {c["key"]: c for c in item["checklist"]["checks"] if c.get("last_digits")}
            for answer in inspection.report(door, stop_at(door), AT, AT)["items"][0]["answers"]:
                if answer["check"] in masked and "value" in answer:
                    assert "result" not in answer
                    assert len(answer["value"]) == masked[answer["check"]]["last_digits"]
                    ends.add(answer["value"])
    assert {"041820", "590342"} <= ends


def test_a_phone_that_starts_again_has_the_same_photos() -> None:
    door = doors()[0]
    first, again = inspection.shots(door, stop_at(door)), inspection.shots(door, stop_at(door))
    assert [shot.taken() for shot in first] == [shot.taken() for shot in again]


def test_a_flaw_is_on_its_photo_and_a_sound_article_has_none() -> None:
    for door in doors():
        wanted = {flaw.defect for flaw in door.flaws.values() if flaw and flaw.defect}
        shown = {shot.picture.defect for shot in inspection.shots(door, stop_at(door))} - {None}
        assert shown == wanted, door
