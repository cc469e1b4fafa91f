"""The documents to begin with: each can be published as it is, and nothing in it stands out."""

import pytest

from qcportal import errors
from qcportal.capture_kinds import SHIPPED
from qcportal.rulebooks import STARTERS, starter_document
from qcportal.rules import document
from qcportal.rules.analysis import analyse
from qcportal.rules.compiler import compile_checklist
from qcportal.rules.facts import ItemFacts

NAMES = [each.name for each in STARTERS]


@pytest.mark.parametrize("name", NAMES)
def test_a_starter_can_be_published_as_it_is(name: str) -> None:
    book = document.parse(starter_document(name), kinds=SHIPPED)
    warned = [each.says for each in analyse(book) if each.severity == "warning"]
    assert warned == []


@pytest.mark.parametrize("name", ["fashion", "electronics"])
@pytest.mark.parametrize("reason", ["Wrong item received", "Item was DAMAGED on arrival"])
def test_nobody_is_refused_for_the_stores_own_mistake(name: str, reason: str) -> None:
    book = document.parse(starter_document(name), kinds=SHIPPED)
    item = ItemFacts("S", category="Shoes", return_reason=reason)
    checklist = compile_checklist(book, item, rulebook_version=1).checklist
    assert checklist.qc == "photos_only"
    assert {check.type for check in checklist.checks} == {"photo_only"}


def test_a_phones_imei_is_not_told_to_the_phone() -> None:
    book = document.parse(starter_document("electronics"), kinds=SHIPPED)
    item = ItemFacts("P", category="mobiles", attributes={"imei": "490154203237518"})
    checks = {
        check.key: check
        for check in compile_checklist(book, item, rulebook_version=1).checklist.checks
    }
    assert checks["imei"].last_digits == 6


def test_an_unknown_starter_is_refused() -> None:
    with pytest.raises(errors.Invalid):
        starter_document("../secrets")
