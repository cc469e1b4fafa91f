"""A tiny run of the real thing: every leg of the portal once, and the figures that come of it."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bench.endpoints import figures, ground, lasting, servers
from bench.endpoints.client import Driven
from bench.endpoints.ground import Size
from bench.endpoints.legs import BATCH, FORMS, LEGS, Bench, Plan, Result
from qcportal.db import db
from qcportal.photos import ArrivalRow

ROOT = Path(__file__).resolve().parents[2]
PEERS = ("Flask", "Companion", "s3direct")
OURS = [leg for leg in LEGS if not any(peer in leg for peer in PEERS)]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder: Path = tmp_path_factory.mktemp("endpoints")
    plan = Plan(seconds=0.5, singles=8, batches=2, recorded=10)
    with ground.opened("sqlite", Size(sheets=1, arriving=60), folder) as filled:
        portal = servers.gunicorn("wsgi:app", filled.environment, folder / "portal.log")
        with portal as server:
            yield Bench(filled, plan, {"portal": server})


def arrivals(bench: Bench) -> int:
    with bench.ground.world.inside(commit=False):
        return db.session.scalar(select(func.count()).select_from(ArrivalRow)) or 0


@pytest.mark.parametrize("leg", OURS)
def test_every_leg_is_answered_and_does_what_it_says(bench: Bench, leg: str) -> None:
    before = arrivals(bench)
    result = LEGS[leg](bench)
    assert result is not None
    assert result.driven.took
    assert result.units == (FORMS if "240" in leg else BATCH if "of 10" in leg else 1)
    new = result.units * len(result.driven.took) if leg.startswith("callback") else 0
    assert arrivals(bench) - before == (0 if leg == "callback again" else new)


def test_callbacks_keep_their_pace_and_mixed_requests_are_answered(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lasting, "STEADY_CALLS", 10)
    monkeypatch.setattr(lasting, "SLICE", 40)
    told = lasting.measure(bench, requests=40)
    assert told["steady"]["per_second"] < lasting.PER_SECOND * 1.3
    assert 30 < told["after_mb"] < 400


def test_ratios_are_medians_of_what_was_measured_in_the_same_round() -> None:
    def result(answers: int, units: int) -> Result:
        return Result(Driven([0.01] * answers, Counter(), elapsed=1.0), units, processor=1.0)

    rounds = [
        {"callback of 10": result(ours, 10), "callback of 10, database alone": result(limit, 10)}
        for ours, limit in ((10, 20), (30, 40), (9, 90))
    ]
    line, _ = figures.gather(rounds)
    assert line["units_per_second"] == 100
    assert line["ratios"] == {"callback of 10, database alone": 0.5}
    assert line["processor_ms"] == round(3 / 49 * 1000, 3)


def test_the_portal_is_served_as_the_documents_say() -> None:
    told = (ROOT / "docs" / "operations.md").read_text()
    assert f"gunicorn {' '.join(servers.SHIPPED)} -b " in told
    assert all(f"export {name}={value}\n" in told for name, value in servers.SETTING.items())
