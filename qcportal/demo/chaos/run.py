"""A fault run from start to end: the stage set, the shift worked under faults, the count."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qcportal.demo import carrier
from qcportal.demo.carrier import Carrier
from qcportal.demo.chaos import acts, counting, diary, early, jobs, settling, shown
from qcportal.demo.chaos.kinds import Kind
from qcportal.demo.chaos.phones import Phone
from qcportal.demo.chaos.plan import Scale, Visit
from qcportal.demo.chaos.site import Site, opened
from qcportal.demo.chaos.verdict import Verdict, named, unexplained
from qcportal.demo.goods import STORES
from qcportal.demo.progress import step

ROUNDS = 8
QUIET_SECONDS = 240.0
VERIFY = ("verify", "--json", "-", "--grace", "0")
EVIDENCE_DELETED = 3


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for."""

    scale: Scale
    database: str
    folder: Path


def run(wanted: Wanted) -> Verdict:
    """Run it; gives what it comes to."""
    started = time.monotonic()
    with opened(wanted.database, wanted.scale, wanted.folder) as site:
        work, phones = _prepare(site, wanted.scale)
        try:
            healed = _work_shift(site, work, phones)
            return _judge(wanted, site, work, healed, started)
        finally:
            for phone in phones:
                phone.close()


def _prepare(site: Site, scale: Scale) -> tuple[jobs.Work, list[Phone]]:
    step(f"{len(STORES)} merchants, {scale.executives} phones, {scale.returns} returns")
    crew, ground = site.carrier, site.scene.ground
    doors = scale.doors()
    first = [door for door in doors if scale.visit(door.number) is Visit.EARLY]
    others = [door for door in doors if scale.visit(door.number) is not Visit.EARLY]
    ids = carrier.register(crew, others)
    step(f"{len(first)} returns whose photos come before they are committed")
    early.send_before_commit(ground, first, site.scene.callbacks)
    ids |= carrier.register(crew, first)  # they exist by now: this gives their ids
    carrier.assign(crew, doors, ids, ground.office.team)
    ground.office.let_go()
    stops = jobs.fetch_stops(crew)
    site.scene.stops.update(stops)
    work = jobs.plan(scale, doors, stops)
    return work, _phones(crew, site, work)


def _phones(crew: Carrier, site: Site, work: jobs.Work) -> list[Phone]:
    tokens = [*crew.state.device_tokens.values()]
    return [
        Phone(seat, token, site.scene.ground, [j for j in work.jobs if j.door.executive == seat])
        for seat, token in enumerate(tokens)
    ]


def _work_shift(site: Site, work: jobs.Work, phones: list[Phone]) -> int:
    """Work the shift under every fault, then let all come to rest; gives what was healed."""
    scene = site.scene
    step(f"The shift: {work.photos} photos, plan {work.plan}")
    with ThreadPoolExecutor(len(phones) + 1, thread_name_prefix="phone") as pool:
        working = [pool.submit(phone.work) for phone in phones]
        working.append(pool.submit(acts.play, scene))
        try:
            _await(working, site)
        finally:
            scene.ground.pace.end()
    step("The phones are home; events that still wait are sent on")
    site.calm()
    if not site.await_quiet(QUIET_SECONDS):
        step("The relay is far behind; the reconciler goes first")
        acts.reconcile_whole(scene)
    step("Files that mean harm, for the reconciler to open")
    sent = [photo_id for each in _each(phones, settling.send_late) for photo_id in each]
    acts.open_harmful_files(scene, sent)
    return _settle(site, phones)


def _await(working: Sequence[Any], site: Site) -> None:
    """Wait for all; one that fails ends it for everybody."""
    while not all(each.done() for each in working):
        for each in working:
            if each.done():
                each.result()
        if site.scene.ground.courier.error is not None:
            raise site.scene.ground.courier.error
        time.sleep(0.2)
    for each in working:
        each.result()


def _settle(site: Site, phones: list[Phone]) -> int:
    """Reconcile, free the phones and send again, until nothing is left; gives what was healed."""
    healed = 0
    for number in range(ROUNDS):
        time.sleep(2.1)  # the grace, and S3 tells whole seconds
        _, told = site.scene.portal.run(*acts.RECONCILE, "--grace", "1s")
        healed += told["healed"]
        left = sum(_each(phones, settling.free))
        step(f"Round {number + 1}: {told['healed']} healed, {left} photos left on phones")
        if not left and not told["healed"]:
            break
        if left:
            _each(phones, settling.send_again)
            site.await_quiet(QUIET_SECONDS / 16)
    return healed


def _each(phones: list[Phone], do: Callable[[Phone], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(phones)) as pool:
        return list(pool.map(do, phones))


def _judge(wanted: Wanted, site: Site, work: jobs.Work, healed: int, started: float) -> Verdict:
    scene, bucket = site.scene, site.scene.ground.bucket
    step("qcportal verify")
    _, report = scene.portal.run(*VERIFY, "--rehash")
    faults = unexplained(report, bucket.deleted)
    step("Counting: the phones' diaries, the database, the bucket")
    held = counting.look(site.database, bucket)
    lines = [*diary.read(wanted.folder / "diaries")]
    found = counting.count(lines, held, bucket)
    seen, strange = shown.look(site.carrier, work.jobs, lines, wanted.scale.seed)
    faults += [*found.why, *strange]
    faults += _judge_the_parked(held, bucket.unknown)
    if scene.attacker.taken:
        faults.append(f"{scene.attacker.taken} false callbacks were taken")
    faults += _delete_evidence(site, held)
    tally = scene.ground.tally
    more = {
        "deliveries": scene.callbacks.deliveries,
        "worker_kills": tally[Kind.WORKERS_KILLED],
        "database_restarts": tally[Kind.DATABASE_KILLED],
        "healed": healed + sum(scene.healed),
        "shown_to_merchants": seen,
        "verify": {"counts": report["counts"], "offences_explained": _offences(report)},
    }
    seconds = time.monotonic() - started
    count, seed = found, wanted.scale.seed
    return Verdict(seed, wanted.database, work.plan, count, tally, seconds, more, (*faults,))


def _offences(report: Any) -> dict[str, int]:
    kinds = [told["kinds"] for told in report["invariants"].values()]
    return {kind: number for each in kinds for kind, number in each.items()}


def _judge_the_parked(held: counting.Held, unknown: Sequence[str]) -> Iterator[str]:
    """Name files that nobody expected and nobody is shown."""
    parked = {key for (key, _), (_, _, outcome) in held.told.items() if outcome == "parked"}
    return (f"{key} is not among the parked files" for key in unknown if key not in parked)


def _delete_evidence(site: Site, held: counting.Held) -> list[str]:
    """Delete some evidence after the count; a verification has to name exactly that."""
    scene = site.scene
    verified = sorted((r.key, r.version) for r in held.rows.values() if r.verified and r.version)
    doomed = {(key, str(version)) for key, version in verified[:EVIDENCE_DELETED]}
    for place in doomed:
        scene.ground.bucket.delete(*place)
        scene.ground.tally.add(Kind.EVIDENCE_DELETED)
    status, report = scene.portal.run(*VERIFY)
    faults = unexplained(report, scene.ground.bucket.deleted)
    if status != 1 or named(report, "evidence_gone") != doomed:
        faults.append(f"verify does not name the evidence that was deleted: {sorted(doomed)}")
    return faults
