"""The rule pages of a merchant's own rules."""

from qcportal.blueprints.merchant import blueprint
from qcportal.blueprints.rule_pages import routes
from qcportal.blueprints.rule_pages.door import MERCHANT_DOOR

routes.register(blueprint, MERCHANT_DOOR)
