"""The roles of a dispute by what they stand for; the machine's table uses them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

PARTNER, CLOCK = "partner", "portal"
"""A merchant's back-end with an API key, and the portal itself when a time has come."""
FILERS = frozenset({"claims", "owner", PARTNER})
OFFICERS = frozenset({"dispute_officer", "system"})
APPEALS = frozenset({"appeals_officer", "system"})
DECIDERS: Mapping[int, frozenset[str]] = {1: OFFICERS, 2: APPEALS}
"""Who decides, by level: 2 is an appeal."""
ASSIGNERS = OFFICERS | APPEALS | {"operations"}
PORTAL = frozenset({CLOCK})
ROLES = ("viewer", "claims", "owner", PARTNER, "dispute_officer", "appeals_officer", "operations",
         "auditor", "system", CLOCK)  # fmt: skip


@dataclass(frozen=True)
class Asker:
    """Who asks, as the table knows them: a role, and the id that tells two people apart."""

    role: str
    id: str
