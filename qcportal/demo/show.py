"""The run of a demo from start to end: the stage set, the shift worked, everything counted."""

import time
import uuid
from typing import NoReturn

from qcportal import clock, tenancy
from qcportal.commands import reporting
from qcportal.demo import audit, carrier, diary, disputing, stage, state, summary, views
from qcportal.demo.carrier import Carrier
from qcportal.demo.diary import Diary
from qcportal.demo.executive import Executive, Shift
from qcportal.demo.past import Past, carrier_day
from qcportal.demo.plan import Door, Part, Plan
from qcportal.demo.progress import ShiftProgress, step, track
from qcportal.demo.report import Result
from qcportal.demo.stage import Stage, Wanted
from qcportal.demo.state import State
from qcportal.demo.visibility import Watch
from qcportal.errors import Invalid

QUIET_SECONDS = 180.0
BEAT_EVERY = 60.0
EARLIER_DAYS = 45
HOMEWARD_SECONDS = 5.0


class DemoFailed(Exception):
    """A simulated person could not do their work; the text says why."""


def run(wanted: Wanted) -> int:
    """Run the demo; gives the exit status."""
    with state.locked(wanted.folder):
        if wanted.fresh:
            state.wipe(wanted.folder)
        kept = State.load(wanted.folder)
        _check(wanted, kept)
        with stage.opened(wanted, kept) as opened:
            started = time.monotonic()
            watch = _work(opened)
            result = _count(opened, watch, time.monotonic() - started)
            if not wanted.exits:
                summary.show(opened.carrier.origin, result, wanted.folder)
                _stay(opened)
        print(result.as_line(), flush=True)
        if wanted.throwaway and result.good:
            state.wipe(wanted.folder)
    return 0 if result.good else 1


def _check(wanted: Wanted, kept: State) -> None:
    """Raise Invalid when the folder was begun otherwise: the same returns would be others."""
    begun = {"seed": wanted.seed, "executives": wanted.executives, "history": not wanted.exits}
    if kept.begun and kept.begun != begun:
        told = ", ".join(f"{name} {value}" for name, value in kept.begun.items())
        raise Invalid(f"{kept.folder} was begun with {told}; use the same, or --fresh.")
    kept.begun, kept.day = begun, kept.day or carrier_day(clock.now()).isoformat()


def _work(opened: Stage) -> Watch:
    """Do whatever of the demo is not done; gives what was seen of the photos meanwhile."""
    wanted, kept = opened.wanted, opened.carrier.state
    watch = Watch(kept.database)
    watch.start()
    part = f"{wanted.returns} returns"
    if part not in kept.done:
        plan = Plan(wanted.seed, wanted.returns, wanted.executives, not wanted.exits)
        doors = [*plan.doors()] if wanted.exits else views.plant([*plan.doors()])
        team = _prepare(opened.carrier, wanted.executives)
        if not wanted.exits:
            _make_history(opened, doors, team)
        _work_shift(opened, doors, team, watch)
        if not wanted.exits:
            step("Merchants dispute what failed; officers answer some of it")
            disputing.raise_some(opened.carrier)
            _count_reports(opened.carrier)
        kept.finish(part)
    watch.stop()
    return watch


def _count_reports(crew: Carrier) -> None:
    """Count the earlier days at once: the worker looked at them before they were lived."""
    with crew.working():
        reporting.count_back(reporting.find_merchants(), EARLIER_DAYS)


def _prepare(crew: Carrier, executives: int) -> list[uuid.UUID]:
    step("Accounts, rulebooks, catalogue pictures")
    carrier.open_accounts(crew)
    carrier.furnish(crew)
    step(f"{executives} field executives enrol their phones")
    return carrier.hire(crew, executives)


def _make_history(opened: Stage, doors: list[Door], team: list[uuid.UUID]) -> None:
    """Fill the days before today and leave the ends loose that the pages are there to show."""
    past = Past(opened.carrier, team, imaging=opened.wanted.imaging)
    gone = [door for door in doors if door.part not in {Part.SHIFT, Part.WAITING}]
    gone.sort(key=lambda door: -door.days_ago)
    step(f"{len(gone)} returns of earlier days, a late, a missing and a forgotten photo")
    for door in track(gone):
        past.live(door)
    if "parked" not in opened.carrier.state.done:
        past.park()
        opened.carrier.state.finish("parked")
    step("The relay makes their thumbnails")
    _await_quiet(opened)


def _work_shift(opened: Stage, doors: list[Door], team: list[uuid.UUID], watch: Watch) -> None:
    crew, wanted = opened.carrier, opened.wanted
    today = [door for door in doors if door.part is Part.SHIFT]
    waiting = [door for door in doors if door.part is Part.WAITING]
    step(f"The merchants register {len(today) + len(waiting)} returns of today")
    ids = carrier.register(crew, [*today, *waiting])
    carrier.assign(crew, today, ids, team)
    log = Diary(crew.state.diary)
    by_awb = {door.awb: door for door in today}
    shift = Shift(crew.origin, crew.state.day, by_awb, log, watch, wanted.pace)
    tokens = list(crew.state.device_tokens.items())[: wanted.executives]
    team_at_work = [Executive(code, token, shift) for code, token in tokens]
    with ShiftProgress(len(today), log, watch).shown():
        _follow(team_at_work)


def _follow(team: list[Executive]) -> None:
    """Start everybody and wait; one who cannot work ends it for all."""
    for executive in team:
        executive.start()
    try:
        while any(executive.is_alive() for executive in team):
            time.sleep(0.2)
            _raise_errors(team)
    finally:
        for executive in team:
            executive.stop()
        deadline = time.monotonic() + HOMEWARD_SECONDS
        for executive in team:
            executive.join(max(0.0, deadline - time.monotonic()))
    _raise_errors(team)


def _raise_errors(team: list[Executive]) -> None:
    for executive in team:
        if executive.error is not None:
            raise DemoFailed(f"{executive.name}: {executive.error!r}") from executive.error


def _await_quiet(opened: Stage) -> None:
    """Wait until the relay's queues are empty, so that old work does not slow what is measured."""
    sqs, deadline = opened.aws.client("sqs"), time.monotonic() + QUIET_SECONDS
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    queues = (opened.deployment.queue_url, opened.deployment.pictures_queue_url)

    def waiting(url: str) -> int:
        told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(number) for number in told.values())

    while time.monotonic() < deadline and any(waiting(url) for url in queues):
        time.sleep(0.3)


def _count(opened: Stage, watch: Watch, seconds: float) -> Result:
    """Count in the database and in the bucket; every phone is empty by now."""
    app = opened.carrier.app
    entries = diary.read(opened.carrier.state.diary)
    bucket = audit.list_uploads(app.extensions["qcportal.store"])
    with app.app_context(), tenancy.system("demo audit"):
        found = audit.count(entries, bucket, opened.settings)
    waits = watch.waits
    p50, p99 = waits.percentile(0.5), waits.percentile(0.99)
    return Result(**vars(found), p50=p50, p99=p99, seconds=round(seconds, 1))


def _stay(opened: Stage) -> NoReturn:
    """Keep everything up until somebody asks to stop; the phones report now and then."""
    crew = opened.carrier
    while True:
        time.sleep(BEAT_EVERY)
        carrier.beat(crew)
