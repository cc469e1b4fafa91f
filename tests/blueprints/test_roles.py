"""Who may do what: one table, written down once more here, and changes act on the next request."""

import pytest

from qcportal import accounts, errors, history
from qcportal.blueprints import access
from qcportal.db import db
from qcportal.disputes import Person
from qcportal.disputes.machine import MAY, Action
from qcportal.disputes.roles import ROLES
from qcportal.history import SYSTEM, Actor
from tests.reviews.cases import a_case, reviews_of
from tests.world import World, csrf_of

PERMISSIONS = """
merchant:view    | viewer claims owner
merchant:decide  | claims owner
merchant:dispute | claims owner
merchant:manage  | owner
admin:view       | auditor dispute_officer appeals_officer operations system
admin:override   | dispute_officer appeals_officer operations system
admin:assign     | dispute_officer appeals_officer operations system
admin:judge      | dispute_officer appeals_officer system
admin:operate    | operations system
admin:administer | system
admin:people     | operations system
admin:audit      | auditor system
admin:view_as    | auditor dispute_officer appeals_officer operations system
"""


def test_each_role_has_exactly_these_permissions() -> None:
    table = {}
    for line in PERMISSIONS.strip().splitlines():
        name, _, who = line.partition("|")
        table[name.strip()] = set(who.split())
    real = {
        name: {role for role, has in access.ROLES.items() if name in has}
        for name in set().union(*access.ROLES.values())
    }
    assert real == table


def test_every_role_of_the_accounts_is_in_the_table() -> None:
    assert set(access.ROLES) == {*accounts.MERCHANT_ROLES, *accounts.ADMIN_ROLES}
    assert set(ROLES) == {*access.ROLES, "partner", "portal"}


@pytest.mark.parametrize("role", sorted(access.ROLES))
def test_doors_and_the_machine_agree_on_who_acts(role: str) -> None:
    """Whoever the machine lets act has the permission of the view that the action stands behind."""
    does = {action for action, roles in MAY.items() if role in roles}
    has = access.ROLES[role]
    admin_only = {Action.CLAIM, Action.RELEASE, Action.RECATEGORISE, Action.ASK, Action.DECIDE}
    admin_only |= {Action.AGREE, Action.DISAGREE, Action.UNDO}
    assert bool(does & admin_only) == (access.JUDGE in has)
    assert (Action.ASSIGN in does) == (access.ASSIGN in has)
    assert (Action.SEND in does) == (access.DISPUTE in has)


def test_a_changed_role_acts_on_the_next_request(world: World) -> None:
    rvp = a_case(world)
    (review,) = reviews_of(world, rvp["return_id"])
    browser = world.signed_in(world.a.viewer)
    token = csrf_of(browser, "/account/second-step")
    path, form = f"/reviews/{review.id}/decide", {"csrf_token": token, "decision": "accept"}
    assert browser.post(path, data=form).status_code == 403
    become(world, world.a.viewer, "claims")
    assert browser.post(path, data=form).status_code == 303
    become(world, world.a.viewer, "viewer")
    assert browser.post(path, data=form).status_code == 403
    assert browser.get("/returns").status_code == 200


def become(world: World, email: str, role: str) -> None:
    with world.inside():
        accounts.set_role(accounts.find_user_by_email(email), role, by=SYSTEM)


def test_a_change_of_role_is_on_record_and_the_same_role_is_none(world: World) -> None:
    become(world, world.a.viewer, "owner")
    become(world, world.a.viewer, "owner")
    with world.inside(commit=False):
        user = accounts.find_user_by_email(world.a.viewer)
        events = db.session.scalars(history.select_chain(user.id)).all()
    assert [event.action for event in events] == ["role_set", "user_created"]
    assert events[0].data == {"was": "viewer", "role": "owner"}


def test_nobody_gets_a_role_of_the_other_side(world: World) -> None:
    for email, role in ((world.a.viewer, "system"), (world.clerk, "owner"), (world.clerk, "king")):
        with pytest.raises(errors.Invalid):
            become(world, email, role)


def test_the_last_who_may_administer_stays(world: World) -> None:
    with pytest.raises(errors.Conflict, match="Nobody else"):
        become(world, world.admin, "auditor")
    become(world, world.clerk, "system")
    become(world, world.admin, "auditor")


def test_a_signed_in_person_is_known_to_disputes_by_role(world: World) -> None:
    with world.inside(commit=False):
        owner = accounts.find_user_by_email(world.a.owner)
    known = Person(owner.actor, owner.role)
    assert (known.side, known.asker.role, known.id) == ("merchant", "owner", str(owner.id))
    assert Person(Actor("user", "x", "X"), "auditor").side == "admin"
