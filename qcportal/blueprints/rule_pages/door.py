"""The two doors to the rule pages."""

from qcportal.blueprints.access import ADMIN_VIEW, MANAGE, OPERATE, VIEW
from qcportal.blueprints.doors import Door, Route, register

MERCHANT_DOOR = Door("merchant", "/rules", VIEW, MANAGE)
ADMIN_DOOR = Door("admin", "/merchants/<uuid:merchant_id>/rules", ADMIN_VIEW, OPERATE)

__all__ = ["ADMIN_DOOR", "MERCHANT_DOOR", "Door", "Route", "register"]
