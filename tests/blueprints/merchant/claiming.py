"""How tests fill in the form of a dispute as a browser would."""

import re
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.world import World

TEXT = "The photo shows the box sealed, so this return should have passed."


def owner(world: World) -> FlaskClient:
    """Give a browser of the owner of store A."""
    return world.signed_in(world.a.owner)


def fields(page: str, form: str = "claim-form") -> MultiDict[str, str]:
    """Read what a form would send as it stands: ticked boxes, texts, chosen options."""
    found = re.search(rf'<form[^>]*id="{form}".*?</form>', page, re.DOTALL)
    assert found, "the page has no such form"
    sent: MultiDict[str, str] = MultiDict()
    for tag in re.findall(r"<input[^>]*>", found[0]):
        told = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" not in told or " form=" in tag:
            continue
        if told.get("type") in ("checkbox", "radio") and " checked" not in tag:
            continue
        sent.add(told["name"], unescape(told.get("value", "")))
    for area in re.findall(r"<textarea([^>]*)>(.*?)</textarea>", found[0], re.DOTALL):
        name = re.search(r'name="([^"]*)"', area[0])
        assert name
        sent.add(name[1], unescape(area[1]))
    for select in re.findall(r'<select[^>]*name="([^"]*)"(.*?)</select>', found[0], re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', select[1])
        sent.add(select[0], chosen[1] if chosen else "")
    return sent


def filled(browser: FlaskClient, path: str, **changes: Any) -> MultiDict[str, str]:
    """Open a form and fill it in; a list stands for boxes of one name."""
    answer = browser.get(path)
    assert answer.status_code == 200, answer.status_code
    sent = fields(answer.text)
    for name, value in changes.items():
        sent.setlist(name, value if isinstance(value, list) else [value])
    return sent
