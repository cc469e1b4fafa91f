"""What a person can decide on an item: a merchant's review, an admin's override."""

from dataclasses import dataclass
from datetime import datetime

from qcportal.blueprints.shown.frame import Badge


@dataclass(frozen=True)
class ReviewView:
    """One item that waits for a decision, or was decided.

    `after` says what holds once the time has ended, `pieces` which pieces wait. Without `action`,
    a finished URL, this person may not decide; `back` tells the form's answer where to go. Once it
    is `decided`, `clock` names the decision, `after` who made it, and `note` what they wrote.
    """

    id: str
    item: str
    clock: Badge
    reason: str
    after: str = ""
    decide_by: datetime | None = None
    pieces: str = ""
    action: str = ""
    back: str = "return"
    decided: bool = False
    note: str = ""


@dataclass(frozen=True)
class OverrideView:
    """What holds of one item, for an admin who may decide otherwise.

    `seen` is the number of decisions so far; a form that knows of fewer is refused. `reason` and
    `error` are what was sent in vain.
    """

    item_id: str
    item: str
    held: Badge
    action: str
    seen: int
    reason: str = ""
    error: str = ""
