"""`qcportal doctor` against the embedded AWS with the stack deployed, and with parts of it broken.

The probe goes the whole way: form -> S3 -> SQS -> Lambda -> signed callback -> database.
"""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select
from werkzeug.serving import make_server

from qcportal import config, create_app, photos
from qcportal.cli import main
from qcportal.db import db
from qcportal.demo.embedded_aws import EmbeddedAws
from qcportal.demo.stack import Deployment, Wish
from qcportal.photos import ArrivalRow
from qcportal.photos.tables import PROBES
from qcportal.signing import new_secret

pytestmark = pytest.mark.aws
WISH = Wish(bucket="qcportal-doctor", imaging=False)
PASSWORD = "a long enough passphrase"


@dataclass(frozen=True)
class Site:
    """A deployed stack and the portal that its relay calls."""

    aws: EmbeddedAws
    deployed: Deployment
    environ: dict[str, str]
    url: str

    def store(self) -> Any:
        return self.aws.client("s3")

    def run(self, *words: str, given: str = "", **environ: str) -> Any:
        return CliRunner().invoke(main, words, input=given, env=self.environ | environ)

    def examine(self, *words: str, **environ: str) -> tuple[int, dict[str, dict[str, str]]]:
        """Run the doctor; gives its status and its findings by check, the worst of each check."""
        options = ["--json", "--url", self.url, "--wait", "20", *words]
        answer = self.run("doctor", *options, **environ)
        assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.output
        rows = json.loads(answer.stdout)["findings"]
        order = {"skipped": 0, "ok": 1, "warning": 2, "failed": 3}
        rows.sort(key=lambda row: order[row["verdict"]])
        return answer.exit_code, {row["check"]: row for row in rows}

    def failures(self, *words: str, **environ: str) -> dict[str, dict[str, str]]:
        """Give what the doctor finds to have failed; it must say so by its status, with a mend."""
        status, findings = self.examine(*words, **environ)
        failed = {name: row for name, row in findings.items() if row["verdict"] == "failed"}
        assert status == (1 if failed else 0)
        assert all(row["mend"] for row in failed.values())
        return failed

    @contextmanager
    def changed(
        self, setting: str, broken: dict[str, Any], whole: dict[str, Any]
    ) -> Iterator[None]:
        """Break one setting of the bucket inside the block."""
        call, bucket = getattr(self.store(), setting), {"Bucket": self.deployed.bucket}
        call(**bucket, **broken)
        try:
            yield
        finally:
            call(**bucket, **whole)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def environment(deployed: Deployment, database: Path, secret: str) -> dict[str, str]:
    """Give the settings of a portal for this stack."""
    return {
        "QCPORTAL_ENVIRONMENT": "test",
        "QCPORTAL_SECRET_KEY": "only for tests: 0123456789abcdefghij",
        "QCPORTAL_DATABASE_URL": f"sqlite:///{database}",
        "QCPORTAL_BUCKET": deployed.bucket,
        "QCPORTAL_S3_ENDPOINT": deployed.endpoint_url,
        "QCPORTAL_SIGNER_ACCESS_KEY_ID": deployed.signer.access_key_id,
        "QCPORTAL_SIGNER_SECRET_ACCESS_KEY": deployed.signer.secret_access_key,
        "QCPORTAL_PORTAL_ACCESS_KEY_ID": deployed.portal.access_key_id,
        "QCPORTAL_PORTAL_SECRET_ACCESS_KEY": deployed.portal.secret_access_key,
        "QCPORTAL_CALLBACK_SECRETS": secret,
        "QCPORTAL_LOG_LEVEL": "ERROR",
    }


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    secret, port = new_secret(), free_port()
    url = f"http://127.0.0.1:{port}"
    database = tmp_path_factory.mktemp("doctor") / "portal.db"
    with EmbeddedAws() as aws:
        deployed = aws.deploy(f"{url}/api/v1/callbacks/s3", secret, WISH)
        site = Site(aws, deployed, environment(deployed, database, secret), url)
        assert site.run("migrate").exit_code == 0
        admin = ["create-admin", "--email", "asha@example.in", "--name", "Asha"]
        assert site.run(*admin, given=PASSWORD + "\n").exit_code == 0
        with portal(site, port):
            yield site


@contextmanager
def portal(site: Site, port: int, **changes: str) -> Iterator[None]:
    """Serve the portal inside the block."""
    app = create_app(config.from_environment(site.environ | changes))
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        with app.app_context():
            db.engine.dispose()


def test_a_sound_site_has_no_failure_and_its_probe_comes_back(site: Site) -> None:
    status, findings = site.examine()
    assert status == 0, findings
    for check in ("database", "people", "portal", "callback door", "clock", "reader", "signer"):
        assert findings[check]["verdict"] == "ok", findings[check]
    for check in ("region", "versioning", "cors", "lifecycle", "notification", "queue"):
        assert findings[check]["verdict"] == "ok", findings[check]
    assert findings["form"]["said"].startswith("S3 stored u/doctor/")
    assert "s after the upload" in findings["callback"]["said"]


