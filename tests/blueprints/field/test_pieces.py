"""Items of several pieces, each with its own photos and verdict; and what phones are not told."""

import uuid
from typing import Any

import pytest

from qcportal.db import db
from qcportal.returns import ReturnItem
from tests.world import World, a_capture, a_return, an_arrival, an_item

IMEI = "356938035643809"
BOOK: dict[str, Any] = {
    "title": "Shirts and phones",
    "tables": [{"key": "phones", "title": "Phones", "categories": ["Mobiles"]}],
    "rules": [
        {
            "id": "shirts",
            "title": "Shirts go back with their tag",
            "cells": {"category": "Shirts"},
            "checks": [
                {
                    "key": "tag",
                    "type": "yes_no",
                    "question": "Is the tag on?",
                    "per_unit": True,
                    "photos": [{"key": "tag", "title": "Tag", "kind": "photo"}],
                },
                {"key": "model", "type": "yes_no", "question": "Is it this shirt?"},
            ],
        },
        {
            "id": "phones",
            "title": "Phones: the number on the label",
            "table": "phones",
            "checks": [
                {
                    "key": "imei",
                    "type": "imei_match",
                    "question": "What are the last six digits of the IMEI?",
                    "expected": {"from": "attributes.imei"},
                    "last_digits": 6,
                },
                {"key": "seal", "type": "yes_no", "question": "Is the seal whole?"},
            ],
        },
    ],
    "decisions": [
        {
            "id": "opened",
            "table": "phones",
            "answers": {"seal": "no", "imei": "as expected"},
            "verdict": "needs_review",
            "say": "Our phone, but opened",
        }
    ],
}


@pytest.fixture
def book(world: World) -> None:
    answer = world.partner("POST", "/rulebooks", {"document": BOOK})
    assert answer.status_code == 201, answer.get_json()


def at_the_door(world: World, item: dict[str, Any]) -> dict[str, Any]:
    """Register a return of one item and give its stop as the phone has it."""
    answer = world.partner("POST", "/returns", a_return(items=[item]))
    assert answer.status_code == 201, answer.get_json()
    world.assign(answer.get_json()["return"]["return_id"])
    (stop,) = world.field("GET", "/run-sheet").get_json()["stops"]
    return stop


def shirts(world: World, quantity: int = 3) -> dict[str, Any]:
    item = an_item(category="Shirts", quantity=quantity, client_sku_id="SHIRT-40")
    return at_the_door(world, item)


def inspected(stop: dict[str, Any], answers: dict[str, str], *captures: Any) -> dict[str, Any]:
    """Give an inspection that sends values only, for the portal to judge."""
    values = [{"check": key, "value": value} for key, value in answers.items()]
    return {
        "client_inspection_id": str(uuid.uuid4()),
        "return_id": stop["return_id"],
        "items": [{"item_id": stop["items"][0]["item_id"], "answers": values}],
        "captures": list(captures),
    }


def send(world: World, body: dict[str, Any]) -> dict[str, Any]:
    answer = world.field("POST", "/inspections", body)
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()


def the_item(world: World, stop: dict[str, Any]) -> ReturnItem:
    with world.inside(commit=False):
        return db.session.get_one(ReturnItem, uuid.UUID(stop["items"][0]["item_id"]))


def test_two_of_three_shirts_pass_with_photos_of_each(world: World, book) -> None:
    stop = shirts(world)
    checklist = stop["items"][0]["checklist"]
    assert checklist["units"] == 3
    assert [(each["key"], each.get("unit", 0)) for each in checklist["checks"]] == [
        ("model", 0), ("tag", 1), ("tag_2", 2), ("tag_3", 3),
    ]  # fmt: skip
    forms = world.forms(stop["return_id"])
    photos = ["tag", "tag_2", "tag_3"]
    captures = [a_capture(forms[slot], slot.encode() * 900) for slot in photos]
    answers = {"tag": "yes", "tag_2": "no", "tag_3": "yes", "model": "yes"}
    told = send(world, inspected(stop, answers, *captures))
    assert (told["verdict"], told["photos_coming"]) == ("partially_passed", 3)
    assert told["verdict_reason"] == "2 of 3 pieces passed. Piece 2: Is the tag on? No"
    world.callback(*[an_arrival(forms[slot], slot.encode() * 900) for slot in photos])
    row, item = world.return_row(stop["return_id"]), the_item(world, stop)
    assert (row.verdict, row.qc_state, row.shipment_state) == (
        "partially_passed", "partially_passed", "picked_partial",
    )  # fmt: skip
    assert item.verdict == "partially_passed"
    assert [(each["unit"], each["verdict"]) for each in item.units] == [
        (1, "pass"), (2, "fail"), (3, "pass"),
    ]  # fmt: skip
    assert "Asked by “Shirts go back with their tag”" in item.units[1]["reason"]


@pytest.mark.parametrize(
    ("tags", "verdict", "shipment"),
    [
        (("yes", "yes", "yes"), "passed", "picked"),
        (("no", "no", "no"), "failed", "pickup_failed"),
    ],
)
def test_pieces_that_agree_are_the_verdict(world: World, book, tags, verdict, shipment) -> None:
    stop = shirts(world)
    keys = ("tag", "tag_2", "tag_3")
    send(world, inspected(stop, dict(zip(keys, tags, strict=True)) | {"model": "yes"}))
    row = world.return_row(stop["return_id"])
    assert (row.verdict, row.shipment_state) == (verdict, shipment)


def test_one_shirt_is_no_matter_of_pieces(world: World, book) -> None:
    stop = shirts(world, quantity=1)
    assert "units" not in stop["items"][0]["checklist"]
    assert send(world, inspected(stop, {"tag": "yes", "model": "yes"}))["verdict"] == "passed"
    assert the_item(world, stop).units == []


# --- masked ------------------------------------------------------------------------------------


def phone(world: World) -> dict[str, Any]:
    return at_the_door(world, an_item(attributes={"IMEI": IMEI, "colour": "Black"}))


def test_the_phone_is_not_told_the_right_answer_to_a_masked_check(world: World, book) -> None:
    stop = phone(world)
    imei = stop["items"][0]["checklist"]["checks"][0]
    assert (imei["key"], imei["last_digits"]) == ("imei", 6)
    assert imei.get("expected") is None
    assert stop["items"][0]["attributes"] == {"colour": "Black"}
    assert IMEI not in str(stop)
    assert IMEI[-6:] not in str(stop)


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(IMEI[-6:], "passed"), (IMEI, "passed"), ("643810", "failed"), ("809", "needs_review")],
)
def test_the_portal_judges_the_last_digits_and_keeps_the_rest_to_itself(
    world: World, book, value: str, verdict: str
) -> None:
    stop = phone(world)
    told = send(world, inspected(stop, {"imei": value, "seal": "yes"}))
    assert told["verdict"] == verdict
    assert IMEI not in str(told)
    assert value == IMEI[-6:] or IMEI[-6:] not in str(told)


def test_a_row_of_the_rulebook_decides_and_its_words_are_the_reason(world: World, book) -> None:
    stop = phone(world)
    told = send(world, inspected(stop, {"imei": IMEI[-6:], "seal": "no"}))
    assert (told["verdict"], told["verdict_reason"]) == ("needs_review", "Our phone, but opened")
    assert "“Is the seal whole?”" in (the_item(world, stop).verdict_reason or "")
