"""The pages that are asked for, and a site to ask: who is signed in, and addresses that exist."""

import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from bench.at_size.filling import OWNERS, Filled, merchant_id
from bench.at_size.goods import uid
from bench.at_size.planning import ZONE
from bench.at_size.shapes import ONE_IN
from bench.at_size.stencils import Stand, moment_of
from bench.likeness import HOT, as_print, skewed, turned
from qcportal import clock, tenancy
from qcportal.blueprints.cursors import write_place
from qcportal.db import writing
from qcportal.likeness.search import find_alike
from tests.world import PASSWORD, csrf_of

DEEP = 475
"""After so many rows the 20th page begins."""


@dataclass
class Site:
    """One database with its app: who asks, and what of it the addresses name."""

    name: str
    stand: Stand
    filled: Filled
    large: FlaskClient
    middle: FlaskClient
    admin: FlaskClient
    known: dict[str, str]
    dice: random.Random


Ask = Callable[[Site], int]


def open_site(name: str, stand: Stand, filled: Filled) -> Site:
    """Sign three people in and look up what the addresses name."""
    people = (*OWNERS, "admin@carrier.example")
    signed_in = [_signed_in(stand, email) for email in people]
    known = _known(stand, filled)
    return Site(name, stand, filled, *signed_in, known, random.Random(1))


@contextmanager
def standing_still(filled: Filled) -> Iterator[None]:
    """Let it be the moment up to which a database was filled."""
    with clock.frozen(filled.now):
        yield


def _signed_in(stand: Stand, email: str) -> FlaskClient:
    browser: FlaskClient = stand.app.test_client()
    form = {"email": email, "password": PASSWORD, "csrf_token": csrf_of(browser, "/sign-in")}
    answer = browser.post("/sign-in", data=form)
    if answer.status_code != 303:
        raise SystemExit(f"{email} could not sign in: {answer.status_code}")
    return browser


def _known(stand: Stand, filled: Filled) -> dict[str, str]:
    own = merchant_id(stand, 0)
    mine = f"merchant_id = '{own if stand.speech.postgres else own.hex}'"

    def one(conditions: str, *, order: str = "activity_at DESC", skip: int = 0) -> Any:
        asked = f"SELECT id, awb, activity_at, revision FROM returns WHERE {mine} AND {conditions} "
        return stand.rows(f"{asked} ORDER BY {order} LIMIT 1 OFFSET {skip}")[0]

    passed, disputed = one(f"id = '{_complete(stand)}'"), one("dispute_state <> 'none'")
    count = int(stand.rows(f"SELECT count(*) FROM returns WHERE {mine}")[0][0])
    deep = one("1 = 1", order="activity_at DESC, id DESC", skip=min(DEEP, count - 1))
    queue = "SELECT id FROM disputes WHERE waits_for = 'admin' ORDER BY decide_by LIMIT 1"
    today = filled.now.astimezone(ZONE).date()
    return {
        "passed": _text(passed[0]),
        "disputed": _text(disputed[0]),
        "seen": f"{passed[3]}.{int(filled.now.timestamp() * 1000)}.1.0.0",
        "awb": str(passed[1])[:8],
        "deep": write_place(moment_of(deep[2]), uuid.UUID(str(deep[0]))),
        "case": _text(stand.rows(queue)[0][0]),
        "merchant": str(own),
        "week": (today - timedelta(days=6)).isoformat(),
        "quarter": (today - timedelta(days=89)).isoformat(),
        "old": (today - timedelta(days=200)).isoformat(),
        "older": (today - timedelta(days=230)).isoformat(),
        "today": today.isoformat(),
    }


def _complete(stand: Stand) -> str:
    """Give the id of a late return of the largest merchant that has all its papers."""
    asked = f"SELECT millis, n FROM bench_plan WHERE merchant = 0 AND kind = 0 AND n % {ONE_IN} = 0"
    millis, number = stand.rows(f"{asked} ORDER BY n DESC LIMIT 1 OFFSET 5")[0]
    found = uid(int(millis), 0, int(number))
    return str(found) if stand.speech.postgres else found.hex


def _text(given: Any) -> str:
    return str(uuid.UUID(str(given)))


def _get(who: str, address: str) -> Ask:
    def ask(site: Site) -> int:
        browser: FlaskClient = getattr(site, who)
        return browser.get(address.format(**site.known)).status_code

    return ask


