"""What the two databases say differently, as pieces of SQL."""

import hashlib
import sqlite3
from dataclasses import dataclass

ID_TAIL = "8000"


@dataclass(frozen=True)
class Speech:
    """Pieces of SQL in one dialect; `p` is the plan's row, `t` that of what is multiplied."""

    postgres: bool

    @property
    def mark(self) -> str:
        """Give the mark of a parameter."""
        return "%s" if self.postgres else "?"

    @property
    def rest(self) -> str:
        """Give the operator of a remainder, as a statement with parameters has to write it."""
        return "%%" if self.postgres else "%"

    def uid(self, role: str) -> str:
        """Give the id of one row of a return; empty where the role is."""
        whole = f"(p.salt || {role} || p.tail)"
        return f"{whole}::uuid" if self.postgres else whole

    def sheet(self) -> str:
        """Give the id of the run sheet of the plan's executive and day."""
        if self.postgres:
            hexed = "lpad(to_hex(p.day), 12, '0')", "lpad(to_hex(p.executive), 12, '0')"
            return f"({hexed[0]} || '7eee{ID_TAIL}' || {hexed[1]})::uuid"
        day, executive = "printf('%012x', p.day)", "printf('%012x', p.executive)"
        return f"({day} || '7eee{ID_TAIL}' || {executive})"

    def moved(self, column: str) -> str:
        """Give a moment moved by as much as the whole return is."""
        if self.postgres:
            return f"{column} + p.shift * interval '1 second'"
        return f"strftime('%Y-%m-%d %H:%M:%f', {column}, p.shift || ' seconds') || '000'"

    def digest(self, role: str) -> str:
        """Give 64 hex digits that only this file has."""
        if self.postgres:
            seed = f"(p.n || {role})"
            return f"md5({seed}) || md5({seed} || 'b')"
        return f"digest(p.n, {role})"

    def day(self, number: str) -> str:
        """Give a day that is counted from 1970."""
        if self.postgres:
            return f"(date '1970-01-01' + {number})"
        return f"date({number} * 86400, 'unixepoch')"

    def text(self, number: str) -> str:
        """Give a number in digits."""
        return f"({number})::text" if self.postgres else f"CAST({number} AS TEXT)"


def teach(connection: sqlite3.Connection) -> None:
    """Give SQLite the function that `digest` needs."""
    connection.create_function("digest", 2, _digest, deterministic=True)


def _digest(number: int, role: str) -> str:
    return hashlib.sha256(f"{number}{role}".encode()).hexdigest()
