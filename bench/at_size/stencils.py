"""Real returns as templates: which row names which, and what each adds to the roll-ups."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any, Protocol

from bench.at_size.kinds import KINDS, make_all
from bench.at_size.shapes import SHAPES
from bench.at_size.speech import Speech
from tests.world import World

STATS = (
    "checked", "passed", "failed", "answers", "timed", "timed_answers", "seconds", "photos",
    "retaken", "disputed", "upheld", "partly", "declined",
)  # fmt: skip
OUTCOMES = {"approved": "upheld", "partially_approved": "partly", "rejected": "declined"}


class Stand(Protocol):
    """What a database to be filled can do."""

    app: Any
    made: bool
    speech: Speech

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]: ...
    def run(self, *statements: str, values: Any = ()) -> None: ...
    def copy(self, table: str, columns: Any, rows: Any) -> None: ...
    def together(self, tasks: Any, done: Any) -> None: ...
    def stripped(self, tables: Any, say: Any) -> Any: ...
    def sizes(self) -> int: ...
    def close(self) -> None: ...


def cut(stand: Stand, now: datetime) -> World:
    """Make one return of each kind through the portal's doors, and templates of their rows."""
    world = World(stand.app)
    made = make_all(world, now, each=1)
    key = "uuid" if stand.speech.postgres else "TEXT"
    stand.run(f"CREATE TABLE bench_roles (id {key} PRIMARY KEY, kind int, role text)")
    kinds: dict[Any, int] = {_key(stand, each): kind for kind, each in made}
    for number, shape in enumerate(SHAPES):
        names = ", ".join(shape.refs)
        counts: Counter[int] = Counter()
        roles = []
        rows = stand.rows(f"SELECT {names} FROM {shape.table} WHERE {shape.only} ORDER BY id")
        for own, *others in rows:
            kind = kinds.get(own, next((kinds[each] for each in others if each in kinds), None))
            if kind is None:
                continue
            roles.append((own, kind, f"{number:x}{counts[kind]:02x}"))
            counts[kind] += 1
            kinds[own] = kind
        stand.copy("bench_roles", ("id", "kind", "role"), roles)
    stand.run(*(_template(shape) for shape in SHAPES))
    _write_stats(stand)
    return world


def anchors(stand: Stand) -> list[datetime]:
    """Give when the return of each kind moved last."""
    found = dict(stand.rows("SELECT bench_kind, activity_at FROM bench_t_returns"))
    return [moment_of(found[number]) for number in range(len(KINDS))]


def _key(stand: Stand, given: Any) -> Any:
    return given if stand.speech.postgres else given.hex


def moment_of(given: Any) -> datetime:
    return given if isinstance(given, datetime) else datetime.fromisoformat(f"{given}+00:00")


def _template(shape: Any) -> str:
    roles = "".join(f", r{place}.role AS {name}_role" for place, name in enumerate(shape.refs))
    joins = "".join(
        f" LEFT JOIN bench_roles r{place} ON r{place}.id = t.{name}"
        for place, name in enumerate(shape.refs)
    )
    return (
        f"CREATE TABLE {shape.template} AS SELECT r0.kind AS bench_kind{roles}, t.* "
        f"FROM {shape.table} t{joins} WHERE r0.kind IS NOT NULL AND ({_among('t', shape.only)})"
    )


def _among(_alias: str, only: str) -> str:
    return only.replace("photo_id IN", "t.photo_id IN").replace("chain IN", "t.chain IN")


def _write_stats(stand: Stand) -> None:
    names = ", ".join(f"{name} int" for name in (*STATS, "items", "items_passed", "items_failed"))
    stand.run(
        f"CREATE TABLE bench_stats (kind int PRIMARY KEY, {names}, verified int, held int, "
        "coming int, inspected int)",
        "CREATE TABLE bench_checks (kind int, value text, label text, checked int, passed int, "
        "failed int)",
    )
    stats = _stats(stand)
    columns = [
        *STATS,
        "items",
        "items_passed",
        "items_failed",
        "verified",
        "held",
        "coming",
        "inspected",
    ]
    rows = [[kind, *(int(stats[kind][name]) for name in columns)] for kind in range(len(KINDS))]
    stand.copy("bench_stats", ("kind", *columns), rows)
    counted: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    answers = stand.rows("SELECT bench_kind, check_key, result FROM bench_t_inspection_answers")
    for kind, check, result in answers:
        counted[kind, check] += Counter({"checked": 1, result: 1})
    questions = {"same-item": "Same item?", "damage": "Any dents?", "imei": "IMEI?"}
    stand.copy(
        "bench_checks",
        ("kind", "value", "label", "checked", "passed", "failed"),
        [
            (kind, check, questions[check], each["checked"], each["match"], each["mismatch"])
            for (kind, check), each in counted.items()
        ],
    )


def _stats(stand: Stand) -> dict[int, Counter[str]]:
    """Count what one return of each kind adds to a day's report, and to its shift."""
    stats: dict[int, Counter[str]] = defaultdict(Counter)
    for kind, verdict, checked in stand.rows(
        "SELECT bench_kind, verdict, checked_at FROM bench_t_returns"
    ):
        stats[kind]["checked"] = int(checked is not None)
        stats[kind]["passed"] = int(verdict == "passed")
        stats[kind]["failed"] = int(verdict in ("failed", "partially_passed"))
    for kind, verdict in stand.rows(
        "SELECT bench_kind, verdict FROM bench_t_return_items WHERE inspected_verdict IS NOT NULL"
    ):
        stats[kind]["items"] += 1
        stats[kind]["items_passed"] += verdict == "pass"
        stats[kind]["items_failed"] += verdict in ("fail", "partially_passed")
    for kind, taken, stored, verified, conflict in stand.rows(
        "SELECT bench_kind, captured_reported_at, stored_at, verified_at, conflict_at "
        "FROM bench_t_photos WHERE captured_reported_at IS NOT NULL"
    ):
        here = verified is not None and conflict is None
        stats[kind]["photos"] += 1
        stats[kind]["verified" if here else "held" if stored else "coming"] += int(bool(taken))
    for (kind,) in stand.rows("SELECT bench_kind FROM bench_t_inspection_answers"):
        stats[kind]["answers"] += 1
    for kind, started, finished in stand.rows(
        "SELECT bench_kind, started_at, finished_at FROM bench_t_inspections"
    ):
        stats[kind]["inspected"] = 1
        if started and finished:
            took = (moment_of(finished) - moment_of(started)).total_seconds()
            stats[kind] += Counter({"timed": 1, "seconds": round(took)})
            stats[kind]["timed_answers"] += stats[kind]["answers"]
    for kind, outcome in stand.rows(
        "SELECT bench_kind, outcome FROM bench_t_disputes WHERE number IS NOT NULL "
        "AND state <> 'withdrawn'"
    ):
        stats[kind]["disputed"] = 1
        if outcome in OUTCOMES:
            stats[kind][OUTCOMES[outcome]] = 1
    return stats
