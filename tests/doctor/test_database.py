"""The doctor at the database: schema, fences, people."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from qcportal import create_app, tenancy
from qcportal.db import db
from qcportal.doctor.database import check_database, read_schema
from qcportal.doctor.findings import Finding, Verdict
from tests.conftest import make_settings
from tests.world import World


@pytest.fixture
def inside(app: Flask) -> Iterator[Flask]:
    with app.app_context(), tenancy.system("test"):
        yield app


def found() -> dict[str, Finding]:
    findings = {finding.check: finding for finding in check_database()}
    db.session.rollback()
    return findings


def test_a_migrated_database_without_people_asks_for_an_admin(inside: Flask) -> None:
    findings = found()
    assert findings["database"].verdict is Verdict.OK
    assert findings["people"].verdict is Verdict.WARNING
    assert "create-admin" in findings["people"].mend


def test_people_are_counted(world: World) -> None:
    with world.app.app_context(), tenancy.system("test"):
        finding = found()["people"]
    assert (finding.verdict, finding.said.endswith(" accounts")) == (Verdict.OK, True)


def test_an_older_schema_is_named_with_the_command(inside: Flask) -> None:
    newest = read_schema().newest
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    (finding,) = found().values()
    assert finding.verdict is Verdict.FAILED
    assert finding.said == f"its schema is at 0001, this portal needs {newest}"
    assert "qcportal migrate" in finding.mend


def test_an_empty_database_is_named() -> None:
    app = create_app(make_settings("sqlite://"))
    with app.app_context(), tenancy.system("test"):
        (finding,) = found().values()
        db.engine.dispose()
    assert finding.said.startswith("its schema is empty")


def test_a_database_that_is_away_is_named_in_one_line(
    lite_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OperationalError("SELECT 1", {}, Exception("connection refused\nmore"))

    monkeypatch.setattr("qcportal.doctor.database.read_schema", fail)
    with lite_app.app_context(), tenancy.system("test"):
        (finding,) = found().values()
    assert finding.said == "it does not answer: connection refused"


def test_a_role_that_bypasses_row_security_is_a_warning(
    inside: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.engine.dialect.name != "postgresql":
        assert "row security" not in found()
        return
    assert found()["row security"].verdict is Verdict.OK
    monkeypatch.setattr("qcportal.doctor.database.FENCE", "SELECT true")
    assert found()["row security"].verdict is Verdict.WARNING
