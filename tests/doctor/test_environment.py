"""What the doctor says of settings, before it asks anybody."""

import base64

import pytest

from qcportal.doctor.environment import check_settings
from qcportal.doctor.findings import Finding, Verdict
from qcportal.signing import new_secret
from tests.conftest import make_settings


def found(environ: dict[str, str] | None = None, **changes: object) -> dict[str, Finding]:
    settings = make_settings("sqlite://", **changes)
    findings = list(check_settings(settings, environ or {}))
    return {finding.check: finding for finding in reversed(findings)}


def test_a_sound_production_has_nothing_to_mend() -> None:
    findings = found(environment="production", callback_secrets=(new_secret(),))
    assert {finding.verdict for finding in findings.values()} == {Verdict.OK}


def test_another_environment_than_production_is_a_warning() -> None:
    finding = found(environment="development")["settings"]
    assert finding.verdict is Verdict.WARNING
    assert "'development'" in finding.said


def test_a_misspelt_setting_is_named_with_the_one_that_was_meant() -> None:
    settings = make_settings("sqlite://", environment="production")
    environ = {
        "QCPORTAL_BUKET": "x",
        "QCPORTAL_BUCKET": "y",
        "HOME": "/",
        "QCPORTAL_DEMO_PORT": "1",
    }
    first, second, *_ = check_settings(settings, environ)
    assert first.verdict is Verdict.OK
    assert "QCPORTAL_BUKET is set" in second.said
    assert "Did you mean QCPORTAL_BUCKET?" in second.mend


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        ({"portal_access_key_id": "AKIASIGNER"}, Verdict.FAILED, "same principal"),
        ({"signer_secret_access_key": ""}, Verdict.FAILED, "QCPORTAL_SIGNER_ACCESS_KEY_ID"),
        ({"portal_access_key_id": ""}, Verdict.FAILED, "QCPORTAL_PORTAL_ACCESS_KEY_ID"),
        (
            {"signer_access_key_id": "", "signer_secret_access_key": ""},
            Verdict.WARNING,
            "boto3's own chain",
        ),
    ],
)
def test_the_two_principals_must_be_two(
    changes: dict[str, str], verdict: Verdict, words: str
) -> None:
    finding = found(**changes)["principals"]
    assert (finding.verdict, words in finding.said) == (verdict, True), finding


@pytest.mark.parametrize(
    ("secrets", "verdict", "words"),
    [
        (("plain",), Verdict.FAILED, "secret 1 of 1 does not start with whsec_"),
        ((new_secret(), "whsec_%%%"), Verdict.FAILED, "secret 2 of 2 is not whsec_ and base64"),
        (("whsec_" + base64.b64encode(b"short").decode(),), Verdict.FAILED, "guessed"),
        ((new_secret(), new_secret()), Verdict.OK, "rotation is under way"),
        ((new_secret(), new_secret(), new_secret()), Verdict.WARNING, "3 secrets"),
    ],
)
def test_callback_secrets_must_be_readable_and_strong(
    secrets: tuple[str, ...], verdict: Verdict, words: str
) -> None:
    finding = found(callback_secrets=secrets)["callback secrets"]
    assert (finding.verdict, words in finding.said) == (verdict, True), finding
    assert not any(secret in finding.said + finding.mend for secret in secrets)
