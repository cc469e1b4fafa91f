"""Which returns the demo has and what waits behind each door; the same seed gives the same.

A return's part follows from the seed and its number alone, so that more returns add to the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import Any

from qcportal.demo import goods, people
from qcportal.demo.goods import Flaw, Store
from qcportal.demo.pictures import Picture


class Fate(StrEnum):
    """How a return ends at the door."""

    PASSED = "passed"
    FAILED = "failed"
    PARTLY = "partially_passed"
    REVIEW = "needs_review"


class Part(StrEnum):
    """What a return is in the demo for."""

    SHIFT = "shift"
    PAST = "past"
    WAITING = "waiting"
    LATE = "late"
    MISSING = "missing"
    INCOMPLETE = "incomplete"


FATES = {Fate.PASSED: 0.73, Fate.FAILED: 0.16, Fate.PARTLY: 0.06, Fate.REVIEW: 0.05}
DAYS_AGO = (*[0] * 14, *[1] * 5, 2, 3, 4, 5, 6, 8, 11)
"""How many days ago the returns of a demo that shows history were inspected, evenly drawn."""

LOOSE_ENDS = {3: (Part.LATE, 0), 5: (Part.MISSING, 3), 7: (Part.INCOMPLETE, 0)}
LOOSE = {part for part, _ in LOOSE_ENDS.values()}
WAITING_EVERY = 24
OF_ONE_ARTICLE = 0.5


@dataclass(frozen=True)
class Door:
    """What the executive finds at one door: per SKU the product, and the flaw if it has one.

    `view` numbers how the phone is held, None for pictures as they are; the pictures `planted` are
    sent in place of those of their angle, untouched.
    """

    number: int
    store: Store
    executive: int
    part: Part
    days_ago: int
    fate: Fate
    flaws: dict[str, Flaw | None]
    body: dict[str, Any]
    view: int | None = None
    planted: tuple[Picture, ...] = ()

    @property
    def flawed_piece(self) -> int | None:
        """Give which piece has the flaw; None means each that its item has."""
        return 2 if self.fate is Fate.PARTLY and len(self.body["items"]) == 1 else None

    @property
    def awb(self) -> str:
        """Give the waybill."""
        return str(self.body["awb"])


@dataclass(frozen=True)
class Plan:
    """The whole demo: how many returns and executives, drawn how, with or without past days."""

    seed: int
    returns: int
    executives: int
    history: bool

    def doors(self) -> Iterator[Door]:
        """Give every return, in the order of its number."""
        return (self._door(number) for number in range(self.returns))

    def _door(self, number: int) -> Door:
        dice = Random(f"{self.seed}/{number}")
        (store,) = dice.choices(goods.STORES, [each.share for each in goods.STORES])
        part, days_ago = self._part(number, dice.choice(DAYS_AGO))
        (fate,) = dice.choices([*FATES], [*FATES.values()])
        fate = Fate.PASSED if part in LOOSE else fate
        reason = dice.choice(store.reasons)
        packs = _packs(dice, store, fate)
        items = [goods.item(each, reason, quantity=count) for each, count in packs.items()]
        place = number % self.executives
        body = {
            "client_request_id": f"demo-{self.seed}-{number:05d}",
            "client_order_number": f"{store.order_prefix}-{dice.randrange(10**7, 10**8)}",
            "awb": f"77{dice.randrange(10**4):04d}{number * 7919 % 10**6:06d}",
            "pickup": _pickup(dice, people.executive(place)[2]),
            "customer_return_count": min(12, int(dice.expovariate(0.5))),
            "items": items,
        }
        flaws = {
            item["client_sku_id"]: _flaw(dice, item, fate, position)
            for position, item in enumerate(items)
        }
        view = number if self.history else None
        return Door(number, store, place, part, days_ago, fate, flaws, body, view)

    def _part(self, number: int, days_ago: int) -> tuple[Part, int]:
        if not self.history:
            return Part.SHIFT, 0
        if number in LOOSE_ENDS:
            return LOOSE_ENDS[number]
        if number % WAITING_EVERY == WAITING_EVERY - 1:
            return Part.WAITING, 0
        return (Part.PAST if days_ago else Part.SHIFT), days_ago


def _packs(dice: Random, store: Store, fate: Fate) -> dict[str, int]:
    """Draw what comes back: products and how many of each; some partly, of one article."""
    packed = [product for product in store.products if product in goods.PACKS]
    if fate is Fate.PARTLY and packed and dice.random() < OF_ONE_ARTICLE:
        return {packed[0]: 3}
    products = dice.sample(store.products, 2 if fate is Fate.PARTLY else 1)
    return {product: dice.choice(goods.PACKS.get(product, (1,))) for product in products}


def _flaw(dice: Random, item: dict[str, Any], fate: Fate, position: int) -> Flaw | None:
    product = goods.product_of(item["client_sku_id"])
    if fate is Fate.REVIEW and item["return_reason"] not in goods.OUR_FAULT:
        return dice.choice([goods.DOUBTS.get(product), None])
    wanted = fate is Fate.FAILED or (fate is Fate.PARTLY and position == 0)
    return dice.choice(goods.FLAWS[product]) if wanted else None


def _pickup(dice: Random, city: people.City) -> dict[str, Any]:
    pincode, area, latitude, longitude = dice.choice(city.areas)
    return {
        "name": f"{dice.choice(people.FIRST_NAMES)} {dice.choice(people.LAST_NAMES)}",
        "phone": f"+91 55500 {dice.randrange(10**5):05d}",
        "address": f"{dice.randrange(1, 240)}, {dice.choice(people.STREETS)}, {area}",
        "city": city.name,
        "state": city.state,
        "pincode": pincode,
        "latitude": round(latitude + dice.uniform(-0.01, 0.01), 5),
        "longitude": round(longitude + dice.uniform(-0.01, 0.01), 5),
    }
