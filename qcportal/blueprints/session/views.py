"""Views of the session door."""

import uuid

from flask import redirect, render_template, request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from qcportal import accounts, clock, errors, history, language, sessions, totp
from qcportal.accounts import User
from qcportal.blueprints import access, languages
from qcportal.blueprints.access import ANYONE, SIGNED_IN, permission
from qcportal.blueprints.jinja import THEME_COOKIE, THEMES
from qcportal.blueprints.session import blueprint
from qcportal.blueprints.session.forms import CodeForm, SignInForm
from qcportal.blueprints.shown.session_pages import SessionRow, SessionsPage
from qcportal.db import db
from qcportal.history import Entry
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.sessions import BrowserSession

WRONG = lazy_gettext("The mail address or the password is not right.")
CODE_WAITS = 300


@blueprint.get("/sign-in")
@permission(ANYONE)
def sign_in() -> str | Response:
    """Ask for mail address and password."""
    form = SignInForm(next=request.args.get("next", ""))
    return render_template("session/sign_in.html", form=form, step="password")


@blueprint.post("/sign-in")
@permission(ANYONE)
def check_sign_in() -> str | Response | tuple[str, int]:
    """Check what was entered; an admin with a second factor is asked for the code next."""
    if "code" in request.form:
        return _check_code()
    form = SignInForm()
    if not form.validate():
        return render_template("session/sign_in.html", form=form, step="password"), 400
    browser = access.browser()
    sessions.check_throttle(form.email.data, browser)
    user = accounts.find_user_by_email(form.email.data)
    if not accounts.check_password(user, form.password.data) or user is None:
        sessions.record_failure(form.email.data, browser)
        db.session.commit()
        form.email.errors = [WRONG]
        return render_template("session/sign_in.html", form=form, step="password"), 400
    if user.totp_secret:
        return _ask_code(user, form.next.data)
    return let_in(user, form.next.data)


@blueprint.post("/sign-out")
@permission(SIGNED_IN)
def sign_out() -> Response:
    """End this session on the server, so that a copied cookie is dead too."""
    session = access.current_session()
    sessions.end(session.id, of=session.user)
    db.session.commit()
    response = redirect(url_for("session.sign_in"), 303)
    # A browser refuses to touch a `__Host-` cookie by a header that is not secure itself.
    secure = access.settings().secure_cookies
    response.delete_cookie(access.cookie_name(), path="/", secure=secure, httponly=True)
    return response


@blueprint.get("/account/sessions", endpoint="sessions")
@permission(SIGNED_IN)
def list_sessions() -> str:
    """Show where the account is signed in."""
    mine = access.current_session()
    rows = [
        _row(each, mine)
        for each in db.session.scalars(sessions.select_sessions(mine.user))
        if each.alive
    ]
    zone = mine.user.merchant.timezone if mine.user.merchant else "Asia/Kolkata"
    return render_template("session/sessions.html", page=SessionsPage(tuple(rows), zone))


@blueprint.post("/account/sessions/<uuid:id>/end")
@permission(SIGNED_IN)
def end_session(id: uuid.UUID) -> Response:
    """End one of the person's own sessions."""
    sessions.end(id, of=access.current_session().user)
    db.session.commit()
    return redirect(url_for("session.sessions"), 303)


@blueprint.post("/theme")
@permission(ANYONE)
def theme() -> Response:
    """Keep the chosen theme in a cookie for a year."""
    chosen = request.form.get("theme", "")
    if chosen not in THEMES:
        raise errors.Invalid(_("The theme is light, dark or auto."))
    target = access.safe_next(request.form.get("next")) or "/"
    response = redirect(target, 303)
    secure = access.settings().secure_cookies
    response.set_cookie(
        THEME_COOKIE, chosen, max_age=31_536_000, samesite="Lax", httponly=True, secure=secure
    )
    return response


@blueprint.post("/language", endpoint="language")
@permission(ANYONE)
def choose_language() -> Response:
    """Keep the chosen language in the account of who is signed in, and in a cookie for a year."""
    chosen = request.form.get("language", "")
    if chosen not in language.LANGUAGES:
        raise errors.Invalid(_("Choose one of the languages that are offered."))
    visitor = access.find_visitor()
    if visitor is not None:
        accounts.set_language(visitor.user, chosen)
        db.session.commit()
    response = redirect(access.safe_next(request.form.get("next")) or "/", 303)
    languages.remember(response, chosen, secure=access.settings().secure_cookies)
    return response


def _ask_code(user: User, target: str) -> str:
    cookie["code_for"] = {"user": str(user.id), "at": clock.now().timestamp()}
    return render_template("session/sign_in.html", form=CodeForm(next=target), step="code")


def _check_code() -> str | Response | tuple[str, int]:
    form, waiting, browser = CodeForm(), cookie.get("code_for"), access.browser()
    if not waiting or clock.now().timestamp() - waiting["at"] > CODE_WAITS:
        return redirect(url_for("session.sign_in"), 303)
    if not form.validate():
        return render_template("session/sign_in.html", form=form, step="code"), 400
    user = accounts.get_user(uuid.UUID(waiting["user"]))
    sessions.check_throttle(user.email, browser)
    if not user.active or not totp.use_code(user, form.code.data):
        sessions.record_failure(user.email, browser)
        db.session.commit()
        form.code.errors = [_("This code is not right, or it was used already.")]
        return render_template("session/sign_in.html", form=form, step="code"), 400
    cookie.pop("code_for", None)
    return let_in(user, form.next.data)


def let_in(user: User, target: str | None) -> Response:
    """Start a session for somebody who proved who they are, and lead them on."""
    _, secret = sessions.start(user, access.browser())
    history.record([Entry(user.id, user.merchant_id, "signed_in", user.actor)])
    db.session.commit()
    response = redirect(_first_page(user, target), 303)
    if user.language:
        languages.remember(response, user.language, secure=access.settings().secure_cookies)
    response.set_cookie(
        access.cookie_name(),
        secret,
        httponly=True,
        samesite="Lax",
        secure=access.settings().secure_cookies,
        path="/",
    )
    return response


def _first_page(user: User, target: str | None) -> str:
    """Give the page somebody wanted, else their home; `/` is a merchant's and no admin's."""
    wanted = access.safe_next(target)
    if user.is_admin and wanted == url_for("merchant.home"):
        wanted = None
    return wanted or url_for("admin.home" if user.is_admin else "merchant.home")


def _row(session: BrowserSession, mine: BrowserSession) -> SessionRow:
    return SessionRow(
        id=str(session.id),
        browser=_browser_words(session.user_agent),
        address=session.address,
        started_at=session.created_at,
        seen_at=session.seen_at,
        current=session.id == mine.id,
    )


def _browser_words(agent: str) -> str:
    """Put a User-Agent into two words, as far as it tells."""
    browsers = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
    names = {"Edg": "Edge", "OPR": "Opera", "Macintosh": "Mac"}
    browser = next((name for name in browsers if name in agent), _("Another program"))
    system = next((name for name in systems if name in agent), "")
    browser, system = names.get(browser, browser), names.get(system, system)
    if not system:
        return browser
    return _("%(browser)s on %(system)s", browser=browser, system=system)
