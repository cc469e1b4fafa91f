"""What the dispute's machine has to say, written down once more and otherwise: as sentences.

Nothing here reads the machine's table. Each line of the sheet is `state | action | who | next`.
"""

from collections.abc import Iterator

MERCHANT = {"claims", "owner", "partner"}
FIRST = {"dispute_officer", "system"}
SECOND = {"appeals_officer", "system"}
WHO = {
    "merchant": lambda level: MERCHANT,
    "decider": lambda level: FIRST if level == 1 else SECOND,
    "first": lambda level: FIRST,
    "appeals": lambda level: SECOND,
    "assigner": lambda level: FIRST | SECOND | {"operations"},
    "clock": lambda level: {"portal"},
}
SHEET = """
draft              | save         | merchant | draft
draft              | send         | merchant | open
draft              | discard      | merchant | withdrawn
draft              | add          | merchant | draft
open               | add          | merchant | open
open               | withdraw     | merchant | withdrawn
open               | claim        | decider  | under_review
open               | assign       | assigner | open
open               | recategorise | decider  | open
under_review       | add          | merchant | under_review
under_review       | withdraw     | merchant | withdrawn
under_review       | claim        | decider  | under_review
under_review       | release      | either   | under_review
under_review       | assign       | assigner | under_review
under_review       | recategorise | decider  | under_review
under_review       | ask          | decider  | info_requested
under_review       | decide       | decider  | deciding
info_requested     | add          | merchant | info_requested
info_requested     | answer       | merchant | under_review
info_requested     | withdraw     | merchant | withdrawn
info_requested     | assign       | assigner | info_requested
info_requested     | recategorise | decider  | info_requested
info_requested     | resume       | clock    | under_review
second_look        | claim        | decider  | second_look
second_look        | release      | either   | second_look
second_look        | assign       | assigner | second_look
second_look        | agree        | decider  | deciding
second_look        | disagree     | decider  | under_review
second_look        | undo         | either   | under_review
deciding           | undo         | either   | under_review
deciding           | settle       | clock    | rejected
approved           | close        | clock    | closed
partially_approved | appeal       | merchant | appealed
partially_approved | close        | clock    | closed
rejected           | appeal       | merchant | appealed
rejected           | close        | clock    | closed
appealed           | claim        | decider  | under_review
appealed           | assign       | assigner | appealed
"""
WHO["either"] = lambda level: FIRST | SECOND
AFTER_APPEAL = {("deciding", "settle"): "final"}
NOT_ON_APPEAL = {"withdraw"}


def lines() -> Iterator[tuple[str, str, str, str]]:
    for line in SHEET.strip().splitlines():
        state, action, who, following = (part.strip() for part in line.split("|"))
        yield state, action, who, following


def expected(state: str, action: str, role: str, level: int) -> str | None:
    """Give the next state where every clock and person allows it, or None for a refusal."""
    for begins, does, who, following in lines():
        if (begins, does) != (state, action):
            continue
        if level == 2 and action in NOT_ON_APPEAL:
            return None
        if role not in WHO[who](level):
            return None
        return AFTER_APPEAL.get((state, action), following) if level == 2 else following
    return None
