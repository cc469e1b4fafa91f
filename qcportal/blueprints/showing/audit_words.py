"""What the steps on record are called, the kinds they are looked for by, and their things."""

from collections.abc import Mapping

from qcportal.language import gettext as _
from qcportal.language import lazy_gettext

KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "people": (
        lazy_gettext("People and roles"),
        ("invit", "user_", "role_set", "password_", "second_step_"),
    ),
    "sign_in": (lazy_gettext("Signing in"), ("signed_in",)),
    "viewing": (lazy_gettext("Looking as a store"), ("view_as_",)),
    "disputes": (lazy_gettext("Disputes"), ("dispute_", "holiday_")),
    "reviews": (lazy_gettext("Reviews and overrides"), ("review_", "item_overridden")),
    "rules": (lazy_gettext("Rules"), ("rulebook_",)),
    "returns": (lazy_gettext("Returns and pickups"), ("return_", "pickup_", "inspect")),
    "photos": (lazy_gettext("Photos"), ("photo", "capture_", "parked_", "likeness_")),
    "phones": (lazy_gettext("Phones"), ("device_", "enrolment_", "executive_", "shift_")),
    "keys": (lazy_gettext("API keys and webhooks"), ("api_key_", "webhook_")),
}
WORDS: Mapping[str, str] = {
    "api_key_created": lazy_gettext("Made an API key"),
    "api_key_revoked": lazy_gettext("Revoked an API key"),
    "device_enrolled": lazy_gettext("Set up a phone"),
    "device_revoked": lazy_gettext("Revoked a phone"),
    "dispute_appeal": lazy_gettext("Appealed a decision"),
    "dispute_ask": lazy_gettext("Asked the store a question"),
    "dispute_answer": lazy_gettext("Answered a question"),
    "dispute_claim": lazy_gettext("Opened a dispute to decide on it"),
    "dispute_deadlines_set": lazy_gettext("Set the times of disputes"),
    "dispute_decide": lazy_gettext("Decided a dispute"),
    "dispute_draft": lazy_gettext("Began a dispute"),
    "dispute_send": lazy_gettext("Sent a dispute"),
    "dispute_settle": lazy_gettext("A decision came into force"),
    "dispute_undo": lazy_gettext("Took a decision back"),
    "dispute_withdraw": lazy_gettext("Withdrew a dispute"),
    "enrolment_offered": lazy_gettext("Offered to set up a phone"),
    "executive_created": lazy_gettext("Added a field executive"),
    "holiday_added": lazy_gettext("Added a holiday"),
    "holiday_removed": lazy_gettext("Removed a holiday"),
    "inspected": lazy_gettext("Checked a return at the door"),
    "invitation_accepted": lazy_gettext("Accepted an invitation"),
    "invitation_revoked": lazy_gettext("Took an invitation back"),
    "invited": lazy_gettext("Invited somebody"),
    "invited_again": lazy_gettext("Sent an invitation again"),
    "item_overridden": lazy_gettext("Overruled a verdict"),
    "job_asked": lazy_gettext("Started a job"),
    "job_cancelled": lazy_gettext("Cancelled a job"),
    "likeness_decided": lazy_gettext("Decided on a look-alike"),
    "merchant_created": lazy_gettext("Added a store"),
    "password_link_sent": lazy_gettext("A link to a new password was sent"),
    "password_set": lazy_gettext("Set a password"),
    "pickup_assigned": lazy_gettext("Put a pickup on a run sheet"),
    "pickup_unassigned": lazy_gettext("Took a pickup off its run sheet"),
    "return_cancelled": lazy_gettext("Cancelled a return"),
    "return_created": lazy_gettext("Registered a return"),
    "review_decided": lazy_gettext("Decided on an item that needed a look"),
    "review_opened": lazy_gettext("An item waits for a decision"),
    "role_set": lazy_gettext("Gave somebody another role"),
    "rulebook_published": lazy_gettext("Published rules"),
    "second_step_off": lazy_gettext("Switched the second step off"),
    "second_step_on": lazy_gettext("Switched the second step on"),
    "shift_closed": lazy_gettext("Closed a shift"),
    "signed_in": lazy_gettext("Signed in"),
    "user_created": lazy_gettext("Opened an account"),
    "user_deactivated": lazy_gettext("Switched an account off"),
    "user_reactivated": lazy_gettext("Switched an account on"),
    "view_as_begun": lazy_gettext("Began to look as the store"),
    "view_as_ended": lazy_gettext("Stopped looking as the store"),
    "view_as_page": lazy_gettext("Looked at a page as the store"),
    "webhook_changed": lazy_gettext("Changed a webhook"),
    "webhook_created": lazy_gettext("Added a webhook"),
    "webhook_ended": lazy_gettext("Removed a webhook"),
    "webhook_paused": lazy_gettext("Paused a webhook"),
    "webhook_resumed": lazy_gettext("Resumed a webhook"),
    "webhook_secret_rotated": lazy_gettext("Made another secret of a webhook"),
}
RETURNS = ("return_", "pickup_", "inspect", "review_", "item_overridden", "photo_", "photos_")
PEOPLE = ("user_", "role_set", "password_", "second_step_", "signed_in", "invit")


def said(action: str) -> str:
    """Say a step in words; what has none is said as it is kept."""
    return _(WORDS[action]) if action in WORDS else action.replace("_", " ").capitalize()


def thing_of(action: str) -> str:
    """Tell what kind of thing an action happened to, where it has a page: else nothing."""
    if action.startswith("dispute_") and action != "dispute_deadlines_set":
        return "dispute"
    if action.startswith(RETURNS):
        return "return"
    return "person" if action.startswith(PEOPLE) else ""
