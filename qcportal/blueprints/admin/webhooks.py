"""The webhooks of any merchant; the merchant's page leads to them."""

from qcportal.blueprints import webhook_pages
from qcportal.blueprints.admin import blueprint

webhook_pages.register(blueprint, webhook_pages.ADMIN_DOOR)
