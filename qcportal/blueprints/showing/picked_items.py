"""Items to fill *Try it* with: of the catalogue by SKU or name, of returns by SKU or AWB."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace

from qcportal import catalogue, returns
from qcportal.blueprints.jinja import awb
from qcportal.blueprints.showing.try_state import TryState, typed_of
from qcportal.blueprints.shown.try_it import PickedItem
from qcportal.catalogue import CatalogueItem
from qcportal.language import gettext as _
from qcportal.language import ngettext
from qcportal.returns import RecentItem
from qcportal.rules.facts import ItemFacts

MOST = 8


def find(
    merchant_id: uuid.UUID, state: TryState, url: Callable[[TryState], str]
) -> tuple[PickedItem, ...]:
    """Find what the state's `pick` may mean; each leads to the page with its facts filled in."""
    listed = catalogue.find_page(merchant_id, state.pick, after="", limit=MOST)
    recent = returns.find_recent_items(merchant_id, state.pick)
    return (
        *(_listed(item, state, url) for item in listed),
        *(_recent(each, state, url) for each in recent),
    )


def find_latest(
    merchant_id: uuid.UUID, state: TryState, url: Callable[[TryState], str]
) -> tuple[PickedItem, ...]:
    """Find what came back last, to begin with."""
    return tuple(_recent(each, state, url) for each in returns.find_latest_items(merchant_id))


def _listed(item: CatalogueItem, state: TryState, url: Callable[[TryState], str]) -> PickedItem:
    detail = f"{item.client_sku_id} · {_('in the catalogue')}"
    facts = ItemFacts(
        sku=item.client_sku_id,
        name=item.name,
        brand=item.brand,
        category=item.category,
        price=_rupees(item.price_paise),
        mrp=_rupees(item.mrp_paise),
        attributes=item.attributes,
        reference_images=_texts(item.reference_images),
    )
    return PickedItem(item.name or item.client_sku_id, detail, url(_filled(state, facts)))


def _recent(each: RecentItem, state: TryState, url: Callable[[TryState], str]) -> PickedItem:
    item = each.item
    told = [item.client_sku_id]
    if item.quantity > 1:
        told.append(ngettext("%(num)s piece", "%(num)s pieces", item.quantity))
    detail = " · ".join([*told, _("return %(awb)s", awb=awb(each.awb))])
    facts = returns.facts_of(item, each)
    return PickedItem(item.name or item.client_sku_id, detail, url(_filled(state, facts)))


def _filled(state: TryState, facts: ItemFacts) -> TryState:
    return replace(state, typed=typed_of(facts), answers={}, unable={}, pick="", open="")


def _rupees(paise: int | None) -> float | None:
    return None if paise is None else paise / 100


def _texts(value: Sequence[str]) -> tuple[str, ...]:
    return tuple(value)
