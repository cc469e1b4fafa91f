"""Names of slots on a return: short enough for their column, and never two of a kind."""

from qcportal.photos.expecting import LONGEST, slot_name
from qcportal.returns import ReturnItem


def named(key: str, position: int, *, several: bool) -> str:
    return slot_name(key, ReturnItem(position=position), several=several)


def test_a_name_tells_the_item_where_there_are_several() -> None:
    assert named("front", 1, several=True) == "front-i2"
    assert named("front", 1, several=False) == "front"


def test_names_of_long_keys_stay_apart_and_fit_their_column() -> None:
    keys = [f"{'a' * 32}-{copy}_{piece}" for copy in (1, 10) for piece in range(1, 21)]
    names = {named(key, position, several=True) for key in keys for position in (0, 9, 49)}
    assert len(names) == 3 * len(keys)
    assert all(len(name) <= LONGEST for name in names)
