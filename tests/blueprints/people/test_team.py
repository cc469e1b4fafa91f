"""Who looks after whom: owners after their store, operations after stores, system after all."""

import pytest

from qcportal import accounts
from tests.mail.conftest import person
from tests.world import World, csrf_of


def post(browser, path: str, **form: str):
    token = csrf_of(browser, "/settings/password")
    return browser.post(path, data={"csrf_token": token, **form})


def ids(world: World, *emails: str) -> list[str]:
    with world.inside(commit=False):
        return [str(person(email).id) for email in emails]


def role(world: World, email: str) -> str:
    with world.inside(commit=False):
        return person(email).role


def test_an_owner_changes_a_role_and_it_holds_on_the_next_click(world: World) -> None:
    viewer = world.signed_in(world.a.viewer)
    assert viewer.get("/people").status_code == 403
    (viewer_id,) = ids(world, world.a.viewer)
    owner = world.signed_in(world.a.owner)
    assert post(owner, f"/people/{viewer_id}/set-role", role="owner").status_code == 303
    assert viewer.get("/people").status_code == 200
    assert post(owner, f"/people/{viewer_id}/set-role", role="claims").status_code == 303
    refused = viewer.get("/people")
    assert refused.status_code == 403
    assert "This needs the role Owner. Yours is Claims." in refused.text


def test_who_is_switched_off_is_out_at_once_and_can_come_back(world: World) -> None:
    viewer = world.signed_in(world.a.viewer)
    (viewer_id,) = ids(world, world.a.viewer)
    owner = world.signed_in(world.a.owner)
    assert post(owner, f"/people/{viewer_id}/set-active", active="0").status_code == 303
    assert viewer.get("/returns").headers["Location"].startswith("/sign-in")
    assert post(owner, f"/people/{viewer_id}/set-active", active="1").status_code == 303
    assert world.signed_in(world.a.viewer).get("/returns").status_code == 200


def test_the_last_owner_stays(world: World) -> None:
    (owner_id,) = ids(world, world.a.owner)
    clerk = world.signed_in(world.clerk)
    for path, form in (("set-role", {"role": "viewer"}), ("set-active", {"active": "0"})):
        answer = post(clerk, f"/admin/users/{owner_id}/{path}", **form)
        assert answer.status_code == 409
        assert "one owner at least" in answer.text
    (viewer_id,) = ids(world, world.a.viewer)
    assert post(clerk, f"/admin/users/{viewer_id}/set-role", role="owner").status_code == 303
    assert post(clerk, f"/admin/users/{owner_id}/set-role", role="viewer").status_code == 303


def test_nobody_changes_themselves(world: World) -> None:
    owner_id, admin_id = ids(world, world.a.owner, world.admin)
    owner, admin = world.signed_in(world.a.owner), world.signed_in(world.admin)
    assert post(owner, f"/people/{owner_id}/set-role", role="viewer").status_code == 409
    assert post(admin, f"/admin/users/{admin_id}/set-active", active="0").status_code == 409


def test_an_owner_never_reaches_anybody_elses_people(world: World) -> None:
    owner = world.signed_in(world.a.owner)
    assert world.b.viewer not in owner.get("/people").text
    for user_id in ids(world, world.b.viewer, world.admin):
        assert post(owner, f"/people/{user_id}/set-role", role="viewer").status_code == 404
        assert post(owner, f"/people/{user_id}/set-active", active="0").status_code == 404
    assert role(world, world.b.viewer) == "viewer"


def test_operations_looks_after_stores_and_not_after_the_carrier(world: World) -> None:
    admin_id, viewer_id = ids(world, world.admin, world.a.viewer)
    clerk = world.signed_in(world.clerk)
    assert post(clerk, f"/admin/users/{viewer_id}/set-role", role="claims").status_code == 303
    for path, form in (("set-role", {"role": "auditor"}), ("set-active", {"active": "0"})):
        assert post(clerk, f"/admin/users/{admin_id}/{path}", **form).status_code == 403
    for role_, store in (("system", "carrier"), ("system", str(world.a.id))):
        answer = post(clerk, "/admin/users/invite", email="x@y.example", role=role_, store=store)
        assert answer.status_code == 400, "neither is on offer"
    with world.inside(commit=False):
        assert accounts.find_user_by_email("x@y.example") is None


def test_system_invites_the_carriers_people_and_a_role_of_the_other_side_is_refused(
    world: World,
) -> None:
    admin = world.signed_in(world.admin)
    form = {"email": "dev@carrier.example", "store": "carrier"}
    wrong = post(admin, "/admin/users/invite", role="owner", **form)
    assert wrong.status_code == 400
    assert "Choose one of operations" in wrong.text
    assert post(admin, "/admin/users/invite", role="appeals_officer", **form).status_code == 201


@pytest.mark.parametrize("who", ["auditor", "dispute_officer", "appeals_officer"])
def test_others_of_the_carrier_look_and_change_nothing(world: World, who: str) -> None:
    with world.inside():
        email = world._person(f"{who}@carrier.example", who, who, None)
    browser = world.signed_in(email)
    page = browser.get("/admin/users")
    assert page.status_code == 200
    assert "Switch off" not in page.text
    assert "Send invitation" not in page.text
    (viewer_id,) = ids(world, world.a.viewer)
    assert post(browser, f"/admin/users/{viewer_id}/set-role", role="owner").status_code == 403


def test_the_menu_leaves_out_what_a_role_does_not_open(world: World) -> None:
    viewer, owner = world.signed_in(world.a.viewer), world.signed_in(world.a.owner)
    assert 'href="/people"' not in viewer.get("/returns").text
    assert 'href="/people"' in owner.get("/returns").text
    clerk, admin = world.signed_in(world.clerk), world.signed_in(world.admin)
    assert 'href="/admin/audit"' not in clerk.get("/admin").text
    assert 'href="/admin/audit"' in admin.get("/admin").text


def test_the_list_is_narrowed_to_a_store_or_the_carrier(world: World) -> None:
    admin = world.signed_in(world.admin)
    page = admin.get(f"/admin/users?store={world.b.id}").text
    assert world.b.viewer in page
    assert world.a.viewer not in page
    page = admin.get("/admin/users?store=carrier").text
    assert world.clerk in page
    assert world.a.viewer not in page
    assert admin.get("/admin/users?store=nobody").status_code == 404
