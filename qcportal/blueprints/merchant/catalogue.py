"""The pages of a merchant's own catalogue."""

from qcportal.blueprints import catalogue_pages
from qcportal.blueprints.merchant import blueprint

catalogue_pages.register(blueprint, catalogue_pages.MERCHANT_DOOR)
