"""Views of the merchant's pages."""

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qcportal import photos, returns
from qcportal.blueprints import pictures
from qcportal.blueprints.access import VIEW, permission
from qcportal.blueprints.merchant import blueprint
from qcportal.blueprints.merchant.asking import asker
from qcportal.blueprints.showing import held, return_page, returns_list
from qcportal.blueprints.showing import home as home_page
from qcportal.blueprints.showing import live as live_fill


@blueprint.get("/")
@permission(VIEW)
def home() -> str:
    """Show only what needs a person."""
    return render_template("merchant/home.html", page=home_page.build(asker()))


@blueprint.get("/returns", endpoint="returns_list")
@permission(VIEW)
def list_returns() -> str | Response:
    """Show the returns; an exact AWB opens its return."""
    exact = returns.find_by_awb(request.args.get("q", ""))
    if exact is not None and request.args.get("tab", "all") == "all":
        return redirect(url_for("merchant.return_detail", id=exact), 303)
    page = returns_list.build(request.args, asker())
    return render_template("merchant/returns_list.html", page=page)


@blueprint.get("/returns/<uuid:id>")
@permission(VIEW)
def return_detail(id: uuid.UUID) -> str:
    """Show one return; with `view` the compare page, for browsers without scripts."""
    view = request.args.get("view", type=int)
    asked = view or request.args.get("check", type=int)
    page = return_page.build(held.load(id), request.args, asker(), asked=asked)
    if view and page.current:
        return render_template("merchant/compare.html", page=page)
    return render_template("merchant/return.html", page=page)


@blueprint.get("/returns/<uuid:id>/live")
@permission(VIEW)
def live(id: uuid.UUID) -> Response:
    """Tell what changed since a moment; 204 when nothing did, for one indexed query."""
    return live_fill.answer(id, request.args, asker())


@blueprint.get("/photos/<uuid:id>/preview.webp")
@permission(VIEW)
def preview(id: uuid.UUID) -> Response:
    """Give the blurred preview that the phone announced with the photo."""
    return pictures.preview(photos.get_photo(id))


@blueprint.get("/photos/<uuid:id>")
@permission(VIEW)
def photo(id: uuid.UUID) -> Response:
    """Send on to the original; with `download` to be saved instead of shown."""
    return pictures.send_on(photos.get_photo(id), download="download" in request.args)
