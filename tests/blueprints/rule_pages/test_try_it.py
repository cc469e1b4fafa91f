"""Trying rules on an item: the page, its addresses, the card, and who may look."""

import re
from html import unescape
from typing import Any

import pytest

from qcportal import accounts, catalogue, rulebooks
from qcportal.capture_kinds import SHIPPED
from qcportal.catalogue import Entry
from qcportal.history import SYSTEM
from tests.world import World

SHOES: dict[str, Any] = {
    "title": "Shoes",
    "tables": [{"key": "shoes", "title": "Shoes and bags", "categories": ["Shoes", "Bags"]}],
    "rules": [
        {
            "id": "dear",
            "title": "Dear shoes",
            "table": "shoes",
            "cells": {"price": ">= 5000"},
            "checks": [
                {
                    "key": "serial",
                    "type": "serial_match",
                    "question": "Which serial number stands on the tongue?",
                    "expected": {"from": "attributes.serial_no"},
                    "last_digits": 4,
                }
            ],
        },
        {
            "id": "colour",
            "title": "Right colour",
            "table": "shoes",
            "checks": [
                {
                    "key": "colour",
                    "type": "text_match",
                    "question": "Which colour is it?",
                    "expected": {"from": "attributes.colour"},
                }
            ],
        },
        {
            "id": "whole",
            "title": "Every piece is whole",
            "checks": [
                {
                    "key": "whole",
                    "type": "yes_no",
                    "question": "Is it whole?",
                    "per_unit": True,
                    "photos": [{"key": "front", "title": "Front", "kind": "photo"}],
                }
            ],
        },
        {
            "id": "wrong-item",
            "title": "Wrong item shipped",
            "cells": {"return_reason": "wrong item"},
            "qc": "none",
        },
    ],
    "decisions": [
        {
            "id": "other-colour",
            "table": "shoes",
            "answers": {"colour": "mismatch"},
            "verdict": "needs_review",
            "say": "Another colour came back",
        }
    ],
}
DEAR = {
    "f.category": "Shoes", "f.price": "7999", "f.name": "Stryda runner", "f.quantity": "1",
    "f.attributes": "colour = Red\nserial no = SN-0042-7781",
}  # fmt: skip


@pytest.fixture
def shoes(world: World) -> World:
    """The world in which merchant A checks shoes."""
    with world.inside():
        merchant = accounts.get_merchant(world.a.id)
        rulebooks.publish(merchant, SHOES, note="shoes", kinds=SHIPPED, by=SYSTEM)
    return world


def tried(world: World, path: str = "/rules/try", **args: str) -> str:
    answer = world.signed_in(world.a.viewer).get(path, query_string=args)
    assert answer.status_code == 200, answer.text
    return unescape(answer.text)


def phone_of(page: str) -> str:
    return page.partition('aria-label="On the phone"')[2]


def test_the_rows_that_fit_are_named_and_the_others_say_what_they_want(shoes: World) -> None:
    page = tried(shoes, **DEAR | {"f.price": "499"})
    assert "Price is 499, the row wants >= 5000" in page
    assert "Return reason is not known, the row wants wrong item" in page
    assert "Right colour" in page
    assert "Which colour is it?" in page
    assert "Which serial number stands on the tongue?" not in page


def test_the_phone_never_gets_a_masked_right_answer(shoes: World) -> None:
    page = tried(shoes, **DEAR)
    assert "SN-0042-7781" in page
    assert "7781" not in re.sub(r'href="[^"]*"|hx-get="[^"]*"', "", phone_of(page))
    assert "Only the last 4 characters" in phone_of(page)


def test_answers_are_judged_and_each_comparison_explains_itself(shoes: World) -> None:
    answers = {"a.serial": "7781", "a.colour": "laal", "a.whole": "yes"}
    page = tried(shoes, **DEAR, **answers)
    assert re.search(r'id="verdict">Passed<', page)
    assert "by the last 4 characters" in page
    page = tried(shoes, **DEAR, **answers | {"a.colour": "blue"})
    assert re.search(r'id="verdict">Needs a look<', page)
    assert "Another colour came back" in page
    assert "expected “Red”" in page


def test_pieces_are_asked_one_by_one(shoes: World) -> None:
    page = tried(shoes, **DEAR | {"f.quantity": "3"})
    assert "Piece 2 of 3" in page
    assert "3 pieces, each checked" in phone_of(page)


def test_a_routed_item_says_by_which_row(shoes: World) -> None:
    page = tried(shoes, **DEAR | {"f.return_reason": "Wrong item"})
    assert "No check is asked" in page
    assert "“Wrong item shipped”" in page
    assert "No check. Pick the item up as it is." in phone_of(page)


def test_a_price_that_is_no_number_is_said_and_left_out(shoes: World) -> None:
    page = tried(shoes, **DEAR | {"f.price": "cheap"})
    assert 'aria-invalid="true"' in page
    assert "Type rupees like 1499.50. It was left out." in page
    assert page.count("<title>Error: Try") == 1


def test_an_item_of_a_return_fills_the_facts_in(shoes: World) -> None:
    rvp = shoes.register()
    browser = shoes.signed_in(shoes.a.viewer)
    answer = browser.get("/rules/try", query_string={"pick": rvp["awb"], "do": "find"})
    assert answer.status_code == 303
    page = unescape(browser.get(answer.location).text)
    assert 'value="NUV-P8-BLK"' in page
    assert 'value="18999"' in page
    assert "imei = 0044001122334" in page
    assert 'value="411014"' in page
    assert "Meera" not in page


