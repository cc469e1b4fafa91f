"""Builds the pages of exports: a merchant's own, and with no merchant the carrier's."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from qcportal import clock, errors, exports, jobs, packs
from qcportal.blueprints.jinja import grouped
from qcportal.blueprints.showing.export_filters import Wanted, readers
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.shown.exports import (
    Choice,
    ColumnLine,
    ExportLine,
    ExportPage,
    ExportsPage,
    FileLine,
    NewExportPage,
)
from qcportal.blueprints.shown.frame import Badge, Fact, Link
from qcportal.db import db
from qcportal.jobs import Job
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext as later
from qcportal.language import ngettext

PACK = "pack"
LATEST, LONGEST = 50, 200
TITLES = {
    "returns": later("Returns"),
    "reviews": later("Needs a look"),
    "disputes": later("Disputes"),
    "photos": later("Photos"),
}
NAMES = {
    "tab": later("Tab"),
    "whose": later("Whose disputes"),
    "merchant": later("Merchant"),
    "late": later("Late"),
    "q": later("Search"),
    "from": later("From"),
    "to": later("To"),
    "city": later("City"),
    "reason": later("Reason"),
    "executive": later("Picked up by"),
    "state": later("State"),
    "kind": later("Kind"),
    "category": later("Category"),
    "default": later("If nobody decides"),
    "by": later("Decided by"),
}
STATES = {
    "waiting": Badge("", "clock", later("Waiting")),
    "running": Badge("", "circle-dashed", later("Under way")),
    "done": Badge("", "circle-check", later("Ready")),
    "failed": Badge("late", "triangle-alert", later("Stopped")),
    "cancelled": Badge("", "circle-slash", later("Cancelled")),
}
SENTENCES = {
    "waiting": later("It begins in a moment. You can leave this page; the export goes on."),
    "running": later("You can leave this page; the export goes on."),
    "done": later("Everything is in the file."),
    "failed": later("No file was made. Ask for it again."),
    "cancelled": later("No file was made."),
}


def build_new(wanted: Wanted, asker: Asker) -> NewExportPage:
    """Build the page on which a format is chosen."""
    exported = exports.get_list(wanted.list)
    choices = [
        Choice("xlsx", _("Excel (XLSX)"), _("Opens in Excel, LibreOffice and Google Sheets.")),
        Choice("csv", _("CSV"), _("For other programs; UTF-8, text in quotes.")),
    ]
    if wanted.list == "returns" and asker.merchant_id is not None:
        hint = _("A ZIP with the evidence file of every return: originals, document, history.")
        choices.append(Choice(PACK, _("Evidence files (ZIP)"), hint))
    return NewExportPage(
        title=str(TITLES[wanted.list]),
        back=Link(wanted.back, str(TITLES[wanted.list])),
        send_to=url_for(asker.endpoint("start_export")),
        count=exported.count(asker.merchant_id, wanted.filters),
        filters=tuple(
            Fact(str(NAMES.get(name, name)), value) for name, value in wanted.args.items()
        ),
        fields=(("list", wanted.list), *wanted.args.items()),
        choices=tuple(choices),
        columns=tuple(
            ColumnLine(each.head_in(asker.zone), str(each.meaning))
            for each in exported.columns_for(asker.merchant_id)
        ),
        zone=asker.zone,
    )


def start(wanted: Wanted, kind: str, asker: Asker, *, by: Any) -> Job:
    """Ask for a file of a list; raises Invalid for a format that it is not given in."""
    owner = asker.merchant_id
    if kind == PACK and wanted.list == "returns" and owner is not None:
        return packs.start(owner, wanted.filters, wanted.words, by=by)
    asked = exports.Asked(wanted.list, kind, wanted.filters, wanted.words)
    return exports.start(owner, asked, by=by)


def build_list(asker: Asker) -> ExportsPage:
    """Build the list of a merchant's or the carrier's exports, the latest first."""
    made = exports.select_made(asker.merchant_id, exports.KIND, packs.KIND).limit(LATEST)
    return ExportsPage(
        scope=asker.scope,
        lines=tuple(_line(job, asker) for job in db.session.scalars(made)),
        offers=tuple(
            Link(url_for(asker.endpoint("new_export"), list=name), str(TITLES[name]))
            for name in readers(asker)
        ),
        kept_days=exports.KEPT_DAYS,
        tz=asker.zone,
    )


def build(job: Job, asker: Asker) -> ExportPage:
    """Build the page of one export."""
    files, gone = _files(job, asker), _is_gone(job)
    return ExportPage(
        title=_title(job),
        back=url_for(asker.endpoint("exports")),
        here=url_for(asker.endpoint("export"), id=job.id),
        badge=STATES[job.state],
        sentence=_("The file has ended. Ask for it again.") if gone else _sentence(job),
        done=job.done,
        total=job.total,
        asked_at=job.asked_at,
        asked_by=job.asked_by,
        filters=job.params.get("words", ""),
        files=() if gone else files,
        kept_until=exports.kept_until(job) if files else None,
        ended=gone,
        fault=job.fault or "",
        poll=url_for(asker.endpoint("export_live"), id=job.id) if job.open else "",
        cancel=url_for(asker.endpoint("cancel_export"), id=job.id) if job.open else "",
        tz=asker.zone,
    )


def get_made(job_id: Any, asker: Asker) -> Job:
    """Get an export of the merchant, or of the carrier, or raise NotFound."""
    job = jobs.get_job(job_id)
    if job.merchant_id != asker.merchant_id or job.kind not in (exports.KIND, packs.KIND):
        raise errors.NotFound()
    return job


def get_file(job: Job, number: int) -> tuple[str, str, str]:
    """Give key, name and type of a file of an export; raises NotFound once it has ended."""
    if job.state != "done" or _is_gone(job):
        raise errors.NotFound(_("This file has ended, or was never made."))
    made = f"{job.asked_at:%Y-%m-%d}"
    if job.kind == exports.KIND:
        kind = job.params["format"]
        keys, name = [job.result["key"]], f"{job.params['list']}-{made}.{kind}"
        content = exports.FORMATS[kind]
    else:
        keys = [part["key"] for part in job.result["parts"]]
        name, content = f"evidence-{made}-{number:03}.zip", "application/zip"
    if not 1 <= number <= len(keys):
        raise errors.NotFound()
    return keys[number - 1], name, content


def _is_gone(job: Job) -> bool:
    until = exports.kept_until(job)
    return job.state == "done" and until is not None and until <= clock.now()


def _title(job: Job) -> str:
    if job.kind == packs.KIND:
        return _("Evidence files of returns")
    list_, kind = TITLES[job.params["list"]], job.params["format"].upper()
    return _("%(list)s as %(format)s", list=list_, format=kind)


def _sentence(job: Job) -> str:
    if job.state == "done" and not job.result.get("rows"):
        return _("Nothing fits these filters.")
    return str(SENTENCES[job.state])


def _line(job: Job, asker: Asker) -> ExportLine:
    rows = job.result.get("rows")
    return ExportLine(
        href=url_for(asker.endpoint("export"), id=job.id),
        title=_title(job),
        badge=STATES[job.state],
        asked_at=job.asked_at,
        asked_by=job.asked_by,
        detail=ngettext("%(num)s row", "%(num)s rows", rows) if rows is not None else "",
    )


def _files(job: Job, asker: Asker) -> tuple[FileLine, ...]:
    if job.state != "done":
        return ()
    if job.kind == exports.KIND:
        detail = f"{_size(job.result['bytes'])} · SHA-256 {job.result['sha256'][:16]}…"
        return (_file(job, 1, detail, asker),)
    return tuple(
        _file(job, number, f"{_size(part['bytes'])} · {_returns(part)}", asker)
        for number, part in enumerate(job.result["parts"], 1)
    )


def _file(job: Job, number: int, detail: str, asker: Asker) -> FileLine:
    href = url_for(asker.endpoint("export_file"), id=job.id, number=number)
    return FileLine(href, get_file(job, number)[1] if not _is_gone(job) else "", detail)


def _returns(part: Mapping[str, Any]) -> str:
    said = ngettext("%(num)s return", "%(num)s returns", part["returns"])
    if not part.get("left_out"):
        return said
    out = ngettext("%(num)s file left out", "%(num)s files left out", part["left_out"])
    return f"{said}, {out}"


def _size(count: int) -> str:
    if count < 1_048_576:
        return _("%(kb)s KB", kb=grouped(-(-count // 1024)))
    return _("%(mb)s MB", mb=grouped(-(-count // 1_048_576)))
