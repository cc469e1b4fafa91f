"""What a worker does of mail: notices of what happened, letters of notices, and their sending."""

import threading
from collections.abc import Mapping
from typing import Any

from flask import Flask

from qcportal import mail
from qcportal.config import Settings
from qcportal.db import db
from qcportal.mail import Desk, Post
from qcportal.worker import Duty


def duties(app: Flask, stopping: threading.Event) -> tuple[Duty, ...]:
    """Give what a worker does of it; a thread of its own, since a mail server may take its time.

    Where no mail is set up, nothing is written that nobody would send.
    """
    settings: Settings = app.extensions["qcportal.settings"]
    tell = Duty("tell of disputes", 2, mail.tell_of_disputes, mail.is_any_dispute_untold)
    forget = Duty("forget old mail", 3600, mail.forget_old)
    way_out = mail.way_out(settings)
    if way_out is None:
        return (tell, forget)
    post = Post(desk_of(app), way_out, db.session.commit, stopping)
    return (
        tell,
        Duty("gather mail", 5, mail.gather, mail.is_any_due),
        Duty("send mail", 1, lambda: mail.send_due(post)),
        forget,
    )


def desk_of(app: Flask) -> Desk:
    """Give what letters are written with."""
    settings: Settings = app.extensions["qcportal.settings"]

    def render(name: str, values: Mapping[str, Any]) -> str:
        return app.jinja_env.get_template(name).render(values)

    return Desk(settings.mail_from, settings.origin, settings.secret_key, render)
