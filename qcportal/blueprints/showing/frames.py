"""The frame of every page: menu, section and who is signed in."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from sqlalchemy.exc import SQLAlchemyError

from qcportal import accounts, disputes, likeness, reviews, tenancy
from qcportal.blueprints import access
from qcportal.blueprints.access import ROLES
from qcportal.blueprints.onlooking import ViewedSession
from qcportal.blueprints.shown.frame import ADMIN_NAV, MERCHANT_NAV, Frame, NavItem, counted
from qcportal.disputes import QueueFilter
from qcportal.language import gettext as _
from qcportal.language import lazy_gettext
from qcportal.questions import Question, ask_together
from qcportal.sessions import BrowserSession

T = TypeVar("T")
CARRIER_ZONE = "Asia/Kolkata"
SECTIONS = {
    "merchant.return_detail": "merchant.returns_list",
    "merchant.live": "merchant.returns_list",
    "merchant.decide_review": "merchant.reviews",
    "merchant.evidence": "merchant.returns_list",
    "merchant.share_evidence": "merchant.returns_list",
    "merchant.new_export": "merchant.exports",
    "merchant.export": "merchant.exports",
    "merchant.new_dispute": "merchant.returns_list",
    "merchant.create_dispute": "merchant.returns_list",
    "merchant.catalogue_import": "merchant.catalogue",
    "merchant.catalogue_import_live": "merchant.catalogue",
    "merchant.import_catalogue": "merchant.catalogue",
    "admin.new_export": "admin.exports",
    "admin.export": "admin.exports",
    "admin.return_detail": "admin.returns_list",
    "admin.live": "admin.returns_list",
    "admin.photo_life": "admin.returns_list",
    "admin.evidence": "admin.returns_list",
    "admin.upload_health_live": "admin.upload_health",
    "admin.upload_photos": "admin.upload_health",
    "admin.upload_person": "admin.upload_health",
    "admin.upload_shift": "admin.upload_health",
    "admin.likeness": "admin.likenesses",
    "admin.disputes_live": "admin.disputes",
    "admin.holidays": "admin.disputes",
    "admin.add_holiday": "admin.disputes",
    "admin.dispute_clocks": "admin.merchants",
    "admin.set_dispute_clocks": "admin.merchants",
    "admin.decide_likeness": "admin.likenesses",
    "admin.merchant_detail": "admin.merchants",
    "admin.create_merchant": "admin.merchants",
    "admin.catalogue": "admin.merchants",
    "admin.catalogue_import": "admin.merchants",
    "admin.catalogue_import_live": "admin.merchants",
    "admin.import_catalogue": "admin.merchants",
    "admin.create_api_key": "admin.merchants",
    "admin.invite_user": "admin.users",
    "admin.send_invitation_again": "admin.users",
    "merchant.invite_person": "merchant.people",
    "merchant.send_invitation_again": "merchant.people",
    "admin.create_executive": "admin.people",
    "admin.enrolment": "admin.devices",
    "admin.enrol_device": "admin.devices",
    "admin.run_sheet": "admin.run_sheets",
    "admin.create_run_sheet": "admin.run_sheets",
}
RULE_SECTIONS = {"merchant": "merchant.rules", "admin": "admin.rule_stores"}
ROLE_WORDS = {
    "viewer": lazy_gettext("Viewer"),
    "claims": lazy_gettext("Claims"),
    "owner": lazy_gettext("Owner"),
    "operations": lazy_gettext("Operations"),
    "dispute_officer": lazy_gettext("Dispute officer"),
    "appeals_officer": lazy_gettext("Appeals officer"),
    "auditor": lazy_gettext("Auditor"),
    "system": lazy_gettext("System admin"),
}


@dataclass(frozen=True)
class Waits:
    """How much behind a line of the menu waits for a person, and how much of it is late."""

    count: int
    late: int = 0


def register(app: Flask) -> None:
    """Give every template `frame`, or None where nobody is signed in."""
    app.context_processor(lambda: {"frame": current_frame()})


def current_frame() -> Frame | None:
    """Give the frame of this request."""
    session: BrowserSession | None = g.get("browser_session")
    if session is None:
        return None
    user = session.user
    endpoint = request.endpoint or ""
    store = user.merchant.name if user.merchant else _("Carrier")
    nav = ADMIN_NAV if user.is_admin else MERCHANT_NAV
    return Frame(
        nav=counted(tuple(each for each in nav if _may_see(each, user.role)), *_what_waits()),
        section=_section(endpoint),
        person=user.name,
        role=f"{ROLE_WORDS.get(user.role, user.role)}, {store}",
        tz=zone(),
        single_keys=user.single_keys,
        viewing=_viewed(session),
    )


def _may_see(item: NavItem, role: str) -> bool:
    """Tell whether a role opens the page behind a line of the menu."""
    view = current_app.view_functions[item.endpoint]
    return getattr(view, "permission", "") in ROLES.get(role, set())


def _viewed(session: BrowserSession) -> str:
    """Give the name of the store whose pages an admin looks at now, on whichever page."""
    if isinstance(session, ViewedSession):
        return session.user.merchant.name
    try:
        return accounts.get_merchant(session.viewing).name if session.viewing else ""
    except SQLAlchemyError:
        return ""


def _section(endpoint: str) -> str:
    """Give the menu line of an endpoint; every rule page stands under the rules' own."""
    audience, _other, view = endpoint.partition(".")
    if audience in RULE_SECTIONS and ("rule" in view or "dry_run" in view):
        return RULE_SECTIONS[audience]
    if audience == "merchant" and "dispute" in view:
        return SECTIONS.get(endpoint, "merchant.disputes")
    if audience == "admin" and "dispute" in view and endpoint not in SECTIONS:
        return "admin.disputes"
    if "webhook" in view:
        return "merchant.webhooks" if audience == "merchant" else "admin.merchants"
    return SECTIONS.get(endpoint, endpoint)


