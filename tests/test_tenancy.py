"""Three belts around a merchant's rows: each known way to leak is tried, on both databases."""

import uuid

import pytest
from sqlalchemy import delete, exists, func, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError, StatementError
from sqlalchemy.orm import aliased, selectinload

from qcportal import clock, tenancy
from qcportal.api_keys import ApiKey
from qcportal.db import db
from qcportal.history import HistoryEvent
from qcportal.photos import Photo
from qcportal.returns import Return, ReturnItem
from qcportal.tenancy import TenancyError
from tests.world import World


def tenant_tables() -> set[str]:
    return {table.name for table in db.metadata.tables.values() if table.info.get("tenant")}


def carrier_tables() -> set[str]:
    return {table.name for table in db.metadata.tables.values() if table.info.get("carrier")}


@pytest.fixture
def ids(world: World) -> tuple[uuid.UUID, uuid.UUID]:
    """A return of A and one of B."""
    mine, theirs = world.register(), world.register(store=world.b)
    return uuid.UUID(mine["return_id"]), uuid.UUID(theirs["return_id"])


@pytest.fixture
def inside_a(world: World, ids):
    """Work as merchant A, as a request with A's key does."""
    with world.app.app_context(), tenancy.tenant(world.a.id):
        yield ids
        db.session.rollback()


def is_postgres() -> bool:
    return db.engine.dialect.name == "postgresql"


# --- what a tenant sees ------------------------------------------------------------------------


def test_a_tenant_sees_its_own_rows(world: World, inside_a) -> None:
    mine, _ = inside_a
    assert db.session.scalars(select(Return.id)).all() == [mine]
    assert db.session.get(Return, mine).merchant_id == world.a.id
    assert db.session.scalar(select(func.count()).select_from(Photo)) == 7


def test_everybody_is_seen_for_a_stated_reason_only(world: World, ids) -> None:
    with world.inside(commit=False):
        assert set(db.session.scalars(select(Return.id))) == set(ids)
    with pytest.raises(TenancyError):
        tenancy.enter_system("")


def test_a_return_of_b_is_not_there_by_any_query(inside_a) -> None:
    _, theirs = inside_a
    other = aliased(Return)
    shapes = [
        select(Return).where(Return.id == theirs),
        select(Return.id).where(Return.id == theirs),
        select(other).where(other.id == theirs),
        select(func.count(Return.id)).where(Return.id == theirs).having(func.count() > 0),
        select(ReturnItem).where(ReturnItem.return_id == theirs),
        select(ReturnItem)
        .where(ReturnItem.return_id.in_(select(Return.id)))
        .where(ReturnItem.return_id == theirs),
        select(Photo).join(Return, Return.id == Photo.return_id).where(Return.id == theirs),
        select(Return)
        .where(Return.id == theirs)
        .union_all(select(Return).where(Return.id == theirs)),
        select(select(Return).where(Return.id == theirs).subquery()),
        select(select(Return.id).where(Return.id == theirs).cte("c")),
        select(HistoryEvent).where(HistoryEvent.chain == theirs),
    ]
    for shape in shapes:
        try:
            assert db.session.execute(shape).all() == [], shape
        except TenancyError:
            db.session.rollback()


def test_one_statement_that_is_kept_serves_each_merchant_its_own(world: World, ids) -> None:
    mine, theirs = ids
    kept = select(Return.id).order_by(Return.id)
    for store, own in ((world.a, mine), (world.b, theirs), (world.a, mine)):
        with world.app.app_context(), tenancy.tenant(store.id):
            assert db.session.scalars(kept).all() == [own]
    with world.inside(commit=False):
        assert set(db.session.scalars(kept)) == set(ids)


def test_items_that_are_loaded_after_their_return_are_narrowed_too(world: World, ids) -> None:
    mine, theirs = ids
    kept = select(Return).options(selectinload(Return.items))
    for store, own in ((world.a, mine), (world.b, theirs)):
        with world.app.app_context(), tenancy.tenant(store.id):
            (rvp,) = db.session.scalars(kept).all()
            assert {(item.return_id, item.merchant_id) for item in rvp.items} == {(own, store.id)}


def test_a_merchants_statement_is_refused_in_everybodys_scope(world: World, ids) -> None:
    with world.app.app_context():
        with tenancy.tenant(world.a.id):
            narrowed = tenancy.narrowed(select(Return.id))
            assert db.session.scalars(narrowed).all() == [ids[0]]
        with tenancy.system("test"), pytest.raises((TenancyError, StatementError)):
            db.session.scalars(narrowed).all()


def test_getting_b_by_its_key_gives_nothing(inside_a) -> None:
    _, theirs = inside_a
    assert db.session.get(Return, theirs) is None


def test_what_a_wider_scope_loaded_is_not_handed_out(world: World, ids) -> None:
    _, theirs = ids
    with world.app.app_context():
        with tenancy.system("a job that looked first"):
            loaded = db.session.get(Return, theirs)
            assert loaded is not None
        with tenancy.tenant(world.a.id):
            assert db.session.get(Return, theirs) is None


