"""API keys: shown once, narrow, and closed for good."""

from datetime import timedelta

import pytest

from qcportal import accounts, api_keys, clock, errors
from qcportal.history import SYSTEM
from tests.world import World


def test_a_key_is_found_by_its_whole_token_only(world: World) -> None:
    with world.inside():
        key = api_keys.find_key(world.a.token)
        assert key is not None
        assert key.merchant_id == world.a.id
        for wrong in (world.a.token[:-1], world.a.token + "x", world.a.token.upper(), "", "qck_x"):
            assert api_keys.find_key(wrong) is None
        assert world.a.token not in {str(value) for value in vars(key).values()}


def test_a_key_dies_when_it_expires_or_is_revoked(world: World) -> None:
    with world.inside():
        merchant = accounts.get_merchant(world.a.id)
        until = clock.now() + timedelta(days=1)
        short, token = api_keys.create(
            merchant, name="trial", scopes=("returns:read",), expires_at=until, by=SYSTEM
        )
        assert api_keys.find_key(token) is not None
        with clock.frozen(until):
            assert api_keys.find_key(token) is None
        api_keys.revoke(short, by=SYSTEM)
        api_keys.revoke(short, by=SYSTEM)
        assert api_keys.find_key(token) is None


@pytest.mark.parametrize(
    ("name", "scopes"), [("erp", ()), ("erp", ("returns:write", "everything")), (" ", ("x",))]
)
def test_a_key_without_a_name_or_with_a_strange_scope_is_refused(
    world: World, name: str, scopes: tuple[str, ...]
) -> None:
    with world.inside():
        merchant = accounts.get_merchant(world.a.id)
        with pytest.raises(errors.Invalid):
            api_keys.create(merchant, name=name, scopes=scopes, expires_at=None, by=SYSTEM)
