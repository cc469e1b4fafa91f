"""Returns in a carrier's format: read, registered like any other, and told what was not read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any

from flask import Response, request
from pydantic import BaseModel, Field, ValidationError

from qcportal import errors
from qcportal.adapters.adapted import Adapted, AdaptedReturn, Note
from qcportal.adapters.carriers import ADAPTERS, Adapter
from qcportal.blueprints.access import permission
from qcportal.blueprints.answers import PROBLEMS, reply
from qcportal.blueprints.partner import blueprint
from qcportal.blueprints.partner.answers import AdaptedBulk
from qcportal.blueprints.partner.carrier_examples import EXAMPLES
from qcportal.blueprints.partner.payloads import AdapterQuery, ReturnBody
from qcportal.blueprints.partner.returns import register, registered
from qcportal.db import db
from qcportal.errors import Fault
from qcportal.returns import NewReturn

CarrierName = Annotated[str, Field(json_schema_extra={"enum": list(ADAPTERS)})]


class AdapterPath(BaseModel):
    """Which carrier's format."""

    name: CarrierName


@blueprint.post(
    "/adapters/<string:name>/returns",
    summary="Register returns in a carrier's format",
    description=(
        "Takes what merchants already send to Delhivery (custom_qc), Shadowfax (skus_attributes) "
        "or Shiprocket (qc_*). Idempotent by the carrier's own ids. Each return is answered for "
        "itself, with what of the payload was not understood."
    ),
    request_body={
        "required": True,
        "content": {"application/json": {"schema": {"type": "object"}, "examples": EXAMPLES}},
    },
    responses={200: AdaptedBulk, **PROBLEMS},
)
@permission("returns:write")
def create_adapted(path: AdapterPath, query: AdapterQuery) -> Response:
    """With `on_partial=reject` a return that cannot be checked in full is answered as rejected."""
    adapted = find_adapter(path.name).read(request.get_json())
    wanted = [_new_return(each, adapted, query.on_partial) for each in adapted.returns]
    answers = register(wanted)
    db.session.commit()
    results = [
        registered(answer) | {"path": each.path} | _rest(each.notes)
        for each, answer in zip(adapted.returns, answers, strict=True)
    ]
    counts = Counter(answer.status for answer in answers)
    body = {"format": adapted.format, "results": results, "counts": counts}
    return reply(body | _rest(adapted.notes))


def find_adapter(name: str) -> Adapter:
    """Give the adapter of this name, or raise NotFound."""
    adapter = ADAPTERS.get(name)
    if adapter is None:
        raise errors.NotFound(f"The formats spoken here are {', '.join(ADAPTERS)}.")
    return adapter


def _new_return(each: AdaptedReturn, adapted: Adapted, on_partial: str) -> NewReturn:
    try:
        body = ReturnBody.model_validate({**each.body, "on_partial": on_partial})
    except ValidationError as error:
        faults = [
            Fault(each.path, found["type"], f"{'/'.join(map(str, found['loc']))}: {found['msg']}")
            for found in error.errors(include_url=False, include_context=False)
        ]
        raise errors.Invalid("The payload cannot be read.", faults=faults[:100]) from error
    source = {"format": adapted.format} | _rest((*adapted.notes, *each.notes))
    return replace(body.new_return(), source=source)


def _rest(notes: Iterable[Note]) -> dict[str, Any]:
    listed = list(notes)
    return {
        "not_understood": [
            {"path": each.path, "value": each.value, "reason": each.reason}
            for each in listed
            if each.is_lost
        ],
        "not_used": [each.path for each in listed if each.kind == "unused"],
        "assumed": [
            {"path": each.path, "reason": each.reason} for each in listed if each.kind == "assumed"
        ],
    }
