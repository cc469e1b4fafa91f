"""Returns as they come to be, made through the portal's own doors: what the filling multiplies."""

import base64
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from qcportal import clock, disputes, returns, rulebooks
from qcportal.accounts import get_merchant
from qcportal.capture_kinds import SHIPPED
from qcportal.db import db
from qcportal.disputes import Dispute
from qcportal.history import SYSTEM
from tests.disputes.cases import ASHA, CLAIMS, DECLINED, UPHELD, a_claim
from tests.world import World, a_capture, a_return, an_arrival, an_inspection

SLOTS = ("front", "back", "damage", "close", "imei", "label")
PREVIEW = base64.b64encode(bytes.fromhex("d6e605150a0c7578858886585f767888a607a87a9f")).decode()
DHASH = "9f" * 24
IMEI = {"from": "attributes.imei"}


def _check(key: str, kind: str, question: str, expected: Any, slots: tuple[str, str]) -> Any:
    wanted = [{"key": slot, "title": slot.capitalize(), "kind": "photo"} for slot in slots]
    return {"key": key, "type": kind, "question": question, "expected": expected, "photos": wanted}


RULEBOOK: dict[str, Any] = {
    "title": "Phones",
    "rules": [
        {
            "id": "always",
            "title": "Every phone",
            "when": "",
            "checks": [
                _check("same-item", "yes_no", "Same item?", {"value": "yes"}, ("front", "back")),
                _check("damage", "yes_no", "Any dents?", {"value": "no"}, ("damage", "close")),
                _check("imei", "imei_match", "IMEI?", IMEI, ("imei", "label")),
            ],
        }
    ],
}
"""Three checks with two photos each, so that a return has six."""


@dataclass
class Made:
    """A world in which returns are made, and the moment at which each begins."""

    world: World
    now: datetime

    def begun(self) -> dict[str, Any]:
        """Register a return."""
        return self.world.register(**a_return())

    def assigned(self) -> dict[str, Any]:
        """Register a return and put it on the run sheet."""
        rvp = self.begun()
        self.world.assign(rvp["return_id"])
        return rvp

    def visited(
        self,
        *,
        failed: str = "",
        unclear: bool = False,
        announced: Sequence[str] = SLOTS,
        here: Sequence[str] | None = None,
        **changes: Any,
    ) -> dict[str, Any]:
        """Inspect a return: which check failed, which photos were announced and which came."""
        rvp = self.assigned()
        forms = self.world.forms(rvp["return_id"])
        captures = [a_capture(forms[slot], thumbhash=PREVIEW) for slot in announced]
        started = clock.now() - timedelta(seconds=95)
        body = an_inspection(rvp, *captures, **changes)
        body |= {"started_at": started.isoformat(), "finished_at": clock.now().isoformat()}
        answers = _answers(failed, unclear=unclear)
        body["items"] = [{"item_id": rvp["items"][0]["item_id"], "answers": answers}]
        body["app_verdict"] = None
        _well(self.world.field("POST", "/inspections", body), 201)
        told = [_pictured(forms[slot]) for slot in (announced if here is None else here)]
        if told:
            _well(self.world.callback(*told), 200)
        return rvp

    def disputed(self, *, sends: bool = True) -> tuple[dict[str, Any], Dispute]:
        """Fail a return and dispute that."""
        rvp = self.visited(failed="damage")
        with self.world.inside():
            begun = disputes.draft(a_claim(self.world, rvp), by=CLAIMS)
            return rvp, disputes.send(begun.id, by=CLAIMS) if sends else begun


def _answers(failed: str, *, unclear: bool) -> list[dict[str, Any]]:
    values = {"same-item": "yes", "damage": "no", "imei": "004400112233448"}
    wrong = {"same-item": "no", "damage": "yes", "imei": "356938035643809"}
    answers: list[dict[str, Any]] = []
    for check, value in values.items():
        if check == failed:
            answers.append({"check": check, "result": "mismatch", "value": wrong[check]})
        elif unclear and check == "imei":
            answers.append({"check": check, "result": "not_checked", "remarks": "Screen dark"})
        else:
            answers.append({"check": check, "result": "match", "value": value})
    return answers


def _pictured(form: dict[str, Any], **changes: Any) -> dict[str, Any]:
    image = {"width": 1600, "height": 1200, "dhash": DHASH, "thumbnails": [96, 320, 640, 1200]}
    return an_arrival(form, image=image, **changes)


def _well(answer: Any, status: int) -> None:
    if answer.status_code != status:
        raise SystemExit(f"a door answered {answer.status_code}: {answer.get_json()}")


def _id(rvp: dict[str, Any]) -> uuid.UUID:
    return uuid.UUID(rvp["return_id"])


def passed(made: Made) -> uuid.UUID:
    """Everything matched, and all photos are here."""
    return _id(made.visited())


def failed(made: Made) -> uuid.UUID:
    """One check failed."""
    return _id(made.visited(failed="damage"))


def failed_otherwise(made: Made) -> uuid.UUID:
    """The number did not match."""
    return _id(made.visited(failed="imei"))


def lacking(made: Made) -> uuid.UUID:
    """A photo was never announced."""
    return _id(made.visited(announced=SLOTS[:-1]))


def coming(made: Made) -> uuid.UUID:
    """Two photos were announced and are not here."""
    return _id(made.visited(here=SLOTS[:-2]))


