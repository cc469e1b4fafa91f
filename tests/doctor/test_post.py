"""Mail in the doctor's eyes: whether a real server takes it, and what to mend where none does."""

from pathlib import Path

import pytest

from qcportal.doctor.findings import Verdict
from qcportal.doctor.post import check_mail
from qcportal.mail import Server
from tests.certificates import make_certificate
from tests.conftest import make_settings
from tests.smtp_server import mail_server

SENDER = "Doorstep <portal@carrier.example>"


def settings(**changes: object):
    return make_settings("sqlite://", mail_from=SENDER, **changes)


def test_a_server_that_takes_mail_is_fine_and_gets_none() -> None:
    with mail_server() as postman:
        found = check_mail(
            settings(mail_host="127.0.0.1", mail_port=postman.port, mail_security="none")
        )
        assert (found.verdict, postman.got) == (Verdict.OK, [])
        assert SENDER in found.said


def test_a_server_with_tls_and_sign_in_is_fine(tmp_path: Path) -> None:
    with mail_server(certificate=make_certificate(tmp_path, "localhost")) as postman:
        postman.accounts["portal"] = "s3cret"
        server = Server(
            "localhost", postman.port, "starttls", "portal", "s3cret", 5, postman.context()
        )
        found = check_mail(settings(mail_host="localhost"), server)
        assert found.verdict is Verdict.OK
        assert "over STARTTLS, signed in" in found.said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "not set up"),
        ({"mail_folder": "somewhere"}, "nobody's letter-box"),
        ({"mail_host": "127.0.0.1", "mail_port": 9, "mail_security": "none"}, "nobody takes it"),
    ],
)
def test_mail_that_nobody_gets_is_a_warning_with_its_mend(
    changes: dict[str, object], said: str
) -> None:
    found = check_mail(settings(**changes))
    assert found.verdict is Verdict.WARNING
    assert said in found.said
    assert "QCPORTAL_MAIL_HOST" in found.mend


def test_a_wrong_password_is_named_and_never_shown(tmp_path: Path) -> None:
    with mail_server(certificate=make_certificate(tmp_path, "localhost")) as postman:
        postman.accounts["portal"] = "s3cret"
        server = Server(
            "localhost", postman.port, "starttls", "portal", "guess", 5, postman.context()
        )
        found = check_mail(settings(mail_host="localhost"), server)
        assert found.verdict is Verdict.WARNING
        assert "535" in found.said
        assert "guess" not in found.as_lines()
