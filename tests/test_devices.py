"""Phones and run sheets: enrolment codes, tokens, and what a phone says of itself."""

from datetime import timedelta

import pytest

from qcportal import clock, devices, errors, phones
from qcportal.db import db
from qcportal.history import SYSTEM
from qcportal.phones import Heartbeat
from tests.world import World


def test_a_code_works_once_and_for_ten_minutes(world: World) -> None:
    with world.inside():
        executive = devices.get_executive(world.executive_id)
        _, code = devices.offer_enrolment(executive, by=SYSTEM)
        _, late = devices.offer_enrolment(executive, by=SYSTEM)
        devices.enrol(code.lower().replace("-", " "), app_version="2.0")
        for stale in (code, "AAAA-BBBB-CCCC", ""):
            with pytest.raises(errors.Unauthorized):
                devices.enrol(stale, app_version=None)
        with clock.frozen(clock.now() + timedelta(minutes=10)), pytest.raises(errors.Unauthorized):
            devices.enrol(late, app_version=None)


def test_a_token_dies_with_its_phone_or_its_executive(world: World) -> None:
    with world.inside():
        phone = phones.find_phone(world.device_token)
        assert phone is not None
        assert phones.find_phone(world.device_token[:-1] + "x") is None
        assert phones.find_phone("") is None
        devices.revoke(devices.get_device(phone.id), by=SYSTEM)
        db.session.flush()
        assert phones.find_phone(world.device_token) is None
        executive = devices.get_executive(world.other_executive_id)
        executive.deactivated_at = clock.now()
        db.session.flush()
        assert phones.find_phone(world.other_device_token) is None


def test_a_heartbeat_keeps_what_it_leaves_out(world: World) -> None:
    with world.inside():
        phone = phones.find_phone(world.device_token)
        assert phone is not None
        whole = Heartbeat("2.1", 80, 4000, 3, "no_signal", -1500)
        phones.record_heartbeat(phone.id, whole)
        phones.record_heartbeat(phone.id, Heartbeat(None, 79, None, None, None, None))
    with world.inside(commit=False):
        device = devices.get_device(phone.id)
        said = (device.battery_percent, device.storage_free_mb, device.photos_waiting)
        assert said == (79, 4000, 3)
        assert (device.clock_offset_ms, device.app_version) == (-1500, "2.1")


def test_a_day_has_one_run_sheet_per_executive(world: World) -> None:
    day = clock.now().date()
    with world.inside():
        executive = devices.get_executive(world.executive_id)
        first = devices.open_run_sheet(executive, day)
        assert devices.open_run_sheet(executive, day).id == first.id
        other = devices.get_executive(world.other_executive_id)
        assert devices.open_run_sheet(other, day).id != first.id


def test_a_taken_code_and_empty_texts_are_refused(world: World) -> None:
    with world.inside():
        with pytest.raises(errors.Conflict):
            devices.create_executive(code="E-014", name="Another", hub="Pune", by=SYSTEM)
        with pytest.raises(errors.Invalid) as refused:
            devices.create_executive(code=" ", name="", hub="x" * 301, by=SYSTEM)
        assert {fault.path for fault in refused.value.faults} == {"/code", "/name", "/hub"}
