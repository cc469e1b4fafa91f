"""One-call mode: the inspection travels with the photo, or as an object of its own."""

import hashlib
import json
from typing import Any

import pytest

from qcportal.blueprints.callbacks.payloads import NOTE, note_of
from qcportal.blueprints.typed import decode_base64
from tests.world import World, a_capture, an_arrival, an_inspection


@pytest.fixture
def rvp(world: World) -> dict[str, Any]:
    made = world.register()
    world.assign(made["return_id"])
    return made


def metadata(world: World, form: dict[str, Any], data: bytes, **more: str) -> dict[str, str]:
    return {
        "photo-id": form["photo_id"],
        "executive-id": str(world.executive_id),
        "sha256": hashlib.sha256(data).hexdigest(),
    } | more


def with_note(world: World, form: dict[str, Any], note: str) -> dict[str, Any]:
    data = b"x" * 2000
    return an_arrival(form, data, metadata=metadata(world, form, data, note=note))


def as_object(world: World, form: dict[str, Any], content: object, **changes: Any) -> Any:
    data = json.dumps(content).encode()
    changes = {"metadata": metadata(world, form, data)} | changes
    kind = {"content_type": "application/json"}
    return an_arrival(form, data, content=content, **(kind | changes))


def tell(world: World, arrival: dict[str, Any]) -> dict[str, Any]:
    answer = world.callback(arrival)
    assert answer.status_code == 200, answer.get_json()
    return answer.get_json()["arrivals"][0]


def test_a_note_carries_the_inspection(world, rvp) -> None:
    form = world.forms(rvp["return_id"])["front"]
    inspection = an_inspection(rvp, a_capture(form))
    told = tell(world, with_note(world, form, note_of(inspection)))
    assert (told["outcome"], told["inspection"]) == ("verified", "recorded")
    assert world.return_row(rvp["return_id"]).verdict == "passed"


def test_an_object_of_kind_inspection_carries_it(world, rvp) -> None:
    forms = world.forms(rvp["return_id"], one_call=True)
    inspection = an_inspection(rvp, *[a_capture(forms[s]) for s in ("front", "damage", "imei")])
    told = tell(world, as_object(world, forms["inspection"], inspection))
    assert (told["outcome"], told["inspection"]) == ("verified", "recorded")
    row = world.return_row(rvp["return_id"])
    assert (row.qc_state, row.photos_coming, row.photos_absent) == ("evidence_incomplete", 3, 0)


def test_the_form_of_the_inspection_is_only_given_in_one_call_mode(world, rvp) -> None:
    assert "inspection" not in world.forms(rvp["return_id"])
    fields = world.forms(rvp["return_id"], one_call=True)["inspection"]["fields"]
    assert fields["Content-Type"] == "application/json"


def test_every_way_and_every_repetition_gives_one_inspection(world, rvp) -> None:
    forms = world.forms(rvp["return_id"], one_call=True)
    inspection = an_inspection(rvp, a_capture(forms["front"]))
    noted = with_note(world, forms["front"], note_of(inspection))
    held = as_object(world, forms["inspection"], inspection)
    assert tell(world, noted)["inspection"] == "recorded"
    assert tell(world, held)["inspection"] == "already"
    assert tell(world, noted)["inspection"] == "already"
    again = world.field("POST", "/inspections", inspection)
    assert (again.status_code, again.get_json()["status"]) == (200, "exists")


def test_it_is_validated_as_the_apps_own_call_is(world, rvp) -> None:
    forms = world.forms(rvp["return_id"], one_call=True)
    wrong = an_inspection(rvp)
    wrong["items"][0]["answers"][0]["check"] = "unheard-of"
    told = tell(world, as_object(world, forms["inspection"], wrong))
    assert told["outcome"] == "verified"
    assert told["inspection"].startswith("rejected: ")
    assert world.return_row(rvp["return_id"]).verdict is None


BAD_NOTES = [
    NOTE,
    NOTE + "%%%",
    NOTE + "e30",
    NOTE + "bnVsbA",
    note_of("text"),
    note_of([1]),
    note_of({"return_id": 3}),
]


@pytest.mark.parametrize("note", BAD_NOTES)
def test_a_bad_note_never_harms_its_photo(world, rvp, note: str) -> None:
    form = world.forms(rvp["return_id"])["front"]
    told = tell(world, with_note(world, form, note))
    assert told["outcome"] == "verified"
    assert told["inspection"].startswith("rejected: ")
    assert world.photo_rows(rvp["return_id"])["front"].verified_at is not None


