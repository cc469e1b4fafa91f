"""Which tables are filled, and how a row of a real return becomes that of another one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.at_size.kinds import KINDS
from bench.at_size.speech import Speech
from qcportal.db import Moment, db

ONE_IN = 4
JOINS = {
    "m": "JOIN bench_merchants m ON m.number = p.merchant",
    "e": "JOIN bench_executives e ON e.number = p.executive",
    "c": "JOIN bench_towns c ON c.number = p.town",
    "r": "JOIN bench_reasons r ON r.number = p.reason",
    "w": "JOIN bench_wares w ON w.number = p.ware",
}


@dataclass(frozen=True)
class Shape:
    """One table: columns that name rows of the same return, and columns that get another value.

    `own` are expressions by column, with braces for what the dialects say differently, and
    `joins` the lists they need besides the merchants. `only` says which rows are multiplied.
    """

    table: str
    refs: tuple[str, ...]
    own: Mapping[str, str] = field(default_factory=dict)
    joins: str = ""
    only: str = "1 = 1"
    thin: bool = False

    @property
    def template(self) -> str:
        """Name the table with the rows that are multiplied."""
        return f"bench_t_{self.table}"

    @property
    def columns(self) -> list[Any]:
        """Give the columns of the table."""
        return list(db.metadata.tables[self.table].columns)

    def pour(self, speech: Speech) -> str:
        """Give the statement that fills the plan's returns from one number up to another."""
        names = ", ".join(column.name for column in self.columns)
        values = ", ".join(self._value(column, speech) for column in self.columns)
        joins = " ".join(JOINS[each] for each in ("m" + self.joins))
        return (
            f"INSERT INTO {self.table} ({names}) SELECT {values} FROM (SELECT * FROM bench_plan "
            f"WHERE n >= {speech.mark} AND n < {speech.mark}{self._thinned(speech)} ORDER BY n) p "
            f"JOIN {self.template} t ON t.bench_kind = p.kind {joins}"
        )

    def _thinned(self, speech: Speech) -> str:
        ordinary = ", ".join(str(number) for number, kind in enumerate(KINDS) if kind.ordinary)
        whole = f" AND (n {speech.rest} {ONE_IN} = 0 OR kind NOT IN ({ordinary}))"
        return whole if self.thin else ""

    def _value(self, column: Any, speech: Speech) -> str:
        name = column.name
        if name in self.own:
            return _said(self.own[name], speech)
        if name in self.refs:
            return speech.uid(f"t.{name}_role")
        if name == "merchant_id":
            return "m.id"
        moment = isinstance(column.type, Moment)
        return speech.moved(f"t.{name}") if moment else f"t.{name}"


def _said(expression: str, speech: Speech) -> str:
    pieces = {
        "n": speech.text("p.n"),
        "awb": speech.text(f"300000000000 + p.n * 7919777 {speech.rest} 600000000000"),
        "order": f"m.prefix || '-' || {speech.text('1000000 + p.n')}",
        "sheet": speech.sheet(),
        "inspection": speech.uid("'fff'"),
        "photo": speech.digest("t.id_role"),
        "arrival": speech.digest("t.photo_id_role"),
    }
    return expression.format(**pieces)


KEY = "'u/' || m.slug || '/' || {n} || '/' || t.%s"
SHAPES: tuple[Shape, ...] = (
    Shape(
        "returns",
        ("id",),
        {
            "awb": "{awb}",
            "client_order_number": "{order}",
            "order_key": "{order}",
            "client_request_id": "'r-' || {n}",
            "title": "w.name",
            "lead_sku": "w.code",
            "return_reason": "r.reason",
            "city": "c.city",
            "pincode": "c.pincode",
            "run_sheet_id": "CASE WHEN t.run_sheet_id IS NULL THEN NULL ELSE {sheet} END",
            "run_position": "CASE WHEN t.run_sheet_id IS NULL THEN NULL ELSE p.stop END",
            "executive_name": "CASE WHEN t.run_sheet_id IS NULL THEN NULL ELSE e.name END",
        },
        "ecrw",
    ),
    Shape(
        "return_items",
        ("id", "return_id"),
        {
            "client_sku_id": "w.code",
            "sku_key": "w.code",
            "name": "w.name",
            "brand": "w.brand",
            "return_reason": "r.reason",
            "intake": "'[]'",
        },
        "rw",
    ),
    Shape(
        "issued_checklists",
        ("id", "return_id", "item_id"),
        {"rulebook_id": "m.rulebook_id"},
        thin=True,
    ),
    Shape(
        "photos",
        ("id", "return_id", "item_id"),
        {
            "key": KEY % "id_role",
            "sha256": "CASE WHEN t.sha256 IS NULL THEN NULL ELSE {photo} END",
            "claimed_sha256": "CASE WHEN t.claimed_sha256 IS NULL THEN NULL ELSE {photo} END",
            "device_id": "CASE WHEN t.device_id IS NULL THEN NULL ELSE e.device_id END",
        },
        "e",
        only="purpose = 'slot'",
    ),
    Shape(
        "arrivals",
        ("id", "photo_id"),
        {"key": KEY % "photo_id_role", "sha256": "{arrival}", "declared_sha256": "{arrival}"},
        only="photo_id IN (SELECT id FROM photos WHERE slot = 'front') OR outcome <> 'verified'",
        thin=True,
    ),
    Shape(
        "inspections",
        ("id", "return_id"),
        {
            "client_inspection_id": "{inspection}",
            "executive_id": "e.id",
            "device_id": "e.device_id",
        },
        "e",
    ),
    Shape("inspection_answers", ("id", "inspection_id", "item_id"), thin=True),
    Shape(
        "history_events",
        ("id", "chain"),
        only="chain IN (SELECT id FROM returns) OR chain IN (SELECT id FROM disputes)",
        thin=True,
    ),
    Shape("reviews", ("id", "return_id", "item_id")),
    Shape(
        "disputes",
        ("id", "return_id", "pending_id"),
        {"number": "100000 + p.n", "client_request_id": "NULL"},
    ),
    Shape("dispute_items", ("id", "dispute_id", "item_id")),
    Shape("dispute_evidence", ("id", "dispute_id", "photo_id")),
    Shape("dispute_messages", ("id", "dispute_id")),
    Shape("dispute_decisions", ("id", "dispute_id")),
    Shape("dispute_item_decisions", ("id", "decision_id", "dispute_item_id")),
)  # fmt: skip
