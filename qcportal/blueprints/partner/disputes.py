"""Disputes over the partner API: raise, list, follow, answer, add, withdraw, appeal."""

import uuid
from dataclasses import asdict

from flask import Response

from qcportal import disputes, errors
from qcportal.blueprints.access import current_key, permission, person, settings, write_apart
from qcportal.blueprints.answers import PROBLEMS, reply
from qcportal.blueprints.cursors import read_cursor, write_place
from qcportal.blueprints.dispute_files import form_of
from qcportal.blueprints.partner import blueprint
from qcportal.blueprints.partner.dispute_answers import in_full, line
from qcportal.blueprints.partner.dispute_models import (
    DisputeBody,
    DisputeFilePath,
    DisputeInFull,
    DisputeList,
    DisputePath,
    DisputeQuery,
    EligibilityAnswer,
    FileBody,
    FormAnswer,
    WordsBody,
)
from qcportal.blueprints.partner.returns import ReturnPath
from qcportal.blueprints.typed import takes_no_body
from qcportal.db import db
from qcportal.disputes import Action, ListFilter, Place
from qcportal.photos import OwnFile
from qcportal.photos import expecting as expected_photos

READ, WRITE = "disputes:read", "disputes:write"


@blueprint.get(
    "/returns/<uuid:return_id>/disputable",
    summary="Ask whether a return can be disputed",
    responses={200: EligibilityAnswer, **PROBLEMS},
)
@permission(READ)
def get_eligibility(path: ReturnPath) -> Response:
    """Until when, with which claims, or in words why not."""
    said = disputes.find_eligible([path.return_id]).get(path.return_id)
    if said is None:
        raise errors.NotFound()
    return reply(asdict(said))


@blueprint.post(
    "/disputes",
    summary="Raise a dispute",
    description=(
        "Idempotent by client_request_id: the same again is 200, other content under it is 409. "
        "With `send: false` it stays a draft that files can be added to; send it with /send."
    ),
    responses={201: DisputeInFull, 200: DisputeInFull, **PROBLEMS},
)
@permission(WRITE)
def create_dispute(body: DisputeBody) -> Response:
    """A return has one dispute that was not withdrawn; a second is 409 and names it."""
    new = body.new_dispute()
    if known := _known(new):
        return _shown(known)
    try:
        begun = disputes.draft(new, by=person())
    except errors.Conflict:
        db.session.rollback()  # the same request may have come twice at once
        if known := _known(new):
            return _shown(known)
        raise
    if body.send:
        disputes.send(begun.id, by=person())
    db.session.commit()
    return _shown(begun.id, 201)


@blueprint.get(
    "/disputes",
    summary="List disputes, latest activity first",
    responses={200: DisputeList, **PROBLEMS},
)
@permission(READ)
def list_disputes(query: DisputeQuery) -> Response:
    """Follow `next_cursor` until it is null; pages cost the same at any depth."""
    _settle()
    wanted = ListFilter(
        tab=query.tab,
        state=query.state or "",
        late=query.late,
        kind=query.kind or "",
        category=query.category or "",
        return_id=query.return_id,
        merchant_id=current_key().merchant_id,
    )
    at = read_cursor(query.cursor)
    place = Place(at.activity_at, at.id) if at else None
    page = disputes.get_page(wanted, place, by=person(), size=query.limit)
    cursor = write_place(page.next.at, page.next.id) if page.next else None
    return reply({"disputes": [line(case) for case in page.rows], "next_cursor": cursor})


@blueprint.get(
    "/disputes/<uuid:dispute_id>",
    summary="Get a dispute",
    responses={200: DisputeInFull, **PROBLEMS},
)
@permission(READ)
def get_dispute(path: DisputePath) -> Response:
    """With its items, evidence, thread and the decisions that hold."""
    _settle(path.dispute_id)
    return _shown(path.dispute_id)


@blueprint.post(
    "/disputes/<uuid:dispute_id>/send",
    summary="Send a draft",
    responses={200: DisputeInFull, **PROBLEMS},
)
@permission(WRITE)
@takes_no_body
def send_dispute(path: DisputePath) -> Response:
    """It gets its receipt; what was sent is not changed any more."""
    disputes.send(path.dispute_id, by=person())
    return _kept(path.dispute_id)


