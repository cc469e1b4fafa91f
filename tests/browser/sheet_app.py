"""A small app that renders every page from example data, under the strict policy of production."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask, Response, flash, redirect, render_template, request

from qcportal.blueprints import assets, jinja, languages
from qcportal.blueprints.sheet import sheet
from qcportal.blueprints.shown.frame import ErrorPage, HomePage
from qcportal.blueprints.shown.photos import PhotoState
from qcportal.blueprints.shown.return_page import LiveUpdate
from qcportal.blueprints.shown.returns_list import Filters, tabs
from tests.browser import account_examples as accounts
from tests.browser import admin_examples as admin
from tests.browser import deciding_examples as deciding
from tests.browser import dispute_pages as disputes
from tests.browser import evidence_examples as evidence
from tests.browser import examples
from tests.browser import integrity_examples as integrity
from tests.browser import judging_examples as judging
from tests.browser import likeness_examples as likeness
from tests.browser import report_examples as reports
from tests.browser import saved_view_examples as saved
from tests.browser import upload_examples as uploads
from tests.browser import webhook_examples as webhooks
from tests.browser.sheet_routes import POSTED, ROUTES

PICTURES = {path.name: path for path in (Path(__file__).parent / "pictures").iterdir()}
HERE = PhotoState.HERE
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def create_app() -> Flask:
    """Make the app; `looks` counts the polls, of which the second finds the photo."""
    package = Path(assets.__file__).parents[1]
    app = Flask(__name__, static_folder=None, template_folder=str(package / "templates"))
    app.secret_key = "examples"
    assets.register(app)
    jinja.register(app)
    languages.register(app)
    app.add_template_global(lambda: "IjE4ZmQ4ZjI0MmNkYjYyZTQ5ZjY", "csrf_token")
    app.register_blueprint(sheet)
    app.extensions["looks"] = 0
    for endpoint, rule in ROUTES.items():
        posts = endpoint in POSTED
        app.add_url_rule(rule, endpoint, _view(app, endpoint), methods=["POST" if posts else "GET"])
    app.add_url_rule("/errors/<int:status>", "error", _error)
    app.add_url_rule("/pictures/<name>", "picture", _picture)
    app.after_request(_protect)
    return app


def _protect(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response


def _picture(name: str) -> Response:
    return Response(PICTURES[name].read_bytes(), mimetype="image/webp")


def _error(status: int) -> str:
    error = ErrorPage(
        status,
        person="Fern Home",
        trace="4bf92f3577b34da6",
        retry_after=30 if status == 429 else 0,
        search="/returns",
        ask="Ask an owner of your store for the role." if status == 403 else "",
        of_return="return" in request.args,
    )
    return render_template("error.html", error=error)


def _view(app: Flask, endpoint: str) -> Any:
    def posted(**_: str) -> Any:
        answer = redirect(request.referrer or "/", 303)
        if "theme" in request.form:
            answer.set_cookie(jinja.THEME_COOKIE, request.form["theme"], samesite="Lax")
        if "language" in request.form:
            languages.remember(answer, request.form["language"], secure=False)
        return answer

    def got(**values: str) -> Any:
        return _PAGES.get(endpoint, _plain)(app, endpoint, **values)

    return posted if endpoint in POSTED else got


def _plain(app: Flask, endpoint: str, **_: str) -> str:
    name, form = _ADMIN[endpoint]
    page = getattr(admin, name)()
    template = f"{endpoint.split('.')[0]}/{name}.html"
    frame = examples.admin_frame(endpoint)
    return render_template(template, page=page, form=form() if form else None, frame=frame)


_ADMIN: dict[str, Any] = {
    "admin.merchants": ("merchants", admin.NewMerchant),
    "admin.merchant_detail": ("merchant", admin.NewKey),
    "admin.people": ("people", admin.NewPerson),
    "admin.devices": ("devices", None),
    "admin.run_sheets": ("run_sheets", admin.NewRunSheet),
    "admin.run_sheet": ("run_sheet", None),
    "admin.parked": ("parked", None),
    "session.sessions": ("sessions", None),
}


def _returns(app: Flask, endpoint: str) -> str:
    page = examples.rows_page()
    if "views" in request.args:
        page = replace(page, views=saved.above())
    if request.args.get("empty") == "none":
        page = examples.rows_page(
            rows=(),
            kpis=(),
            chips=(),
            shown="",
            older=None,
            empty="none",
            filters=Filters(),
            tabs=tabs({}),
        )
    if request.args.get("empty") == "no_match":
        page = examples.rows_page(
            rows=(),
            shown="",
            older=None,
            empty="no_match",
            filters=Filters("failed", "7730 4418 209", "2026-10-23", "2026-11-22"),
            hint="An AWB has 12 digits; this one has 11.",
        )
    if endpoint.startswith("admin"):
        page = examples.rows_page(
            show_merchant=True,
            list_endpoint=endpoint,
            detail_endpoint="admin.return_detail",
            scope="All merchants",
        )
        return render_template(
            "admin/returns_list.html", page=page, frame=examples.admin_frame(endpoint)
        )
    return render_template("merchant/returns_list.html", page=page, frame=examples.merchant_frame())


def _reviews(app: Flask, endpoint: str) -> str:
    if endpoint.endswith("live"):
        return render_template("merchant/_reviews.html", update=deciding.reviews_live())
    refused = "Asha Shinde decided before you: take it back." if "refused" in request.args else ""
    page = deciding.reviews_page(request.args, refused=refused)
    frame = examples.merchant_frame("merchant.reviews")
    return render_template("merchant/reviews.html", page=page, frame=frame)


def _return(app: Flask, endpoint: str, id: str) -> str:
    if "waiting" in request.args:
        page = deciding.waiting_return()
        return render_template("merchant/return.html", page=page, frame=examples.merchant_frame())
    if "dispute" in request.args:
        view, told = request.args.get("view", type=int), disputes.on_return(request.args["dispute"])
        page = examples.return_page(HERE, view, dispute=told)
        name = "compare" if view else "return"
        return render_template(f"merchant/{name}.html", page=page, frame=examples.merchant_frame())
    if "overridden" in request.args:
        frame = examples.admin_frame("admin.returns_list")
        return render_template("admin/return.html", page=deciding.overridden_return(), frame=frame)
    brush = PhotoState(request.args.get("brush", "on_the_way"))
    view = request.args.get("view", type=int)
    panels = {PhotoState.CONFLICT: integrity.doubtful, PhotoState.MISSING: lambda: None}
    panel = panels.get(brush, integrity.reliable)()
    page = examples.return_page(brush, view or request.args.get("check", type=int), integrity=panel)
    if view:
        return render_template("merchant/compare.html", page=page)
    if endpoint.startswith("admin"):
        page = examples.return_page(
            brush,
            detail_endpoint=endpoint,
            notes=(examples.late_note(),),
            merchant="Fern Home",
            integrity=integrity.doubtful(life_href="/admin/photos/1"),
        )
        return render_template(
            "admin/return.html", page=page, frame=examples.admin_frame("admin.returns_list")
        )
    return render_template("merchant/return.html", page=page, frame=examples.merchant_frame())


def _photo_life(app: Flask, endpoint: str, id: str) -> str:
    frame = examples.admin_frame("admin.returns_list")
    return render_template(
        "admin/photo_life.html", page=integrity.life(likeness.note()), frame=frame
    )


def _likenesses(app: Flask, endpoint: str) -> str:
    page = likeness.queue(empty=request.args.get("empty", ""))
    frame = examples.admin_frame(endpoint)
    return render_template("admin/likenesses.html", page=page, frame=frame)


def _likeness(app: Flask, endpoint: str, id: str) -> str:
    error = "Give a note of at most 1000 characters." if "error" in request.args else ""
    page = likeness.finding(decided=id == "2", alone=id == "3", error=error)
    frame = examples.admin_frame("admin.likenesses")
    return render_template("admin/likeness.html", page=page, frame=frame)


def _live(app: Flask, endpoint: str, id: str) -> Any:
    app.extensions["looks"] += 1
    if app.extensions["looks"] < 2:
        return "", 204
    page = examples.return_page(PhotoState.HERE)
    update = LiveUpdate(page, page.checks[5:6], "Photo arrived: Brush. All 7 photos are here.")
    return render_template("merchant/_live.html", update=update)


def _sign_in(app: Flask, endpoint: str) -> str:
    if request.args.get("step") == "code":
        return render_template("session/sign_in.html", form=admin.Code(), step="code")
    if "flash" in request.args:
        flash("That took too long. Please start again.")
    form = admin.failed_sign_in() if "bad" in request.args else admin.SignIn()
    return render_template("session/sign_in.html", form=form)


def _home(app: Flask, endpoint: str) -> str:
    page = HomePage("61 returns were checked.") if "calm" in request.args else examples.home_page()
    if endpoint == "admin.home":
        return render_template("admin/home.html", page=page, frame=examples.admin_frame(endpoint))
    return render_template("merchant/home.html", page=page, frame=examples.merchant_frame(endpoint))


def _keyboard(app: Flask, endpoint: str) -> str:
    frame = replace(examples.merchant_frame(endpoint), single_keys="off" not in request.args)
    return render_template("session/keyboard.html", on=frame.single_keys, frame=frame)


def _reports(app: Flask, endpoint: str) -> str:
    carrier = endpoint.startswith("admin")
    page = reports.page(carrier=carrier, empty="empty" in request.args)
    frame = (examples.admin_frame if carrier else examples.merchant_frame)(endpoint)
    return render_template("reports/reports.html", page=page, frame=frame)


def _enrolment(app: Flask, endpoint: str, id: str) -> str:
    part = "_" if endpoint.endswith("status") else ""
    state = "ready" if part else request.args.get("state", "waiting")
    page = admin.enrolment(state)
    return render_template(
        f"admin/{part}enrolment.html", page=page, frame=examples.admin_frame("admin.devices")
    )


def _uploads(app: Flask, endpoint: str, **_: str) -> str:
    part = "_" if endpoint.endswith("live") else ""
    name = endpoint.removeprefix("admin.").removesuffix("_live")
    options = dict.fromkeys(
        request.args.keys() & {"calm", "old", "empty", "filtered", "safe"}, True
    )
    page = getattr(uploads, name.removeprefix("upload_"))(**options)
    if "views" in request.args:
        page = replace(page, views=saved.above("photos"))
    frame = examples.admin_frame("admin.upload_health")
    return render_template(f"admin/{part}{name}.html", page=page, frame=frame)


def _judging(app: Flask, endpoint: str, id: str = "") -> str:
    frame = examples.admin_frame("admin.disputes")
    kind = request.args.get("kind", "open" if id else "alone")
    if endpoint == "admin.disputes_live":
        return render_template("admin/_disputes_live.html", queue=judging.desk("news").queue)
    if endpoint == "admin.disputes_like":
        page: Any = judging.like(sure="sure" in request.args)
        return render_template("admin/disputes_like.html", page=page, frame=frame)
    if endpoint == "admin.dispute_clocks":
        page, form = judging.clocks(may="read" not in request.args), judging.ClocksForm()
        return render_template("admin/dispute_clocks.html", page=page, form=form, frame=frame)
    if endpoint == "admin.holidays":
        page, holiday = judging.holidays(empty="empty" in request.args), judging.HolidayForm()
        return render_template("admin/holidays.html", page=page, form=holiday, frame=frame)
    desk = judging.desk(kind)
    if "views" in request.args:
        desk = replace(desk, queue=replace(desk.queue, views=saved.above("disputes")))
    return render_template("admin/disputes.html", page=desk, frame=frame)


def _webhooks(app: Flask, endpoint: str, **_: str) -> str:
    name = {"webhooks": "endpoints", "webhook": "endpoint"}.get(endpoint.partition(".")[2])
    build = getattr(webhooks, name or "delivery")
    return render_template(
        f"webhooks/{build.__name__}.html",
        page=build(empty="empty" in request.args),
        form=webhooks.EndpointForm(),
        frame=examples.merchant_frame("merchant.returns_list"),
    )


def _evidence(app: Flask, endpoint: str, id: str) -> str:
    if endpoint == "shared.pack":
        return render_template("shared/pack.html", page=evidence.shared())
    options = dict.fromkeys(request.args.keys() & {"new", "bad", "empty"}, True)
    frame = examples.merchant_frame("merchant.returns_list")
    return render_template("merchant/evidence.html", page=evidence.evidence(**options), frame=frame)


def _saved_views(app: Flask, endpoint: str) -> str:
    template, values = saved.page(request.args)
    return render_template(template, frame=examples.merchant_frame(), **values)


def _exports(app: Flask, endpoint: str, **args: str) -> str:
    door = endpoint.partition(".")[0]
    framed = {"admin": examples.admin_frame, "merchant": examples.merchant_frame}[door]
    frame = framed(f"{door}.exports")
    if "id" in args:
        part = "_" if endpoint.endswith("live") else ""
        page = evidence.export("done" if part else args["id"])
        return render_template(f"merchant/{part}export.html", page=page, frame=frame)
    name = "exports" if endpoint.endswith(".exports") else "export_new"
    page = getattr(evidence, name)(empty="empty" in request.args)
    if name == "exports" and door == "admin":
        page = replace(page, scope="Carrier")
    return render_template(f"merchant/{name}.html", page=page, frame=frame)


def _disputes(app: Flask, endpoint: str, **values: str) -> str:
    name, given = disputes.page_of(endpoint, values.get("id", ""), set(request.args))
    if "views" in request.args:
        given["page"] = replace(given["page"], views=saved.above("disputes"))
    section = "merchant.disputes" if "returns" not in request.path else "merchant.returns_list"
    return render_template(name, frame=examples.merchant_frame(section), **given)


def _account(app: Flask, endpoint: str, **_: str) -> str:
    template, values, frame = accounts.PAGES[endpoint](request.args)
    return render_template(template, frame=frame, **values)


_PAGES: dict[str, Any] = {
    **dict.fromkeys(accounts.PAGES, _account),
    "merchant.new_dispute": _disputes,
    "merchant.disputes": _disputes,
    "merchant.dispute": _disputes,
    "merchant.dispute_receipt": _disputes,
    "merchant.dispute_draft": _disputes,
    "merchant.dispute_file": _disputes,
    "merchant.bulk_disputes_form": _disputes,
    "merchant.evidence": _evidence,
    "shared.pack": _evidence,
    "merchant.saved_views": _saved_views,
    "merchant.exports": _exports,
    "merchant.new_export": _exports,
    "merchant.export": _exports,
    "merchant.export_live": _exports,
    "admin.exports": _exports,
    "admin.new_export": _exports,
    "admin.export": _exports,
    "admin.export_live": _exports,
    "admin.disputes": _judging,
    "admin.disputes_live": _judging,
    "admin.dispute": _judging,
    "admin.disputes_like": _judging,
    "admin.dispute_clocks": _judging,
    "admin.holidays": _judging,
    "merchant.webhooks": _webhooks,
    "merchant.webhook": _webhooks,
    "merchant.webhook_delivery": _webhooks,
    "admin.upload_health": _uploads,
    "admin.upload_health_live": _uploads,
    "admin.upload_photos": _uploads,
    "admin.upload_person": _uploads,
    "admin.upload_shift": _uploads,
    "merchant.returns_list": _returns,
    "merchant.reviews": _reviews,
    "merchant.reviews_live": _reviews,
    "admin.returns_list": _returns,
    "merchant.return_detail": _return,
    "admin.return_detail": _return,
    "merchant.live": _live,
    "admin.photo_life": _photo_life,
    "admin.likenesses": _likenesses,
    "admin.likeness": _likeness,
    "session.sign_in": _sign_in,
    "session.keyboard": _keyboard,
    "merchant.reports": _reports,
    "admin.reports": _reports,
    "merchant.home": _home,
    "admin.home": _home,
    "admin.enrolment": _enrolment,
    "admin.enrolment_status": _enrolment,
}
