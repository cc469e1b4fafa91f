"""Disputes over the partner API: raised once, followed, answered, with files of one's own."""

import hashlib
import uuid
from datetime import timedelta
from typing import Any

import pytest

from qcportal import accounts, api_keys, clock, disputes
from qcportal.history import SYSTEM
from tests.disputes.cases import ASHA, DECLINED, TEXT, inspected, steps
from tests.world import World, an_arrival

PDF = b"%PDF-1.7 " + b"x" * 500


def body_of(world: World, rvp: dict[str, Any], **changes: Any) -> dict[str, Any]:
    photo = world.photo_rows(rvp["return_id"])["front"]
    body = {
        "client_request_id": f"d-{uuid.uuid4().hex[:8]}",
        "return_id": rvp["return_id"],
        "kind": "should_have_passed",
        "text": TEXT,
        "items": [{"item_id": rvp["items"][0]["item_id"], "amount_minor": 150_000}],
        "evidence": [
            {"photo_id": str(photo.id), "box": {"x": 0, "y": 0, "width": 1, "height": 0.5}}
        ],
    }
    return body | changes


def raised(world: World, **changes: Any) -> dict[str, Any]:
    answer = world.partner("POST", "/disputes", body_of(world, inspected(world), **changes))
    assert answer.status_code == 201, answer.get_json()
    return answer.get_json()


def asked(world: World, dispute_id: str) -> None:
    with world.inside():
        disputes.claim(uuid.UUID(dispute_id), by=ASHA)
        disputes.ask(uuid.UUID(dispute_id), "Which side of the box do you mean?", by=ASHA)


def declined(world: World, dispute_id: str) -> None:
    with world.inside():
        disputes.decide(uuid.UUID(dispute_id), DECLINED, by=ASHA)
        disputes.settle_due(clock.now() + timedelta(minutes=1))


def test_a_dispute_is_raised_and_read(world: World) -> None:
    made = raised(world)
    assert (made["number"], made["state"], made["waits_for"]) == ("D-1001", "open", "admin")
    assert (made["category"], made["check"], made["amount_minor"]) == ("damaged", "damage", 150_000)
    (cited,) = made["evidence"]
    assert cited["box"] == {"x": 0, "y": 0, "width": 1, "height": 0.5}
    assert cited["url"].startswith("http")
    assert made["actions"] == ["add", "withdraw"]
    assert world.partner("GET", f"/disputes/{made['dispute_id']}").get_json()["text"] == TEXT
    listed = world.partner("GET", "/disputes").get_json()["disputes"]
    assert [each["dispute_id"] for each in listed] == [made["dispute_id"]]
    rvp = world.partner("GET", f"/returns/{made['return_id']}").get_json()
    assert rvp["dispute_state"] == "open"


def test_the_same_request_again_is_the_same_dispute(world: World) -> None:
    body = body_of(world, inspected(world))
    first = world.partner("POST", "/disputes", body)
    again = world.partner("POST", "/disputes", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json()["dispute_id"] == again.get_json()["dispute_id"]
    other = world.partner("POST", "/disputes", body | {"text": TEXT + " Really."})
    assert other.status_code == 409
    assert "client_request_id" in other.get_json()["detail"]


def test_a_second_dispute_of_a_return_is_refused_by_its_receipt(world: World) -> None:
    rvp = inspected(world)
    assert world.partner("POST", "/disputes", body_of(world, rvp)).status_code == 201
    second = world.partner("POST", "/disputes", body_of(world, rvp))
    assert second.status_code == 409
    assert second.get_json()["detail"] == "It is disputed already: D-1001."


def test_what_is_wrong_is_told_at_once_and_nothing_is_kept(world: World) -> None:
    rvp = inspected(world)
    wrong = body_of(world, rvp, text="short", evidence=[])
    answer = world.partner("POST", "/disputes", wrong)
    assert answer.status_code == 400
    assert [each["path"] for each in answer.get_json()["errors"]] == ["/text", "/evidence"]
    assert world.partner("GET", "/disputes").get_json()["disputes"] == []
    assert world.return_row(rvp["return_id"]).dispute_state == "none"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"kind": "nonsense"}, 400),
        ({"amount": 5}, 400),
        ({"return_id": str(uuid.uuid4())}, 404),
        ({"kind": "should_have_failed"}, 400),
        ({"currency": "rupees"}, 400),
        ({"send": "yes"}, 400),
    ],
)
def test_bad_input_is_refused(world: World, changes: dict, status: int) -> None:
    body = body_of(world, inspected(world)) | changes
    assert world.partner("POST", "/disputes", body).status_code == status


