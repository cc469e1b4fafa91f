"""What a worker sends out: merchants' webhooks, as soon as they are due."""

import threading

from flask import Flask

from qcportal import webhooks
from qcportal.db import db
from qcportal.webhooks import Post
from qcportal.worker import Duty


def duties(_app: Flask, stopping: threading.Event) -> tuple[Duty, ...]:
    """Give what a worker does of it; a thread of its own, since calls may take seconds."""
    post = Post(db.session.commit, stopping)
    return (
        Duty("send webhooks", 1, lambda: webhooks.deliver_due(post)),
        Duty("forget old webhook tries", 3600, webhooks.forget_old),
    )
