"""What stands in the cells of an export: harmless, whole, and of the right kind."""

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.exports.columns import Column, clean, defused, is_formula

INDIA = ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+91 98200", "-2", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "=cmd|' /C calc'!A0"],
)
def test_what_could_be_computed_is_shown(text: str) -> None:
    assert defused(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Tee", "नीला", "7712", "a=b", "' quoted"])
def test_everything_else_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


@given(st.text())
def test_no_text_is_a_formula_once_it_is_defused(text: str) -> None:
    assert not is_formula(defused(text))
    assert "\0" not in clean(text)
    clean(text).encode("utf-8")


def test_a_cell_has_the_kind_of_its_column() -> None:
    row = SimpleNamespace(
        awb="007712",
        count=3,
        paise=49_950,
        at=datetime(2026, 11, 26, 20, 0, 5, 7, tzinfo=UTC),
        no=None,
    )
    read = {name: (lambda each, name=name: getattr(each, name)) for name in vars(row)}
    assert Column("AWB", "", read["awb"]).cell(row, INDIA) == "007712"
    assert Column("Items", "", read["count"], "number").cell(row, INDIA) == 3
    assert Column("Amount", "", read["paise"], "money").cell(row, INDIA) == Decimal("499.50")
    local = Column("At", "", read["at"], "time").cell(row, INDIA)
    assert local == datetime(2026, 11, 27, 1, 30, 5)
    assert Column("At", "", read["no"], "time").cell(row, INDIA) is None
    assert Column("At", "", read["at"], "time").head_in("Asia/Kolkata") == "At (Asia/Kolkata)"
