"""The same seed gives the same returns, and they are returns that the API takes."""

import io
from collections import Counter

from PIL import Image

from qcportal.blueprints.partner.payloads import ReturnBody
from qcportal.capture_kinds import SHIPPED
from qcportal.demo import goods, pictures
from qcportal.demo.plan import LOOSE_ENDS, Door, Fate, Part, Plan
from qcportal.rules import document
from qcportal.rules.compiler import compile_checklist
from qcportal.rules.facts import ItemFacts


def doors(count: int = 300, *, seed: int = 1, history: bool = True) -> list[Door]:
    return [*Plan(seed, count, 6, history).doors()]


def test_the_same_seed_gives_the_same_returns_and_another_gives_others() -> None:
    assert doors() == doors()
    assert [door.body for door in doors()] != [door.body for door in doors(seed=2)]


def test_more_returns_add_to_the_same() -> None:
    assert doors(100) == doors(300)[:100]


def test_every_return_is_taken_as_it_stands() -> None:
    for door in doors():
        assert ReturnBody.model_validate(door.body).awb == door.awb


def test_waybills_and_request_ids_are_unique() -> None:
    many = doors(3000)
    assert len({door.awb for door in many}) == len(many)
    assert len({door.body["client_request_id"] for door in many}) == len(many)


def test_a_measured_run_has_nothing_late_missing_or_waiting() -> None:
    assert {door.part for door in doors(history=False)} == {Part.SHIFT}


def test_a_shown_run_has_history_waiting_returns_and_loose_ends() -> None:
    parts = Counter(door.part for door in doors(200))
    assert [parts[part] for part in (Part.LATE, Part.MISSING, Part.INCOMPLETE)] == [1, 1, 1]
    assert len(LOOSE_ENDS) == 3
    assert parts[Part.SHIFT] > parts[Part.PAST] > parts[Part.WAITING] > 3


def test_every_flaw_has_its_picture_and_its_check() -> None:
    for store in goods.STORES:
        book = document.parse(store.rulebook(), kinds=SHIPPED)
        for product in store.products:
            told = goods.item(product, store.reasons[0])
            facts = ItemFacts(
                sku=told["client_sku_id"],
                name=told["name"],
                brand=told["brand"],
                category=told["category"],
                price=told["price"],
                mrp=told["mrp"],
                quantity=1,
                return_reason=told["return_reason"],
                attributes=told["attributes"],
            )
            checklist = compile_checklist(book, facts, rulebook_version=1).checklist
            checks = {check.key for check in checklist.checks}
            for flaw in goods.FLAWS[product]:
                assert flaw.check in checks, (product, flaw)
                shown = {
                    pictures.at_the_door(product, slot.key, defect=flaw.defect).defect
                    for slot in checklist.slots
                }
                assert flaw.defect in shown, (product, flaw)


def test_a_failed_return_has_a_flaw_and_a_partly_failed_one_has_it_on_one_of_several() -> None:
    several = set()
    for door in doors():
        flaws = [flaw for flaw in door.flaws.values() if flaw]
        if door.fate is Fate.PARTLY:
            assert len(flaws) == 1
            quantity = sum(item["quantity"] for item in door.body["items"])
            assert quantity > 1
            several.add((len(door.flaws), door.flawed_piece))
        elif door.fate is not Fate.REVIEW:
            assert len(flaws) == (door.fate is Fate.FAILED)
            assert (len(door.flaws), door.flawed_piece) == (1, None)
    assert several == {(2, None), (1, 2)}


def test_what_needs_a_look_was_refused_or_is_a_doubt_that_no_picture_shows() -> None:
    waiting = [door for door in doors(600) if door.fate is Fate.REVIEW]
    doubts = [flaw for door in waiting for flaw in door.flaws.values()]
    assert {flaw.defect for flaw in doubts if flaw} == {""}
    assert None in doubts


def test_no_two_photos_have_the_same_bytes_and_each_is_a_readable_picture() -> None:
    picture = pictures.at_the_door("terrae-mug", "whole", defect=None)
    one, other = (
        pictures.named(pictures.content(picture), "photo-1"),
        pictures.named(pictures.content(picture), "photo-2"),
    )
    assert one != other
    assert one == pictures.named(pictures.content(picture), "photo-1")
    with Image.open(io.BytesIO(one), formats=["JPEG"]) as image:
        image.load()
        assert image.size == (picture.width, picture.height)
        assert image.info["comment"] == b"photo-1"