def conflicting(made: Made) -> uuid.UUID:
    """Other bytes came later under the name of a photo."""
    rvp = made.visited(failed="damage")
    photo = made.world.photo_rows(rvp["return_id"])["front"]
    form = {"key": photo.key, "photo_id": str(photo.id)}
    _well(made.world.callback(an_arrival(form, b"y" * 3000, version_id="v2")), 200)
    return _id(rvp)


def refused(made: Made) -> uuid.UUID:
    """One file was none that was asked for."""
    rvp = made.visited(here=SLOTS[:-1])
    photo = made.world.photo_rows(rvp["return_id"])["label"]
    form = {"key": photo.key, "photo_id": str(photo.id)}
    _well(made.world.callback(an_arrival(form, content_type="text/html")), 200)
    return _id(rvp)


def unclear(made: Made) -> uuid.UUID:
    """Somebody has to look at it, without a clock."""
    return _id(made.visited(unclear=True))


def in_vain(made: Made) -> uuid.UUID:
    """Nobody was at home."""
    rvp = made.assigned()
    body = an_inspection(rvp) | {"items": [], "shipment_state": "pickup_failed"}
    _well(made.world.field("POST", "/inspections", body | {"app_verdict": None}), 201)
    return _id(rvp)


def cancelled(made: Made) -> uuid.UUID:
    """The merchant called it off."""
    rvp = made.begun()
    with made.world.inside():
        returns.cancel(returns.get_return(_id(rvp)), by=SYSTEM)
    return _id(rvp)


def waiting(made: Made) -> uuid.UUID:
    """It is on a run sheet, and nobody knocked yet."""
    return _id(made.assigned())


def draft(made: Made) -> uuid.UUID:
    """The merchant began a dispute."""
    return _id(made.disputed(sends=False)[0])


def disputed(made: Made) -> uuid.UUID:
    """The merchant disputes it, and nobody looked yet."""
    return _id(made.disputed()[0])


def asked(made: Made) -> uuid.UUID:
    """The carrier has a question about the dispute."""
    rvp, dispute = made.disputed()
    with made.world.inside():
        disputes.claim(dispute.id, by=ASHA)
        disputes.ask(dispute.id, "Which box do you mean, please?", by=ASHA)
    return _id(rvp)


def withdrawn(made: Made) -> uuid.UUID:
    """The merchant withdrew the dispute."""
    rvp, dispute = made.disputed()
    with made.world.inside():
        disputes.withdraw(dispute.id, by=CLAIMS)
    return _id(rvp)


def _decided(made: Made, verdict: Any, days: float) -> uuid.UUID:
    rvp, dispute = made.disputed()
    began = clock.now()
    with clock.frozen(began + timedelta(hours=5)), made.world.inside():
        disputes.decide(dispute.id, verdict, by=ASHA)
    with clock.frozen(began + timedelta(hours=5, minutes=1)), made.world.inside():
        disputes.settle_due()
    with clock.frozen(began + timedelta(days=days)), made.world.inside():
        disputes.settle_due()
    return _id(rvp)


def upheld(made: Made) -> uuid.UUID:
    """The dispute was decided for the merchant, and closed."""
    return _decided(made, UPHELD, 40)


def declined(made: Made) -> uuid.UUID:
    """The dispute was declined, and closed."""
    return _decided(made, DECLINED, 40)


@dataclass(frozen=True)
class Kind:
    """One kind of return: how often there is one, and how many days ago it can have been.

    Of one `ordinary` as thousands are, some papers may be left out.
    """

    make: Callable[[Made], uuid.UUID]
    weight: float
    youngest: float = 0.02
    oldest: float | None = None
    ordinary: bool = False


KINDS: tuple[Kind, ...] = (
    Kind(passed, 68, ordinary=True),
    Kind(failed, 7, ordinary=True),
    Kind(failed_otherwise, 4, ordinary=True),
    Kind(lacking, 1),
    Kind(coming, 0.3),
    Kind(conflicting, 0.2),
    Kind(refused, 0.3),
    Kind(in_vain, 8, ordinary=True),
    Kind(cancelled, 4, ordinary=True),
    Kind(upheld, 2, 41),
    Kind(declined, 2.2, 41),
    Kind(withdrawn, 0.8),
    Kind(coming, 8, 0, 2),
    Kind(unclear, 4, 0, 3),
    Kind(waiting, 25, 0, 0.6),
    Kind(draft, 1.5, 0, 4),
    Kind(asked, 1.5, 0, 1.5),
    Kind(disputed, 8, 0, 12),
)
"""What is finished may be of any day; what is open is of the last days, as in life."""


def prepare(world: World) -> None:
    """Publish the rule book that asks for six photos."""
    with world.inside():
        merchant = get_merchant(world.a.id)
        rulebooks.publish(merchant, RULEBOOK, note="six photos", kinds=SHIPPED, by=SYSTEM)
        db.session.flush()


def make_all(world: World, now: datetime, *, each: int) -> list[tuple[int, uuid.UUID]]:
    """Make so many returns of each kind; gives the number of the kind with each return's id."""
    prepare(world)
    made = Made(world, now)
    found = []
    for number, kind in enumerate(KINDS):
        began = now - timedelta(
            days=max(kind.youngest, 0.02) + 0.5 if kind.oldest is None else 0.02
        )
        with clock.frozen(began):
            found += [(number, kind.make(made)) for _ in range(each)]
    return found
