"""Looking after saved views: rename, share, take back, delete; nobody by accident."""

from sqlalchemy import func, select

from qcportal import tenancy
from qcportal.db import db
from qcportal.saved_views import SavedView
from tests.blueprints.saved_views.test_saving import FAILED, kept, line, save, send
from tests.world import World


def test_a_view_is_renamed_shared_taken_back_and_deleted(world: World) -> None:
    owner, viewer = world.signed_in(world.a.owner), world.signed_in(world.a.viewer)
    save(owner, "Failed")
    (view,) = kept(world)
    at = f"/saved-views/{view.id}"
    assert send(owner, f"{at}/rename", name="Failed in Pune").headers["Location"] == "/saved-views"
    page = owner.get("/saved-views").text
    assert "Failed in Pune" in page
    assert "Returns · Tab, City" in page
    assert 'href="/returns?tab=failed&amp;city=Pune"' in page
    assert send(owner, f"{at}/share", shared="1").status_code == 303
    assert "Failed in Pune" in line(viewer.get("/returns").text)
    assert "Rename" not in viewer.get("/saved-views").text
    assert send(owner, f"{at}/share", shared="0").status_code == 303
    assert line(viewer.get("/returns").text) == ""
    assert send(owner, f"{at}/delete").status_code == 303
    assert kept(world) == []
    assert send(owner, f"{at}/delete").status_code == 404
    assert "No view is saved yet" in owner.get("/saved-views").text


def test_another_case_of_the_own_name_is_no_clash_and_another_views_name_is(world: World) -> None:
    owner = world.signed_in(world.a.owner)
    save(owner, "One")
    save(owner, "Two", list="returns", tab="passed")
    one, two = kept(world)
    assert send(owner, f"/saved-views/{one.id}/rename", name="ONE").status_code == 303
    clash = send(owner, f"/saved-views/{two.id}/rename", name="one")
    assert clash.status_code == 409
    assert "<title>Error: Saved views" in clash.text
    assert f'href="#name-{two.id}"' in clash.text
    assert 'value="one"' in clash.text
    empty = send(owner, f"/saved-views/{two.id}/rename", name=" ")
    assert empty.status_code == 400
    assert "Give a name of 1 to 60 characters." in empty.text
    assert [view.name for view in kept(world)] == ["ONE", "Two"]


def test_sharing_a_name_that_the_store_has_is_refused_aloud(world: World) -> None:
    owner = world.signed_in(world.a.owner)
    save(owner, "Failed", shared="1", **FAILED)
    save(owner, "failed")
    own = next(view for view in kept(world) if view.shelf != world.a.id)
    clash = send(owner, f"/saved-views/{own.id}/share", shared="1")
    assert clash.status_code == 409
    assert "There is a view of this name already." in clash.text
    assert len({view.shelf for view in kept(world)}) == 2


def test_who_looks_as_a_store_sees_its_views_and_saves_none(world: World) -> None:
    save(world.signed_in(world.a.owner), "Ours", shared="1", **FAILED)
    (view,) = kept(world)
    admin = world.signed_in(world.admin)
    assert send(admin, f"/admin/merchants/{world.a.id}/view-as").status_code == 303
    above = line(admin.get("/returns?tab=passed").text)
    assert "Ours" in above
    assert "Save this view" not in above
    assert "Delete" not in admin.get("/saved-views").text
    assert send(admin, "/saved-views/save", name="x", **FAILED).status_code == 403
    assert send(admin, f"/saved-views/{view.id}/delete").status_code == 403


def test_anonymous_and_wrong_methods(world: World) -> None:
    nobody = world.client
    assert nobody.get("/saved-views").headers["Location"].startswith("/sign-in")
    assert nobody.get("/admin/saved-views").headers["Location"].startswith("/sign-in")
    owner = world.signed_in(world.a.owner)
    assert owner.get("/admin/saved-views").status_code == 404
    assert owner.get("/saved-views/save").status_code == 405
    assert owner.post("/saved-views").status_code in {400, 405}


def test_a_tenant_counts_its_own_views_alone(world: World) -> None:
    save(world.signed_in(world.a.owner), "A", shared="1", **FAILED)
    save(world.signed_in(world.b.owner), "B", shared="1", **FAILED)
    save(world.signed_in(world.admin), "C", door="/admin", list="returns", tab="failed", shared="1")
    assert len(kept(world)) == 3
    with world.app.app_context(), tenancy.tenant(world.a.id):
        assert db.session.scalars(select(SavedView.name)).all() == ["A"]
        assert db.session.scalar(select(func.count()).select_from(SavedView)) == 1
