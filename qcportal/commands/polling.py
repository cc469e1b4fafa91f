"""`qcportal relay` and `qcportal dead-letters`: the queue, without a Lambda or with a jam."""

import json
import os
import sys
import threading
from collections.abc import MutableMapping, Sequence
from datetime import UTC, datetime
from typing import Any

import click
import structlog

import lambda_relay
from qcportal import config, create_app, errors, imaging
from qcportal.commands.reconciling import stopped_by_signals
from qcportal.commands.running import end, opened, told
from qcportal.config import Settings
from qcportal.doctor.bucket import dead_letter_arn, queue_arn
from qcportal.queues import BATCH, Letter, Queue, url_of

log = structlog.get_logger(__name__)

LONG_POLL = 10
FEW = 2
AGAIN_SECONDS = 5.0
LOOKED_AT = 60
QUEUE_HELP = "Address of the queue (or QUEUE_URL); else the bucket's own is asked for."


@click.command("relay")
@click.option("--queue-url", envvar="QUEUE_URL", default="", help=QUEUE_HELP)
@click.option(
    "--pictures-queue-url", envvar="PICTURES_QUEUE_URL", default="",
    help="Address of the queue of pictures; without one they are looked at between arrivals.",
)  # fmt: skip
@click.option("--callback-url", envvar="CALLBACK_URL", required=True, help="As for the Lambda.")
@click.option("--pictures/--no-pictures", default=True, help="Whether to make thumbnails.")
@click.option("--once", is_flag=True, help="Relay what waits now, and end.")
@told
def relay(
    queue_url: str, pictures_queue_url: str, callback_url: str, pictures: bool, once: bool
) -> None:
    """Poll the queue and tell the portal, instead of the Lambda, until SIGTERM.

    The same code with the same settings as the Lambda, and credentials that may do the same. Any
    number of these may run, also beside the Lambda. Pictures wait while arrivals do.
    """
    settings = config.from_environment()
    url = queue_url or _find_queue()
    _set_up(os.environ, settings, {"QUEUE_URL": url, "CALLBACK_URL": callback_url})
    queues = [_queue(url, settings)]
    if pictures:
        sys.modules.setdefault("imaging", imaging)  # where the Lambda's bundle has it
    if pictures and pictures_queue_url:
        os.environ["PICTURES_QUEUE_URL"] = pictures_queue_url
        queues.append(_queue(pictures_queue_url, settings))
    with stopped_by_signals() as stopping:
        poll(queues, stopping, once=once)


def poll(queues: Sequence[Queue], stopping: threading.Event, *, once: bool = False) -> int:
    """Relay batch after batch until `stopping`, or until nothing waits; gives how many went.

    A later queue is served while nothing waits in an earlier one. What failed stays in its queue
    and comes again; a queue that is away is waited for.
    """
    relayed = 0
    while not stopping.is_set():
        try:
            queue, letters = _next(queues, wait=1 if once else LONG_POLL)
            if once and not letters:
                break
            relayed += _relay(queue, letters)
        except errors.Unavailable as error:
            if once:
                raise
            log.warning("queue_away", reason=error.detail)
            stopping.wait(AGAIN_SECONDS)
    return relayed


def _next(queues: Sequence[Queue], *, wait: int) -> tuple[Queue, list[Letter]]:
    """Take what waits in the first queue that has something, or wait for the first of all."""
    first = queues[0]
    if len(queues) == 1:
        return first, first.receive(wait=wait)
    for queue in queues:
        # Few at a time of a later queue, so that the first one is looked into soon again.
        if letters := queue.receive(most=BATCH if queue is first else FEW):
            return queue, letters
    return first, first.receive(wait=1)


def _relay(queue: Queue, letters: list[Letter]) -> int:
    if not letters:
        return 0
    os.environ["QUEUE_URL"] = queue.url  # where the relay lets a failed message come back sooner
    answer = lambda_relay.handler({"Records": [each.as_record() for each in letters]}, None)
    failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
    done = [each for each in letters if each.id not in failed]
    queue.delete(done)
    return len(done)


