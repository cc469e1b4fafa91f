"""One pair of answers to everything that goes wrong: problem JSON (RFC 9457) or a page."""

from typing import Any

import structlog
from flask import Flask, g, jsonify, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from qcportal import errors, tenancy
from qcportal.blueprints import languages
from qcportal.blueprints.access import find_visitor, safe_next
from qcportal.blueprints.languages import for_programs
from qcportal.blueprints.refusals import RoleNeeded, SignInFirst
from qcportal.blueprints.showing.frames import ROLE_WORDS, current_frame
from qcportal.blueprints.shown.frame import ErrorPage, Frame, Link
from qcportal.db import db
from qcportal.errors import Fault, PortalError
from qcportal.language import gettext as _

log = structlog.get_logger(__name__)
PROBLEM = "application/problem+json"
RETURN_LISTS = ("merchant.returns_list", "admin.returns_list")
RETURNS = ("merchant.return_detail", "admin.return_detail")


def register(app: Flask) -> None:
    """Answer every error of the app; by path, as a blueprint never sees an unmatched URL."""
    app.register_error_handler(PortalError, answer)
    app.register_error_handler(HTTPException, _from_http)
    app.register_error_handler(CSRFError, _from_csrf)
    for gone in (OperationalError, InterfaceError):
        app.register_error_handler(gone, _from_database)
    app.register_error_handler(IntegrityError, _from_integrity)
    app.register_error_handler(Exception, _from_bug)


def answer(error: PortalError) -> Response:
    """Turn one of our errors into what the audience reads."""
    db.session.expunge_all()  # a rollback would empty the person whom the page still names
    db.session.rollback()
    if (
        isinstance(error, SignInFirst)
        and not for_programs()
        and "HX-Request" not in request.headers
    ):
        target = safe_next(request.full_path.rstrip("?")) if request.method == "GET" else None
        return redirect(url_for("session.sign_in", next=target), code=303)
    response = _problem(error) if for_programs() else _page(error)
    response.status_code = error.status
    if hasattr(error, "retry_after"):
        response.headers["Retry-After"] = str(error.retry_after)
    if error.status == 401 and for_programs() and request.blueprint != "callbacks":
        response.headers["WWW-Authenticate"] = 'Bearer realm="qcportal"'
    return response


def from_validation(error: ValidationError) -> Response:
    """Turn pydantic's findings into faults with JSON pointers."""
    faults = [_fault(each) for each in error.errors(include_url=False, include_context=False)]
    return answer(errors.Invalid(faults=faults))


def _fault(found: Any) -> Fault:
    path = "".join(
        "/" + str(part).replace("~", "~0").replace("/", "~1")
        for part in found["loc"]
        if part != "[key]"
    )
    message = found["msg"].removeprefix("Value error, ")
    return Fault(path, found["type"], message[:300])


def _problem(error: PortalError) -> Response:
    body: dict[str, Any] = {
        "type": f"/api/docs#problem-{error.slug}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
    }
    if error.faults:
        body["errors"] = [fault.as_json() for fault in error.faults]
    response = jsonify(body)
    response.content_type = PROBLEM
    return response


def _page(error: PortalError) -> Response:
    frame = current_frame()
    shown = ErrorPage(
        status=error.status,
        detail=_why(error),
        home=Link(url_for(frame.nav[0].endpoint) if frame else "/", _("Go to the start")),
        person=frame.person if frame else "",
        retry_after=getattr(error, "retry_after", 0),
        search=_search(frame) if frame else "",
        ask=_whom_to_ask(frame) if frame and isinstance(error, RoleNeeded) else "",
        of_return=(request.endpoint or "") in RETURNS,
    )
    return Response(render_template("error.html", error=shown), mimetype="text/html")


def _search(frame: Frame) -> str:
    """Give the list of returns that the reader may see."""
    lists = (each.endpoint for each in frame.nav if each.endpoint in RETURN_LISTS)
    return next((url_for(each) for each in lists), "")


def _whom_to_ask(frame: Frame) -> str:
    if frame.nav[0].endpoint.startswith("admin."):
        return _("If you need it for your work, ask a system admin of the carrier for the role.")
    return _("If you need it for your work, ask an owner of your store for the role.")


def _why(error: PortalError) -> str:
    """Say of an error what its page does not say already; where a role lacks, which would do."""
    if isinstance(error, RoleNeeded):
        roles = ", ".join(str(ROLE_WORDS[role]) for role in error.roles)
        return _(
            "This needs the role %(roles)s. Yours is %(mine)s.",
            roles=roles,
            mine=ROLE_WORDS.get(error.mine, error.mine),
        )
    return "" if error.detail == str(error.title) else error.detail


def _from_http(error: HTTPException) -> Response:
    status = error.code or 500
    if 300 <= status < 400:
        return error.get_response()
    told = PortalError(error.description or error.name)
    told.status, told.title = status, error.name
    told.slug = error.name.lower().replace(" ", "-")
    if status == 404 and request.url_rule is None and not for_programs():
        return _nowhere()
    if status == 404:
        told = errors.NotFound()
    response = answer(told)
    for name, value in error.get_headers():
        if name in {"Allow", "Content-Range", "Retry-After"}:
            response.headers[name] = value
    return response


def _nowhere() -> Response:
    """Answer an address without a view, whose guard would have told who asks."""
    with tenancy.system("unknown address"):
        try:
            g.browser_session = session = find_visitor()
        except SQLAlchemyError:
            session = None  # the page does without
        if session is not None:
            languages.use(session.user.language)
        return answer(errors.NotFound())


def _from_csrf(error: CSRFError) -> Response:
    told = errors.Invalid(_("This page was open for too long, or came from elsewhere. Try again."))
    return answer(told)


def _from_database(error: Exception) -> Response:
    log.error("database_away", error=type(error).__name__)
    return answer(errors.Unavailable(_("The database is away. Nothing was lost; try again.")))


def _from_integrity(error: IntegrityError) -> Response:
    """Two of the same came at once and the schema let one win; the other may try again."""
    # Postgres tells the values, a whole row even, from the second line on.
    log.warning("integrity_conflict", error=str(error.orig).partition("\n")[0][:300])
    return answer(errors.Conflict(_("Somebody did the same at the same moment. Try again.")))


def _from_bug(error: Exception) -> Response:
    # The path of a shared link is a secret.
    path = str(request.url_rule) if request.blueprint == "shared" else request.path
    log.exception("bug", path=path, method=request.method)
    return answer(
        PortalError(_("Sorry, there is a problem on our side. Nothing you sent is lost."))
    )
