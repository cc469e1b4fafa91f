"""The `qcportal` command, as an operator types it."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from qcportal import accounts, config, create_app, sessions, signing, tenancy
from qcportal.cli import main
from qcportal.clock import now
from qcportal.db import db
from qcportal.demo.lambda_bundle import ROOT
from qcportal.sessions import Browser
from tests.world import CHEAP, SECRET

PASSWORD = "a long enough passphrase"
ASHA = ("create-admin", "--email", "asha@example.in", "--name", "Asha Rao")


class Operator:
    """Somebody at a shell with the settings of one portal."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "portal.db"
        self.environ = {
            "QCPORTAL_ENVIRONMENT": "test",
            "QCPORTAL_SECRET_KEY": "only for tests: 0123456789abcdefghij",
            "QCPORTAL_DATABASE_URL": f"sqlite:///{self.database}",
            "QCPORTAL_BUCKET": "photos",
            "QCPORTAL_S3_ENDPOINT": "http://127.0.0.1:9",
            "QCPORTAL_CALLBACK_SECRETS": SECRET,
            "QCPORTAL_LOG_LEVEL": "ERROR",
        }

    def types(self, *words: str, given: str = "", **environ: str) -> Result:
        """Run a command; nothing may ever end in a traceback."""
        result = CliRunner().invoke(main, words, input=given, env=self.environ | environ)
        assert isinstance(result.exception, SystemExit | None), result.exception
        return result

    def succeeds(self, *words: str, given: str = "") -> str:
        result = self.types(*words, given=given)
        assert result.exit_code == 0, result.output
        return result.stdout

    def fails(self, *words: str, given: str = "", **environ: str) -> str:
        result = self.types(*words, given=given, **environ)
        assert result.exit_code == 1, result.output
        return result.stderr

    def tampers(self, statement: str) -> None:
        """Change the database behind the portal's back, past its triggers."""
        with sqlite3.connect(self.database) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in names.fetchall():
                connection.execute(f'DROP TRIGGER "{name}"')
            assert connection.execute(statement).rowcount > 0
        connection.close()


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    first = Operator(tmp_path_factory.mktemp("template"))
    first.succeeds("migrate")
    return first.database


