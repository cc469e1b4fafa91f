"""What phones say they captured: each announcement is counted, under its own shift and merchant."""

from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from qcportal.db import db
from qcportal.devices import RunSheet
from qcportal.manifests import ManifestLine
from qcportal.photos import OWN, Photo
from qcportal.returns import Return
from qcportal.verification.findings import Offence, Report
from qcportal.verification.moments import first_of
from qcportal.verification.objects import Tell
from qcportal.verification.streams import stream


def check(since: date | None, report: Report, tell: Tell) -> None:
    """Find what a phone announced and nobody would miss, and lines in a wrong place."""
    for row in stream(_select_unlisted(since)):
        where = {"photo": str(row.id), "return": str(row.return_id)}
        report.add(Offence("announced_unlisted", where))
    for row in stream(_select_strays(since)):
        where = {"line": str(row.id), "photo": str(row.photo_id)}
        report.add(Offence("line_of_another", where))
    lines = _told_since(select(func.count()).select_from(ManifestLine), since)
    report.counts["manifest_lines"] = db.session.scalar(lines) or 0
    tell("manifest lines", report.counts["manifest_lines"])


def _select_unlisted(since: date | None) -> Any:
    line = select(ManifestLine.id).where(
        ManifestLine.photo_id == Photo.id, ManifestLine.sha256 == Photo.claimed_sha256
    )
    statement = (
        select(Photo.id, Photo.return_id)
        .join(Return, Return.id == Photo.return_id)
        .where(Photo.claimed_sha256.is_not(None), Return.run_sheet_id.is_not(None))
        .where(~line.exists(), Photo.purpose != OWN)
        .order_by(Photo.id)
    )
    return statement.where(Photo.expected_at >= first_of(since)) if since else statement


def _select_strays(since: date | None) -> Any:
    whose = Photo.merchant_id.is_not(None) & ManifestLine.merchant_id.is_distinct_from(
        Photo.merchant_id
    )
    statement = (
        select(ManifestLine.id, ManifestLine.photo_id)
        .join(RunSheet, RunSheet.id == ManifestLine.run_sheet_id)
        .outerjoin(Photo, Photo.id == ManifestLine.photo_id)
        .where(or_(RunSheet.executive_id != ManifestLine.executive_id, whose))
        .order_by(ManifestLine.id)
    )
    return _told_since(statement, since)


def _told_since(statement: Any, since: date | None) -> Any:
    return statement.where(ManifestLine.told_at >= first_of(since)) if since else statement
