"""A return's page explains itself: why each check, how it was compared, who decided, what lacks."""

import re
from datetime import timedelta
from typing import Any

from qcportal import clock, reviews
from qcportal.history import Actor
from tests.reviews.cases import reviews_of
from tests.world import World, a_capture, an_arrival, an_inspection, an_item

IMEI = "490154203237518"
BOOK: dict[str, Any] = {
    "title": "Phones and shirts",
    "tables": [
        {"key": "phones", "title": "Phones", "categories": ["Mobiles"]},
        {"key": "shirts", "title": "Shirts", "categories": ["Shirts"]},
    ],
    "rules": [
        {
            "id": "imei",
            "title": "Dear phones",
            "table": "phones",
            "cells": {"price": ">= 10000"},
            "checks": [
                {
                    "key": "imei",
                    "type": "imei_match",
                    "question": "Which IMEI does *#06# show?",
                    "expected": {"from": "attributes.imei"},
                    "photos": [{"key": "label", "title": "IMEI label", "kind": "photo"}],
                },
                {"key": "on", "type": "yes_no", "question": "Is it on?", "required": False},
            ],
        },
        {
            "id": "shirt",
            "title": "All shirts",
            "table": "shirts",
            "checks": [
                {
                    "key": "tag",
                    "type": "yes_no",
                    "question": "Is the tag on it?",
                    "expected": {"value": "yes"},
                    "per_unit": True,
                    "photos": [{"key": "tag", "title": "Tag", "kind": "photo"}],
                }
            ],
        },
        {
            "id": "wrong",
            "title": "Wrong item shipped",
            "cells": {"return_reason": "Wrong item"},
            "qc": "none",
        },
    ],
    "decisions": [
        {
            "id": "dark",
            "table": "phones",
            "answers": {"imei": "not checked"},
            "verdict": "needs_review",
            "say": "Compare the label on the photo",
        }
    ],
    "review": {"minutes": 45, "default": "pass"},
}
PHONE = an_item(attributes={"imei": IMEI})
SHIRTS = an_item(name="Harrow shirt", category="Shirts", quantity=3, price=999, attributes={})


def registered(world: World, item: dict[str, Any]) -> dict[str, Any]:
    answer = world.partner("POST", "/rulebooks", {"document": BOOK, "note": "Tables"})
    assert answer.status_code in (200, 201), answer.get_json()
    rvp = world.register(items=[item])
    world.assign(rvp["return_id"])
    return rvp


def inspected(world: World, item: dict[str, Any], *answers: dict[str, Any]) -> dict[str, Any]:
    rvp = registered(world, item)
    sent = an_inspection(rvp)
    sent["items"][0]["answers"] = list(answers)
    answer = world.field("POST", "/inspections", sent)
    assert answer.status_code == 201, answer.get_json()
    return rvp


def page_of(world: World, rvp: dict[str, Any]) -> str:
    return world.signed_in(world.a.owner).get(f"/returns/{rvp['return_id']}").text


def test_a_check_says_which_row_asks_it_in_words_and_how_it_was_compared(world: World) -> None:
    told = {"check": "imei", "result": "match", "value": "490154203237526"}
    page = page_of(world, inspected(world, PHONE, told))
    assert re.search(
        r'<a href="/rules/versions/\d+#row-[^"]+"><b>Dear phones</b></a>, asked where', page
    )
    assert "category is “Mobiles”" in page
    assert "price at least 10000" in page
    assert "Phones and shirts, version 2" in page
    assert f"<b>Compared:</b> Found “490154203237526”, expected “{IMEI}”" in page


def test_both_results_are_named_where_phone_and_server_differ(world: World) -> None:
    told = {"check": "imei", "result": "match", "value": "490154203237526"}
    page = page_of(world, inspected(world, PHONE, told))
    assert "The phone said “As expected”, the server says “Not as expected”." in page
    assert "Phone differs" in page
    same = {"check": "imei", "result": "match", "value": IMEI}
    assert "Phone differs" not in page_of(world, inspected(world, PHONE, same))


def test_pieces_are_shown_one_by_one_and_their_photos_named(world: World) -> None:
    told = [
        {"check": key, "result": "match" if value == "yes" else "mismatch", "value": value}
        for key, value in (("tag", "yes"), ("tag_2", "no"), ("tag_3", "yes"))
    ]
    page = page_of(world, inspected(world, SHIRTS, *told))
    places = [page.index(f"Piece {number} of 3") for number in (1, 2, 3)]
    assert places == sorted(places)
    assert "Failed" in page[places[1] : places[2]]
    assert "Failed" not in page[places[2] : page.index("</tbody>", places[2])]
    assert "Partly failed, not final yet" in page
    assert "piece 2 of 3" in page


def test_an_item_that_a_row_spares_its_checks_says_which_row(world: World) -> None:
    page = page_of(world, registered(world, PHONE | {"return_reason": "Wrong item"}))
    assert "No check: row “Wrong item shipped” of the rulebook." in page
    assert "What was asked otherwise" in page
    otherwise = page[page.index('<ul class="otherwise">') :]
    assert "<b>Which IMEI does *#06# show?</b><br><b>Is it on?</b><br>" in otherwise
    assert otherwise.count("lets this item go without a check.") == 1


def test_a_pass_is_not_final_on_the_page_as_long_as_it_is_not_in_the_api(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    forms = world.forms(rvp["return_id"])
    world.field("POST", "/inspections", an_inspection(rvp, a_capture(forms["front"])))
    silent = an_arrival(forms["damage"], metadata={"photo-id": forms["damage"]["photo_id"]})
    world.callback(an_arrival(forms["front"]), an_arrival(forms["imei"]), silent)
    with clock.frozen(clock.now() + timedelta(days=3)):
        page = page_of(world, rvp)
    assert "Passed, not final yet" in page
    assert "Damage of Nuvio P8 phone (it is here, but the phone never said so)" in page


def test_the_rulebooks_row_policy_and_words_lead_to_a_decision(world: World) -> None:
    told = [{"check": "imei", "result": "not_checked"}, {"check": "on", "result": "match"}]
    rvp = inspected(world, PHONE, *told)
    (review,) = reviews_of(world, rvp["return_id"])
    assert review.default_verdict == "pass"
    page = page_of(world, rvp)
    assert "Compare the label on the photo" in page
    assert "44 min left" in page
    assert "the rulebook decides: take it back." in page
    with world.inside():
        reviews.decide(review.id, "refuse", by=Actor("user", "x", "Meera Iyer"), note="Too dark")
    page = page_of(world, rvp)
    assert "Meera Iyer decided Failed: “Too dark”" in page
    assert "Refused: leave it with the customer" in page


def test_a_question_that_came_with_the_return_is_no_row_for_every_item(world: World) -> None:
    question = {"id": "box", "question": "Is the box there?"}
    page = page_of(world, registered(world, PHONE | {"questions": [question]}))
    own = re.search(r"<li><b>([^<]*own question[^<]*)</b>([^<]*)</li>", page)
    assert own is not None
    assert own[2] == ""
