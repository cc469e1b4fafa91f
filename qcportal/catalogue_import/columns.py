"""What the columns of a catalogue file mean, and what one row says of its SKU."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qcportal.catalogue import MOST_ATTRIBUTES, Entry, is_wrong_code
from qcportal.catalogue_import.sheets import Row
from qcportal.errors import Fault, Invalid
from qcportal.rules.canonical import is_clean, slug
from qcportal.rules.facts import read_number

KNOWN: Mapping[str, tuple[str, ...]] = {
    "sku": ("sku", "client_sku_id", "sku_id", "sku_code", "seller_sku", "article_number"),
    "name": ("name", "title", "product_name", "product", "item_name"),
    "brand": ("brand", "brand_name"),
    "category": ("category", "product_category"),
    "price": ("price", "selling_price", "sale_price"),
    "mrp": ("mrp", "list_price", "maximum_retail_price"),
    "picture": ("picture", "pictures", "image", "images", "image_url", "picture_url", "photo"),
}
"""The columns that are no attributes, and what else they may be called."""
OURS = {"line", "problem"}
"""What the file of rows to correct adds; passed by when it is sent again."""
_MEANING = {name: column for column, names in KNOWN.items() for name in names}
_MONEY = {"price": "price_paise", "mrp": "mrp_paise"}
LONGEST_SKU, LONGEST_CELL, MOST_RUPEES, MOST_PICTURES = 80, 300, 100_000_000, 20
_ADDRESS = re.compile(r"https://[!-~]{3,1000}")
_FILE_NAME = re.compile(r"[^/\\:*?\"<>|]{1,120}\.(jpe?g|png|webp)", re.IGNORECASE)
# What a spreadsheet makes of a long number: 8.90123E+12.
_CUT_OFF = re.compile(r"[0-9]([.,][0-9]+)?E\+[0-9]{1,3}", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """One column: its head as sent, and the field or attribute that it is; "" is passed by."""

    head: str
    field: str
    attribute: str = ""

    @property
    def meaning(self) -> str:
        """Say what the column is taken for."""
        return f"attributes.{self.attribute}" if self.attribute else self.field


@dataclass(frozen=True)
class Said:
    """What a row says: the entry, and the first picture as an address or a file's name."""

    entry: Entry
    picture: str = ""


class Unreadable(Exception):
    """A row that is refused; the text names every problem in words."""


def read_header(header: Sequence[str]) -> tuple[Column, ...]:
    """Tell what each column is; raises Invalid without `sku` or with two columns of one meaning."""
    columns = tuple(_column(head) for head in header)
    faults = [_unnamed(place) for place, each in enumerate(columns, 1) if each.field == "?"]
    meanings = [each.meaning for each in columns if each.meaning]
    for meaning in sorted({each for each in meanings if meanings.count(each) > 1}):
        heads = ", ".join(f"“{each.head}”" for each in columns if each.meaning == meaning)
        words = f"Several columns mean {meaning}: {heads}. Keep one of them."
        faults.append(Fault("", "column_twice", words))
    if "sku" not in meanings:
        words = "No column is called “sku”. The first line has to name the columns."
        faults.append(Fault("", "no_sku", words))
    if sum(bool(each.attribute) for each in columns) > MOST_ATTRIBUTES:
        words = f"There are more than {MOST_ATTRIBUTES} columns of attributes."
        faults.append(Fault("", "too_many_attributes", words))
    if faults:
        raise Invalid(faults=faults)
    return columns


def read_row(row: Row, columns: Sequence[Column], *, files: bool) -> Said:
    """Read a row; `files` tells whether pictures may be names of files. Raises Unreadable."""
    if row.broken:
        raise Unreadable(row.broken)
    if any(cell.strip() for cell in row.cells[len(columns) :]):
        raise Unreadable(f"There are {len(row.cells)} cells, but {len(columns)} columns.")
    cells = [*(cell.strip() for cell in row.cells), *[""] * len(columns)]
    told = {each.meaning: text for each, text in zip(columns, cells, strict=False) if each.meaning}
    problems: list[str] = []
    said = _read(told, problems, files=files)
    if problems:
        raise Unreadable(" ".join(problems))
    return said


def _column(head: str) -> Column:
    name = slug(head, joint="_")
    if name in OURS or not head:
        return Column(head, "")
    if name in _MEANING:
        return Column(head, _MEANING[name])
    return Column(head, "attribute" if name else "?", name[:LONGEST_SKU])


def _unnamed(place: int) -> Fault:
    words = f"Column {place} needs a name with Latin letters or digits, so that rules can use it."
    return Fault("", "column_without_name", words)


def _read(told: Mapping[str, str], problems: list[str], *, files: bool) -> Said:
    fields: dict[str, object] = {}
    for name, text in told.items():
        problems += _text_problems(name, text)
    for name in ("name", "brand", "category"):
        if name in told:
            fields[name] = told[name]
    for name, field in _MONEY.items():
        if name in told:
            fields[field] = _paise(name, told[name], problems)
    addresses, file_name = _pictures(told.get("picture", ""), problems, files=files)
    if "picture" in told:
        fields["reference_images"] = addresses
    attributes = {
        name.removeprefix("attributes."): text
        for name, text in told.items()
        if name.startswith("attributes.")
    }
    entry = Entry(told["sku"], fields, attributes)
    return Said(entry, file_name or (addresses[0] if addresses else ""))


def _text_problems(name: str, text: str) -> list[str]:
    head = name.removeprefix("attributes.")
    most = LONGEST_SKU if name == "sku" else LONGEST_CELL
    if name == "sku" and not text:
        return ["sku is empty."]
    if not _is_readable(text):
        return [f"{head} has letters that cannot be read: save the file as UTF-8."]
    if name != "picture" and len(text) > most:
        return [f"{head} is longer than {most} letters."]
    if name != "name" and "+" in text and _CUT_OFF.fullmatch(text):
        return [f"{head}: a spreadsheet cut {text} off; format the column as text."]
    if is_wrong_code(head, text):
        return [f"{head}: {text[:40]} is no EAN or UPC: its check digit or its length is wrong."]
    return []


def _is_readable(text: str) -> bool:
    if text.isascii() and text.isprintable():
        return True  # nearly every cell, and a tenth of the time
    return is_clean(text) and "\ufffd" not in text


def _paise(name: str, text: str, problems: list[str]) -> int | None:
    if not text:
        return None
    rupees = read_number(text)
    if rupees is None or not 0 <= rupees <= MOST_RUPEES:
        problems.append(f"{name}: {text[:40]} is no amount in rupees, such as 1299 or 1,299.50.")
        return None
    return round(rupees * 100)


def _pictures(text: str, problems: list[str], *, files: bool) -> tuple[list[str], str]:
    """Give the addresses and, where pictures may be files, the name of one."""
    if files and _FILE_NAME.fullmatch(text):
        return [], text
    addresses = list(dict.fromkeys(re.split(r"[\s|]+", text))) if text else []
    wrong = [each for each in addresses if not _ADDRESS.fullmatch(each)]
    if wrong:
        also = ", or the name of a file in the ZIP" if files else ""
        words = f"picture: {wrong[0][:60]} is no https address{also}."
        if not files and _FILE_NAME.fullmatch(text):
            words = f"picture: {text[:60]} is a file; put the CSV and its pictures into one ZIP."
        problems.append(words)
    if len(addresses) > MOST_PICTURES:
        problems.append(f"picture: at most {MOST_PICTURES} addresses.")
    return addresses, ""
