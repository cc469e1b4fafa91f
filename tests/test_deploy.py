"""The template as cfn-lint and its own promises see it, and the relay's zip."""

import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

import lambda_relay
from qcportal.demo import lambda_bundle
from qcportal.demo.stack import TEMPLATE


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    from cfnlint.decode import cfn_yaml  # takes seconds, which only who runs this should wait

    return dict(cfn_yaml.load(str(TEMPLATE))["Resources"])


def test_the_template_passes_cfn_lint() -> None:
    from cfnlint.api import ManualArgs, lint

    asked = ManualArgs(regions=["ap-south-1"], include_checks=["W", "I"])
    assert lint(TEMPLATE.read_text(), config=asked) == []


def test_events_wait_long_enough_and_end_in_a_queue_that_keeps_them_longer(
    resources: dict[str, Any],
) -> None:
    queue, dead = resources["Arrivals"]["Properties"], resources["DeadLetters"]["Properties"]
    assert queue["VisibilityTimeout"] >= 6 * resources["Relay"]["Properties"]["Timeout"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] >= 5
    assert queue["MessageRetentionPeriod"] == 4 * 86_400
    assert dead["MessageRetentionPeriod"] == 14 * 86_400


def test_pictures_are_looked_at_beside_the_arrivals_and_end_in_the_same_dead_letters(
    resources: dict[str, Any],
) -> None:
    queue, relay = resources["Pictures"]["Properties"], resources["PictureRelay"]["Properties"]
    assert queue["VisibilityTimeout"] >= 6 * relay["Timeout"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] > lambda_relay.PICTURE_TRIES
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["DeadLetters", "Arn"]}
    arrivals = resources["Relay"]["Properties"]
    assert arrivals["Code"] == relay["Code"]
    told = arrivals["Environment"]["Variables"]
    assert told["PICTURES_QUEUE_URL"] == {"Ref": "Pictures"}
    assert "PICTURES_QUEUE_URL" not in relay["Environment"]["Variables"]
    source = resources["PictureSource"]["Properties"]
    at_most = lambda_relay.PICTURE_SECONDS * source["BatchSize"] + lambda_relay.LEAST_SECONDS
    assert relay["Timeout"] >= at_most
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_every_kind_of_creation_under_uploads_is_told(resources: dict[str, Any]) -> None:
    notification = resources["Photos"]["Properties"]["NotificationConfiguration"]
    (queue,) = notification["QueueConfigurations"]
    assert queue["Event"] == "s3:ObjectCreated:*"
    assert queue["Filter"]["S3Key"]["Rules"] == [{"Name": "prefix", "Value": "u/"}]
    source = resources["RelaySource"]["Properties"]
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_nothing_but_thumbnails_imports_and_files_to_download_ever_expires(
    resources: dict[str, Any],
) -> None:
    rules = resources["Photos"]["Properties"]["LifecycleConfiguration"]["Rules"]
    expiring = [rule for rule in rules if any("Expiration" in name for name in rule)]
    assert [rule["Prefix"] for rule in expiring] == ["d/", "i/", "x/"]
    assert resources["Photos"]["DeletionPolicy"] == "Retain"


def test_no_policy_gives_more_than_named_actions_on_named_things(
    resources: dict[str, Any],
) -> None:
    for name in ("RelayRole", "FormSigner", "PortalReader"):
        for policy in resources[name]["Properties"]["Policies"]:
            for statement in policy["PolicyDocument"]["Statement"]:
                assert "*" not in str(statement["Action"])
                assert statement["Resource"] != "*"


def test_the_form_signer_may_only_put_uploads(resources: dict[str, Any]) -> None:
    (policy,) = resources["FormSigner"]["Properties"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement["Action"] == "s3:PutObject"
    assert statement["Resource"] == {"Fn::Sub": "${Photos.Arn}/u/*"}


@pytest.mark.parametrize("imaging", [False, True])
def test_the_same_sources_give_the_same_zip(tmp_path: Path, imaging: bool) -> None:
    one = lambda_bundle.build(tmp_path / "1.zip", imaging=imaging)
    two = lambda_bundle.build(tmp_path / "2.zip", imaging=imaging)
    assert one.read_bytes() == two.read_bytes()
    names = ["imaging.py", "imaging_server.py"] if imaging else []
    names += ["lambda_relay.py"]
    assert zipfile.ZipFile(one).namelist() == names


def test_the_zip_needs_nothing_of_the_portal(tmp_path: Path) -> None:
    bundle = lambda_bundle.build(tmp_path / "relay.zip", imaging=True)
    script = "import lambda_relay, sys; assert lambda_relay._imaging().__file__.endswith('.py');"
    script += "assert not any(name.startswith('qcportal') for name in sys.modules)"
    command = [sys.executable, "-P", "-c", script]
    subprocess.run(command, env={"PYTHONPATH": str(bundle)}, cwd=tmp_path, check=True)
