"""What a merchant said of a SKU once completes the returns that do not say it again."""

import uuid
from typing import Any

import pytest
from sqlalchemy import select

from qcportal import catalogue, errors, tenancy
from qcportal.catalogue import Entry, Tally
from qcportal.db import db
from qcportal.returns import ReturnItem
from tests.world import World, a_return, an_item

PHONE = {
    "name": "Nuvio P8",
    "brand": "Nuvio",
    "category": "Mobiles",
    "price_paise": 1_499_900,
    "mrp_paise": 1_699_900,
    "reference_images": ["https://cdn.fern.example/p8-front.jpg"],
}


def put(world: World, *entries: Entry) -> Tally:
    with world.inside():
        return catalogue.put_entries(world.a.id, entries)


def held(world: World, sku: str) -> catalogue.CatalogueItem:
    with world.inside(commit=False):
        return catalogue.get_item(world.a.id, sku)


def item_row(world: World, rvp: dict[str, Any]) -> ReturnItem:
    with world.inside(commit=False):
        wanted = ReturnItem.return_id == uuid.UUID(rvp["return_id"])
        return db.session.scalars(select(ReturnItem).where(wanted)).one()


def bare_item(**changes: Any) -> dict[str, Any]:
    """An item of which nothing is sent but its SKU and name."""
    return {"client_sku_id": "NUV-P8", "name": "Nuvio P8"} | changes


def test_saying_it_again_changes_nothing(world: World) -> None:
    entry = Entry("NUV-P8", PHONE, {"imei": "004400112233445"})
    assert put(world, entry) == Tally(added=1)
    before = held(world, "NUV-P8").updated_at
    assert put(world, entry) == Tally(same=1)
    assert held(world, "NUV-P8").updated_at == before
    assert put(world, Entry("NUV-P8", {"brand": "Nuvio India"})) == Tally(changed=1)


def test_what_an_entry_does_not_name_stays_and_an_empty_text_goes(world: World) -> None:
    put(world, Entry("NUV-P8", PHONE, {"colour": "Black", "size": "8"}))
    put(world, Entry("NUV-P8", {"price_paise": None}, {"size": "", "ean": "4006381333931"}))
    item = held(world, "NUV-P8")
    assert (item.price_paise, item.mrp_paise, item.brand) == (None, 1_699_900, "Nuvio")
    assert item.attributes == {"colour": "Black", "ean": "4006381333931"}


def test_an_entry_that_replaces_is_all_that_holds(world: World) -> None:
    put(world, Entry("NUV-P8", PHONE, {"colour": "Black"}))
    put(world, Entry("NUV-P8", {"brand": "Nuvio"}, {"size": "8"}, replaces=True))
    item = held(world, "NUV-P8")
    assert (item.name, item.brand, item.price_paise, item.reference_images) == (
        "",
        "Nuvio",
        None,
        [],
    )
    assert item.attributes == {"size": "8"}


def test_one_call_adds_changes_and_leaves_many(world: World) -> None:
    put(world, *(Entry(f"S-{n}", {"brand": "Fern"}) for n in range(10)))
    mixed = [Entry(f"S-{n}", {"brand": "Fern" if n < 6 else "Kiln"}) for n in range(20)]
    assert put(world, *mixed) == Tally(added=10, changed=4, same=6)


def test_skus_are_found_by_sku_name_and_brand_however_they_are_typed(world: World) -> None:
    put(
        world,
        Entry("TEE-1", {"name": "Kurta नीला", "brand": "Élan"}),
        Entry("TEE-2", {"name": "50%_off shirt", "brand": "Fern"}),
    )

    def skus(words: str, after: str = "") -> list[str]:
        with world.inside(commit=False):
            page = catalogue.find_page(world.a.id, words, after=after, limit=10)
            return [item.client_sku_id for item in page]

    assert skus("") == ["TEE-1", "TEE-2"]
    assert skus("tee  ÉLAN") == ["TEE-1"]
    assert skus("नीला") == ["TEE-1"]
    assert skus("%_o") == ["TEE-2"]
    assert skus("_e") == []
    assert skus("tee", after="TEE-1") == ["TEE-2"]


def test_a_catalogue_is_its_merchants_alone(world: World) -> None:
    put(world, Entry("NUV-P8", PHONE))
    with world.app.app_context(), tenancy.tenant(world.b.id):
        assert catalogue.find_items(world.b.id, ["NUV-P8"]) == {}
        with pytest.raises(errors.NotFound):
            catalogue.get_item(world.a.id, "NUV-P8")


def test_a_return_is_completed_from_the_catalogue(world: World) -> None:
    put(world, Entry("NUV-P8", PHONE, {"imei": "004400112233445", "colour": "Black"}))
    rvp = world.register(items=[bare_item(attributes={"Colour": "Blue"})])
    item = item_row(world, rvp)
    assert (item.brand, item.category, item.price_paise) == ("Nuvio", "Mobiles", 1_499_900)
    assert item.reference_images == PHONE["reference_images"]
    assert item.attributes == {"imei": "004400112233445", "colour": "Blue"}, "what was sent stays"
    assert sorted(item.from_catalogue) == [
        "attributes.imei", "brand", "category", "mrp", "price", "reference_images",
    ]  # fmt: skip
    told = world.partner("GET", f"/returns/{rvp['return_id']}").get_json()["items"][0]
    assert told["from_catalogue"] == item.from_catalogue


def test_the_rules_see_what_the_catalogue_says(world: World) -> None:
    put(world, Entry("NUV-P8", PHONE, {"imei": "004400112233445"}))
    bare = world.register(items=[bare_item(client_sku_id="OTHER")])
    known = world.register(items=[bare_item()])
    assert bare["photos"]["wanted"] < known["photos"]["wanted"], "the IMEI is asked for"


def test_what_is_sent_in_full_takes_nothing(world: World) -> None:
    put(world, Entry("NUV-P8", PHONE, {"imei": "999999999999999"}))
    sent = an_item(client_sku_id="NUV-P8", brand="Own", category="Own", price=1, mrp=2)
    item = item_row(world, world.register(items=[sent]))
    assert (item.from_catalogue, item.brand, item.price_paise) == ([], "Own", 100)
    assert item.attributes["imei"] == sent["attributes"]["imei"]


def test_the_same_request_is_the_same_after_the_catalogue_changed(world: World) -> None:
    put(world, Entry("NUV-P8", PHONE))
    body = a_return(items=[bare_item()])
    assert world.partner("POST", "/returns", body).status_code == 201
    put(world, Entry("NUV-P8", {"brand": "Another", "price_paise": 5}))
    again = world.partner("POST", "/returns", body)
    assert again.status_code == 200, again.get_json()
    changed = world.partner("POST", "/returns", body | {"items": [bare_item(brand="Nuvio")]})
    assert changed.status_code == 409