@click.command("dead-letters")
@click.option("--queue-url", envvar="QUEUE_URL", default="", help=QUEUE_HELP)
@click.option("--drain", is_flag=True, help="Send them through the source queue again.")
@click.option("--most", default=100, show_default=True, help="How many to show.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document, for programs.")
@told
def dead_letters(queue_url: str, drain: bool, most: int, as_json: bool) -> None:
    """Show which arrivals the portal never took, or send them again once the cause is mended.

    Nothing is lost by it: a message leaves the dead letters only after the source queue has it.
    """
    settings = config.from_environment()
    source = _queue(queue_url or _find_queue(), settings)
    arn = dead_letter_arn(source.attributes())
    if not arn:
        end("The queue has no dead-letter queue.")
    dead = _queue(url_of(arn, settings.s3_endpoint or None), settings)
    if drain:
        sent = move(dead, source)
        click.echo(json.dumps({"sent": sent}) if as_json else f"{sent} messages were sent again.")
        return
    shown = [_shown(each) for each in look_into(dead, most)]
    waiting = int(dead.attributes().get("ApproximateNumberOfMessages", "0"))
    count = max(waiting, len(shown))
    if as_json:
        click.echo(json.dumps({"dead_letters": count, "first": shown}, indent=2))
        return
    click.echo(f"{count} dead letters.")
    for each in shown:
        click.echo(f"{each['sent_at']}  {', '.join(each['keys']) or each['fault']}")


def look_into(dead: Queue, most: int) -> list[Letter]:
    """Read up to `most` messages and leave them where they are."""
    seen: dict[str, Letter] = {}
    while len(seen) < most and (letters := dead.receive(wait=1, hide=LOOKED_AT)):
        seen |= {each.id: each for each in letters}
    found = list(seen.values())
    for start in range(0, len(found), 10):
        dead.show_again(found[start : start + 10])
    return found[:most]


def move(dead: Queue, source: Queue) -> int:
    """Send every message of `dead` to `source`, and only then delete it; gives how many."""
    moved = 0
    while letters := dead.receive(wait=1, hide=LOOKED_AT):
        taken = source.send(letters)
        dead.delete(taken)
        moved += len(taken)
        if not taken:
            raise errors.Unavailable("The source queue takes nothing. Nothing was deleted.")
    return moved


def _shown(letter: Letter) -> dict[str, Any]:
    keys, fault = list[str](), ""
    try:
        keys = lambda_relay.keys_of(json.loads(letter.body))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        fault = f"not readable as an event of S3: {error!r}"[:200]
    sent_at = datetime.fromtimestamp(letter.sent_ms / 1000, UTC).isoformat(timespec="seconds")
    return {"message_id": letter.id, "sent_at": sent_at, "keys": keys, "fault": fault}


def _find_queue() -> str:
    """Ask the bucket which queue its events go to; raises NotFound when there is none."""
    app = create_app()
    with opened(app, "queue"):
        arn = queue_arn(app.extensions["qcportal.store"].setting("notification"))
    if not arn:
        raise errors.NotFound("The bucket tells no queue of uploads: give --queue-url.")
    settings: Settings = app.extensions["qcportal.settings"]
    return url_of(arn, settings.s3_endpoint or None)


def _queue(url: str, settings: Settings) -> Queue:
    return Queue(url, settings.region, settings.s3_endpoint or None)


def _set_up(environ: MutableMapping[str, str], settings: Settings, given: dict[str, str]) -> None:
    """Give the relay the environment that the stack gives its Lambda."""
    environ.update(given)
    environ.setdefault("AWS_DEFAULT_REGION", settings.region)
    if settings.s3_endpoint:
        environ.setdefault("AWS_ENDPOINT_URL", settings.s3_endpoint)
    if "CALLBACK_SECRET_ARN" not in environ and settings.callback_secrets:
        environ.setdefault("CALLBACK_SECRET", settings.callback_secrets[0])
