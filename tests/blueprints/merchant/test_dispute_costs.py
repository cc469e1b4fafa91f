"""What the pages of disputes ask the database: as many statements for many as for few."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.blueprints.merchant.claiming import TEXT, owner
from tests.blueprints.merchant.test_bulk_disputes import address
from tests.disputes.cases import in_review, inspected, sent
from tests.statements import asked
from tests.world import World, csrf_of

MOST = {"list": 10, "late": 10, "form": 16, "bulk": 18, "page": 18, "export": 10, "live": 12}


def costs(
    world: World, browser: FlaskClient, rvps: list[dict[str, Any]], key: Any
) -> dict[str, int]:
    pages = {
        "list": "/disputes",
        "late": "/disputes?tab=late",
        "form": f"/returns/{rvps[0]['return_id']}/dispute/new",
        "bulk": address(rvps),
        "page": f"/disputes/{key}",
        "export": "/exports/new?list=disputes",
        "live": f"/disputes/{key}/live?seen=1.1.1.",
    }
    return {
        name: len(asked(world, lambda path=path: browser.get(path))) for name, path in pages.items()
    }


def test_pages_of_disputes_ask_no_more_for_many(world: World) -> None:
    browser, rvps = owner(world), [inspected(world), inspected(world)]
    dispute = in_review(world)
    costs(world, browser, rvps, dispute.id)
    few = costs(world, browser, rvps[:1], dispute.id)
    for _ in range(4):
        sent(world)
        rvps.append(inspected(world, items=2))
    many = costs(world, browser, rvps, dispute.id)
    assert many == few
    assert {name: few[name] for name in few if few[name] > MOST[name]} == {}


@pytest.mark.parametrize("action", ["check", "drafts"])
def test_raising_several_costs_each_the_same(world: World, action: str) -> None:
    browser = owner(world)
    token = csrf_of(browser, "/account/second-step")

    def raised(count: int) -> int:
        form = {"kind": "should_have_passed", "text": TEXT, "action": action, "csrf_token": token}
        rvps = [inspected(world) for _ in range(count)]
        ids = [rvp["return_id"] for rvp in rvps]
        return len(
            asked(world, lambda: browser.post("/disputes/bulk", data=form | {"return": ids}))
        )

    raised(1)
    one, three, five = raised(1), raised(3), raised(5)
    assert five - three == three - one
