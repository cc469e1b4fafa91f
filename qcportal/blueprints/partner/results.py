"""Results over the partner API: our own, and as Delhivery, Shadowfax and Shiprocket tell them."""

import uuid
from dataclasses import asdict

from flask import Response
from pydantic import BaseModel

from qcportal import results, reviews
from qcportal.adapters.outcome import ReturnOutcome
from qcportal.blueprints import pictures
from qcportal.blueprints.access import permission, write_apart
from qcportal.blueprints.answers import PROBLEMS, reply
from qcportal.blueprints.partner import blueprint
from qcportal.blueprints.partner.adapters import CarrierName, find_adapter
from qcportal.blueprints.partner.result_answers import CarrierResult, ResultAnswer
from qcportal.blueprints.partner.returns import ReturnPath, viewing_of_key
from qcportal.results import Viewing


class CarrierReturnPath(BaseModel):
    """Which return, in which carrier's words."""

    name: CarrierName
    return_id: uuid.UUID


@blueprint.get(
    "/returns/<uuid:return_id>/result",
    summary="Get the result of a return",
    responses={200: ResultAnswer, **PROBLEMS},
)
@permission("returns:read")
def get_result(path: ReturnPath) -> Response:
    """Per SKU and per question, with what was awaited and who decided; poll until it is final."""
    viewing = viewing_of_key()
    outcome = _outcome(path.return_id, viewing)
    return reply(asdict(outcome) | {"urls_expire_at": pictures.expiry(viewing.at)})


@blueprint.get(
    "/adapters/<string:name>/returns/<uuid:return_id>",
    summary="Get the result of a return in a carrier's words",
    description=(
        "Delhivery: per questions_id. Shadowfax: picked, qc_status, qc_remarks, qc_images per SKU. "
        "Shiprocket: per qc_* key. Any return can be told in any of the formats."
    ),
    responses={200: CarrierResult, **PROBLEMS},
)
@permission("returns:read")
def get_carrier_result(path: CarrierReturnPath) -> Response:
    """The ids are those that the carrier's payload had."""
    adapter = find_adapter(path.name)
    return reply(adapter.write(_outcome(path.return_id, viewing_of_key())))


def _outcome(return_id: uuid.UUID, viewing: Viewing) -> ReturnOutcome:
    """Get the result; where the time to decide has ended, the rulebook's answer holds first."""
    outcome = results.get_result(return_id, viewing)
    if outcome.decide_by is None or outcome.decide_by > viewing.at:
        return outcome
    write_apart(lambda: reviews.settle_due(viewing.at, return_id=return_id))
    return results.get_result(return_id, viewing)
