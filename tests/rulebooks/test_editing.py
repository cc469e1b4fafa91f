"""Changes of a draft's document: nothing else moves, nothing is lost, the old one stays."""

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from qcportal.capture_kinds import SHIPPED
from qcportal.rulebooks import editing, starter_document, understand

TABLES = ("", "shoes", "bags")


def rows() -> st.SearchStrategy[list[dict[str, Any]]]:
    tables = st.lists(st.sampled_from(TABLES), max_size=8)
    return tables.map(
        lambda each: [
            {"id": f"r{at}"} | ({"table": table} if table else {}) for at, table in enumerate(each)
        ]
    )


def order(document: dict[str, Any], table: str) -> list[str]:
    return [row["id"] for row in editing.rows_of(document, "rules", table)]


@given(rows(), st.integers(0, 9), st.booleans())
def test_moving_changes_the_order_of_one_table_only(
    given_rows: list[dict[str, Any]], at: int, down: bool
) -> None:
    document = {"rules": given_rows}
    before, row_id = copy.deepcopy(document), f"r{at}"
    moved = editing.move_row(document, "rules", row_id, down=down)
    assert document == before
    row = editing.find_row(document, "rules", row_id) or {"table": "none"}
    for table in TABLES:
        if table != (row.get("table") or ""):
            assert order(moved, table) == order(before, table)
        assert sorted(order(moved, table)) == sorted(order(before, table))
    back = editing.move_row(moved, "rules", row_id, down=not down)
    assert back == before or moved == before


@given(rows(), st.sampled_from(TABLES))
def test_a_new_row_is_the_last_of_its_table_and_its_id_is_free(
    given_rows: list[dict[str, Any]], table: str
) -> None:
    document = {"rules": given_rows}
    changed, row_id = editing.add_row(document, "rules", table, {"title": ""})
    assert order(changed, table) == [*order(document, table), row_id]
    assert row_id not in editing.ids_of(document, "rules")


@given(st.text(max_size=60), st.sets(st.sampled_from(["a", "q", "check", "x-q-a", "a-2"])))
def test_a_free_key_is_one_that_a_rulebook_takes(wish: str, taken: set[str]) -> None:
    key = editing.free_key(wish, taken, "check")
    assert key not in taken
    document = starter_document("blank")
    document["rules"][0]["id"] = key
    assert understand(document, SHIPPED).faults == ()


def test_what_parses_of_a_faulty_draft_is_kept() -> None:
    document = starter_document("fashion")
    document["rules"][4]["cells"] = {"price": "cheap"}
    document["decisions"][0]["answers"] = {"brand-tag": "purple"}
    found = understand(document, SHIPPED)
    assert {fault.path for fault in found.faults} == {
        "/rules/4/cells/price", "/decisions/0/answers/brand-tag",
    }  # fmt: skip
    assert found.book is not None
    assert len(found.book.rules) == len(document["rules"]) - 1
    assert len(found.book.decisions) == len(document["decisions"]) - 1


def test_a_draft_of_which_nothing_parses_gives_no_book() -> None:
    found = understand({"title": 7, "rules": "none"}, SHIPPED)
    assert found.book is None
    assert found.faults
