"""The faults that strike everybody, one after the other, each within a part of the run."""

import contextlib
import subprocess
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import func, select

from qcportal import clock
from qcportal.db import db
from qcportal.demo.chaos import files
from qcportal.demo.chaos.attacks import Attacker
from qcportal.demo.chaos.databases import Database
from qcportal.demo.chaos.doors import CallbackDoor
from qcportal.demo.chaos.ground import Ground
from qcportal.demo.chaos.jobs import fetch_stops
from qcportal.demo.chaos.kinds import Kind
from qcportal.demo.chaos.portal import Portal
from qcportal.demo.chaos.rotation import Rotation
from qcportal.demo.goods import STORES
from qcportal.demo.progress import step
from qcportal.photos import Photo
from qcportal.photos.expecting import SLOT

KILL_EVERY = 0.4
SHARE_SECONDS = 900.0
SHORTEST_DOWN = 2.0
CYCLE = ("reconcile", "--json", "--grace", "3s", "--days", "2")
RECONCILE = (*CYCLE, "--no-pictures")
OPENING_SECONDS = 240.0
KILLED_AFTER = 1.2


@dataclass(frozen=True)
class Scene:
    """All that runs, for whoever breaks it."""

    ground: Ground
    portal: Portal
    database: Database
    callbacks: CallbackDoor
    attacker: Attacker
    rotation: Rotation
    lambdas: Any
    stops: dict[str, Any]
    healed: list[int]


@dataclass(frozen=True)
class Act:
    """One fault: it begins when `start` of all photos are at S3, which wait for it at `end`."""

    name: str
    start: float
    end: float
    strike: Callable[[Scene], None]


def play(scene: Scene) -> None:
    """Let every act strike in turn while the phones work."""
    pace = scene.ground.pace
    for act in acts(scene.ground.scale.worker_kills, scene.ground.scale.database_kills):
        pace.open(act.end)
        pace.await_share(act.start, SHARE_SECONDS)
        if pace.ended:
            return
        step(f"{act.name} ({pace.acked} of {pace.total} photos at S3)")
        act.strike(scene)
    pace.open(2.0)


def acts(kills: int, restarts: int) -> tuple[Act, ...]:
    """Give all acts in their order; kills and restarts are parted among four storms."""
    storms = [_storm(_part(kills, n), _part(restarts, n), n) for n in range(4)]
    return (
        Act("New rules are published", 0.02, 0.05, change_rulebooks),
        Act("Files nobody expects", 0.05, 0.08, upload_unknown_files),
        Act("Workers and database are killed", 0.08, 0.22, storms[0]),
        Act("The relay is down, then there is a flood", 0.22, 0.30, stop_the_relay),
        Act("False, old and repeated callbacks", 0.30, 0.32, attack),
        Act("Every event is lost", 0.32, 0.42, lose_events),
        Act("The reconciler, killed once and then let be", 0.42, 0.44, reconcile),
        Act("Phones lose their tokens", 0.44, 0.47, revoke_tokens),
        Act("Workers and database are killed", 0.47, 0.60, storms[1]),
        Act("The relay's secret is rotated", 0.60, 0.68, rotate_secret),
        Act("Workers and database are killed", 0.68, 0.80, storms[2]),
        Act("False, old and repeated callbacks", 0.80, 0.82, attack),
        Act("New rules are published", 0.82, 0.84, change_rulebooks),
        Act("Workers and database are killed", 0.84, 0.97, storms[3]),
    )


def _part(total: int, number: int) -> int:
    return (total + 3 - number) // 4