@blueprint.post(
    "/disputes/<uuid:dispute_id>/answer",
    summary="Answer the carrier's question",
    responses={200: DisputeInFull, **PROBLEMS},
)
@permission(WRITE)
def answer_question(path: DisputePath, body: WordsBody) -> Response:
    """The carrier's clock goes on with what was left of it."""
    disputes.answer(path.dispute_id, body.text, by=person())
    return _kept(path.dispute_id)


@blueprint.post(
    "/disputes/<uuid:dispute_id>/words",
    summary="Add to a dispute without being asked",
    responses={200: DisputeInFull, **PROBLEMS},
)
@permission(WRITE)
def add_words(path: DisputePath, body: WordsBody) -> Response:
    """Until it is decided; it moves no clock."""
    disputes.add_words(path.dispute_id, body.text, by=person())
    return _kept(path.dispute_id)


@blueprint.post(
    "/disputes/<uuid:dispute_id>/withdraw",
    summary="Withdraw a dispute, or discard a draft",
    responses={200: DisputeInFull, **PROBLEMS},
)
@permission(WRITE)
@takes_no_body
def withdraw_dispute(path: DisputePath) -> Response:
    """Possible until it is decided; the return can then be disputed again in time."""
    actions = disputes.get_case(path.dispute_id, by=person()).actions
    step = disputes.discard if Action.DISCARD in actions else disputes.withdraw
    step(path.dispute_id, by=person())
    return _kept(path.dispute_id)


@blueprint.post(
    "/disputes/<uuid:dispute_id>/appeal",
    summary="Appeal against a decision",
    responses={200: DisputeInFull, **PROBLEMS},
)
@permission(WRITE)
def appeal_decision(path: DisputePath, body: WordsBody) -> Response:
    """Once, before `appeal_by`; somebody else decides, and that is final."""
    disputes.appeal(path.dispute_id, body.text, by=person())
    return _kept(path.dispute_id)


@blueprint.post(
    "/disputes/<uuid:dispute_id>/files",
    summary="Get an upload form for a file of your own",
    description="Ten files at most. Send it to S3 with the form; the answer needs no call back.",
    responses={201: FormAnswer, **PROBLEMS},
)
@permission(WRITE)
def offer_file(path: DisputePath, body: FileBody) -> Response:
    """Its row is there before the form, so that a file that never comes can be seen."""
    config = settings()
    place = expected_photos.Place(config.bucket, config.capture_kinds, config.spare_slots)
    wanted = OwnFile(body.kind, body.content_type, body.name.strip(), body.bytes, body.sha256)
    photo = disputes.offer_file(path.dispute_id, wanted, place, by=person())
    db.session.commit()
    return reply(form_of(photo), 201)


@blueprint.post(
    "/disputes/<uuid:dispute_id>/files/<uuid:photo_id>/form",
    summary="Get a fresh form for a file that has not arrived",
    responses={200: FormAnswer, **PROBLEMS},
)
@permission(WRITE)
@takes_no_body
def renew_form(path: DisputeFilePath) -> Response:
    """For the same key: a form's end never ends what is expected."""
    return reply(form_of(disputes.get_own_file(path.dispute_id, path.photo_id)))


def _known(new: disputes.NewDispute) -> uuid.UUID | None:
    """Find the dispute of a request that came before; raises Conflict for other content."""
    found = disputes.find_by_request_id(str(new.client_request_id))
    if found is None:
        return None
    dispute_id, digest = found
    if digest != new.digest:
        raise errors.Conflict("Another dispute was raised under this client_request_id.")
    return dispute_id


def _settle(dispute_id: uuid.UUID | None = None) -> None:
    """Let the times that have come have their effect before anything is shown."""
    if disputes.is_any_due(dispute_id=dispute_id):
        write_apart(lambda: disputes.settle_due(dispute_id=dispute_id))


def _kept(dispute_id: uuid.UUID) -> Response:
    db.session.commit()
    return _shown(dispute_id)


def _shown(dispute_id: uuid.UUID, status: int = 200) -> Response:
    db.session.expunge_all()
    return reply(in_full(disputes.get_full(dispute_id, by=person())), status)