def ask(*questions: Question[Any]) -> list[Any]:
    """Ask what a page counts and what its menu counts in one statement; gives the page's answers.

    For pages that change nothing after it: the menu shows what was counted here.
    """
    menu = _menu_questions()
    answers = ask_together(*questions, *menu.values())
    g.what_waits = dict(zip(menu, answers[len(questions) :], strict=True))
    return answers[: len(questions)]


def _what_waits() -> tuple[dict[str, int], dict[str, int]]:
    """Count what waits for a person, and what of it is late; nothing where nobody can ask."""
    if "what_waits" not in g:
        try:
            ask()
        except SQLAlchemyError:
            return {}, {}
    found: dict[str, Waits] = g.what_waits
    counts = {endpoint: waits.count for endpoint, waits in found.items()}
    return counts, {endpoint: waits.late for endpoint, waits in found.items()}


def _menu_questions() -> dict[str, Question[Waits]]:
    """Give what the menu asks, by the endpoint of the line that shows the answer."""
    scope = tenancy.current()
    session: BrowserSession | None = g.get("browser_session")
    if scope is None or session is None or session.user.is_admin is not (scope.merchant_id is None):
        return {}
    if scope.merchant_id is not None:
        return {
            "merchant.reviews": _told(reviews.waiting_question(), lambda found: Waits(found.count)),
            "merchant.disputes": _told(disputes.pressing_question(), Waits),
        }
    queue = disputes.queue_question(QueueFilter(), by=access.person())
    return {
        "admin.disputes": _told(queue, lambda found: Waits(found.all, found.late)),
        "admin.likenesses": _told(likeness.count_question(likeness.Wanted()), Waits),
    }


def _told(question: Question[T], tell: Callable[[T], Waits]) -> Question[Waits]:
    return Question(question.statement, lambda *row: tell(question.read(*row)), question.values)


def zone() -> str:
    """Give the zone in which this person's pages tell times."""
    session: BrowserSession | None = g.get("browser_session")
    merchant = session.user.merchant if session else None
    return merchant.timezone if merchant else CARRIER_ZONE
