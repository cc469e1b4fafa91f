"""The admins' home page: only what the carrier alone can settle or mend."""

from flask import url_for

from qcportal import disputes, likeness, photos, reviews, webhooks
from qcportal.blueprints import access
from qcportal.blueprints.showing import frames
from qcportal.blueprints.showing import reviews as reviews_page
from qcportal.blueprints.showing.home import (
    calm,
    of_returns,
    returns_question,
    settle_disputes,
    waiting,
)
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.showing.upload_health import standing_now
from qcportal.blueprints.shown.frame import HomePage, Task, Tone
from qcportal.disputes import QueueCounts, QueueFilter
from qcportal.language import COUNTED, counted, grouped, ngettext
from qcportal.language import gettext as _


def build(asker: Asker) -> HomePage:
    """Build the page in a fixed number of statements, each off an index."""
    reviews_page.settle_due()
    settle_disputes()
    needs, found, queue, parked, alike = frames.ask(
        returns_question(asker),
        reviews.waiting_question(),
        disputes.queue_question(QueueFilter(), by=access.person()),
        photos.parked_question(),
        likeness.count_question(likeness.Wanted()),
    )
    tasks = (
        *_disputes(queue),
        *_photos(),
        *_parked(parked),
        *_paused_webhooks(),
        *_look_alikes(alike),
        *waiting(found, asker),
        *of_returns(needs, asker),
    )
    return HomePage(calm=calm(needs), tasks=tasks)


def _disputes(found: QueueCounts) -> list[Task]:
    """Tell of disputes that are late, and of the others that wait for a decision."""
    tasks = []
    if found.late:
        late, num = found.late, counted(found.late)
        text = ngettext("%(num)s dispute is late", "%(num)s disputes are late", late, num=num)
        detail = _("The time for our answer has ended.")
        href = url_for("admin.disputes", late=1)
        tasks.append(Task("scale", "late", text, detail, href))
    if waiting := found.all - found.late:
        num = grouped(waiting) + ("+" if found.all > COUNTED else "")
        text = ngettext("%(num)s dispute to decide", "%(num)s disputes to decide", waiting, num=num)
        detail = _("The most urgent one comes first.")
        tasks.append(Task("scale", "", text, detail, url_for("admin.disputes")))
    return tasks


def _photos() -> list[Task]:
    """Tell of photos in doubt, and of the phones that are behind."""
    standing = standing_now()
    tasks = []
    if count := standing.of("conflict").photos:
        text = ngettext(
            "%(num)s photo in two versions",
            "%(num)s photos in two versions",
            count,
            num=counted(count),
        )
        detail = _("Other bytes came later under the same name. Look at which ones count.")
        href = url_for("admin.upload_photos", state="conflict")
        tasks.append(Task("copy", "miss", text, detail, href))
    phones: tuple[tuple[str, Tone], ...] = (("missing", "miss"), ("late", "late"))
    for state, tone in phones:
        found = standing.of(state)
        if found.photos:
            href = url_for("admin.upload_photos", state=state)
            text = _phone_words(state, found.phones, found.photos)
            detail = _("See which phones are behind, and why.")
            tasks.append(Task("cloud-upload", tone, text, detail, href))
    return tasks


def _phone_words(state: str, phones: int, count: int) -> str:
    if state == "late":
        said = ngettext("%(num)s photo late", "%(num)s photos late", count, num=counted(count))
    else:
        said = ngettext(
            "%(num)s photo missing", "%(num)s photos missing", count, num=counted(count)
        )
    if not phones:
        return said
    held = ngettext("on %(num)s phone", "on %(num)s phones", phones)
    return _("%(photos)s %(phones)s", photos=said, phones=held)


def _parked(count: int) -> list[Task]:
    if not count:
        return []
    text = ngettext("%(num)s file parked", "%(num)s files parked", count)
    detail = _("They arrived under a name that no photo was announced with.")
    return [Task("cloud-alert", "late", text, detail, url_for("admin.parked"))]


def _paused_webhooks() -> list[Task]:
    """Tell of endpoints that take nothing; with one merchant the line leads to its own."""
    merchants = webhooks.count_paused()
    count = sum(merchants.values())
    if not count:
        return []
    text = ngettext("%(num)s webhook is paused", "%(num)s webhooks are paused", count)
    detail = _("Events are kept for them until they are sent again.")
    href = url_for("admin.merchants")
    if len(merchants) == 1:
        href = url_for("admin.webhooks", merchant_id=next(iter(merchants)))
    return [Task("link", "late", text, detail, href)]


def _look_alikes(count: int) -> list[Task]:
    if not count:
        return []
    text = ngettext("%(num)s look-alike to decide", "%(num)s look-alikes to decide", count)
    detail = _("Photos that may have been used twice, or places and times in doubt.")
    return [Task("images", "late", text, detail, url_for("admin.likenesses"))]
