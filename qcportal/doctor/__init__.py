"""`qcportal doctor`: looks at everything the chain stands on and names what to mend."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Flask

from qcportal.config import ConfigError, Settings
from qcportal.db import db, writing
from qcportal.doctor import arrival, portal, probe
from qcportal.doctor.database import check_database
from qcportal.doctor.environment import check_settings
from qcportal.doctor.findings import Finding, Verdict, failed, skipped, summary, worst
from qcportal.doctor.post import check_mail
from qcportal.doctor.store import check_bucket, check_clock, check_reader, check_signer
from qcportal.storage import PhotoStore

__all__ = ["Finding", "Options", "Verdict", "examine", "from_config_error", "summary", "worst"]


@dataclass(frozen=True)
class Options:
    """What to look at; `wait` is how many seconds the probe's callback may take."""

    wait: float = 60.0
    probe: bool = True
    url: str = ""


def examine(app: Flask, environ: Mapping[str, str], options: Options) -> Iterator[Finding]:
    """Give findings one by one, in the order of the chain; needs app context and system scope."""
    settings: Settings = app.extensions["qcportal.settings"]
    store: PhotoStore = app.extensions["qcportal.store"]
    yield from check_settings(settings, environ)
    writing.set(False)  # on SQLite a doctor that only looks must not hold up the portal
    for database in check_database():
        yield database
    db.session.rollback()
    yield from check_portal(settings, options)
    yield check_mail(settings)
    yield (at_s3 := check_clock(store))
    if at_s3.check == "s3":
        yield skipped("bucket", "S3 cannot be reached")
        return
    yield (reader := check_reader(store))
    yield check_signer(store)
    if reader.verdict is Verdict.FAILED:
        yield skipped("bucket", "its settings cannot be read by the portal's principal")
    else:
        yield from check_bucket(store)
    yield from _probe(store, options, seen=database.verdict is not Verdict.FAILED)


def check_portal(settings: Settings, options: Options) -> Iterator[Finding]:
    """Check the running portal at the address that the options or settings give."""
    return portal.check_portal(settings, portal.address(settings, options.url))


def from_config_error(error: ConfigError) -> Finding:
    """Turn settings that no portal can start with into a finding."""
    first, *faults = str(error).splitlines()
    lines = [fault.strip() for fault in faults] + ["`qcportal config` lists every setting."]
    return failed("settings", first.rstrip(":."), "\n".join(lines))


def _probe(store: PhotoStore, options: Options, *, seen: bool) -> Iterator[Finding]:
    if not options.probe:
        yield skipped("probe", "left out as asked (--no-probe)")
        return
    if seen:
        arrival.retire()
    sent = probe.Sent(probe.picture())
    yield from probe.send(store, sent)
    if not sent.key:
        yield skipped("callback", "nothing was uploaded")
        return
    if not seen:
        yield skipped("callback", "the database cannot be looked at")
        yield from probe.send_wrong_forms(store, sent)
        return
    callback = arrival.wait_for_callback(store, sent, options.wait)
    yield callback
    yield from probe.send_wrong_forms(store, sent)
    if callback.verdict is Verdict.OK:
        arrival.await_sisters(store, sent)
    arrival.retire()
