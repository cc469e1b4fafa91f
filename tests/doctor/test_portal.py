"""The doctor at the running portal's doors."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from werkzeug.serving import make_server

from qcportal.doctor import portal
from qcportal.doctor.findings import Verdict
from qcportal.doctor.web import Answer
from qcportal.signing import new_secret
from tests.conftest import make_settings
from tests.world import SECRET


@pytest.fixture
def url(lite_app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, lite_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def verdicts(url: str, *secrets: str) -> dict[str, Verdict]:
    settings = make_settings("sqlite://", callback_secrets=secrets)
    return {finding.check: finding.verdict for finding in portal.check_portal(settings, url)}


def test_a_running_portal_is_ready_and_takes_our_secret(url: str) -> None:
    assert verdicts(url, SECRET) == {"portal": Verdict.OK, "callback door": Verdict.OK}


def test_a_portal_with_other_secrets_is_named(url: str) -> None:
    assert verdicts(url, new_secret()) == {"portal": Verdict.OK, "callback door": Verdict.FAILED}


def test_a_portal_that_is_away_is_named() -> None:
    assert verdicts("http://127.0.0.1:9", SECRET) == {"portal": Verdict.FAILED}
    assert verdicts("ftp://127.0.0.1", SECRET) == {"portal": Verdict.FAILED}


def test_without_an_address_nobody_is_asked() -> None:
    assert verdicts("", SECRET) == {"portal": Verdict.SKIPPED}


@pytest.mark.parametrize("status", [301, 400, 503])
def test_a_portal_that_is_not_ready_is_named(status: int) -> None:
    finding = portal.judge_readiness("https://qc.example", Answer(status, {}, ""))
    assert (finding.verdict, str(status) in finding.said) == (Verdict.FAILED, True)


@pytest.mark.parametrize("status", [200, 400, 404, 502])
def test_somebody_elses_door_is_told_apart(status: int) -> None:
    finding = portal.judge_door(Answer(status, {}, "<html>"))
    assert (finding.verdict, str(status) in finding.said) == (Verdict.FAILED, True)


def test_the_address_is_the_given_one_or_the_first_full_host_in_production() -> None:
    production = make_settings(
        "sqlite://", environment="production", trusted_hosts=(".x.in", "qc.x.in")
    )
    assert portal.address(production, "https://other.in/") == "https://other.in"
    assert portal.address(production, "") == "https://qc.x.in"
    assert portal.address(make_settings("sqlite://"), "") == ""
