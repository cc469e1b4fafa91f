"""Columns are known by any usual head, all others are attributes, and a wrong cell is named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.catalogue_import.columns import KNOWN, Said, Unreadable, read_header, read_row
from qcportal.catalogue_import.sheets import Row
from qcportal.demo.lambda_bundle import ROOT
from qcportal.errors import Invalid


def said(files: bool = False, **cells: str) -> Said:
    """Read one row with these cells; `Serial_No` is written with a space."""
    heads = [name.replace("_", " ") for name in cells]
    return read_row(Row(2, tuple(cells.values())), read_header(heads), files=files)


def problem(files: bool = False, **cells: str) -> str:
    with pytest.raises(Unreadable) as refused:
        said(files, **cells)
    return str(refused.value)


def test_known_columns_in_any_case_and_order_and_all_others_as_attributes() -> None:
    found = said(
        MRP="1,999", Colour="Blue", Product_Name="Tee", SKU="T-1", Selling_Price="₹ 1,299.50",
        Category="Shirts", Serial_No="9", EAN="4006381333931",
    )  # fmt: skip
    assert found.entry.sku == "T-1"
    assert found.entry.fields == {
        "name": "Tee", "category": "Shirts", "price_paise": 129_950, "mrp_paise": 199_900,
    }  # fmt: skip
    assert found.entry.attributes == {"colour": "Blue", "serial_no": "9", "ean": "4006381333931"}
    assert not found.entry.replaces


def test_what_a_file_does_not_have_is_not_said() -> None:
    assert said(sku="T-1").entry.fields == {}
    assert said(sku="T-1", price="").entry.fields == {"price_paise": None}


def test_pictures_are_addresses_or_files_of_a_zip() -> None:
    two = said(
        sku="T", picture="https://a.example/1.jpg https://a.example/2.jpg|https://a.example/1.jpg"
    )
    assert two.picture == "https://a.example/1.jpg"
    assert two.entry.fields["reference_images"] == [
        "https://a.example/1.jpg",
        "https://a.example/2.jpg",
    ]
    in_zip = said(files=True, sku="T", image="blue tee.JPG")
    assert (in_zip.picture, in_zip.entry.fields["reference_images"]) == ("blue tee.JPG", [])
    assert "one ZIP" in problem(sku="T", picture="tee.jpg")
    assert "https" in problem(sku="T", picture="http://a.example/1.jpg")
    assert "https" in problem(files=True, sku="T", picture="../../secret.jpg")
    assert "at most 20" in problem(
        sku="T", picture=" ".join(f"https://a.example/{n}.jpg" for n in range(21))
    )


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"sku": " "}, "sku is empty"),
        ({"sku": "x" * 81}, "longer than 80"),
        ({"sku": "T", "name": "x" * 301}, "longer than 300"),
        ({"sku": "T", "name": "caf\udce9"}, "UTF-8"),
        ({"sku": "T", "name": "nul\x00"}, "UTF-8"),
        ({"sku": "T", "price": "cheap"}, "no amount"),
        ({"sku": "T", "mrp": "-5"}, "no amount"),
        ({"sku": "T", "price": "999999999999"}, "no amount"),
        ({"sku": "T", "ean": "4006381333932"}, "check digit"),
        ({"sku": "T", "ean": "8.90123E+12"}, "cut"),
        ({"sku": "8.90123E+12"}, "cut"),
    ],
)
def test_a_wrong_cell_is_named_in_words(cells: dict[str, str], words: str) -> None:
    assert words in problem(**cells)


def test_all_problems_of_a_row_are_said_at_once() -> None:
    words = problem(sku="", price="cheap", ean="12")
    assert "sku is empty" in words
    assert "no amount" in words
    assert "check digit" in words


def test_rows_may_be_short_and_not_long() -> None:
    columns = read_header(["sku", "name", "brand"])
    assert read_row(Row(2, ("T",)), columns, files=False).entry.fields["brand"] == ""
    read_row(Row(2, ("T", "n", "b", "", " ")), columns, files=False)
    with pytest.raises(Unreadable, match="4 cells, but 3 columns"):
        read_row(Row(2, ("T", "n", "b", "more")), columns, files=False)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (["name", "brand"], "no_sku"),
        (["sku", "SKU ID"], "column_twice"),
        (["sku", "Colour", "colour"], "column_twice"),
        (["sku", "रंग"], "column_without_name"),
        (["sku", *(f"a{number}" for number in range(61))], "too_many_attributes"),
    ],
)
def test_a_header_that_cannot_be_understood_is_refused(header: list[str], code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_header(header)
    assert [fault.code for fault in refused.value.faults] == [code]


def test_what_we_added_to_a_file_of_corrections_is_passed_by() -> None:
    columns = read_header(["sku", "", "line", "problem"])
    assert [each.meaning for each in columns] == ["sku", "", "", ""]
    found = read_row(Row(2, ("T", "anything", "7", "was wrong")), columns, files=False)
    assert (found.entry.fields, found.entry.attributes) == ({}, {})


@given(st.lists(st.text(max_size=40), min_size=4, max_size=4), st.booleans())
def test_any_cells_are_read_or_refused(cells: list[str], files: bool) -> None:
    columns = read_header(["sku", "price", "picture", "ean"])
    try:
        found = read_row(Row(2, tuple(cells)), columns, files=files)
    except Unreadable as refused:
        assert str(refused)
    else:
        assert found.entry.sku == cells[0].strip()


def test_the_page_of_the_catalogue_names_every_head_that_is_known() -> None:
    page = (ROOT / "docs/catalogue.md").read_text(encoding="utf-8")
    rows = {row.split("|")[1].strip(" `"): row for row in page.splitlines() if "| `" in row}
    assert set(rows) == set(KNOWN)
    for name, heads in KNOWN.items():
        assert [head for head in heads if f"`{head}`" not in rows[name]] == []