def test_whether_a_return_can_be_disputed_is_said(world: World) -> None:
    fresh, failed = world.register(), inspected(world)
    no = world.partner("GET", f"/returns/{fresh['return_id']}/disputable").get_json()
    yes = world.partner("GET", f"/returns/{failed['return_id']}/disputable").get_json()
    assert (no["allowed"], no["code"]) == (False, "not_inspected")
    assert (yes["allowed"], yes["file_by"] is not None) == (True, True)
    assert world.partner("GET", f"/returns/{uuid.uuid4()}/disputable").status_code == 404


def test_a_question_is_answered_and_the_thread_is_there(world: World) -> None:
    made = raised(world)
    path = f"/disputes/{made['dispute_id']}"
    early = world.partner("POST", f"{path}/answer", {"text": "Nobody asked."})
    assert early.status_code == 409
    asked(world, made["dispute_id"])
    seen = world.partner("GET", path).get_json()
    assert (seen["state"], seen["messages"][0]["kind"]) == ("info_requested", "question")
    assert [each["number"] for each in found(world, "tab=question")] == ["D-1001"]
    answered = world.partner("POST", f"{path}/answer", {"text": "The left side."}).get_json()
    assert (answered["state"], answered["messages"][1]["author"]) == ("under_review", "erp")
    more = world.partner("POST", f"{path}/words", {"text": "And the top."}).get_json()
    assert [each["kind"] for each in more["messages"]] == ["question", "answer", "words"]


def found(world: World, query: str) -> list[dict[str, Any]]:
    return world.partner("GET", f"/disputes?{query}").get_json()["disputes"]


def test_an_unanswered_question_goes_on_for_whoever_looks(world: World) -> None:
    made = raised(world)
    asked(world, made["dispute_id"])
    with clock.frozen(clock.now() + timedelta(days=12)):
        seen = world.partner("GET", f"/disputes/{made['dispute_id']}").get_json()
    assert seen["state"] == "under_review"
    assert steps(world, uuid.UUID(made["dispute_id"]))[-1] == "resume"


def test_withdrawing_works_until_it_is_decided(world: World) -> None:
    made, other = raised(world), raised(world)
    gone = world.partner("POST", f"/disputes/{made['dispute_id']}/withdraw")
    assert gone.get_json()["state"] == "withdrawn"
    assert world.partner("POST", f"/disputes/{made['dispute_id']}/withdraw").status_code == 409
    declined(world, other["dispute_id"])
    late = world.partner("POST", f"/disputes/{other['dispute_id']}/withdraw")
    assert late.status_code == 409
    assert "declined" in late.get_json()["detail"]


def test_a_decision_is_read_and_appealed_once(world: World) -> None:
    made = raised(world)
    path = f"/disputes/{made['dispute_id']}"
    declined(world, made["dispute_id"])
    seen = world.partner("GET", path).get_json()
    assert (seen["state"], seen["outcome"], seen["granted_minor"]) == ("rejected", "rejected", 0)
    (decision,) = seen["decisions"]
    assert (decision["reason"], decision["decided_by_role"]) == (
        "photos_show_otherwise", "dispute_officer",
    )  # fmt: skip
    assert "Asha" not in world.partner("GET", path).text
    short = world.partner("POST", f"{path}/appeal", {"text": "No."})
    assert short.status_code == 400
    said = {"text": "Photo 2 was not looked at, please do."}
    appealed = world.partner("POST", f"{path}/appeal", said).get_json()
    assert (appealed["state"], appealed["level"]) == ("appealed", 2)
    assert world.partner("POST", f"{path}/appeal", said).status_code == 409


