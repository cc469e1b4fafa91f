"""The home pages: only what needs a person."""

from flask import url_for

from qcportal import clock, likeness, photos, returns, reviews, uploads
from qcportal.blueprints.access import settings
from qcportal.blueprints.jinja import grouped, plural
from qcportal.blueprints.showing import reviews as reviews_page
from qcportal.blueprints.showing.deciding import clock_badge, within
from qcportal.blueprints.showing.returns_list import Asker
from qcportal.blueprints.showing.upload_health import patience
from qcportal.blueprints.shown.frame import HomePage, Task, Tone
from qcportal.returns import ListFilter
from qcportal.uploads import Wanted


def build(asker: Asker) -> HomePage:
    """Build a merchant's home, or with no merchant the admins'."""
    wanted = ListFilter(merchant_id=asker.merchant_id, missing_after=settings().missing_after)
    counts = returns.count_tabs(wanted)
    survey = returns.survey(asker.merchant_id, days=1, zone=asker.zone)
    today = survey.days[-1]
    tasks = _waiting(asker)
    lines = LINES[1:] if tasks else LINES  # what waits for a decision is what needs a look
    tasks += [_failed(today.failed, asker)] if today.failed else []
    tasks += [_task(line, counts[line[0]], asker) for line in lines if counts[line[0]]]
    tasks += _of_the_carrier() if asker.merchant_id is None else []
    calm = f"{plural(today.checked, 'return')} checked today."
    return HomePage(calm=calm, tasks=tuple(tasks))


def _of_the_carrier() -> list[Task]:
    """Tell what only the carrier can mend: phones that are behind, files that belong nowhere."""
    parked, tasks = photos.count_parked(), []
    since = clock.now() - uploads.LOOKED_BACK
    standing = uploads.count_standing(patience(), Wanted(since=since))
    late, missing = standing.of("late").photos, standing.of("missing").photos
    if late or missing:
        words = [(late, "late"), (missing, "missing")]
        said = ", ".join(f"{plural(count, 'photo')} {word}" for count, word in words if count)
        href = url_for("admin.upload_health")
        detail = "See which phones are behind, and why."
        tasks.append(Task("cloud-upload", "miss" if missing else "late", said, detail, href))
    if parked:
        text = f"{plural(parked, 'file')} parked"
        detail = "They arrived under a name that no photo was announced with."
        tasks.append(Task("cloud-alert", "late", text, detail, url_for("admin.parked")))
    if found := likeness.count(likeness.Wanted()):
        tasks.append(_look_alikes(found))
    return tasks


LINES: tuple[tuple[str, str, Tone, str, str], ...] = (
    ("needs_review", "circle-question-mark", "", "to look at", "A check could not be done."),
    ("missing", "image-off", "miss", "with photos missing", "The phone has not sent them."),
    ("on_the_way", "cloud-upload", "wait", "with photos on the way", "They fill in by themselves."),
)


def _task(line: tuple[str, str, Tone, str, str], count: int, asker: Asker) -> Task:
    tab, icon, tone, what, detail = line
    text = f"{plural(count, 'return')} {what}"
    return Task(icon, tone, text, detail, url_for(asker.list_endpoint, tab=tab))


def _waiting(asker: Asker) -> list[Task]:
    """Tell what waits for a decision: a merchant's own to decide, or for admins to know of."""
    reviews_page.settle_due()
    waiting, at = reviews.count_waiting(), clock.now()
    if not waiting.count:
        return []
    whose = "a merchant’s" if asker.merchant_id is None else "your"
    verb = "needs" if waiting.count == 1 else "need"
    first = f", the first within {within(waiting.first, at)}" if waiting.first else ""
    text = f"{plural(waiting.count, 'item')} {verb} {whose} decision{first}"
    href = url_for("merchant.reviews")
    if asker.merchant_id is None:
        href = url_for(asker.list_endpoint, tab="needs_review")
    detail = "The person at the door waits for the answer."
    tone = clock_badge(waiting.first, at).tone
    return [Task("circle-question-mark", tone, text, detail, href)]


def _look_alikes(count: int) -> Task:
    text = f"{plural(count, 'look-alike')} to decide"
    detail = "Photos that may have been used twice, or places and times in doubt."
    return Task("images", "late", text, detail, url_for("admin.likenesses"))


def _failed(count: int, asker: Asker) -> Task:
    text = f"{grouped(count)} failed today"
    detail = "Look at the door photos beside the catalogue picture."
    return Task("circle-x", "fail", text, detail, url_for(asker.list_endpoint, tab="failed"))
