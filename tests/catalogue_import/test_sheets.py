"""A CSV is read however a spreadsheet wrote it, and a broken row never stops the others."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.catalogue_import.sheets import MOST_COLUMNS, Sheet, escape, unescape
from qcportal.errors import Invalid

TEXT = 'sku,name,colour\r\nTEE-1,"Kurta, नीला",नीला\r\nTEE-2,Shirt,Red\r\n'
ROWS = [("TEE-1", "Kurta, नीला", "नीला"), ("TEE-2", "Shirt", "Red")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_usual_encoding_is_read(encoding: str) -> None:
    mark = "\ufeff" if encoding in {"utf-16-le", "utf-16-be"} else ""
    sheet = Sheet((mark + TEXT).encode(encoding))
    assert sheet.header == ("sku", "name", "colour")
    assert [row.cells for row in sheet.rows()] == ROWS


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_usual_delimiter_is_read(delimiter: str, named: bool, ending: str) -> None:
    held = io.StringIO()
    writer = csv.writer(held, delimiter=delimiter, lineterminator=ending)
    writer.writerows([("sku", "name", "colour"), *ROWS])
    text = (f"sep={delimiter}{ending}" if named else "") + held.getvalue()
    sheet = Sheet(text.encode())
    assert sheet.header == ("sku", "name", "colour")
    assert [row.cells for row in sheet.rows()] == ROWS


def test_rows_know_their_lines_also_after_breaks_within_a_cell() -> None:
    sheet = Sheet(b'sku,name\nA,"two\nlines"\n\n,\nB,one\n')
    assert [(row.line, row.cells[0]) for row in sheet.rows()] == [(2, "A"), (6, "B")]


@pytest.mark.parametrize("later", ["", 'Z,"closed"\n', 'Z,"two\nlines"\n', 'Z,a "word"\n'])
@pytest.mark.parametrize("between", [0, 1, 30, 5000])
def test_an_open_quote_costs_its_own_row_and_no_other(between: int, later: str) -> None:
    filler = "".join(f"S-{number},plain\n" for number in range(between))
    rows = list(Sheet(f'sku,name\nA,"open\n{filler}{later}'.encode()).rows())
    assert (rows[0].line, rows[0].cells) == (2, ("A", '"open'))
    assert "not closed" in rows[0].broken
    assert [row.cells for row in rows[1 : between + 1]] == [
        (f"S-{number}", "plain") for number in range(between)
    ]
    assert [row.line for row in rows[1 : between + 1]] == list(range(3, between + 3))
    assert len(rows) == between + 1 + bool(later)
    assert not any(row.broken for row in rows[1:])


def test_an_open_quote_in_the_last_row_is_found() -> None:
    for end in ("", "\n"):
        rows = list(Sheet(f'sku,name\nA,"closed"\nB,"open{end}'.encode()).rows())
        assert [(row.cells[0], bool(row.broken)) for row in rows] == [("A", False), ("B", True)]


def test_an_inch_mark_opens_nothing() -> None:
    rows = list(Sheet(b'sku,name\nA,5" pipe\nB,"5"" pipe"\n').rows())
    assert [(row.cells, row.broken) for row in rows] == [
        (("A", '5" pipe'), ""),
        (("B", '5" pipe'), ""),
    ]


def test_marks_that_open_on_every_line_are_each_looked_at_a_bounded_number_of_times() -> None:
    rows = list(Sheet(b"sku,name\n" + b'a"b,"c\n' * 20_000).rows())
    assert len(rows) == 20_000
    assert all(row.broken for row in rows[:-1])


def test_bytes_that_are_no_letters_stay_in_their_own_cell() -> None:
    rows = list(Sheet("sku,name\nA,café\nB,tea\n".encode("latin-1")).rows())
    assert rows[0].cells[1] != "café"
    assert rows[1].cells == ("B", "tea")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\n", "no_header"),
        (b" ,,\n", "no_header"),
        (b"\xd0\xcf\x11\xe0 an old Excel file", "not_a_csv"),
        (b"PK\x03\x04 a new one", "not_a_csv"),
        (b"a," * MOST_COLUMNS + b"a\n", "too_many_columns"),
    ],
)
def test_what_is_no_table_is_refused_in_words(data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        Sheet(data)
    assert refused.value.faults[0].code == code


@pytest.mark.parametrize("text", ["=1+1", "+91 98", "-5", "@cmd", "\tx", "\rx"])
def test_a_cell_that_would_be_a_formula_is_made_safe_and_read_back(text: str) -> None:
    assert escape(text).startswith("'")
    assert unescape(escape(text)) == text


@given(st.text())
def test_what_is_escaped_reads_back_as_it_was(text: str) -> None:
    if not text.startswith("'"):
        assert unescape(escape(text)) == text


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        rows = list(Sheet(data).rows())
    except Invalid:
        return
    assert all(row.line > 0 for row in rows)
