"""Pages in a language whose every sentence stands in brackets: only data may stand outside."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from flask.testing import FlaskClient

from qcportal import exports
from qcportal.api_keys import SCOPES
from qcportal.rules.synonyms import BUILT_IN
from qcportal.webhooks import SAID
from tests.blueprints.test_page_access import routes
from tests.pseudo_language import brackets, outside
from tests.world import RULEBOOK, World, a_capture, a_return, an_arrival, an_inspection

# The portal's name, languages in their own words, zones and units, days as Babel says them, who
# acts where no person does, file types; and what was recorded at the door, which stays as it is.
SAME_EVERYWHERE = re.compile(
    r"Doorstep|English|Portal|first|erp|IST|UTC|Asia/Kolkata|\b(?:kB|KB|MB|GB|km|ms)\b|[\u0900-\u097f॰]+"
    r"|None of the \d required checks was a mismatch\."
    r"|[\w.+-]+@[\w.]+|[EPFR][HRE]?-[0-9A-Fa-f]+|qck_\w+…|\b[A-Z]{2}\b"
)


def test_no_page_says_anything_that_no_catalogue_has(lite_world: World) -> None:
    paths, data = visited(lite_world), sorted(names_of(lite_world), key=len, reverse=True)
    found: dict[str, set[str]] = {}
    with brackets():
        for browser in browsers(lite_world):
            for path in paths:
                answer = browser.get(path)
                if answer.mimetype == "text/html" and answer.status_code != 303:
                    for text in outside(answer.text):
                        if left := without(text, data):
                            found.setdefault(left, set()).add(path)
    assert found == {}


def test_words_outside_of_the_brackets_are_found() -> None:
    page = '<p title="Said">⟦All ⟦3⟧ photos⟧ and <b>more</b> <code>sku</code></p>'
    assert outside(page) == ["Said", "and", "more"]


def visited(world: World) -> list[str]:
    """Live through a return that was checked and one that was not; list every page there is."""
    one, other = world.register(), world.register()
    world.assign(one["return_id"], other["return_id"])
    forms = world.forms(one["return_id"])
    captures = [a_capture(forms[slot]) for slot in ("front", "imei")]
    assert world.field("POST", "/inspections", an_inspection(one, *captures)).status_code == 201
    assert (
        world.callback(*[an_arrival(forms[slot]) for slot in ("front", "imei")]).status_code == 200
    )
    mine = [
        f"{door}/returns/{each['return_id']}" for each in (one, other) for door in ("", "/admin")
    ]
    store = f"/admin/merchants/{world.a.id}"
    return [
        *(path for _, method, path in routes(world) if method == "GET"),
        *mine, store, f"{store}/rules", f"{store}/rules/try", f"{store}/catalogue",
        f"{store}/webhooks", "/sign-in", "/no/such/page",
    ]  # fmt: skip


def browsers(world: World) -> list[FlaskClient]:
    found = [world.signed_in(world.a.owner), world.signed_in(world.admin), world.client]
    for browser in found:
        browser.set_cookie("language", "hi")
    return found


def names_of(world: World) -> set[str]:
    """Collect what people and machines called things: it is theirs, and not translated.

    So are the heads of exported files, which programs read.
    """
    people = ["Asha Shinde", "Om Rao", "Fern Home", "Kiln Street", "Ravi K.", "Deepa L."]
    stores = [f"{who} of {name}" for who in ("Owner", "Viewer") for name in people[2:4]]
    given = {*_texts(RULEBOOK), *_texts(a_return()), *_texts(BUILT_IN), *SCOPES, *SAID}
    listed = [exports.get_list(name) for name in exports.names()]
    heads = [each.head for one in listed for each in one.columns_for(None)]
    holidays = ["Republic Day", "Independence Day", "Gandhi Jayanti"]
    return {*people, *stores, *given, *heads, *holidays, "Fern", "Kiln", "fern", "kiln"}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from (value, value.capitalize())
    elif isinstance(value, Mapping):
        for name, each in value.items():
            if name not in {"id", "key", "kind", "type", "expected"}:
                yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def without(text: str, data: list[str]) -> str:
    """Take out of a text what is the same everywhere; "" where no word is left."""
    left = SAME_EVERYWHERE.sub(" ", text)
    for name in data:
        left = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", left) if name in left else left
    return " ".join(left.split()) if re.search(r"[^\W\d_]{2,}", left) else ""