def test_an_item_of_the_catalogue_is_found_by_a_word_and_fills_the_facts_in(shoes: World) -> None:
    facts = {"name": "Stryda Runner", "category": "Shoes", "price_paise": 799_900}
    with shoes.inside():
        catalogue.put_entries(shoes.a.id, [Entry("STR-1", facts, {"colour": "Red"})])
        catalogue.put_entries(shoes.b.id, [Entry("STR-2", facts)])
    browser = shoes.signed_in(shoes.a.viewer)
    answer = browser.get("/rules/try", query_string={"pick": "stryda", "do": "find"})
    assert answer.status_code == 303
    page = unescape(browser.get(answer.location).text)
    assert 'value="STR-1"' in page
    assert 'value="7999"' in page
    assert "colour = Red" in page
    assert "Which colour is it?" in page


def test_the_page_begins_with_what_came_back_last(shoes: World) -> None:
    shoes.register(store=shoes.b)
    assert "Came back last" not in tried(shoes)
    first, last = shoes.register(), shoes.register(customer_return_count=4)
    page = tried(shoes)
    assert page.count("NUV-P8-BLK · return") == 1
    assert last["awb"][-4:] in page
    assert first["awb"] != last["awb"]
    assert "f.customer_return_count=4" in page
    assert "Came back last" not in tried(shoes, **DEAR)


def test_what_nobody_knows_is_said_to_be_not_found(shoes: World) -> None:
    assert "Nothing found for “NO-SUCH”" in tried(shoes, pick="NO-SUCH", do="find")


def test_another_merchants_items_are_not_found(shoes: World) -> None:
    rvp = shoes.register(store=shoes.b)
    assert "Nothing found" in tried(shoes, pick=rvp["awb"], do="find")


def test_any_version_can_be_tried_and_an_unknown_one_is_not_found(shoes: World) -> None:
    page = tried(shoes, **{"book": "1", "f.category": "Mobiles", "f.price": "20000"})
    assert "Which IMEI does *#06# show?" in page
    answer = shoes.signed_in(shoes.a.viewer).get("/rules/try?book=99")
    assert answer.status_code == 404


def test_the_draft_is_tried_first_and_says_what_it_leaves_out(shoes: World) -> None:
    with shoes.inside():
        merchant = accounts.get_merchant(shoes.a.id)
        draft = rulebooks.open_draft(merchant, by=SYSTEM)
        document = dict(draft.document)
        document["rules"] = [
            *document["rules"],
            {"id": "bad", "title": "Bad", "cells": {"price": "cheap"}},
        ]
        rulebooks.change_draft(draft, draft.revision, document, saving=rulebooks.Saving(SYSTEM))
    page = tried(shoes, **DEAR)
    assert "Draft 3" in page
    assert re.search(r"The draft has \d faults?\.", page)
    assert "Which colour is it?" in page


def test_without_any_rules_the_page_says_so(world: World) -> None:
    with world.inside():
        merchant = accounts.create_merchant(slug="new", name="New", by=SYSTEM)
    page = world.signed_in(world.admin).get(f"/admin/merchants/{merchant.id}/rules/try").text
    assert "There are no rules yet." in page


def test_an_admin_tries_a_merchants_rules_and_a_merchant_not_anothers(shoes: World) -> None:
    path = f"/admin/merchants/{shoes.a.id}/rules/try"
    page = unescape(shoes.signed_in(shoes.admin).get(path, query_string=DEAR).text)
    assert "Fern Home" in page
    assert f"{path}?" in page
    assert shoes.signed_in(shoes.b.owner).get(path).status_code == 404


def test_a_script_gets_the_whole_state_as_the_address(shoes: World) -> None:
    browser = shoes.signed_in(shoes.a.viewer)
    asked = DEAR | {"f.brand": "", "a.whole": "yes"}
    answer = browser.get("/rules/try", query_string=asked, headers={"HX-Request": "true"})
    address = answer.headers["HX-Replace-Url"]
    assert "f.brand=" not in address
    assert browser.get(address).text.count('value="7999"') == 1


def test_the_card_beside_a_table_judges_answers_without_an_item(shoes: World) -> None:
    page = tried(shoes, "/rules/try/card", table="shoes")
    assert "Passed" in page
    page = tried(shoes, "/rules/try/card", table="shoes", **{"a.colour": "!mismatch"})
    assert "Needs a look" in page
    assert "Row 1 of “Shoes and bags”: Another colour came back" in page


def test_the_card_names_the_row_that_decides_as_its_table_numbers_it(shoes: World) -> None:
    document = SHOES | {
        "decisions": [
            {"id": "broken", "answers": {"whole": "no"}, "verdict": "fail", "say": "Broken"},
            *SHOES["decisions"],
        ]
    }
    with shoes.inside():
        merchant = accounts.get_merchant(shoes.a.id)
        rulebooks.publish(merchant, document, note="whole", kinds=SHIPPED, by=SYSTEM)
    wrong = {"a.colour": "!mismatch", "a.whole": "no"}
    assert "Row 1 of “Shoes and bags”" in tried(shoes, "/rules/try/card", table="shoes", **wrong)
    assert "Row 1 of “Every item”" in tried(shoes, "/rules/try/card", **wrong)


@pytest.mark.parametrize(
    "args",
    [
        {"f.attributes": "=" * 5000, "f.price": "9" * 400, "f.quantity": "-1", "open": "x" * 500},
        {"a." + "k" * 300: "v" * 9000, "r.whole": "sideways", "book": "²"},
        {"a.whole": "!nothing", "phone": "sepia", "pick": "%" * 500},
        {f"a.k{number}": "1" for number in range(900)},
    ],
)
def test_odd_addresses_are_answered_with_a_page(shoes: World, args: dict[str, str]) -> None:
    assert "Try the rules" in tried(shoes, **args)
