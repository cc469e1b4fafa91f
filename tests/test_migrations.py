"""The migrations go up and down with data in, on both databases, and end where the models are."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import func, inspect, select, text, update
from sqlalchemy.exc import IntegrityError

from qcportal import config, create_app, disputes, jobs, migrating, reviews, tenancy
from qcportal.commands import reporting
from qcportal.db import db
from qcportal.disputes import Dispute
from qcportal.history import SYSTEM
from qcportal.inspections import InspectionAnswer
from qcportal.jobs import Job
from qcportal.manifests import ManifestLine
from qcportal.reports import CarrierDay
from qcportal.returns import Return
from tests.conftest import make_settings
from tests.disputes import cases
from tests.disputes.cases import ASHA, DECLINED, sent
from tests.reviews.cases import a_case, items_of, reviews_of
from tests.world import World, a_capture, an_inspection

FOLDER = str(config.MIGRATIONS)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def bare(request: pytest.FixtureRequest, tmp_path) -> Iterator[Flask]:
    """An app on a database in which nothing was made yet."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'bare.db'}"
    else:
        url = request.getfixturevalue("postgres_server").create("portal_migrations")
    app = create_app(make_settings(url))
    migrating.prepare(app)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names())


def test_the_models_are_what_the_migrations_make(bare: Flask) -> None:
    with bare.app_context(), tenancy.system("migration test"):
        upgrade(directory=FOLDER)
        with db.engine.connect() as connection:
            options = {"compare_type": False, "compare_server_default": False}
            context = MigrationContext.configure(connection, opts=options)
            found = [
                each
                for each in compare_metadata(context, db.metadata)
                if "alembic_version" not in str(each)
            ]
    assert found == []


def test_migrations_are_one_line_from_the_first_to_the_last() -> None:
    from alembic.script import ScriptDirectory

    script = ScriptDirectory(FOLDER)
    assert len(script.get_heads()) == 1
    revisions = list(script.walk_revisions())
    assert all(isinstance(each.down_revision, str | None) for each in revisions)
    assert all(each.doc for each in revisions)


def test_a_database_with_data_goes_down_and_up_again(bare: Flask) -> None:
    with bare.app_context():
        upgrade(directory=FOLDER)
    world = World(bare)
    rvp = world.register()
    world.assign(rvp["return_id"])
    world.field("POST", "/inspections", an_inspection(rvp))
    with bare.app_context(), tenancy.system("migration test"):
        db.session.remove()
        db.engine.dispose()
        downgrade(directory=FOLDER, revision="0001")
        assert db.session.scalar(select(func.count()).select_from(Return)) == 1
        db.session.execute(text("DELETE FROM history_events"))
        db.session.rollback()
        db.session.remove()
        upgrade(directory=FOLDER)
        assert db.session.scalar(select(func.count()).select_from(Return)) == 1
        with pytest.raises(Exception, match="append-only"):
            db.session.execute(text("DELETE FROM history_events"))
        db.session.rollback()
    assert world.partner("GET", f"/returns/{rvp['return_id']}").get_json()["verdict"] == "passed"


def test_what_was_inspected_and_decided_outlives_the_way_down_and_up(bare: Flask) -> None:
    with bare.app_context():
        upgrade(directory=FOLDER)
    world = World(bare)
    rvp = a_case(world, minutes=30)
    with world.inside():
        reviews.decide(reviews_of(world, rvp["return_id"])[0].id, "accept", by=SYSTEM)
        db.session.execute(update(InspectionAnswer).values(app_result=None))
    with bare.app_context(), tenancy.system("migration test"):
        db.session.remove()
        db.engine.dispose()
        downgrade(directory=FOLDER, revision="0005")
        told = db.session.execute(text("SELECT result, app_result FROM inspection_answers")).all()
        assert {result for result, _ in told} == {"match", "not_checked"}
        assert all(result == app_result for result, app_result in told)
        db.session.remove()
        upgrade(directory=FOLDER)
        db.session.remove()
        assert reviews.count_waiting().count == 0
    (item,) = items_of(world, rvp["return_id"])
    assert (item.verdict, item.inspected_verdict, item.decisions) == ("pass", "pass", 0)


