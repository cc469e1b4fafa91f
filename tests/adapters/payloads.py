"""The payloads of the tests: whole ones, as carriers' documents describe them, written by us."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

FOLDER = Path(__file__).parent / "fixtures"
NAMES = ("delhivery", "shadowfax", "shiprocket")


def payload(name: str) -> dict[str, Any]:
    """Give a carrier's payload, freshly read."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["x" * 81, "x" * 301, "x" * 3000, "https://a.example/b", "411014", "yes"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to every value of a payload."""
    yield path
    inner = enumerate(value) if isinstance(value, list) else ()
    for name, each in value.items() if isinstance(value, dict) else inner:
        yield from places(each, (*path, name))


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for name in path:
        value = value[name]
    return value


PLACES = {name: list(places(payload(name)))[1:] for name in NAMES}


def put(sent: Any, path: tuple[Any, ...], value: Any) -> None:
    """Put a value at a place, unless an earlier change took the place away."""
    try:
        at(sent, path[:-1])[path[-1]] = value
    except (KeyError, IndexError, TypeError):
        return
