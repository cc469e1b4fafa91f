"""In which language a request is answered: the account's, the cookie's, or the browser's wish."""

from flask import Flask, g, request
from werkzeug.wrappers import Response

from qcportal import language

LANGUAGE_COOKIE = "language"
YEAR = 31_536_000


def register(app: Flask) -> None:
    """Choose the language before anything is answered; programs are always answered in English."""
    app.before_request(_begin)
    app.teardown_request(_end)


def use(chosen: str | None) -> None:
    """Answer in the language that somebody's account names, if it names one."""
    if chosen in language.LANGUAGES and not for_programs():
        language.enter(chosen)


def remember(response: Response, chosen: str, *, secure: bool) -> None:
    """Keep the language in the browser, for the pages that come before signing in."""
    response.set_cookie(
        LANGUAGE_COOKIE, chosen, max_age=YEAR, samesite="Lax", httponly=True, secure=secure
    )


def for_programs() -> bool:
    """Tell whether this request's audience reads JSON; all others get pages."""
    path = request.path
    return (path.startswith("/api/") and path != "/api/docs") or path in {"/healthz", "/readyz"}


def _begin() -> None:
    g.spoken_before = language.enter(_wished())


def _end(_error: BaseException | None = None) -> None:
    before = g.pop("spoken_before", None)
    if before is not None:
        language.leave(before)


def _wished() -> str:
    if for_programs():
        return language.ENGLISH
    kept = request.cookies.get(LANGUAGE_COOKIE, "")
    if kept in language.LANGUAGES:
        return kept
    wishes = (wish.partition("-")[0].lower() for wish, weight in request.accept_languages if weight)
    return next((code for code in wishes if code in language.LANGUAGES), language.ENGLISH)