@pytest.fixture
def migrated(operator: Operator, template: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    shutil.copy(template, operator.database)
    monkeypatch.setattr(accounts, "_hasher", CHEAP)
    return operator


def test_migrate_says_from_where_to_where(operator: Operator) -> None:
    first = operator.succeeds("migrate")
    assert first.startswith("Migrated from an empty database to 0")
    newest = first.rstrip(".\n").rpartition(" ")[2]
    assert operator.succeeds("migrate") == f"The schema is at {newest} already.\n"


def test_the_first_admin_can_sign_in_with_the_password_that_was_given(migrated: Operator) -> None:
    assert "can sign in now" in migrated.succeeds(*ASHA, given=PASSWORD + "\n")
    app = create_app(config.from_environment(migrated.environ))
    with app.app_context(), tenancy.system("test"):
        asha = accounts.find_user_by_email("asha@example.in")
        assert asha is not None
        assert (asha.role, asha.merchant_id) == ("system", None)
        assert accounts.check_password(asha, PASSWORD)
        assert not accounts.check_password(asha, PASSWORD + "\n")
        db.session.remove()
        db.engine.dispose()


def test_a_forgotten_password_is_replaced_and_ends_the_sessions(migrated: Operator) -> None:
    migrated.succeeds(*ASHA, given=PASSWORD + "\n")
    change = ("set-password", "--email", "asha@example.in")
    app = create_app(config.from_environment(migrated.environ))
    with app.app_context(), tenancy.system("test"):
        asha = accounts.find_user_by_email("asha@example.in")
        assert asha is not None
        _, secret = sessions.start(asha, Browser("127.0.0.1", "test"))
        db.session.commit()
        assert migrated.types(*change, given="short\n").exit_code == 1
        assert "signed out everywhere" in migrated.succeeds(*change, given="another horse 7\n")
        db.session.rollback()
        db.session.expire_all()
        assert sessions.find_session(secret) is None
        asha = accounts.find_user_by_email("asha@example.in")
        assert not accounts.check_password(asha, PASSWORD)
        assert accounts.check_password(asha, "another horse 7")
        db.session.remove()
        db.engine.dispose()
    assert "Nobody has" in migrated.types("set-password", "--email", "x@y.in", given="z\n").output


def test_a_password_is_never_an_argument_and_never_shown(migrated: Operator) -> None:
    assert migrated.types(*ASHA, "--password", PASSWORD).exit_code == 2
    result = migrated.types(*ASHA, given=PASSWORD + "\n")
    assert PASSWORD not in result.output


def test_an_admin_is_asked_twice_on_a_terminal(
    migrated: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qcportal.cli._has_terminal", lambda: True)
    text = migrated.types(
        *ASHA, given=f"{PASSWORD}\nanother one, mistyped\n{PASSWORD}\n{PASSWORD}\n"
    )
    assert text.exit_code == 0
    assert "do not match" in text.output


@pytest.mark.parametrize(
    ("words", "password", "told"),
    [
        (ASHA, "short", "password: Use 12 to 256 characters."),
        (ASHA, "", "password: Use 12 to 256 characters."),
        ((*ASHA[:2], "nobody", *ASHA[3:]), PASSWORD, "email: Give a mail address."),
        ((*ASHA[:4], " "), PASSWORD, "name: Give a name of 1 to 300 characters."),
    ],
)
def test_what_is_wrong_with_an_admin_is_said_in_words(
    migrated: Operator, words: tuple[str, ...], password: str, told: str
) -> None:
    assert migrated.fails(*words, given=password + "\n") == told + "\n"


def test_an_address_has_one_account(migrated: Operator) -> None:
    migrated.succeeds(*ASHA, given=PASSWORD)
    assert "has an account" in migrated.fails(*ASHA, given=PASSWORD)


def test_an_unknown_role_is_answered_with_the_known_ones(migrated: Operator) -> None:
    result = migrated.types(*ASHA, "--role", "owner", given=PASSWORD)
    assert result.exit_code == 2
    assert "dispute_officer" in result.stderr


def test_a_merchant_is_made_once(migrated: Operator) -> None:
    words = ("create-merchant", "--slug", "kirana", "--name", "Kirana Direct")
    assert migrated.succeeds(*words).startswith("Kirana Direct is ")
    assert "taken" in migrated.fails(*words)
    assert "slug: " in migrated.fails("create-merchant", "--slug", "Bad Slug", "--name", "x")


def test_a_database_without_schema_is_told_with_a_way_out(operator: Operator) -> None:
    told = operator.fails(*ASHA, given=PASSWORD)
    assert "no such table" in told
    assert "qcportal migrate" in told


def test_incomplete_settings_are_named_and_nothing_is_done(operator: Operator) -> None:
    told = operator.fails("migrate", QCPORTAL_BUCKET="", QCPORTAL_SECRET_KEY="short")
    assert "QCPORTAL_BUCKET: name the bucket" in told
    assert "QCPORTAL_SECRET_KEY: 32 random" in told
    assert not operator.database.exists()


def test_config_lists_every_setting_and_shows_no_secret(operator: Operator) -> None:
    secrets = {
        "QCPORTAL_SIGNER_ACCESS_KEY_ID": "AKIAPLANTED",
        "QCPORTAL_PORTAL_SECRET_ACCESS_KEY": "planted-secret",
        "QCPORTAL_DATABASE_URL": "postgresql+psycopg://app:planted-password@db/qc",
    }
    result = operator.types("config", **secrets)
    assert result.exit_code == 0
    for name, _, why in config.table():
        assert f"{name}\n    {why}\n" in result.stdout
    planted = {*secrets.values(), SECRET, operator.environ["QCPORTAL_SECRET_KEY"]}
    assert not [secret for secret in planted if secret in result.output]
    assert "set to photos" in result.stdout
    assert "not set, default ap-south-1" in result.stdout


def test_config_ends_with_what_is_missing(operator: Operator) -> None:
    result = operator.types("config", QCPORTAL_CALLBACK_SECRETS="")
    assert result.exit_code == 1
    assert "QCPORTAL_LOG_LEVEL" in result.stdout
    assert "QCPORTAL_CALLBACK_SECRETS: at least one" in result.stderr


def test_config_names_what_cannot_be_read(operator: Operator) -> None:
    told = operator.fails("config", QCPORTAL_FORM_LIFETIME="a day")
    assert "QCPORTAL_FORM_LIFETIME" in told


def test_new_secrets_are_good_for_what_they_are_for(operator: Operator) -> None:
    lines = dict(line.split("=", 1) for line in operator.succeeds("secret").splitlines())
    made = operator.environ | lines | {"QCPORTAL_ENVIRONMENT": "production"}
    made |= {"QCPORTAL_TRUSTED_HOSTS": "qc.example.in", "QCPORTAL_S3_ENDPOINT": ""}
    config.from_environment(made).check()
    bare = operator.succeeds("secret", "--callback").strip()
    headers = signing.sign("id", now(), b"body", bare)
    assert signing.verify(headers, b"body", [bare], at=now()) == "id"
    assert len(operator.succeeds("secret", "--key").strip()) >= 32


def test_a_sound_history_is_counted(migrated: Operator) -> None:
    migrated.succeeds(*ASHA, given=PASSWORD)
    migrated.succeeds("create-merchant", "--slug", "kirana", "--name", "Kirana")
    assert migrated.succeeds("verify-history") == "2 events in 2 chains: every link holds.\n"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE history_events SET actor_label = 'Somebody else'", "is broken at event 1"),
        ("DELETE FROM history_events", "ends at event 0, but 1 were written"),
        ("DELETE FROM history_heads", "whose end is not on record"),
    ],
)
def test_a_history_that_was_tampered_with_is_found(
    migrated: Operator, statement: str, told: str
) -> None:
    migrated.succeeds(*ASHA, given=PASSWORD)
    migrated.tampers(statement)
    assert told in migrated.fails("verify-history")