def test_what_was_announced_before_manifests_has_a_line(bare: Flask) -> None:
    with bare.app_context():
        upgrade(directory=FOLDER)
    world = World(bare)
    rvp = world.register()
    sheet = world.assign(rvp["return_id"])
    form = world.forms(rvp["return_id"])["front"]
    world.field("POST", "/inspections", an_inspection(rvp, a_capture(form)))
    with bare.app_context(), tenancy.system("migration test"):
        db.session.remove()
        db.engine.dispose()
        downgrade(directory=FOLDER, revision="0006")
        db.session.remove()
        upgrade(directory=FOLDER)
        (line,) = db.session.scalars(select(ManifestLine))
        assert (str(line.photo_id), line.run_sheet_id) == (form["photo_id"], sheet)
        assert (line.sha256, line.on_sheet) == (a_capture(form)["sha256"], True)
        assert line.told_at == line.capture_at
        assert line.device_id is not None


def test_days_counted_before_are_added_up_for_the_carrier(bare: Flask) -> None:
    with bare.app_context():
        upgrade(directory=FOLDER)
    world = World(bare)
    for store in (world.a, world.b):
        cases.inspected(world, store=store)
    with world.inside():
        reporting.count_reports()
        columns = (CarrierDay.dimension, CarrierDay.days, CarrierDay.day, CarrierDay.value)
        counts = (CarrierDay.label, CarrierDay.checked, CarrierDay.failed, CarrierDay.counted_at)
        asked = select(*columns, *counts)
        kept = set(db.session.execute(asked).all())
    assert {row.days for row in kept} == {1, 7}
    with bare.app_context(), tenancy.system("migration test"):
        db.session.remove()
        db.engine.dispose()
        downgrade(directory=FOLDER, revision="0021")
        db.session.remove()
        upgrade(directory=FOLDER)
        assert set(db.session.execute(asked).all()) == kept


def before(revision: str) -> str:
    from alembic.script import ScriptDirectory

    found = ScriptDirectory(FOLDER).get_revision(revision)
    assert found is not None
    return str(found.down_revision)


def test_disputes_go_with_their_tables_and_their_returns_stay(bare: Flask) -> None:
    with bare.app_context():
        upgrade(directory=FOLDER)
    world = World(bare)
    disputed = sent(world)
    with world.inside():
        disputes.decide(disputed.id, DECLINED, by=ASHA)
    assert world.return_row(str(disputed.return_id)).dispute_state == "under_review"
    with bare.app_context(), tenancy.system("migration test"):
        db.session.remove()
        db.engine.dispose()
        downgrade(directory=FOLDER, revision=before("0011"))
        assert not {"disputes", "holidays", "dispute_numbers"} & tables()
        state = db.session.execute(text("SELECT dispute_state FROM returns")).scalar_one()
        assert state == "none"
        db.session.remove()
        upgrade(directory=FOLDER)
        db.session.remove()
        assert db.session.scalar(select(func.count()).select_from(Dispute)) == 0
    assert sent(world).number == 1001


def test_jobs_of_the_carrier_go_with_the_way_down_and_merchants_own_stay(bare: Flask) -> None:
    with bare.app_context():
        upgrade(directory=FOLDER)
    world = World(bare)
    with world.inside():
        own = jobs.start(world.a.id, "export", {"list": "returns"}, by=SYSTEM).id
        jobs.start(None, "export", {"list": "returns"}, by=SYSTEM)
    with bare.app_context(), tenancy.system("migration test"):
        db.session.remove()
        db.engine.dispose()
        downgrade(directory=FOLDER, revision=before("0020"))
        assert db.session.execute(text("SELECT count(*) FROM jobs")).scalar_one() == 1
        db.session.remove()
        upgrade(directory=FOLDER)
        (kept,) = db.session.scalars(select(Job))
        assert (kept.id, kept.merchant_id, kept.params) == (own, world.a.id, {"list": "returns"})
        with pytest.raises(IntegrityError):
            db.session.execute(text("UPDATE jobs SET state = 'lost'"))
        db.session.rollback()


def test_all_the_way_down_leaves_nothing(bare: Flask) -> None:
    with bare.app_context(), tenancy.system("migration test"):
        upgrade(directory=FOLDER)
        assert len(tables()) > 15
        db.engine.dispose()
        downgrade(directory=FOLDER, revision="base")
        assert tables() <= {"alembic_version"}
        db.engine.dispose()
        upgrade(directory=FOLDER)
        assert len(tables()) > 15