def test_a_file_of_ones_own_arrives_and_is_verified_like_a_photo(world: World) -> None:
    made = raised(world, send=False, evidence=[])
    path = f"/disputes/{made['dispute_id']}"
    assert (made["number"], made["state"]) == (None, "draft")
    digest = hashlib.sha256(PDF).hexdigest()
    wanted = {"kind": "document", "content_type": "application/pdf", "name": "Invoice.pdf"}
    wanted |= {"bytes": len(PDF), "sha256": digest}
    answer = world.partner("POST", f"{path}/files", wanted)
    form = answer.get_json()
    assert answer.status_code == 201
    assert form["key"].startswith("u/") and form["key"].endswith(".pdf")
    assert form["fields"]["x-amz-meta-sha256"] == digest
    (waiting,) = world.partner("GET", path).get_json()["evidence"]
    assert (waiting["own"], waiting["stored_at"], waiting["url"]) == (True, None, None)
    fresh = world.partner("POST", f"{path}/files/{form['photo_id']}/form")
    assert fresh.get_json()["key"] == form["key"]
    before = world.return_row(made["return_id"])
    arrival = an_arrival(form, PDF, content_type="application/pdf", metadata={"sha256": digest})
    (told,) = world.callback(arrival).get_json()["arrivals"]
    assert (told["outcome"], told["photo_id"]) == ("verified", form["photo_id"])
    (here,) = world.partner("GET", path).get_json()["evidence"]
    assert (here["sha256"], here["title"]) == (digest, "Invoice.pdf")
    assert here["verified_at"] and here["url"]
    assert world.partner("POST", f"{path}/files/{form['photo_id']}/form").status_code == 409
    sent = world.partner("POST", f"{path}/send").get_json()
    assert (sent["state"], sent["number"]) == ("open", "D-1001")
    after = world.return_row(made["return_id"])
    counts = ("photos_wanted", "photos_here", "photos_coming", "photos_absent", "qc_state")
    assert [getattr(after, each) for each in counts] == [getattr(before, each) for each in counts]
    listed = world.partner("GET", f"/returns/{made['return_id']}/photos").get_json()["photos"]
    assert form["photo_id"] not in [each["photo_id"] for each in listed]


def test_no_phone_is_asked_for_a_merchants_file(world: World) -> None:
    made = raised(world, send=False)
    wanted = {"kind": "photo", "content_type": "image/png", "name": "Shelf"}
    form = world.partner("POST", f"/disputes/{made['dispute_id']}/files", wanted).get_json()
    forms = world.field("POST", "/forms", {"return_ids": [made["return_id"]]}).get_json()["forms"]
    assert form["photo_id"] not in [each["photo_id"] for each in forms]
    asked_for = world.field("POST", "/forms", {"photo_ids": [form["photo_id"]]})
    assert asked_for.status_code == 404


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"kind": "inspection", "content_type": "application/json"}, "/kind"),
        ({"kind": "nonsense"}, "/kind"),
        ({"content_type": "text/html"}, "/content_type"),
        ({"bytes": 50_000_000}, "/bytes"),
    ],
)
def test_files_of_another_kind_type_or_size_are_refused(
    world: World, changes: dict, path: str
) -> None:
    made = raised(world, send=False)
    wanted = {"kind": "document", "content_type": "application/pdf", "name": "x"} | changes
    answer = world.partner("POST", f"/disputes/{made['dispute_id']}/files", wanted)
    assert answer.status_code == 400
    assert [each["path"] for each in answer.get_json()["errors"]] == [path]


def test_a_dispute_takes_ten_files(world: World) -> None:
    made = raised(world, send=False)
    path = f"/disputes/{made['dispute_id']}/files"
    wanted = {"kind": "document", "content_type": "application/pdf", "name": "x"}
    said = [world.partner("POST", path, wanted).status_code for _ in range(11)]
    assert said == [201] * 10 + [409]


def test_pages_are_followed_by_their_cursor(world: World) -> None:
    made = [raised(world)["dispute_id"] for _ in range(3)]
    first = world.partner("GET", "/disputes?limit=2").get_json()
    rest = world.partner("GET", f"/disputes?limit=2&cursor={first['next_cursor']}").get_json()
    seen = [each["dispute_id"] for each in first["disputes"] + rest["disputes"]]
    assert (seen, rest["next_cursor"]) == (made[::-1], None)


def test_a_key_does_what_its_scopes_say(world: World) -> None:
    made = raised(world)
    with world.inside():
        merchant = accounts.get_merchant(world.a.id)
        _, token = api_keys.create(
            merchant, name="reader", scopes=("disputes:read",), expires_at=None, by=SYSTEM
        )
    path = f"/api/v1/disputes/{made['dispute_id']}"
    seen = world.call("GET", path, token=token)
    assert (seen.status_code, seen.get_json()["evidence"][0]["url"]) == (200, None)
    assert world.call("POST", f"{path}/withdraw", token=token).status_code == 403
    assert world.call("GET", path).status_code == 401
    assert world.partner("GET", f"/disputes/{made['dispute_id']}", store=world.b).status_code == 404
    assert world.partner("PUT", f"/disputes/{made['dispute_id']}", {}).status_code == 405


def test_a_return_that_was_disputed_is_in_the_list_of_returns(world: World) -> None:
    made = raised(world)
    inspected(world)
    for query in ("dispute=open", "dispute=any"):
        found_there = world.partner("GET", f"/returns?{query}").get_json()["returns"]
        assert [each["return_id"] for each in found_there] == [made["return_id"]]
