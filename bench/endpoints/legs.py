"""The legs of a round: which requests are sent to which server, and what one of them is worth."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from bench.endpoints import asks, client, limits
from bench.endpoints.asks import Ask
from bench.endpoints.client import Drive, Driven
from bench.endpoints.ground import Ground
from bench.endpoints.servers import Server

CONNECTIONS = 16
BATCH = 10
FORMS = 240


@dataclass(frozen=True)
class Plan:
    """How long a leg is, and how many requests it makes at most that can be made only once."""

    seconds: float
    singles: int
    batches: int
    recorded: int

    @property
    def photos(self) -> int:
        """Give how many arrivals a round uses up."""
        return (
            self.singles + BATCH * self.batches + self.recorded + BATCH * (self.recorded // BATCH)
        )


@dataclass
class Result:
    """What one leg came to; `units` are forms or arrivals, `processor` the server's seconds."""

    driven: Driven
    units: int
    processor: float | None = None
    statements: int | None = None

    @property
    def per_second(self) -> float:
        """Give requests a second."""
        return len(self.driven.took) / self.driven.elapsed


@dataclass
class Bench:
    """What runs: the filled ground and the servers by name; those that cannot be had are None.

    `told` are the arrivals that were told last, one in a call.
    """

    ground: Ground
    plan: Plan
    servers: Mapping[str, Server | None]
    told: list[dict[str, Any]] = field(default_factory=list)

    def drive(self, server: str, made: list[Ask], **options: Any) -> Result | None:
        """Send requests to a server; None where it is not to be had."""
        there = self.servers[server]
        if there is None:
            return None
        wanted = {"connections": CONNECTIONS, "seconds": self.plan.seconds} | options
        before = there.processor()
        drive = Drive(there.ports, [each.rendered() for each in made], **wanted)
        driven = client.run(drive)
        spent = there.processor() - before
        wrong = driven.statuses.keys() - {each.expected for each in made}
        if wrong:
            raise RuntimeError(
                f"{made[0].path} at {server} was answered with {wrong}: {driven.sample!r}"
            )
        return Result(driven, 1, spent)


def single_form(bench: Bench) -> Result | None:
    """First forms of single photos."""
    bench.ground.forget_forms()
    ground = bench.ground
    return bench.drive("portal", [asks.form(ground, each) for each in ground.stock.photos])


def many_forms(bench: Bench, shape: str) -> Result | None:
    """First forms of whole run sheets, 240 in an answer."""
    bench.ground.forget_forms()
    ground = bench.ground
    made = [asks.forms(ground, each, shape) for each in ground.stock.sheets]
    return _worth(bench.drive("portal", made), FORMS)


def single_callback(bench: Bench) -> Result | None:
    """First-time arrivals, one in a call."""
    bench.told = [*islice(bench.ground.stock.arrivals, bench.plan.singles)]
    return bench.drive("portal", [asks.callback([each]) for each in bench.told])


def repeated_callback(bench: Bench) -> Result | None:
    """The same arrivals once more, as S3 may tell them."""
    return bench.drive("portal", [asks.callback([each]) for each in bench.told])


def batch_callback(bench: Bench) -> Result | None:
    """First-time arrivals, ten of different returns in a call."""
    made = [asks.callback(each) for each in _batches(bench, bench.plan.batches)]
    return _worth(bench.drive("portal", made), BATCH)


def status(bench: Bench) -> Result | None:
    """What became of the six photos of one return."""
    ground = bench.ground
    made = [asks.status(ground, each) for each in ground.stock.digests]
    return bench.drive("portal", made, again=True)


def poll(bench: Bench) -> Result | None:
    """Open return pages poll, and nothing happened."""
    return bench.drive("portal", _polls(bench), again=True)


def lonely(bench: Bench, which: str) -> Result | None:
    """One reader alone: what a page takes when nobody waits before it."""
    ground = bench.ground
    made = {
        "list": lambda: [asks.page(ground, "/returns")],
        "page": lambda: [asks.page(ground, f"/returns/{each}") for each in ground.stock.shown],
        "poll": lambda: _polls(bench),
    }[which]()
    return bench.drive("portal", made, again=True, connections=1)


def bare(bench: Bench) -> Result | None:
    """Flask alone, with an answer as large as a single form's."""
    return bench.drive("bare", [asks.bare(bench.ground)], again=True)


def companion(bench: Bench, server: str) -> Result | None:
    """Uppy Companion's forms."""
    return bench.drive(server, [asks.companion()], again=True)


def s3direct(bench: Bench) -> Result | None:
    """The first of django-s3direct's two calls."""
    return bench.drive("s3direct", [*asks.s3direct()], again=True)


def limit_of_form(bench: Bench) -> Result:
    """The database's own limit for a single form."""
    bench.ground.forget_forms()
    stock = bench.ground.stock
    return _replayed(bench, [asks.form(bench.ground, each) for each in stock.photos], 1)


def limit_of_forms(bench: Bench) -> Result:
    """The database's own limit for 240 forms."""
    bench.ground.forget_forms()
    stock = bench.ground.stock
    made = [asks.forms(bench.ground, each, "plain") for each in stock.sheets]
    return _replayed(bench, made, FORMS)


def limit_of_callback(bench: Bench) -> Result:
    """The database's own limit for a single arrival."""
    arrivals = islice(bench.ground.stock.arrivals, bench.plan.recorded)
    return _replayed(bench, [asks.callback([each]) for each in arrivals], 1)


def limit_of_batch(bench: Bench) -> Result:
    """The database's own limit for ten arrivals."""
    batches = _batches(bench, bench.plan.recorded // BATCH)
    return _replayed(bench, [asks.callback(each) for each in batches], BATCH)


LEGS: dict[str, Callable[[Bench], Result | None]] = {
    "bare Flask": bare,
    "one form": single_form,
    "one form, database alone": limit_of_form,
    "one form, Companion": lambda bench: companion(bench, "companion"),
    "one form, Companion, 2 processes": lambda bench: companion(bench, "companion 2"),
    "half a form, django-s3direct": s3direct,
    "240 forms": lambda bench: many_forms(bench, "plain"),
    "240 forms, factored": lambda bench: many_forms(bench, "factored"),
    "240 forms, database alone": limit_of_forms,
    "callback": single_callback,
    "callback again": repeated_callback,
    "callback, database alone": limit_of_callback,
    "callback of 10": batch_callback,
    "callback of 10, database alone": limit_of_batch,
    "upload status": status,
    "live poll": poll,
    "live poll, alone": lambda bench: lonely(bench, "poll"),
    "returns list, alone": lambda bench: lonely(bench, "list"),
    "return page, alone": lambda bench: lonely(bench, "page"),
}


def _polls(bench: Bench) -> list[Ask]:
    return [asks.poll(bench.ground, each) for each in bench.ground.stock.shown]


def _batches(bench: Bench, count: int) -> list[list[dict[str, Any]]]:
    found = [[*islice(bench.ground.stock.arrivals, BATCH)] for _ in range(count)]
    return [each for each in found if len(each) == BATCH]


def _replayed(bench: Bench, made: list[Ask], worth: int) -> Result:
    some = made[: bench.plan.recorded]
    found = limits.replay(bench.ground, limits.record(bench.ground, some))
    driven = Driven(took=found.took, elapsed=found.elapsed)
    return Result(driven, worth, statements=found.statements)


def _worth(result: Result | None, units: int) -> Result | None:
    if result is not None:
        result.units = units
    return result