def _look_alike(*, hot: bool) -> Ask:
    def ask(site: Site) -> int:
        bits = turned(HOT, 2, site.dice) if hot else skewed(site.dice)
        writing.set(False)
        with site.stand.app.app_context(), tenancy.system("bench"):
            find_alike(as_print(bits))
        return 200

    return ask


LISTS = {
    "first page": "",
    "20th page": "after={deep}",
    "failed": "tab=failed",
    "passed": "tab=passed",
    "to decide": "tab=needs_review",
    "on the way": "tab=on_the_way",
    "missing": "tab=missing",
    "7 days": "from={week}&to={today}",
    "90 days": "from={quarter}&to={today}",
    "days long ago": "from={older}&to={old}",
    "city": "city=Mumbai",
    "rare city": "city=Leh",
    "reason": "reason=Does+not+fit",
    "executive": "executive=Executive+3",
    "failed, reason": "tab=failed&reason=Does+not+fit",
    "failed, city, 90 days": "tab=failed&city=Pune&from={quarter}&to={today}",
    "missing, executive": "tab=missing&executive=Executive+3",
    "to decide, rare city": "tab=needs_review&city=Leh",
    "reason, rare city": "reason=Bought+twice&city=Leh",
    "AWB begins": "q={awb}",
    "AWB, one digit": "q=3",
    "order begins": "q=S0-10023",
    "order, all": "q=S0-1",
    "SKU begins": "q=B0011",
    "SKU, one letter": "q=B",
    "no match": "q=ZZZZZZ",
    "failed, SKU begins": "tab=failed&q=A0000",
}

PAGES: dict[str, Ask] = {
    "home": _get("large", "/"),
    **{f"list, {name}": _get("large", f"/returns?{query}") for name, query in LISTS.items()},
    "list, middle store": _get("middle", "/returns"),
    "list, middle store, failed": _get("middle", "/returns?tab=failed"),
    "home, middle store": _get("middle", "/"),
    "return": _get("large", "/returns/{passed}"),
    "return, disputed": _get("large", "/returns/{disputed}"),
    "return, from the failed": _get("large", "/returns/{disputed}?tab=failed"),
    "poll, no change": _get("large", "/returns/{passed}/live?since={seen}"),
    "disputes": _get("large", "/disputes"),
    "disputes, in review": _get("large", "/disputes?tab=in_review"),
    "disputes, decided": _get("large", "/disputes?tab=decided"),
    "disputes, order begins": _get("large", "/disputes?q=S0-10023"),
    "to decide": _get("large", "/reviews"),
    "reports": _get("large", "/reports"),
    "people": _get("large", "/people"),
    "audit": _get("large", "/audit"),
    "saved views": _get("large", "/saved-views"),
    "admin home": _get("admin", "/admin"),
    "admin list": _get("admin", "/admin/returns"),
    "admin list, failed": _get("admin", "/admin/returns?tab=failed"),
    "admin list, missing": _get("admin", "/admin/returns?tab=missing"),
    "admin list, city": _get("admin", "/admin/returns?city=Mumbai"),
    "admin list, AWB begins": _get("admin", "/admin/returns?q={awb}"),
    "admin list, SKU begins": _get("admin", "/admin/returns?q=B0011"),
    "admin return": _get("admin", "/admin/returns/{passed}"),
    "dispute queue": _get("admin", "/admin/disputes"),
    "dispute queue, late": _get("admin", "/admin/disputes?late=1"),
    "dispute queue, a merchant": _get("admin", "/admin/disputes?merchant={merchant}"),
    "dispute at the desk": _get("admin", "/admin/disputes/{case}"),
    "upload health": _get("admin", "/admin/uploads"),
    "upload health, 30 days": _get("admin", "/admin/uploads?range=30d"),
    "missing photos": _get("admin", "/admin/uploads/photos?state=missing"),
    "late photos": _get("admin", "/admin/uploads/photos?state=late"),
    "admin reports": _get("admin", "/admin/reports"),
    "admin audit": _get("admin", "/admin/audit"),
    "merchants": _get("admin", "/admin/merchants"),
    "executives": _get("admin", "/admin/people"),
    "run sheets": _get("admin", "/admin/run-sheets"),
    "look-alike": _look_alike(hot=False),
    "look-alike of many": _look_alike(hot=True),
}