def test_probes_are_kept_but_never_stand_among_the_parked_files(site: Site) -> None:
    site.examine()
    app = create_app(config.from_environment(site.environ))
    with app.app_context():
        rows = db.session.scalars(select(ArrivalRow)).all()
        assert {row.outcome for row in rows} == {"probe"}
        assert all(row.key.startswith(PROBES) for row in rows)
        assert photos.count_parked() == 0
        db.engine.dispose()


def test_the_lines_for_people_name_the_mend(site: Site) -> None:
    answer = site.run("doctor", "--no-probe", "--url", site.url, QCPORTAL_PORTAL_ACCESS_KEY_ID="AK")
    assert answer.exit_code == 1
    lines = answer.stdout.splitlines()
    place = next(place for place, line in enumerate(lines) if line.startswith("FAILED   reader"))
    assert "-> AWS does not know QCPORTAL_PORTAL_ACCESS_KEY_ID" in lines[place + 1]
    assert "1 FAILED" in lines[-1]


def test_suspended_versions_are_named(site: Site) -> None:
    states = [{"VersioningConfiguration": {"Status": each}} for each in ("Suspended", "Enabled")]
    with site.changed("put_bucket_versioning", *states):
        assert "suspended" in site.failures("--no-probe")["versioning"]["said"]


def test_a_missing_cors_rule_is_named(site: Site) -> None:
    rules = site.store().get_bucket_cors(Bucket=site.deployed.bucket)["CORSRules"]
    only_reading = [rule for rule in rules if "POST" not in rule["AllowedMethods"]]
    whole, broken = ({"CORSConfiguration": {"CORSRules": each}} for each in (rules, only_reading))
    with site.changed("put_bucket_cors", broken, whole):
        assert list(site.failures("--no-probe")) == ["cors"]


def test_a_missing_notification_is_named_and_the_probe_shows_that_it_matters(site: Site) -> None:
    notification = site.store().get_bucket_notification_configuration(Bucket=site.deployed.bucket)
    queues = {"QueueConfigurations": notification["QueueConfigurations"]}
    whole, broken = ({"NotificationConfiguration": each} for each in (queues, {}))
    with site.changed("put_bucket_notification_configuration", broken, whole):
        failed = site.failures("--wait", "2")
    assert set(failed) == {"notification", "callback"}
    assert "tells nobody" in failed["notification"]["said"]
    assert "queue is empty" in failed["callback"]["said"]


def test_a_notification_of_puts_alone_is_named(site: Site) -> None:
    notification = site.store().get_bucket_notification_configuration(Bucket=site.deployed.bucket)
    queues = notification["QueueConfigurations"]
    puts = [{**queue, "Events": ["s3:ObjectCreated:Put"]} for queue in queues]
    whole, broken = (
        {"NotificationConfiguration": {"QueueConfigurations": each}} for each in (queues, puts)
    )
    with site.changed("put_bucket_notification_configuration", broken, whole):
        assert "ObjectCreated:Post" in site.failures("--no-probe")["notification"]["said"]


def test_a_wrong_signer_secret_is_named_by_the_signer_and_by_the_form(site: Site) -> None:
    failed = site.failures(QCPORTAL_SIGNER_SECRET_ACCESS_KEY="not this one")
    assert set(failed) == {"signer", "form"}
    for finding in failed.values():
        assert "QCPORTAL_SIGNER_SECRET_ACCESS_KEY" in finding["mend"]


def test_a_signer_that_may_read_is_named(site: Site) -> None:
    iam = site.aws.client("iam")
    policy = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [policy]})
    iam.create_user(UserName="mighty")
    iam.put_user_policy(UserName="mighty", PolicyName="all", PolicyDocument=document)
    key = iam.create_access_key(UserName="mighty")["AccessKey"]
    answer = site.run(
        "doctor",
        "--json",
        QCPORTAL_SIGNER_ACCESS_KEY_ID=key["AccessKeyId"],
        QCPORTAL_SIGNER_SECRET_ACCESS_KEY=key["SecretAccessKey"],
    )
    assert answer.exit_code == 1
    rows = json.loads(answer.stdout)["findings"]
    failed = [(row["check"], row["said"]) for row in rows if row["verdict"] == "failed"]
    assert [(check, said.partition(";")[0]) for check, said in failed] == [
        ("signer", "may list the bucket"),
        ("signer", "may read uploads"),
        ("signer", "may put outside of u/"),
    ]


def test_other_secrets_than_the_relays_are_named_by_the_callback_that_never_comes(
    tmp_path: Path,
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with EmbeddedAws() as aws:
        deployed = aws.deploy(f"{url}/api/v1/callbacks/s3", new_secret(), WISH)
        environ = environment(deployed, tmp_path / "portal.db", new_secret())
        other = Site(aws, deployed, environ, url)
        assert other.run("migrate").exit_code == 0
        with portal(other, port):
            failed = other.failures("--wait", "5")
    assert set(failed) == {"callback"}
    assert "CallbackSecret is not among" in failed["callback"]["mend"]
