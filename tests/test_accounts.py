"""Merchants and people: who may be made, and with which password."""

import pytest

from qcportal import accounts
from qcportal.errors import Conflict, Invalid
from qcportal.history import SYSTEM
from tests.world import World


def person(**changes: object) -> dict[str, object]:
    values = {
        "email": "new@fern.example",
        "name": "New One",
        "password": "a battery of horses",
        "role": "system",
        "merchant": None,
    }
    return values | changes


def test_a_password_is_kept_as_argon2id_and_checked(world: World) -> None:
    with world.inside():
        user = accounts.create_user(**person(), by=SYSTEM)
        assert user.password_hash.startswith("$argon2id$")
        assert accounts.check_password(user, "a battery of horses")
        assert not accounts.check_password(user, "a battery of horse")
        assert not accounts.check_password(None, "a battery of horses")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"password": "x" * 11}, "/password"),
        ({"password": "abcd" * 65}, "/password"),
        ({"password": "aaaaaaaaaaaaa"}, "/password"),
        ({"email": "nobody"}, "/email"),
        ({"name": " "}, "/name"),
        ({"role": "owner"}, "/role"),
        ({"role": "king"}, "/role"),
    ],
)
def test_a_faulty_account_is_refused_with_its_path(world: World, changes, path: str) -> None:
    with world.inside(commit=False), pytest.raises(Invalid) as refused:
        accounts.create_user(**person(**changes), by=SYSTEM)
    assert [fault.path for fault in refused.value.faults] == [path]


def test_a_mail_address_has_one_account_whatever_its_case(world: World) -> None:
    with world.inside(commit=False), pytest.raises(Conflict):
        accounts.create_user(**person(email=world.a.owner.upper()), by=SYSTEM)


def test_a_short_name_is_a_merchants_once(world: World) -> None:
    with world.inside(commit=False):
        with pytest.raises(Conflict):
            accounts.create_merchant(slug="fern", name="Another", by=SYSTEM)
        with pytest.raises(Invalid):
            accounts.create_merchant(slug="Fern Home!", name="Another", by=SYSTEM)
