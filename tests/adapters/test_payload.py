"""Whatever is sent: a return that our own door takes or Invalid, and nothing is lost in silence."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.adapters.carriers import ADAPTERS
from qcportal.blueprints.partner.payloads import ReturnBody
from qcportal.errors import Invalid
from tests.adapters.payloads import JSON, NAMES, PLACES, at, payload, places, put


def pointer(path: tuple[Any, ...]) -> str:
    return "".join(f"/{name}" for name in path)


OBJECTS = [
    (name, path)
    for name in NAMES
    for path in places(payload(name))
    if isinstance(at(payload(name), path), dict)
]


def takes(name: str, sent: object) -> None:
    """Assert that a payload is read into what our own door takes, or refused with places."""
    try:
        adapted = ADAPTERS[name].read(sent)
    except Invalid as refused:
        assert refused.faults
        return
    assert adapted.returns
    for each in adapted.returns:
        ReturnBody.model_validate(each.body).new_return()


@given(st.sampled_from(NAMES), JSON)
def test_any_json_is_read_or_refused(name: str, sent: object) -> None:
    takes(name, sent)


@given(st.data(), st.sampled_from(NAMES))
def test_any_value_at_any_place_is_read_or_refused(data: st.DataObject, name: str) -> None:
    sent = payload(name)
    for path in data.draw(st.lists(st.sampled_from(PLACES[name]), min_size=1, max_size=3)):
        put(sent, path, data.draw(JSON))
    takes(name, sent)


@given(st.sampled_from(OBJECTS), st.text(min_size=1, max_size=30), JSON)
def test_a_key_that_nobody_knows_is_always_told(
    place: tuple[str, tuple[Any, ...]], key: str, value: object
) -> None:
    name, path = place
    sent = payload(name)
    known = at(sent, path)
    if key in known or key.startswith(("shipping_", "billing_", "return_", "seller_")):
        return
    strange = f"{key}~strange"
    known[strange] = value
    adapted = ADAPTERS[name].read(sent)
    told = [note.path for note in adapted.notes]
    told += [note.path for each in adapted.returns for note in each.notes]
    wanted = pointer(path) + "/" + strange.replace("~", "~0").replace("/", "~1")
    kept = path[-1:] == ("additional_details",) and adapted.returns[0].body["items"]
    assert kept or any(wanted == one or wanted.startswith(f"{one}/") for one in told)


@pytest.mark.parametrize("name", NAMES)
def test_reading_changes_nothing_in_what_was_sent(name: str) -> None:
    sent = payload(name)
    before = copy.deepcopy(sent)
    first, second = ADAPTERS[name].read(sent), ADAPTERS[name].read(sent)
    assert sent == before
    assert first == second


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for _ in range(depth):
        value = {"a": value}
    return value


@pytest.mark.parametrize(
    "hostile",
    [
        nested(10_000),
        {"a": float("nan")},
        {"a": 1 << 40_000},
        {1: "a"},
        {"a": object()},
        {"a": [0] * 500_000},
        None,
        [],
        "text",
    ],
    ids=["deep", "nan", "huge number", "key", "object", "long", "null", "list", "text"],
)
@pytest.mark.parametrize("name", NAMES)
def test_what_is_no_fair_json_is_refused(name: str, hostile: object) -> None:
    with pytest.raises(Invalid):
        ADAPTERS[name].read(hostile)


@pytest.mark.parametrize("name", NAMES)
def test_a_payload_of_another_kind_is_refused_and_not_noted_to_death(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        ADAPTERS[name].read({f"key-{number}": number for number in range(5_000)})
    assert 0 < len(refused.value.faults) <= 100


def test_a_long_unknown_value_is_told_by_its_beginning() -> None:
    sent = payload("shiprocket") | {"blob": "x" * 100_000}
    (note,) = [each for each in ADAPTERS["shiprocket"].read(sent).returns[0].notes if each.is_lost
               and each.path == "/blob"]  # fmt: skip
    assert len(note.value) < 300
    assert "100002 characters" in note.value
