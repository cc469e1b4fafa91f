"""The doctor's round as a whole."""

import sqlite3
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.engine import make_url

from qcportal import doctor, tenancy
from qcportal.config import ConfigError
from qcportal.db import writing


@pytest.fixture(autouse=True)
def keep_writing() -> Iterator[None]:
    token = writing.set(True)
    yield
    writing.reset(token)


def test_a_doctor_at_work_does_not_hold_up_the_portals_writers(lite_app: Flask) -> None:
    path = make_url(lite_app.config["SQLALCHEMY_DATABASE_URI"]).database
    with lite_app.app_context(), tenancy.system("test"):
        round_ = doctor.examine(lite_app, {}, doctor.Options(probe=False))
        seen = [next(round_).check]
        while seen[-1] != "portal":
            seen.append(next(round_).check)
        assert "people" in seen
        with sqlite3.connect(path or "", timeout=0, isolation_level=None) as writer:
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("ROLLBACK")
        writer.close()


def test_the_worst_verdict_counts_and_what_was_skipped_does_not() -> None:
    error = ConfigError("The configuration is not complete:\n  QCPORTAL_BUCKET: name it")
    finding = doctor.from_config_error(error)
    assert finding.said == "The configuration is not complete"
    assert finding.mend.splitlines()[0] == "QCPORTAL_BUCKET: name it"
    assert doctor.worst([finding]) is doctor.Verdict.FAILED
    assert doctor.worst([]) is doctor.Verdict.OK
    assert doctor.summary([finding, finding]) == "2 FAILED."


def test_lines_for_people_are_wrapped_and_commands_are_not_broken() -> None:
    command = "x" * 200
    finding = doctor.Finding("form", doctor.Verdict.FAILED, "word " * 60, f"Run {command}")
    lines = finding.as_lines().splitlines()
    assert lines[0].startswith("FAILED   form")
    assert all(line.startswith(" " * 28) for line in lines[1:])
    assert any(command in line for line in lines)
