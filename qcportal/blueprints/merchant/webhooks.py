"""A merchant's own webhooks."""

from qcportal.blueprints import webhook_pages
from qcportal.blueprints.merchant import blueprint

webhook_pages.register(blueprint, webhook_pages.MERCHANT_DOOR)
