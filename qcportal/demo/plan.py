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


@dataclass(frozen=True)
class Door:
    """What the executive finds at one door: per SKU the product, and the flaw if it has one."""

    number: int
    store: Store
    executive: int
    part: Part
    days_ago: int
    fate: Fate
    flaws: dict[str, Flaw | None]
    body: dict[str, Any]

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
        products = dice.sample(store.products, 2 if fate is Fate.PARTLY else 1)
        reason = dice.choice(store.reasons)
        items = [goods.item(product, reason) for product in products]
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
            item["client_sku_id"]: _flaw(dice, product, fate, position)
            for position, (product, item) in enumerate(zip(products, items, strict=True))
        }
        return Door(number, store, place, part, days_ago, fate, flaws, body)

    def _part(self, number: int, days_ago: int) -> tuple[Part, int]:
        if not self.history:
            return Part.SHIFT, 0
        if number in LOOSE_ENDS:
            return LOOSE_ENDS[number]
        if number % WAITING_EVERY == WAITING_EVERY - 1:
            return Part.WAITING, 0
        return (Part.PAST if days_ago else Part.SHIFT), days_ago


def _flaw(dice: Random, product: str, fate: Fate, position: int) -> Flaw | None:
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
