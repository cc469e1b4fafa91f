"""The database: reachable, at the newest schema, fenced, and with somebody who can sign in."""

from collections.abc import Iterator
from dataclasses import dataclass

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from qcportal import accounts, config
from qcportal.db import db
from qcportal.doctor.findings import Finding, failed, ok, warning

FENCE = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


@dataclass(frozen=True)
class Schema:
    """Which migration the database is at ("" for an empty one), and the newest there is."""

    current: str
    newest: str


def read_schema() -> Schema:
    """Compare the database with the migrations; needs an app context."""
    newest = ScriptDirectory(str(config.MIGRATIONS)).get_current_head()
    with db.engine.connect() as connection:
        heads = MigrationContext.configure(connection).get_current_heads()
    return Schema(", ".join(heads), newest or "")


def check_database() -> Iterator[Finding]:
    """Check the database; needs an app context and a system scope."""
    try:
        schema = read_schema()
    except SQLAlchemyError as error:
        yield failed(
            "database",
            f"it does not answer: {_first_line(error)}",
            f"Check {config.PREFIX}DATABASE_URL, and that the server runs and lets us in.",
        )
        return
    if schema.current != schema.newest:
        at = f"at {schema.current}" if schema.current else "empty"
        said = f"its schema is {at}, this portal needs {schema.newest}"
        yield failed("database", said, "Run `qcportal migrate`.")
        return
    yield ok("database", f"{db.engine.dialect.name} answers, schema {schema.current}")
    yield from _fence()
    yield _people()


def _fence() -> Iterator[Finding]:
    if db.engine.dialect.name != "postgresql":
        return
    if db.session.scalar(text(FENCE)):
        yield warning(
            "row security",
            "the portal's database role is a superuser or bypasses row level security: "
            "one of the three fences between merchants is down",
            "Give the portal a role with NOSUPERUSER NOBYPASSRLS.",
        )
    else:
        yield ok("row security", "the portal's role cannot bypass it")


def _people() -> Finding:
    people = accounts.count_users()
    if people:
        return ok("people", f"{people} account{'s' if people > 1 else ''}")
    return warning("people", "nobody can sign in yet", "Run `qcportal create-admin`.")


def _first_line(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]
