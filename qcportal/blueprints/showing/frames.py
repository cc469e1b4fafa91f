"""The frame of every page: menu, section and who is signed in."""

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
from qcportal.sessions import BrowserSession

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


def _what_waits() -> tuple[dict[str, int], dict[str, int]]:
    """Count what waits for a person, and what of it is late; nothing where nobody can ask."""
    scope = tenancy.current()
    if scope is None:
        return {}, {}
    try:
        if scope.merchant_id is None:
            return _for_the_carrier()
        counts = {
            "merchant.reviews": reviews.count_waiting().count,
            "merchant.disputes": disputes.count_pressing(),
        }
        return counts, {}
    except SQLAlchemyError:
        return {}, {}


def _for_the_carrier() -> tuple[dict[str, int], dict[str, int]]:
    found = disputes.count_queue(QueueFilter(), by=access.person())
    counts = {"admin.likenesses": likeness.count(likeness.Wanted()), "admin.disputes": found.all}
    return counts, {"admin.disputes": found.late}


def zone() -> str:
    """Give the zone in which this person's pages tell times."""
    session: BrowserSession | None = g.get("browser_session")
    merchant = session.user.merchant if session else None
    return merchant.timezone if merchant else CARRIER_ZONE
