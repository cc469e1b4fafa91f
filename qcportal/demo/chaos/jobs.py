"""The day's work: run sheets as the phones fetched them, with the fate of every photo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qcportal.demo import inspection
from qcportal.demo.carrier import Carrier
from qcportal.demo.chaos.ground import Job, Task
from qcportal.demo.chaos.plan import PlannedPhoto, Scale, Visit, digest
from qcportal.demo.plan import Door
from qcportal.demo.wire import Api, Refused

REVOKED = 401


@dataclass(frozen=True)
class Work:
    """Every job in the order of the returns' numbers, and the digest of the plan behind them."""

    jobs: tuple[Job, ...]
    plan: str

    @property
    def photos(self) -> int:
        """Give how many photos are taken."""
        return sum(len(job.tasks) for job in self.jobs)


def fetch_stops(carrier: Carrier) -> dict[str, Mapping[str, Any]]:
    """Fetch every run sheet of the day that a phone may fetch; gives the stops by waybill."""
    stops: dict[str, Mapping[str, Any]] = {}
    for token in carrier.state.device_tokens.values():
        api = Api(carrier.origin, token)
        try:
            sheet = api.call("GET", f"/api/v1/field/run-sheet?day={carrier.state.day}")
            stops |= {stop["awb"]: stop for stop in sheet["stops"]}
        except Refused as refused:
            if refused.status != REVOKED:
                raise
        finally:
            api.close()
    return stops


def plan(scale: Scale, doors: Sequence[Door], stops: Mapping[str, Mapping[str, Any]]) -> Work:
    """Give every photo its fate, and end after as many as were asked for."""
    shots = [_shots(scale, door, stops[door.awb]) for door in doors]
    fates = scale.fates([len(each) for each in shots])
    jobs, left = list[Job](), scale.photos
    for door, found, own in zip(doors, shots, fates, strict=True):
        slots = {photo["photo_id"]: photo["slot"] for photo in stops[door.awb]["photos"]}
        tasks = tuple(
            Task(shot, slots[shot.photo_id], fate)
            for shot, fate in zip(found[:left], own[:left], strict=True)
        )
        left -= len(tasks)
        if tasks:
            jobs.append(Job(door, stops[door.awb], scale.visit(door.number), tasks))
    return Work(tuple(jobs), digest(_planned(jobs)))


def _shots(scale: Scale, door: Door, stop: Mapping[str, Any]) -> list[inspection.Shot]:
    found = inspection.shots(door, dict(stop))
    if scale.visit(door.number) is Visit.EARLY:
        return [shot for shot in found if not shot.spare]
    return found


def _planned(jobs: Sequence[Job]) -> list[PlannedPhoto]:
    return [
        PlannedPhoto(job.door.awb, task.slot, task.fate, job.visit)
        for job in jobs
        for task in job.tasks
    ]
