"""Every setting is read from the environment, and a half-set production does not start."""

import pytest

from qcportal import config, create_app
from qcportal.config import ConfigError, Settings

GOOD = {
    "QCPORTAL_SECRET_KEY": "k3y-of-Many-d1fferent-s1gns-0123456789",
    "QCPORTAL_BUCKET": "photos",
    "QCPORTAL_CALLBACK_SECRETS": "whsec_c29tZSBzZWNyZXQ=",
    "QCPORTAL_TRUSTED_HOSTS": "qc.example",
}


def test_a_complete_environment_starts_in_production() -> None:
    settings = config.from_environment(GOOD)
    settings.check()
    assert settings.production
    assert settings.secure_cookies
    assert settings.region == "ap-south-1"
    assert settings.callback_secrets == ("whsec_c29tZSBzZWNyZXQ=",)


@pytest.mark.parametrize("name", sorted(GOOD))
def test_production_does_not_start_without(name: str) -> None:
    environ = {key: value for key, value in GOOD.items() if key != name}
    with pytest.raises(ConfigError, match=name):
        config.from_environment(environ).check()


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(ConfigError) as told:
        create_app(Settings())
    for name in GOOD:
        assert name in str(told.value)


@pytest.mark.parametrize("weak", ["short", "a" * 64, "changeme" * 8])
def test_production_refuses_a_weak_secret_key(weak: str) -> None:
    with pytest.raises(ConfigError, match="SECRET_KEY"):
        config.from_environment(GOOD | {"QCPORTAL_SECRET_KEY": weak}).check()


def test_production_refuses_a_bucket_without_tls() -> None:
    with pytest.raises(ConfigError, match="S3_ENDPOINT"):
        config.from_environment(GOOD | {"QCPORTAL_S3_ENDPOINT": "http://127.0.0.1:9"}).check()


def test_two_secrets_stand_side_by_side_in_a_rotation() -> None:
    environ = GOOD | {"QCPORTAL_CALLBACK_SECRETS": "whsec_YQ==, whsec_Yg=="}
    assert config.from_environment(environ).callback_secrets == ("whsec_YQ==", "whsec_Yg==")


@pytest.mark.parametrize(
    ("name", "value"),
    [("FORM_LIFETIME", "long"), ("FORM_CHECKSUMS", "perhaps"), ("PROXY_HOPS", "1.5")],
)
def test_a_value_that_cannot_be_read_is_named(name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"QCPORTAL_{name}"):
        config.from_environment(GOOD | {f"QCPORTAL_{name}": value})


def test_the_table_names_every_setting_with_its_reason() -> None:
    rows = config.table()
    assert {"QCPORTAL_BUCKET", "QCPORTAL_CAPTURE_KINDS"} < {row[0] for row in rows}
    assert all(reason for _, _, reason in rows)


def test_no_setting_shows_its_secret_when_it_is_printed() -> None:
    settings = config.from_environment(GOOD)
    assert GOOD["QCPORTAL_SECRET_KEY"] not in repr(settings)
    assert "whsec_c29t" not in repr(settings)