def test_a_deeply_nested_note_never_harms_its_photo(world, rvp) -> None:
    import base64

    form = world.forms(rvp["return_id"])["front"]
    deep = NOTE + base64.b64encode(b"[" * 3000).decode()
    assert len(decode_base64(deep.removeprefix(NOTE))) == 3000
    told = tell(world, with_note(world, form, deep))
    assert told["outcome"] == "verified"


HOSTILE = [
    {"remarks": "NUL \x00 inside"},
    {"remarks": "half a letter \ud800"},
    {"items": "none"},
    {"client_inspection_id": "7"},
    {"unheard_of": True},
    {"clock_offset_ms": 10**400},
    {"started_at": "0001-01-01T00:00:00+14:00"},
]


@pytest.mark.parametrize("changes", HOSTILE)
@pytest.mark.parametrize("way", ["note", "object"])
def test_hostile_content_never_harms_its_photo(world, rvp, changes, way: str) -> None:
    forms = world.forms(rvp["return_id"], one_call=True)
    inspection = an_inspection(rvp, **changes)
    slot = "front" if way == "note" else "inspection"
    if way == "note":
        told = tell(world, with_note(world, forms[slot], note_of(inspection)))
    else:
        told = tell(world, as_object(world, forms[slot], inspection))
    assert told["outcome"] == "verified"
    assert told["inspection"].startswith("rejected: ")
    assert world.photo_rows(rvp["return_id"])[slot].verified_at is not None
    assert world.return_row(rvp["return_id"]).verdict is None


def test_content_nested_without_end_never_harms_its_photo(world, rvp) -> None:
    form = world.forms(rvp["return_id"], one_call=True)["inspection"]
    content: object = []
    for _ in range(200):
        content = [content]
    told = tell(world, as_object(world, form, content))
    assert told["outcome"] == "verified"
    assert told["inspection"].startswith("rejected: ")


def test_an_inspection_of_another_return_is_not_taken_from_this_ones_object(world, rvp) -> None:
    other = world.register()
    world.assign(other["return_id"])
    form = world.forms(rvp["return_id"], one_call=True)["inspection"]
    told = tell(world, as_object(world, form, an_inspection(other)))
    assert told["inspection"].startswith("rejected: ")
    assert world.return_row(other["return_id"]).verdict is None


def test_an_executive_without_the_run_sheet_cannot_inspect_through_s3(world, rvp) -> None:
    form = world.forms(rvp["return_id"], one_call=True)["inspection"]
    content = an_inspection(rvp)
    data = json.dumps(content).encode()
    told = metadata(world, form, data, **{"executive-id": str(world.other_executive_id)})
    answer = tell(world, as_object(world, form, content, metadata=told))
    assert answer["inspection"].startswith("rejected: ")
    assert world.return_row(rvp["return_id"]).verdict is None


def test_an_object_that_was_refused_brings_no_inspection(world, rvp) -> None:
    form = world.forms(rvp["return_id"], one_call=True)["inspection"]
    told = metadata(world, form, b"what the phone really sent")
    answer = tell(world, as_object(world, form, an_inspection(rvp), metadata=told))
    assert (answer["outcome"], answer["reason"]) == ("refused", "digest_mismatch")
    assert world.return_row(rvp["return_id"]).verdict is None


def test_an_inspection_that_cannot_be_taken_in_is_told_to_people_and_kept_by_the_phone(
    world, rvp
) -> None:
    form = world.forms(rvp["return_id"], one_call=True)["inspection"]
    arrival = as_object(world, form, None, content_error="not JSON: line 1")
    for _ in range(2):
        assert tell(world, arrival)["inspection"] == (
            "rejected: its content cannot be read: not JSON: line 1"
        )
    page = world.signed_in(world.a.owner).get(f"/returns/{rvp['return_id']}").text
    assert page.count("An inspection came that could not be taken in") == 1
    assert "its content cannot be read: not JSON: line 1" in page
    asked = {"digests": [arrival["sha256"]]}
    held = world.field("POST", "/uploads/status", asked).get_json()["uploads"][0]
    assert (held["state"], held["may_delete"]) == ("refused", False)
    assert world.field("POST", "/inspections", an_inspection(rvp)).status_code == 201
    held = world.field("POST", "/uploads/status", asked).get_json()["uploads"][0]
    assert (held["state"], held["may_delete"]) == ("verified", True)


def test_the_file_of_an_inspection_is_no_photo_in_the_timeline(world, rvp) -> None:
    forms = world.forms(rvp["return_id"], one_call=True)
    tell(world, as_object(world, forms["inspection"], an_inspection(rvp)))
    page = world.signed_in(world.a.owner).get(f"/returns/{rvp['return_id']}").text
    assert "Inspection file arrived" in page
    assert "Photo arrived" not in page
