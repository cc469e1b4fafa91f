"""The chain from intake to verified photo, with the relay's callbacks made by hand."""

from tests.world import World, a_capture, an_arrival, an_inspection


def test_a_photo_is_verified_whichever_comes_first(world: World) -> None:
    first, second = world.register(), world.register()
    world.assign(first["return_id"], second["return_id"])
    for rvp, callback_first in ((first, True), (second, False)):
        forms = world.forms(rvp["return_id"])
        slots = [forms[slot] for slot in ("front", "damage", "imei")]
        arrivals = [an_arrival(form, version_id=form["photo_id"]) for form in slots]
        inspection = an_inspection(rvp, *[a_capture(form) for form in slots])
        steps = [
            lambda a=arrivals: world.callback(*a),
            lambda i=inspection: world.field("POST", "/inspections", i),
        ]
        for step in steps if callback_first else reversed(steps):
            answer = step()
            assert answer.status_code in {200, 201}, answer.get_json()
        row = world.return_row(rvp["return_id"])
        assert (row.qc_state, row.verdict) == ("passed", "passed")
        assert (row.photos_wanted, row.photos_here, row.photos_coming) == (3, 3, 0)


def test_evidence_is_incomplete_until_the_last_photo_is_here(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    forms = world.forms(rvp["return_id"])
    captures = [a_capture(forms[slot]) for slot in ("front", "imei")]
    answer = world.field("POST", "/inspections", an_inspection(rvp, *captures))
    assert answer.get_json()["qc_state"] == "evidence_incomplete"
    assert (answer.get_json()["photos_coming"], answer.get_json()["photos_absent"]) == (2, 1)
    for slot in ("front", "imei", "damage"):
        world.callback(an_arrival(forms[slot]))
    assert world.return_row(rvp["return_id"]).qc_state == "passed"
