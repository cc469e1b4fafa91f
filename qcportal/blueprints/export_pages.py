"""The pages of exports, written once for two doors: what was made, ask, watch, fetch, call off.

Not an audience: `merchant/exports.py` and `admin/exports.py` bind these to their addresses.
"""

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qcportal import clock, jobs
from qcportal.blueprints import pictures
from qcportal.blueprints.access import actor, person
from qcportal.blueprints.showing import export_filters
from qcportal.blueprints.showing import exports as pages
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.typed import check_texts
from qcportal.db import db


def show(asker: Asker) -> str:
    """Show what was exported lately."""
    return render_template("merchant/exports.html", page=pages.build_list(asker))


def new(asker: Asker) -> str:
    """Show what an export of the list with these filters would hold, and the formats."""
    wanted = export_filters.read_wanted(request.args, asker, by=person())
    return render_template("merchant/export_new.html", page=pages.build_new(wanted, asker))


def start(asker: Asker) -> Response:
    """Ask for an export; what was sent are the list's own filters and the format."""
    check_texts(dict(request.form))
    wanted = export_filters.read_wanted(request.form, asker, by=person())
    job = pages.start(wanted, request.form.get("format", ""), asker, by=actor())
    db.session.commit()
    return redirect(url_for(asker.endpoint("export"), id=job.id), 303)


def one(job_id: uuid.UUID, asker: Asker) -> str:
    """Show how an export stands."""
    page = pages.build(pages.get_made(job_id, asker), asker)
    return render_template("merchant/export.html", page=page)


def live(job_id: uuid.UUID, asker: Asker) -> str:
    """Give the part of the page that changes; without an address to ask again at the end."""
    page = pages.build(pages.get_made(job_id, asker), asker)
    return render_template("merchant/_export.html", page=page)


def fetch(job_id: uuid.UUID, number: int, asker: Asker) -> Response:
    """Send on to a file, signed for five minutes; S3 itself goes on with a broken download."""
    key, name, kind = pages.get_file(pages.get_made(job_id, asker), number)
    url = pictures.store().reading_url(
        key,
        "",
        content_type=kind,
        at=clock.now(),
        expires=pictures.LIFETIME,
        download_name=name,
    )
    return redirect(url, 303)


def cancel(job_id: uuid.UUID, asker: Asker) -> Response:
    """Call an export off."""
    jobs.cancel(pages.get_made(job_id, asker), by=actor())
    db.session.commit()
    return redirect(url_for(asker.endpoint("export"), id=job_id), 303)