def test_exists_tells_nothing_about_b(inside_a) -> None:
    mine, theirs = inside_a
    for wanted, answer in ((mine, True), (theirs, False)):
        try:
            assert db.session.scalar(select(exists().where(Return.id == wanted))) is answer
            assert db.session.scalar(
                select(select(Return).where(Return.id == wanted).exists())
            ) is (answer)
        except TenancyError:
            db.session.rollback()


def test_an_exists_within_ones_own_rows_tells_nothing_about_b(inside_a) -> None:
    _, theirs = inside_a
    inner = exists().where(ReturnItem.return_id == theirs)
    try:
        assert db.session.scalars(select(Return.id).where(inner)).all() == []
    except TenancyError:
        db.session.rollback()


def test_a_scalar_subquery_within_ones_own_rows_tells_nothing_about_b(inside_a) -> None:
    _, theirs = inside_a
    inner = select(ReturnItem.name).where(ReturnItem.return_id == theirs).scalar_subquery()
    try:
        assert db.session.execute(select(Return.id, inner)).all()[0][1] is None
    except TenancyError:
        db.session.rollback()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM returns",
        "SELECT count(*) FROM returns",
        "select id from RETURNS where awb like '%'",
        "WITH x AS (SELECT * FROM photos) SELECT * FROM x",
        "UPDATE returns SET city = 'x'",
        "DELETE FROM photos",
        "/* hidden */ SELECT * FROM returns",
        '  \n SELECT * FROM "returns"',
        "(SELECT id FROM returns)",
    ],
)
def test_plain_sql_without_the_tenants_criterion_is_refused(inside_a, sql: str) -> None:
    with pytest.raises((TenancyError, SQLAlchemyError)):
        rows = db.session.execute(text(sql)).all()
        assert is_postgres() and len(rows) <= 7, "plain SQL read beyond the fence"
        raise StatementError("fenced by the database", sql, None, Exception())


def test_a_text_given_as_a_statement_is_refused(inside_a) -> None:
    statement = select(Return).from_statement(text("SELECT * FROM returns"))
    with pytest.raises(TenancyError):
        db.session.scalars(statement).all()


def test_the_plain_connection_is_refused(inside_a) -> None:
    with pytest.raises(TenancyError):
        db.session.connection().exec_driver_sql("SELECT * FROM returns")


def test_a_table_without_its_entity_is_refused_or_narrowed(inside_a) -> None:
    _, theirs = inside_a
    try:
        rows = db.session.execute(select(Return.__table__.c.id)).scalars().all()
    except TenancyError:
        return
    assert theirs not in rows


# --- what a tenant writes ----------------------------------------------------------------------


def test_an_update_of_everything_reaches_ones_own_rows_only(world: World, ids) -> None:
    mine, theirs = ids
    with world.app.app_context(), tenancy.tenant(world.a.id):
        db.session.execute(update(Return).values(city="Taken"))
        db.session.commit()
    assert world.return_row(str(mine)).city == "Taken"
    assert world.return_row(str(theirs)).city == "Pune"


def test_an_update_by_key_does_not_reach_b(world: World, ids) -> None:
    _, theirs = ids
    with world.app.app_context(), tenancy.tenant(world.a.id):
        try:
            db.session.execute(update(Return), [{"id": theirs, "city": "Taken"}])
            db.session.commit()
        except (TenancyError, SQLAlchemyError):
            db.session.rollback()
    assert world.return_row(str(theirs)).city == "Pune"


def test_a_delete_does_not_reach_b(world: World, ids) -> None:
    _, theirs = ids
    with world.app.app_context(), tenancy.tenant(world.a.id):
        for table in (Photo, ApiKey):
            db.session.execute(delete(table).where(table.merchant_id != world.a.id))
        db.session.commit()
    assert len(world.photo_rows(str(theirs))) == 7


def a_key(merchant_id: uuid.UUID) -> dict[str, object]:
    return {
        "id": uuid.uuid4(),
        "merchant_id": merchant_id,
        "name": "planted",
        "prefix": uuid.uuid4().hex[:8],
        "secret_hash": "x",
        "scopes": [],
        "created_at": clock.now(),
    }


def test_bulk_inserts_for_b_are_refused(world: World, inside_a) -> None:
    for rows in ([a_key(world.b.id)], [a_key(world.a.id), a_key(world.b.id)]):
        for statement in (insert(ApiKey), insert(ApiKey.__table__)):
            with pytest.raises((TenancyError, SQLAlchemyError)):
                db.session.execute(statement, rows)
            db.session.rollback()
    with pytest.raises((TenancyError, SQLAlchemyError)):
        db.session.execute(insert(ApiKey).values(**a_key(world.b.id)))


def test_an_object_for_b_is_refused_at_flush(world: World, inside_a) -> None:
    db.session.add(ApiKey(**a_key(world.b.id)))
    with pytest.raises(TenancyError):
        db.session.flush()


