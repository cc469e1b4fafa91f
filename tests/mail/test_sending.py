"""Letters leave through a real mail server: once each, tried again, given up with the reason."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from qcportal import clock, config, errors, mail
from qcportal.db import db
from qcportal.mail import Mail, Post, Server, sending
from tests.certificates import make_certificate
from tests.conftest import make_settings
from tests.mail.conftest import a_mail, post_to
from tests.smtp_server import DROP, Postman, mail_server
from tests.world import World


def written(world: World, number: int = 1, **changes: object) -> None:
    with world.inside():
        for place in range(number):
            a_mail(f"person{place}@fern.example", **changes)


def send(world: World, post: Post) -> int:
    with world.inside():
        return mail.send_due(post)


def mails(world: World) -> list[Mail]:
    with world.inside(commit=False):
        return list(db.session.scalars(select(Mail).order_by(Mail.id)))


def later(world: World, hours: float = 30) -> None:
    """Let the pause of whatever waits pass."""
    with world.inside():
        past = clock.now() - timedelta(hours=hours)
        db.session.execute(update(Mail).where(Mail.state == "waiting").values(next_at=past))


def test_letters_go_out_over_one_connection_and_once_each(
    world: World, post: Post, postman: Postman
) -> None:
    written(world, 3)
    assert send(world, post) == 3
    assert send(world, post) == 0
    assert sorted(to for to, _ in postman.got) == [f"person{n}@fern.example" for n in range(3)]
    assert postman.heard.count("quit") + postman.heard.count("QUIT") == 1
    assert {each.state for each in mails(world)} == {"sent"}


def test_a_letter_says_in_text_and_html_what_happened(
    world: World, post: Post, postman: Postman
) -> None:
    written(world)
    send(world, post)
    ((_, message),) = postman.got
    assert message["Subject"] == "Dispute D-1001 was sent"
    assert message["From"] == "Doorstep <portal@carrier.example>"
    assert message["List-Unsubscribe"] == "<https://portal.example/settings/notifications>"
    plain = message.get_body(("plain",)).get_content()
    assert "Hello Chitra," in plain
    assert "27 Nov, 09:30 · https://portal.example/disputes/d1" in plain
    html = message.get_body(("html",)).get_content()
    assert '<a href="https://portal.example/disputes/d1">' in html


def test_a_name_that_is_markup_stays_a_name(world: World, post: Post, postman: Postman) -> None:
    evil = {"name": "<b>x</b>", "tz": "Asia/Kolkata", "admin": False, "lines": []}
    with world.inside():
        a_mail(data=evil, kind="digest")
    send(world, post)
    html = postman.got[0][1].get_body(("html",)).get_content()
    assert "&lt;b&gt;x&lt;/b&gt;" in html


@pytest.mark.parametrize("command", ["RCPT", "BODY", "MAIL", "DATA"])
def test_what_is_not_taken_now_is_tried_again_under_the_same_id(
    world: World, post: Post, postman: Postman, command: str
) -> None:
    written(world)
    postman.answer(command, "451 4.3.0 try later")
    assert send(world, post) == 0
    (waiting,) = mails(world)
    assert (waiting.state, waiting.attempts) == ("waiting", 1)
    assert "451" in str(waiting.reason)
    assert waiting.next_at is not None
    assert timedelta(seconds=50) < waiting.next_at - clock.now() < timedelta(seconds=70)
    assert send(world, post) == 0, "it waits"
    later(world)
    assert send(world, post) == 1
    (sent,) = mails(world)
    assert (sent.state, sent.reason) == ("sent", None)
    assert postman.got[-1][1]["Message-ID"] == f"<{sent.id}@carrier.example>"


@pytest.mark.parametrize("command", ["RCPT", "BODY"])
def test_what_is_never_taken_is_given_up_at_once_and_the_others_go(
    world: World, post: Post, postman: Postman, command: str
) -> None:
    written(world, 2)
    postman.answer(command, "550 5.1.1 no such person")
    assert send(world, post) == 1
    assert sorted(each.state for each in mails(world)) == ["dead", "sent"]
    dead = next(each for each in mails(world) if each.state == "dead")
    assert dead.reason == "The mail server says 550 5.1.1 no such person"
    assert dead.ended_at is not None


def test_a_connection_that_breaks_after_the_letter_was_taken_sends_it_again_with_its_id(
    world: World, post: Post, postman: Postman
) -> None:
    written(world)
    postman.answer("BODY", DROP)
    assert send(world, post) == 0
    later(world)
    assert send(world, post) == 1
    first, second = (message["Message-ID"] for _, message in postman.got)
    assert first == second


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_connection_that_breaks_in_the_middle_loses_nothing(
    world: World, post: Post, postman: Postman, command: str
) -> None:
    written(world, 2)
    postman.answer(command, DROP, DROP)
    send(world, post)
    later(world)
    send(world, post)
    later(world)
    send(world, post)
    assert {each.state for each in mails(world)} == {"sent"}
    assert len({message["Message-ID"] for _, message in postman.got}) == 2


def test_a_server_that_is_away_is_waited_for_and_then_given_up(world: World) -> None:
    written(world)
    away = post_to(world, Server("127.0.0.1", 9, "none", seconds=1))
    for tried in range(1, len(sending.WAITS) + 1):
        send(world, away)
        assert [(each.state, each.attempts) for each in mails(world)] == [("waiting", tried)]
        later(world)
    send(world, away)
    (dead,) = mails(world)
    assert dead.state == "dead"
    assert "127.0.0.1:9" in str(dead.reason)
    with world.inside():
        mail.send_again(mail.get_mail(dead.id))
    (again,) = mails(world)
    assert (again.state, again.attempts, again.reason) == ("waiting", 0, None)


def test_only_what_was_given_up_is_sent_again(world: World, post: Post) -> None:
    written(world)
    send(world, post)
    (done,) = mails(world)
    with world.inside(), pytest.raises(errors.Conflict):
        mail.send_again(mail.get_mail(done.id))


def test_who_dies_with_a_letter_in_hand_leaves_it_to_the_next(
    world: World, post: Post, postman: Postman
) -> None:
    written(world)
    with world.inside():
        assert sending.take_due() is not None
    assert send(world, post) == 0, "it is in somebody's hand"
    later(world)
    assert send(world, post) == 1
    assert len(postman.got) == 1


def test_a_letter_that_cannot_be_written_is_given_up_and_the_others_go(
    world: World, post: Post, postman: Postman
) -> None:
    with world.inside():
        a_mail(data={})
        a_mail()
    assert send(world, post) == 1
    assert sorted(each.state for each in mails(world)) == ["dead", "sent"]


def test_the_end_stops_sending_between_two_letters(world: World, post: Post) -> None:
    written(world, 2)
    stopped = threading.Event()
    stopped.set()
    assert send(world, Post(post.desk, post.way_out, post.keep, stopped)) == 0


def test_two_machines_send_each_letter_once(world: World, post: Post, postman: Postman) -> None:
    written(world, 12)

    def work() -> None:
        with world.inside():
            mail.send_due(post)
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(postman.got) == 12
    assert len({message["Message-ID"] for _, message in postman.got}) == 12


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_asks_for_tls_and_a_password_gets_them(
    world: World, tmp_path: Path, security: str
) -> None:
    written(world)
    certificate = make_certificate(tmp_path, "localhost")
    with mail_server(certificate=certificate, tls_at_once=security == "tls") as postman:
        postman.accounts["portal"] = "s3cret"
        wrong = Server("localhost", postman.port, security, "portal", "guess", 5, postman.context())
        send(world, post_to(world, wrong))
        (waiting,) = mails(world)
        assert "535" in str(waiting.reason)
        assert "guess" not in str(waiting.reason)
        later(world)
        right = Server(
            "localhost", postman.port, security, "portal", "s3cret", 5, postman.context()
        )
        assert send(world, post_to(world, right)) == 1
        assert postman.secure == [True]


def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(
    world: World, tmp_path: Path
) -> None:
    written(world)
    certificate = make_certificate(tmp_path, "localhost")
    with mail_server(certificate=certificate) as postman:
        stranger = Server("localhost", postman.port, "starttls", "portal", "s3cret", 5)
        assert send(world, post_to(world, stranger)) == 0
        assert postman.got == []
        assert not any("AUTH" in line.upper() for line in postman.heard)


def test_the_demo_keeps_letters_in_a_folder(world: World, tmp_path: Path, post: Post) -> None:
    written(world)
    settings = make_settings("sqlite://", mail_folder=str(tmp_path / "mail"))
    way_out = mail.way_out(settings)
    assert way_out is not None
    assert send(world, Post(post.desk, way_out, post.keep, post.stopping)) == 1
    (kept,) = (tmp_path / "mail").glob("*.eml")
    assert kept.stem == str(mails(world)[0].id)
    assert b"Subject: Dispute D-1001 was sent" in kept.read_bytes()


def test_the_terminal_shows_letters(world: World, post: Post, capsys) -> None:
    written(world)
    way_out = mail.way_out(make_settings("sqlite://", mail_folder="-"))
    assert way_out is not None
    assert send(world, Post(post.desk, way_out, post.keep, post.stopping)) == 1
    assert "Subject: Dispute D-1001 was sent" in capsys.readouterr().out


def test_without_server_or_folder_there_is_no_way_out() -> None:
    assert mail.way_out(make_settings("sqlite://")) is None


def test_mail_that_is_half_set_up_keeps_the_portal_from_starting() -> None:
    half = make_settings("sqlite://", mail_host="mail.example", mail_security="ssl")
    with pytest.raises(config.ConfigError) as found:
        half.check()
    for name in ("MAIL_FROM", "MAIL_SECURITY", "PUBLIC_URL"):
        assert name in str(found.value)


def test_old_letters_are_forgotten(world: World) -> None:
    written(world, 2)
    with world.inside():
        old = clock.now() - timedelta(days=91)
        first = db.session.scalars(select(Mail.id).limit(1)).one()
        db.session.execute(update(Mail).where(Mail.id == first).values(created_at=old))
    with world.inside():
        assert mail.forget_old() == 1
    assert len(mails(world)) == 1
