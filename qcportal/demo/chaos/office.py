"""What people of the carrier do during a fault run, however ill the database is at the moment."""

import threading
import time
import uuid
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from qcportal import devices, returns
from qcportal.db import db
from qcportal.demo.carrier import APP_VERSION, Carrier
from qcportal.demo.goods import STORES
from qcportal.demo.wire import Api
from qcportal.devices import Device, FieldExecutive
from qcportal.history import SYSTEM

Thing = TypeVar("Thing")
TRIES = 40


class Office:
    """Works in the database one thing at a time, and again where the database went away.

    Between two things it holds no connection, so that a killed SQLite file is really closed.
    """

    def __init__(self, carrier: Carrier, team: list[uuid.UUID]) -> None:
        self.carrier, self.team = carrier, team
        self._lock = threading.RLock()

    def do(self, work: Callable[[], Thing]) -> Thing:
        """Do something in one transaction."""
        for attempt in range(TRIES):
            try:
                with self._lock:
                    return self._do(work)
            except SQLAlchemyError:
                if attempt == TRIES - 1:
                    raise
                time.sleep(0.5)
        raise AssertionError("the last try returns or raises")

    def apart(self, work: Callable[[], None]) -> None:
        """Do something while nobody here has the database open."""
        with self._lock:
            work()

    def _do(self, work: Callable[[], Thing]) -> Thing:
        with self.carrier.app.app_context():
            try:
                with self.carrier.working():
                    return work()
            finally:
                db.session.remove()
                db.engine.dispose()

    def let_go(self) -> None:
        """Close every connection to the database."""
        with self.carrier.app.app_context():
            db.engine.dispose()

    def publish_rulebooks(self) -> None:
        """Publish the first rules of every merchant."""
        for store in STORES:
            api = self.carrier.partner(store)
            book = {"document": store.rulebook(), "note": "First version"}
            api.call("POST", "/api/v1/rulebooks", book)
            api.close()

    def revoke(self, seat: int) -> None:
        """Close the tokens of an executive's phones."""

        def work() -> None:
            mine = select(Device).where(Device.executive_id == self.team[seat])
            for device in db.session.scalars(mine):
                devices.revoke(devices.get_device(device.id), by=SYSTEM)

        self.do(work)

    def enrol_again(self, seat: int) -> str:
        """Let an executive's phone enrol anew; gives its token."""

        def work() -> str:
            executive = db.session.get(FieldExecutive, self.team[seat])
            assert executive is not None
            return devices.offer_enrolment(executive, by=SYSTEM)[1]

        api = Api(self.carrier.origin)
        body = {"code": self.do(work), "app_version": APP_VERSION}
        answer = api.call("POST", "/api/v1/field/enrolments", body)
        api.close()
        return str(answer["token"])

    def hand_over(self, return_id: str, giver: int, taker: int) -> bool:
        """Move a return from one executive's run sheet to another's; tells whether it went."""

        def work() -> bool:
            day, wanted = date.fromisoformat(self.carrier.state.day), [uuid.UUID(return_id)]
            sheets = [
                devices.open_run_sheet(devices.get_executive(self.team[seat]), day)
                for seat in (giver, taker)
            ]
            returns.unassign(sheets[0], wanted, by=SYSTEM)
            return returns.assign(sheets[1], wanted, by=SYSTEM) == 1

        return self.do(work)
