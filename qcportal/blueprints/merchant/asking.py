"""Who asks on a merchant's pages."""

from qcportal import errors
from qcportal.blueprints.access import current_session
from qcportal.blueprints.showing.returns_list import Asker


def asker() -> Asker:
    """Give the merchant whose person is signed in."""
    user = current_session().user
    if user.merchant is None:
        raise errors.Forbidden()
    return Asker(
        merchant_id=user.merchant.id,
        scope=user.merchant.name,
        zone=user.merchant.timezone,
        list_endpoint="merchant.returns_list",
        detail_endpoint="merchant.return_detail",
    )
