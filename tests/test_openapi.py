"""The OpenAPI document and the doors tell the same story, whatever schemathesis thinks up."""

import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from unittest import mock

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import positive_data_acceptance
from werkzeug.wsgi import get_input_stream

from qcportal import clock, signing
from qcportal.db import db
from qcportal.storage import PhotoStore
from tests.conftest import Fresh
from tests.world import SECRET, World

SIGN = "v1,sign-this-in-the-test"
CALM = settings(
    max_examples=15,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
    database=None,
)


class Signer:
    """Sign what is marked for it on its way in, as the relay does with its raw bytes."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self.app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # the client asks for gzip and cannot read it
        if environ.get("HTTP_WEBHOOK_SIGNATURE") == SIGN:
            body = get_input_stream(environ).read()
            environ["wsgi.input"] = io.BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
            for name, value in signing.sign("s3_1", clock.now(), body, SECRET).items():
                environ["HTTP_" + name.upper().replace("-", "_")] = value
        return self.app(environ, start_response)


@pytest.fixture(scope="module")
def door(sqlite_app: Fresh) -> Iterator[World]:
    """A portal with something in it."""
    world = World(sqlite_app.renew())
    world.rvp = world.register()
    world.assign(world.rvp["return_id"])
    with mock.patch.object(PhotoStore, "put_derived"):
        yield world
    with world.app.app_context():
        db.session.remove()


def credential(world: World, path: str) -> dict[str, str]:
    if "/callbacks/" in path:
        return {"webhook-signature": SIGN}
    token = world.device_token if "/field/" in path else world.a.token
    return {"Authorization": f"Bearer {token}"}


FITTING = ["2xx", 401, 403, 404, 409, "5xx"]


def operations(world: World) -> dict[str, Any]:
    config = SchemathesisConfig.from_dict(
        {
            "generation": {"allow-x00": False},
            # 413: no schema can say how large a whole body may be.
            "checks": {
                "positive_data_acceptance": {"expected-statuses": [*FITTING, 413]},
                "negative_data_rejection": {"expected-statuses": ["4xx"]},
            },
        }
    )
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", Signer(world.app), config=config)
    found = (result.ok() for result in schema.get_all_operations())
    return {operation.label: operation for operation in found}


LABELS = [
    "POST /api/v1/field/enrolments",
    "GET /api/v1/field/run-sheet",
    "POST /api/v1/field/forms",
    "POST /api/v1/field/inspections",
    "POST /api/v1/field/captures",
    "POST /api/v1/field/uploads/status",
    "POST /api/v1/field/manifests",
    "GET /api/v1/field/returns/{return_id}/outcome",
    "POST /api/v1/field/heartbeats",
    "POST /api/v1/returns",
    "POST /api/v1/returns/bulk",
    "GET /api/v1/returns",
    "GET /api/v1/returns/{return_id}",
    "POST /api/v1/returns/{return_id}/cancel",
    "GET /api/v1/returns/{return_id}/photos",
    "GET /api/v1/returns/{return_id}/result",
    "GET /api/v1/returns/{return_id}/disputable",
    "POST /api/v1/disputes",
    "GET /api/v1/disputes",
    "GET /api/v1/disputes/{dispute_id}",
    "POST /api/v1/disputes/{dispute_id}/send",
    "POST /api/v1/disputes/{dispute_id}/answer",
    "POST /api/v1/disputes/{dispute_id}/words",
    "POST /api/v1/disputes/{dispute_id}/withdraw",
    "POST /api/v1/disputes/{dispute_id}/appeal",
    "POST /api/v1/disputes/{dispute_id}/files",
    "POST /api/v1/disputes/{dispute_id}/files/{photo_id}/form",
    "POST /api/v1/adapters/{name}/returns",
    "GET /api/v1/adapters/{name}/returns/{return_id}",
    "POST /api/v1/rulebooks",
    "GET /api/v1/rulebooks",
    "GET /api/v1/webhooks",
    "POST /api/v1/webhooks",
    "GET /api/v1/webhooks/{endpoint_id}",
    "PUT /api/v1/webhooks/{endpoint_id}",
    "DELETE /api/v1/webhooks/{endpoint_id}",
    "POST /api/v1/webhooks/{endpoint_id}/pause",
    "POST /api/v1/webhooks/{endpoint_id}/resume",
    "POST /api/v1/webhooks/{endpoint_id}/secret",
    "POST /api/v1/webhooks/{endpoint_id}/test",
    "POST /api/v1/webhooks/{endpoint_id}/replay",
    "GET /api/v1/webhooks/{endpoint_id}/deliveries",
    "GET /api/v1/webhooks/{endpoint_id}/deliveries/{delivery_id}",
    "POST /api/v1/webhooks/{endpoint_id}/deliveries/{delivery_id}/replay",
    "GET /api/v1/rulebooks/{version}",
    "PUT /api/v1/catalogue/{sku}",
    "GET /api/v1/catalogue/{sku}",
    "POST /api/v1/catalogue/imports",
    "GET /api/v1/catalogue/imports/{import_id}",
    "PUT /api/v1/catalogue/{sku}/picture",
    "POST /api/v1/callbacks/s3",
]


def name_attributes(body: Any) -> None:
    """Name attributes so that rules can read each: JSON Schema cannot say which names collide."""
    if isinstance(body, list):
        for each in body:
            name_attributes(each)
    if isinstance(body, dict):
        attributes = body.get("attributes")
        if isinstance(attributes, dict):
            named = enumerate(attributes.values())
            body["attributes"] = {f"a{place}": value for place, value in named}
        for name in ("items", "returns"):
            name_attributes(body.get(name))


@pytest.mark.parametrize("label", LABELS)
def test_every_door_does_what_its_document_says(door: World, label: str) -> None:
    operation = operations(door)[label]

    # What these carry has a grammar of its own (rules, pictures, a carrier's payload) that JSON
    # Schema cannot tell.
    carried = ("/rulebooks", "/picture", "/imports", "/adapters/{name}/returns")
    own_grammar = label.endswith(carried) and not label.startswith("GET")
    excluded = [positive_data_acceptance] if own_grammar else []

    def check(case: Any) -> None:
        name_attributes(case.body)
        case.call_and_validate(headers=credential(door, case.path), excluded_checks=excluded)

    fits = CALM(given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))(check))
    does_not_fit = CALM(
        given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))(check)
    )
    fits()
    does_not_fit()


def test_no_operation_is_left_out(door: World) -> None:
    assert set(operations(door)) == set(LABELS)


def test_the_document_names_every_json_endpoint(door: World) -> None:
    document = door.client.get("/api/openapi.json").get_json()
    told = {
        (method.upper(), path)
        for path, operations in document["paths"].items()
        for method in operations
    }
    there = {
        (method, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule))
        for rule in door.app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert told == there


def test_every_operation_names_its_credential_and_its_errors(door: World) -> None:
    document = door.client.get("/api/openapi.json").get_json()
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["summary"]
            wanted = [] if path.endswith("/enrolments") else None
            if wanted is None:
                assert operation["security"], path
            assert {"400", "401", "404", "503"} <= set(operation["responses"])


def test_the_document_is_public_and_names_no_secret(door: World) -> None:
    answer = door.client.get("/api/openapi.json")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    for secret in (SECRET, door.a.token, "portal-secret", "signer-secret", "only-for-tests"):
        assert secret not in answer.text
