"""The catalogue of any merchant; the merchant's page leads to it."""

from qcportal.blueprints import catalogue_pages
from qcportal.blueprints.admin import blueprint

catalogue_pages.register(blueprint, catalogue_pages.ADMIN_DOOR)
