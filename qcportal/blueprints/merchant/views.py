"""Views of the merchant's pages."""

import uuid

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from qcportal import clock, errors, photos, returns
from qcportal.blueprints import pictures
from qcportal.blueprints.access import VIEW, current_session, permission
from qcportal.blueprints.merchant import blueprint
from qcportal.blueprints.showing import home as home_page
from qcportal.blueprints.showing import live as live_fill
from qcportal.blueprints.showing import return_page, returns_list
from qcportal.blueprints.showing.returns_list import Asker


@blueprint.get("/")
@permission(VIEW)
def home() -> str:
    """Show only what needs a person."""
    return render_template("merchant/home.html", page=home_page.build(_asker()))


@blueprint.get("/returns", endpoint="returns_list")
@permission(VIEW)
def list_returns() -> str | Response:
    """Show the returns; an exact AWB opens its return."""
    exact = returns.find_by_awb(request.args.get("q", ""))
    if exact is not None and request.args.get("tab", "all") == "all":
        return redirect(url_for("merchant.return_detail", id=exact), 303)
    page = returns_list.build(request.args, _asker())
    return render_template("merchant/returns_list.html", page=page)


@blueprint.get("/returns/<uuid:id>")
@permission(VIEW)
def return_detail(id: uuid.UUID) -> str:
    """Show one return; with `view` the compare page, for browsers without scripts."""
    view = request.args.get("view", type=int)
    asked = view or request.args.get("check", type=int)
    page = return_page.build(return_page.load(id), request.args, _asker(), asked=asked)
    if view and page.current:
        return render_template("merchant/compare.html", page=page)
    return render_template("merchant/return.html", page=page)


@blueprint.get("/returns/<uuid:id>/live")
@permission(VIEW)
def live(id: uuid.UUID) -> Response:
    """Tell what changed since a moment; 204 when nothing did, for one indexed query."""
    return live_fill.answer(id, request.args, _asker())


@blueprint.get("/photos/<uuid:id>/preview.webp")
@permission(VIEW)
def preview(id: uuid.UUID) -> Response:
    """Give the blurred preview that the phone announced with the photo."""
    return pictures.preview(photos.get_photo(id))


@blueprint.get("/photos/<uuid:id>")
@permission(VIEW)
def photo(id: uuid.UUID) -> Response:
    """Send on to the original, signed for five minutes."""
    url = pictures.original_url(photos.get_photo(id), clock.now())
    if url is None:
        raise errors.NotFound("This photo is not here yet.")
    return redirect(url, 303)


def _asker() -> Asker:
    user = current_session().user
    if user.merchant is None:
        raise errors.Forbidden()
    return Asker(
        merchant_id=user.merchant.id,
        scope=user.merchant.name,
        zone=user.merchant.timezone,
        list_endpoint="merchant.returns_list",
        detail_endpoint="merchant.return_detail",
    )