def test_ones_own_row_cannot_be_given_away(world: World, ids) -> None:
    mine, _ = ids
    with world.app.app_context(), tenancy.tenant(world.a.id):
        rvp = db.session.get(Return, mine)
        rvp.merchant_id = world.b.id
        with pytest.raises((TenancyError, SQLAlchemyError)):
            db.session.commit()
        db.session.rollback()
    assert world.return_row(str(mine)).merchant_id == world.a.id


def test_after_a_failed_flush_the_guard_still_stands(world: World, inside_a) -> None:
    db.session.add(ApiKey(**a_key(world.b.id)))
    with pytest.raises(TenancyError):
        db.session.flush()
    db.session.rollback()
    with pytest.raises(TenancyError):
        db.session.execute(text("SELECT * FROM returns"))


# --- no scope ----------------------------------------------------------------------------------


def test_without_a_scope_nothing_of_a_tenant_can_be_touched(world: World, ids) -> None:
    attempts = [
        lambda: db.session.scalars(select(Return)).all(),
        lambda: db.session.get(Return, ids[0]),
        lambda: db.session.execute(text("SELECT 1 FROM photos")),
        lambda: db.session.execute(update(Return).values(city="x")),
        lambda: db.session.execute(insert(ApiKey), [a_key(world.a.id)]),
        lambda: db.session.execute(delete(Photo)),
        lambda: db.session.connection().exec_driver_sql("SELECT 1 FROM returns"),
        lambda: (db.session.add(ApiKey(**a_key(world.a.id))), db.session.flush()),
    ]
    with world.app.app_context():
        for attempt in attempts:
            with pytest.raises(TenancyError):
                attempt()
            db.session.rollback()


def test_a_scope_ends_with_its_block_even_on_an_error(world: World) -> None:
    with (
        world.app.app_context(),
        pytest.raises(ZeroDivisionError),
        tenancy.tenant(world.a.id),
    ):
        raise ZeroDivisionError
    assert tenancy.current() is None


def test_a_request_leaves_no_scope_behind(world: World) -> None:
    world.partner("GET", "/returns")
    world.partner("GET", "/returns/nonsense")
    world.call("GET", "/api/v1/returns", token="x")
    assert tenancy.current() is None


# --- Postgres by itself ------------------------------------------------------------------------


@pytest.fixture
def fenced(pg_world: World):
    """A raw cursor of the app's role on Postgres, with a return of A and one of B."""
    owned = [pg_world.register(store=store) for store in (pg_world.a, pg_world.b)]
    ids = tuple(uuid.UUID(each["return_id"]) for each in owned)
    with pg_world.app.app_context():
        raw = db.engine.raw_connection()
        yield raw.cursor(), ids
        raw.rollback()
        raw.close()


def see(cursor, table: str) -> int:
    cursor.execute(f"SELECT count(*) FROM {table}")
    return cursor.fetchone()[0]


def test_postgres_alone_shows_nothing_without_a_tenant(fenced) -> None:
    cursor, _ = fenced
    assert sum(see(cursor, table) for table in tenant_tables()) == 0


def test_postgres_alone_holds_each_tenant_to_its_rows(pg_world: World, fenced) -> None:
    cursor, (mine, theirs) = fenced
    cursor.execute("SELECT set_config('app.tenant', %s, true)", (str(pg_world.a.id),))
    cursor.execute("SELECT id FROM returns")
    assert cursor.fetchall() == [(mine,)]
    cursor.execute("UPDATE returns SET city = 'x' WHERE id = %s", (theirs,))
    assert cursor.rowcount == 0
    cursor.execute("DELETE FROM photos WHERE return_id = %s", (theirs,))
    assert cursor.rowcount == 0
    cursor.execute("SAVEPOINT s")
    with pytest.raises(Exception, match="row-level security"):
        cursor.execute("UPDATE returns SET merchant_id = %s WHERE id = %s", (pg_world.b.id, mine))
    cursor.execute("ROLLBACK TO s")


def test_every_tenant_table_is_fenced_and_the_role_cannot_step_over(fenced) -> None:
    cursor, _ = fenced
    cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity")
    assert {row[0] for row in cursor.fetchall()} == tenant_tables() | carrier_tables()
    cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
    assert cursor.fetchone() == (False, False)


def test_the_setting_does_not_outlive_its_transaction(pg_world: World, fenced) -> None:
    cursor, _ = fenced
    cursor.execute("SELECT set_config('app.tenant', %s, true)", (str(pg_world.a.id),))
    assert see(cursor, "returns") == 1
    cursor.connection.commit()
    assert see(cursor, "returns") == 0


def test_every_table_with_a_merchant_is_a_tenant_table_or_says_why_not() -> None:
    with_merchant = {
        table.name for table in db.metadata.tables.values() if "merchant_id" in table.columns
    }
    free = with_merchant - tenant_tables() - carrier_tables()
    assert free == {"users"}, "people sign in before they have a tenant"