def test_doctor_names_incomplete_settings_for_people_and_for_programs(operator: Operator) -> None:
    text = operator.types("doctor", QCPORTAL_BUCKET="")
    assert text.exit_code == 1
    assert text.stdout.startswith("FAILED   settings")
    assert "-> QCPORTAL_BUCKET: name the bucket" in text.stdout
    document: dict[str, Any] = json.loads(
        operator.types("doctor", "--json", QCPORTAL_BUCKET="").stdout
    )
    assert document["verdict"] == "failed"
    assert "QCPORTAL_BUCKET" in document["findings"][0]["mend"]


def test_doctor_goes_on_as_far_as_it_can_without_s3(migrated: Operator) -> None:
    result = migrated.types("doctor", "--url", "http://127.0.0.1:9")
    assert result.exit_code == 1
    found = [line.split()[:2] for line in result.stdout.splitlines() if line[:1].strip()]
    assert ["ok", "database"] in found
    assert ["FAILED", "portal"] in found
    assert ["FAILED", "s3"] in found
    assert ["skipped", "bucket"] in found


def test_the_installed_command_runs_in_a_shell_of_its_own(
    operator: Operator,
) -> None:
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [
        sys.executable,
        "-W",
        "error",
        "-c",
        "from qcportal.cli import main; main()",
        "migrate",
    ]
    done = subprocess.run(
        command,
        env=inherited | operator.environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Migrated from an empty database")
