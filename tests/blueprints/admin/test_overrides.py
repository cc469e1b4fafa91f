"""An admin's override on the return page: the form, its faults, and what the merchant reads."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.reviews.cases import REASON, a_case, items_of
from tests.world import World, an_inspection, csrf_of


def override(browser: FlaskClient, rvp: dict[str, Any], **changes: str) -> Any:
    form = {
        "csrf_token": csrf_of(browser, "/account/second-step"),
        "verdict": "pass",
        "reason": REASON,
        "seen": "0",
    }
    path = f"/admin/returns/{rvp['return_id']}/items/{rvp['items'][0]['item_id']}/override"
    return browser.post(path, data=form | changes)


def test_the_merchant_reads_who_decided_why_and_what_the_inspection_said(world: World) -> None:
    rvp = a_case(world)
    browser = world.signed_in(world.admin)
    assert "Decide otherwise" in browser.get(f"/admin/returns/{rvp['return_id']}").text
    assert override(browser, rvp).status_code == 303
    page = world.signed_in(world.a.viewer).get(f"/returns/{rvp['return_id']}").text
    assert "The inspection said Needs a look; Asha Shinde decided Passed" in page
    assert REASON in page
    assert "Overridden: Passed" in page
    assert "Decide otherwise" not in page
    assert world.return_row(rvp["return_id"]).qc_state == "overridden"


def test_a_short_reason_comes_back_with_what_was_typed(world: World) -> None:
    rvp = a_case(world)
    answer = override(world.signed_in(world.admin), rvp, reason="Too short")
    assert answer.status_code == 400
    assert "Give a reason of 20 to 1000 characters" in answer.text
    assert ">Too short</textarea>" in answer.text
    assert items_of(world, rvp["return_id"])[0].verdict == "needs_review"


def test_who_did_not_see_the_last_decision_is_told_of_it(world: World) -> None:
    rvp = a_case(world)
    browser = world.signed_in(world.admin)
    override(browser, rvp)
    answer = override(browser, rvp, verdict="fail")
    assert answer.status_code == 409
    assert "Asha Shinde decided meanwhile: Passed" in answer.text
    assert REASON in answer.text
    assert items_of(world, rvp["return_id"])[0].verdict == "pass"


@pytest.mark.parametrize(
    "form", [{"verdict": "perhaps"}, {"verdict": ""}, {"seen": "x"}, {"seen": "-1"}]
)
def test_what_cannot_be_understood_decides_nothing(world: World, form: dict[str, str]) -> None:
    rvp = a_case(world)
    assert override(world.signed_in(world.admin), rvp, **form).status_code == 400
    assert items_of(world, rvp["return_id"])[0].decisions == 0


def test_an_auditor_has_no_form_and_may_not(world: World) -> None:
    rvp = a_case(world)
    with world.inside():
        auditor = world._person("audit@carrier.example", "Auditor", "auditor", None)
    browser = world.signed_in(auditor)
    assert "Decide otherwise" not in browser.get(f"/admin/returns/{rvp['return_id']}").text
    assert override(browser, rvp).status_code == 403


def test_a_pass_with_a_photo_missing_is_not_final_and_names_the_photo(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    assert world.field("POST", "/inspections", an_inspection(rvp)).status_code == 201
    page = world.signed_in(world.a.owner).get(f"/returns/{rvp['return_id']}").text
    assert "Passed, not final yet" in page
    for name in ("Whole item", "Damage", "IMEI label"):
        assert f"<li>{name} of Nuvio P8 phone</li>" in page
