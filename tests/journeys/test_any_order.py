"""No order of callbacks, calls, cycles and accidents changes what they come to.

A state machine does them in any order, many times, late or never; beside it `expected_facts`
keeps the set of what the portal could know. Both have to say the same in the end, and `verify`
may find nothing but what was deleted.

    QCPORTAL_ORDERS=2000 python -m pytest --log-cli-level=WARNING tests/journeys/test_any_order.py

runs as many examples and tells how many they were; without it only some, for every change.
"""

import hashlib
import json
import logging
import os
import random
import uuid
from collections import Counter
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from qcportal import clock, photos
from qcportal.db import db
from qcportal.history import HistoryEvent
from qcportal.verification import findings
from tests.conftest import Fresh
from tests.journeys.doorstep_day import Day, Ground, Parcel, ground
from tests.journeys.expected_facts import SLOTS, Known, Stored
from tests.world import World, a_capture, an_inspection

GOOD, OTHER, TINY = b"g" * 2000, b"o" * 3000, b"tiny"
EXAMPLES = int(os.environ.get("QCPORTAL_ORDERS", "8"))
PICTURES, SOME = ("front", "spare-1"), st.integers(0, 10**6)
COUNTS = (
    "photos_wanted", "photos_here", "photos_coming", "photos_absent", "verdict", "qc_state",
)  # fmt: skip


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class AnyOrder(RuleBasedStateMachine):
    """What happens around one return; a new kind of message is one more rule here.

    A rule does one thing through its real door and tells `known` what the portal could learn of it.
    """

    ground: Ground

    @initialize(claims=st.tuples(*[st.sampled_from((GOOD, OTHER))] * 2), late=st.booleans())
    def open_the_door(self, claims: tuple[bytes, bytes], late: bool) -> None:
        self.day = Day(self.ground)
        self.claimed = dict(zip(PICTURES, claims, strict=True))
        self.known = Known({slot: digest_of(data) for slot, data in self.claimed.items()})
        self.parcels: list[Parcel] = []
        self.visit_id = str(uuid.uuid4())
        if late:
            self.day.hide()

    # --- what the phone does -------------------------------------------------------------------

    @rule(
        slot=st.sampled_from(PICTURES),
        data=st.sampled_from((GOOD, GOOD, OTHER, TINY)),
        declared=st.sampled_from(("right", "right", "none", "wrong")),
        waits=st.sampled_from((0, 0, 1)),
    )
    def upload(self, slot: str, data: bytes, declared: str, waits: int) -> None:
        said = {"right": digest_of(data), "none": "", "wrong": digest_of(b"as sent")}[declared]
        self.day.put(slot, data, declared=said, waits=waits)

    @rule(captured=st.sets(st.sampled_from(PICTURES)), sound=st.booleans())
    def upload_inspection(self, captured: set[str], sound: bool) -> None:
        data = json.dumps(self._visit(captured)).encode()
        said = digest_of(data if sound else b"as sent")
        self.day.put("inspection", data, declared=said, waits=1, announces=tuple(sorted(captured)))

    @precondition(lambda self: not self.day.hidden)
    @rule(slot=st.sampled_from(PICTURES))
    def announce(self, slot: str) -> None:
        body = {"return_id": self.day.rvp["return_id"], "captures": [self._capture(slot)]}
        assert self.day.world.field("POST", "/captures", body).status_code == 200
        self.known.announced.add(slot)

    @precondition(lambda self: not self.day.hidden)
    @rule(captured=st.sets(st.sampled_from(PICTURES)))
    def inspect(self, captured: set[str]) -> None:
        answer = self.day.world.field("POST", "/inspections", self._visit(captured))
        assert answer.status_code == (200 if self.known.inspected else 201), answer.get_json()
        self.known.inspected = True
        self.known.announced |= captured

    @precondition(lambda self: not self.day.hidden and self.known.announced)
    @rule(which=SOME)
    def announce_other_bytes(self, which: int) -> None:
        """The phone contradicts itself: refused, and nothing changes."""
        slot = sorted(self.known.announced)[which % len(self.known.announced)]
        capture = self._capture(slot) | {"sha256": digest_of(b"something else")}
        body = {"return_id": self.day.rvp["return_id"], "captures": [capture]}
        assert self.day.world.field("POST", "/captures", body).status_code == 409

    # --- what the event path does --------------------------------------------------------------

    @precondition(lambda self: self.day.bucket)
    @rule(which=st.sets(SOME, min_size=1, max_size=3))
    def relay_looks(self, which: set[int]) -> None:
        versions = [self.day.bucket[each % len(self.day.bucket)] for each in which]
        self.parcels += self.day.look(list(dict.fromkeys(versions)))

    @precondition(lambda self: self.day.bucket)
    @rule(which=SOME)
    def relay_looks_too_late(self, which: int) -> None:
        version = self._pick(which)
        self.day.delete(version)
        self.parcels += self.day.look([version])

    @precondition(lambda self: self.parcels)
    @rule(which=SOME, twice=st.booleans())
    def callback(self, which: int, twice: bool) -> None:
        parcel = self.parcels[which % len(self.parcels)]
        if not twice:
            self.parcels.remove(parcel)
        self._deliver(parcel)

    @precondition(lambda self: self.parcels)
    @rule(which=SOME)
    def callback_is_lost(self, which: int) -> None:
        self.parcels.pop(which % len(self.parcels))

    @precondition(lambda self: self.day.bucket)
    @rule(which=SOME)
    def somebody_deletes(self, which: int) -> None:
        self.day.delete(self._pick(which))

    # --- what the portal does ------------------------------------------------------------------

    @rule()
    def reconcile(self) -> None:
        self._adopted()
        assert self.day.reconcile().whole
        self.known.list_all(self.day.bucket)
        for version in self.day.bucket:
            self._see(version)

    @precondition(lambda self: self.day.hidden)
    @rule(adopt=st.booleans())
    def photos_turn_up(self, adopt: bool) -> None:
        self.day.turn_up()
        if adopt:
            self.day.adopt()
            self._adopted()

    @invariant()
    def a_step_is_counted(self) -> None:
        self.ground.steps += 1

    # --- what it comes to ----------------------------------------------------------------------

    def teardown(self) -> None:
        if not hasattr(self, "day"):
            return
        if self.day.hidden:
            self.day.turn_up()
        self.reconcile()
        self._compare()
        assert self.day.reconcile().healed == 0
        random.Random(7).shuffle(self.parcels)
        for parcel in self.parcels:
            self._deliver(parcel)
        self._compare()
        self._verify()

    def _compare(self) -> None:
        rvp_id = self.day.rvp["return_id"]
        rows, rvp = self.day.world.photo_rows(rvp_id), self.day.world.return_row(rvp_id)
        for slot in SLOTS:
            if slot in PICTURES:
                assert self._shown(rows[slot], rvp) == self.known.shown(slot), slot
            expected = self.known_facts(slot)
            held = {name: getattr(rows[slot], name) for name in expected}
            flags = {name: held[name] is not None for name in held if name.endswith("_at")}
            held |= flags | {"stored_at": held["stored_at"]}
            assert held == expected, slot
        assert {name: getattr(rvp, name) for name in COUNTS} == self.known.counts()

    def known_facts(self, slot: str) -> dict[str, Any]:
        return self.known.facts_of(slot)

    def _shown(self, row: photos.Photo, rvp: Any) -> str:
        return photos.shown_state(
            row,
            at=clock.now() if row.captured_reported_at else (row.stored_at or clock.now()),
            inspected=rvp.checked_at is not None,
            late_after=900,
            missing_after=172_800,
        ).value

    def _verify(self) -> None:
        """Nothing is wrong with this return, or with what belongs to none, but what was deleted."""
        with mock.patch.object(findings, "FIRST", 10**6):
            report = self.day.verify()
        mine = self.day.rvp["return_id"]
        found = Counter(
            each.kind
            for kept in report.first.values()
            for each in kept
            if mine in each.where.values() or not {"return", "chain"} & each.where.keys()
        )
        expected = self.known.offences({each.version_id for each in self.day.bucket})
        assert dict(found) == expected, report.as_json()["invariants"]
        self._facts_are_told_once()

    def _facts_are_told_once(self) -> None:
        with self.day.world.inside(commit=False):
            chain = HistoryEvent.chain == uuid.UUID(self.day.rvp["return_id"])
            events = db.session.query(HistoryEvent).filter(chain).all()
        told = [
            (each.action, each.data["photo"])
            for each in events
            if "photo" in each.data and each.action != "photo_earlier_found"
        ]
        assert len(told) == len(set(told)), told

    # --- hands ---------------------------------------------------------------------------------

    def _see(self, version: Stored) -> None:
        self.known.see(version, parked=bool(self.day.hidden))

    def _adopted(self) -> None:
        """A parked inspection is read again when it is adopted: from S3, as long as it is there."""
        if not self.day.hidden:
            self.known.adopt({each.version_id for each in self.day.bucket})

    def _pick(self, which: int) -> Stored:
        return self.day.bucket[which % len(self.day.bucket)]

    def _deliver(self, parcel: Parcel) -> None:
        self.day.deliver(parcel)
        for version, here in parcel.told:
            if here:
                self.known.told.add(version.version_id)
                self._see(version)
            else:
                self.known.gone[version.slot].add(version.version_id)

    def _capture(self, slot: str) -> dict[str, Any]:
        return a_capture(self.day.forms[slot], self.claimed[slot])

    def _visit(self, captured: set[str]) -> dict[str, Any]:
        captures = [self._capture(slot) for slot in sorted(captured)]
        return an_inspection(self.day.rvp, *captures, client_inspection_id=self.visit_id)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_no_order_changes_what_it_comes_to(request: pytest.FixtureRequest, kind: str) -> None:
    fresh: Fresh = request.getfixturevalue(f"{kind}_app")
    with ground(lambda: World(fresh.renew())) as shared:
        machine = type("AnyOrderHere", (AnyOrder,), {"ground": shared})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        logging.getLogger(__name__).warning(
            "%s: %s days, %s steps", kind, shared.days, shared.steps
        )
