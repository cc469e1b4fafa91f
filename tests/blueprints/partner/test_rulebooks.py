"""A merchant's back-end publishes numbered versions of its rulebook and reads them."""

import copy

import pytest

from tests.world import RULEBOOK, World


def another(**changes: object) -> dict[str, object]:
    return copy.deepcopy(RULEBOOK) | {"title": "Electronics, stricter"} | changes


def test_a_new_document_is_the_next_version(world: World) -> None:
    answer = world.partner("POST", "/rulebooks", {"document": another(), "note": "stricter"})
    assert answer.status_code == 201, answer.get_json()
    body = answer.get_json()
    assert (body["version"], body["note"]) == (2, "stricter")
    assert body["document"]["title"] == "Electronics, stricter"
    assert world.partner("GET", "/rulebooks/2").get_json() == body


def test_the_same_document_again_changes_nothing(world: World) -> None:
    first = world.partner("POST", "/rulebooks", {"document": another()}).get_json()
    again = world.partner("POST", "/rulebooks", {"document": another(), "note": "again"})
    assert (again.status_code, again.get_json()) == (200, first)


def test_an_older_document_may_come_back_as_a_new_version(world: World) -> None:
    world.partner("POST", "/rulebooks", {"document": another()})
    back = world.partner("POST", "/rulebooks", {"document": RULEBOOK})
    assert (back.status_code, back.get_json()["version"]) == (201, 3)
    assert back.get_json()["digest"] == world.partner("GET", "/rulebooks/1").get_json()["digest"]


def test_versions_are_listed_newest_first_without_their_documents(world: World) -> None:
    world.partner("POST", "/rulebooks", {"document": another()})
    versions = world.partner("GET", "/rulebooks").get_json()["versions"]
    assert [each["version"] for each in versions] == [2, 1]
    assert not any(each["document"] for each in versions)


def test_a_return_keeps_the_checklist_it_was_issued_with(world: World) -> None:
    made = world.register()
    world.assign(made["return_id"])
    before = world.field("GET", "/run-sheet").get_json()["stops"][0]["items"][0]["checklist"]
    document = another()
    document["rules"] = document["rules"][:1]
    assert world.partner("POST", "/rulebooks", {"document": document}).status_code == 201
    after = world.field("GET", "/run-sheet").get_json()["stops"][0]["items"][0]["checklist"]
    assert after == before
    newer = world.register()
    assert {"imei"} - set(world.photo_rows(newer["return_id"])) == {"imei"}


def test_all_faults_of_a_document_come_at_once_with_places_and_suggestions(world: World) -> None:
    document = another()
    rules = document["rules"]
    rules[0]["checks"][0]["type"] = "yes_on"
    rules[1]["when"] = 'categry == "Mobiles"'
    rules[1]["checks"][0]["photos"][0]["kind"] = "foto"
    rules[1]["colour"] = "red"
    answer = world.partner("POST", "/rulebooks", {"document": document})
    assert answer.status_code == 400
    faults = {fault["path"]: fault for fault in answer.get_json()["errors"]}
    paths = set(faults)
    assert len(paths) >= 4, faults
    assert any(path.endswith("/rules/0/checks/0/type") for path in paths)
    assert any(path.endswith("/rules/1/when") for path in paths)
    assert any(path.endswith("/rules/1/checks/0/photos/0/kind") for path in paths)
    suggestions = " ".join(fault.get("suggestion") or "" for fault in faults.values())
    for mend in ("yes_no", "category", "photo"):
        assert mend in suggestions
    assert len(world.partner("GET", "/rulebooks").get_json()["versions"]) == 1


def test_the_places_of_the_faults_point_into_what_was_sent(world: World) -> None:
    sent = {"document": another(rules=[{"id": "a", "title": "A", "checks": [{"key": "k"}]}])}
    for fault in world.partner("POST", "/rulebooks", sent).get_json()["errors"]:
        assert fault["path"].startswith("/document/"), fault


@pytest.mark.parametrize(
    "document", [{}, {"rules": []}, {"title": "x", "rules": "none"}, {"title": 1, "rules": [1]}]
)
def test_what_is_no_rulebook_is_400(world: World, document: object) -> None:
    answer = world.partner("POST", "/rulebooks", {"document": document})
    assert answer.status_code == 400
    assert answer.get_json()["errors"]


@pytest.mark.parametrize("number", [10**400, 1e308, -(10**30), 0.1])
def test_numbers_of_any_size_are_kept_or_refused(world: World, number: float) -> None:
    document = another()
    document["rules"][0]["checks"].append(
        {
            "key": "weight",
            "type": "number",
            "question": "Weight?",
            "expected": {"value": number},
        }
    )
    answer = world.partner("POST", "/rulebooks", {"document": document})
    assert answer.status_code in {201, 400}, answer.get_json()
    if answer.status_code == 201:
        made = world.register()
        assert made["qc_scope"] == "full"


@pytest.mark.parametrize("version", ["0", "3", "99999999999", "x", "-1"])
def test_a_version_that_is_not_there_is_no_500(world: World, version: str) -> None:
    assert world.partner("GET", f"/rulebooks/{version}").status_code in {400, 404}


def test_nobody_reads_or_publishes_anothers_rulebooks(world: World) -> None:
    world.partner("POST", "/rulebooks", {"document": another(title="Kiln's own")}, store=world.b)
    assert world.partner("GET", "/rulebooks/2").status_code == 404
    assert "Kiln" not in world.partner("GET", "/rulebooks").text
    assert world.call("GET", "/api/v1/rulebooks").status_code == 401
    assert world.call("POST", "/api/v1/rulebooks", {"document": another()}).status_code == 401
    assert world.partner("DELETE", "/rulebooks/1").status_code == 405