def _storm(kills: int, restarts: int, number: int) -> Callable[[Scene], None]:
    """Give an act that kills a worker every 0.4 s, and the database between them."""

    def strike(scene: Scene) -> None:
        dice = Random(f"{scene.ground.scale.seed}/storm/{number}")
        every = max(1, kills // max(1, restarts))
        done, killed = 0, 0
        while not scene.ground.pace.ended and (done < kills or killed < restarts):
            time.sleep(KILL_EVERY)
            if done < kills and scene.portal.kill_a_worker(dice):
                done += 1
                scene.ground.tally.add(Kind.WORKERS_KILLED)
            if killed < restarts and done >= min(kills, (killed + 1) * every):
                scene.ground.office.apart(lambda: scene.database.kill(scene.portal))
                scene.ground.tally.add(Kind.DATABASE_KILLED)
                killed += 1

    return strike


def change_rulebooks(scene: Scene) -> None:
    """Publish other rules for every merchant while returns of the old ones are being checked.

    Raises RuntimeError when a checklist that was issued before changes by it.
    """
    for store in STORES:
        api = scene.ground.office.carrier.partner(store)
        document = store.rulebook()
        document["title"] = f"{document['title']}, changed at {clock.now().isoformat()}"
        document["rules"][0]["checks"].append(
            {
                "key": "chaos",
                "type": "yes_no",
                "question": "Is this a new question?",
                "required": False,
                "photos": [{"key": "chaos", "title": "Something new", "kind": "photo"}],
            }
        )
        api.call("POST", "/api/v1/rulebooks", {"document": document, "note": "In mid-shift"})
        api.close()
    now = fetch_stops(scene.ground.office.carrier)
    for awb, stop in now.items():
        before = scene.stops.get(awb)
        if before is not None and _wanted(before) != _wanted(stop):
            raise RuntimeError(f"the checklist of {awb} changed with the rulebook")
    scene.ground.tally.add(Kind.RULEBOOK_CHANGED, len(STORES))


def _wanted(stop: Any) -> Any:
    slots = [(photo["photo_id"], photo["slot"], photo["required"]) for photo in stop["photos"]]
    return slots, [(item["item_id"], item["checklist"]) for item in stop["items"]]


def upload_unknown_files(scene: Scene) -> None:
    """Put files under keys of returns that do not exist."""
    for number in range(scene.ground.scale.each):
        key = f"u/{clock.now():%Y/%m/%d}/unknown/99000000{number:04d}/whole-{uuid.uuid4()}.jpg"
        scene.ground.bucket.put(key, files.photo(key))
        scene.ground.bucket.unknown.append(key)
        scene.ground.tally.add(Kind.UNKNOWN_KEYS)


def stop_the_relay(scene: Scene) -> None:
    """Take the relay away until its share of photos is at S3; what waited comes at once then."""
    pace, started = scene.ground.pace, time.monotonic()
    _switch(scene.lambdas, on=False)
    pace.await_share(0.29, SHARE_SECONDS)
    time.sleep(max(0.0, SHORTEST_DOWN - (time.monotonic() - started)))
    _switch(scene.lambdas, on=True)
    scene.ground.tally.add(Kind.RELAY_DOWN_THEN_FLOOD)


def _switch(lambdas: Any, *, on: bool) -> None:
    for each in lambdas.list_event_source_mappings()["EventSourceMappings"]:
        lambdas.update_event_source_mapping(UUID=each["UUID"], Enabled=on)


def attack(scene: Scene) -> None:
    """Forge callbacks about photos that are still to come, and send true ones late and twice."""
    ground, recorded = scene.ground, list(scene.callbacks.recorded)
    each = ground.scale.each
    to_come = select(Photo.key).where(Photo.purpose == SLOT, Photo.stored_at.is_(None))
    keys = ground.office.do(lambda: list(db.session.scalars(to_come.limit(each))))
    scene.attacker.forge(keys)
    scene.attacker.hold_back(recorded[-each:], scene.rotation.secret)
    scene.attacker.replay(recorded[-each:])


def lose_events(scene: Scene) -> None:
    """Lose every event that S3 sends while a tenth of all photos is sent."""
    scene.ground.courier.losing.set()
    scene.ground.pace.await_share(0.41, SHARE_SECONDS)
    time.sleep(1.0)
    scene.ground.courier.losing.clear()


def reconcile(scene: Scene) -> None:
    """Kill a reconciler in its cycle, then let one come to its end."""
    doomed = scene.portal.command(*RECONCILE)
    with contextlib.suppress(subprocess.TimeoutExpired):
        doomed.wait(KILLED_AFTER)
    doomed.kill()
    doomed.communicate()
    scene.ground.tally.add(Kind.RECONCILER_KILLED)
    reconcile_whole(scene)


def reconcile_whole(scene: Scene) -> None:
    """Let a cycle of the reconciler come to its end; pictures are not measured."""
    _, told = scene.portal.run(*RECONCILE)
    scene.healed.append(told["healed"])


def open_harmful_files(scene: Scene, photo_ids: Sequence[str]) -> None:
    """Let the reconciler look at pictures, newest first, until it refused these; then end it."""
    time.sleep(2.1)  # the grace, and S3 tells whole seconds
    cycle = scene.portal.command(*CYCLE, "--grace", "1s")
    until = time.monotonic() + OPENING_SECONDS
    ids = [uuid.UUID(each) for each in photo_ids]
    refused = select(func.count()).where(Photo.id.in_(ids), Photo.unreadable_at.is_not(None))
    while cycle.poll() is None and time.monotonic() < until:
        if scene.ground.office.do(lambda: db.session.scalar(refused)) == len(ids):
            break
        time.sleep(0.5)
    cycle.terminate()
    cycle.communicate()


def revoke_tokens(scene: Scene) -> None:
    """Close the tokens of some phones; their executives enrol anew and go on."""
    for seat in range(scene.ground.scale.revoked):
        scene.ground.office.revoke(seat)


def rotate_secret(scene: Scene) -> None:
    """Change the secret that the relay signs with while photos arrive; both are known meanwhile."""
    scene.ground.office.apart(scene.rotation.turn)
    scene.ground.tally.add(Kind.SECRET_ROTATED)
