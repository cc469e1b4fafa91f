"""Intake: a merchant's returns become rows, frozen checklists and expected photos, at once."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from qcportal import history, inspections, photos, returns, rulebooks
from qcportal.accounts import Merchant
from qcportal.history import Actor, Entry
from qcportal.photos.expecting import Place
from qcportal.returns import Admitted, Completed, NewReturn, Return, ReturnItem
from qcportal.rulebooks import Rulebook
from qcportal.rules.checklist import Checklist
from qcportal.rules.compiler import Compiled, compile_checklist
from qcportal.rules.document import RulebookDocument
from qcportal.rules.questions import decline_questions
from qcportal.rules.settling import QuestionOutcome

NOT_WANTED = "You sent qc_required: false with this item, so nothing is asked"
NOTHING = RulebookDocument(title="No rulebook", rules=())


@dataclass(frozen=True)
class Registered:
    """What became of one wanted return: created, exists (the same was sent before), conflict
    (another one has its request id or AWB) or rejected (`on_partial`), with the return if any."""

    status: str
    client_request_id: str
    rvp: Return | None = None
    detail: str = ""
    outcomes: Sequence[Sequence[Mapping[str, Any]]] = ()


def register(
    merchant: Merchant, wanted: Sequence[NewReturn], place: Place, *, by: Actor
) -> list[Registered]:
    """Register returns, each for itself, in a handful of statements; gives an answer each.

    Runs in the merchant's scope and the caller's transaction. The same request again changes
    nothing; other content under a known `client_request_id` is answered as a conflict.
    """
    rulebook = rulebooks.find_latest(merchant.id)
    book = rulebook.parsed(place.kinds) if rulebook else NOTHING
    known = returns.find_by_request_ids(merchant.id, [new.client_request_id for new in wanted])
    taken = returns.find_taken_awbs(merchant.id, [new.awb for new in wanted if new.awb])
    answers: dict[int, Registered] = {}
    fresh: dict[str, tuple[int, Admitted, list[Compiled | None]]] = {}
    completed = returns.complete(merchant.id, wanted)
    for number, (new, full) in enumerate(zip(wanted, completed, strict=True)):
        answer = _refuse(new, known, taken, fresh)
        if answer is None:
            compiled = _compile(full.new, book, rulebook)
            admitted = _admit(new, full, compiled)
            answer = _reject_partial(new, admitted, compiled)
            if answer is None:
                fresh[new.client_request_id] = (number, admitted, compiled)
                taken |= {returns.search_key(new.awb)} if new.awb else set()
                continue
        answers[number] = answer
    _write(merchant, fresh, rulebook, place, by, answers)
    return [answers[number] for number in range(len(wanted))]


def _write(
    merchant: Merchant,
    fresh: Mapping[str, tuple[int, Admitted, list[Compiled | None]]],
    rulebook: Rulebook | None,
    place: Place,
    by: Actor,
    answers: dict[int, Registered],
) -> None:
    if not fresh:
        return
    made = returns.create(merchant, [admitted for _, admitted, _ in fresh.values()], by=by)
    checked: dict[uuid.UUID, list[tuple[ReturnItem, Checklist]]] = defaultdict(list)
    for request_id, (number, admitted, compiled) in fresh.items():
        rvp = made[request_id]
        answers[number] = Registered("created", request_id, rvp, outcomes=admitted.outcomes)
        checked[rvp.id] = [
            (item, each.checklist)
            for item, each in zip(rvp.items, compiled, strict=True)
            if each is not None
        ]
    inspections.issue([pair for pairs in checked.values() for pair in pairs], rulebook)
    rvps = {rvp.id: rvp for rvp in made.values()}
    expected = photos.expect(checked, rvps, place, merchant_slug=merchant.slug)
    history.record(
        [
            Entry(
                return_id, merchant.id, "checklist_frozen", by, _frozen(pairs, expected[return_id])
            )
            for return_id, pairs in checked.items()
            if pairs
        ]
    )


def _frozen(
    pairs: Sequence[tuple[ReturnItem, Checklist]], expected: Sequence[str]
) -> dict[str, Any]:
    """Tell what was frozen, so that a row that is changed or taken out later is noticed."""
    checklists = {str(item.id): checklist.digest for item, checklist in pairs}
    return {"checklists": checklists, "photos": list(expected)}


def _refuse(
    new: NewReturn,
    known: Mapping[str, Return],
    taken: set[str],
    fresh: Mapping[str, tuple[int, Admitted, Any]],
) -> Registered | None:
    request_id = new.client_request_id
    rvp = known.get(request_id)
    if rvp is not None:
        if rvp.request_digest == returns.digest_of(new):
            outcomes = [item.intake for item in rvp.items]
            return Registered("exists", request_id, rvp, outcomes=outcomes)
        return Registered("conflict", request_id, detail="This id was used for another return.")
    if request_id in fresh:
        return Registered("conflict", request_id, detail="This id stands twice in the call.")
    if new.awb and returns.search_key(new.awb) in taken:
        return Registered("conflict", request_id, detail=f"The AWB {new.awb} is taken.")
    return None


def _reject_partial(
    new: NewReturn, admitted: Admitted, compiled: Sequence[Compiled | None]
) -> Registered | None:
    if new.on_partial != "reject" or all(each is None or each.is_honoured for each in compiled):
        return None
    detail = "Not every question can be asked as you want it, and you chose on_partial: reject."
    return Registered("rejected", new.client_request_id, None, detail, admitted.outcomes)


def _compile(
    new: NewReturn, book: RulebookDocument, rulebook: Rulebook | None
) -> list[Compiled | None]:
    version = rulebook.version if rulebook else 0
    return [
        compile_checklist(
            book,
            returns.facts_of(item, new),
            rulebook_version=version,
            questions=item.questions,
        )
        if item.qc_required
        else None
        for item in new.items
    ]


def _told(new: NewReturn, compiled: Sequence[Compiled | None]) -> list[tuple[QuestionOutcome, ...]]:
    """Give what became of every question, of items that the merchant wants unchecked too."""
    return [
        each.outcomes if each else decline_questions(item.questions, NOT_WANTED)
        for item, each in zip(new.items, compiled, strict=True)
    ]


def _admit(sent: NewReturn, full: Completed, compiled: Sequence[Compiled | None]) -> Admitted:
    scopes = tuple(each.qc_scope if each else "none" for each in compiled)
    wanted = {each.qc_scope for each in compiled if each and not each.is_routed_away}
    whole = wanted.pop() if len(wanted) == 1 else "partial" if wanted else "none"
    return Admitted(
        full.new,
        whole,
        scopes,
        tuple(each is not None and each.checklist.asks for each in compiled),
        tuple(tuple(asdict(outcome) for outcome in told) for told in _told(full.new, compiled)),
        sum(slot.required for each in compiled if each for slot in each.checklist.slots),
        returns.digest_of(sent),
        full.from_catalogue,
    )
