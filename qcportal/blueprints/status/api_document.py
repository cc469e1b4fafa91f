"""The OpenAPI document, and the same as a page to read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import Response, current_app, render_template
from flask_openapi.openapi import OpenAPI

from qcportal.blueprints.access import ANYONE, permission
from qcportal.blueprints.answers import Problem, reply
from qcportal.blueprints.status import blueprint
from qcportal.errors import PortalError

DOORS = {
    "field": ("Field app", "The phone of a field executive; bearer device token."),
    "partner": ("Partner", "A merchant's own back-end; bearer API key with scopes."),
    "callbacks": ("Callbacks", "The relay of S3's events; Standard Webhooks signature."),
}
DEEPEST = 4


@dataclass(frozen=True)
class Field:
    """One field of a JSON body, with the path that leads to it."""

    path: str
    type: str
    required: bool
    words: str


@dataclass(frozen=True)
class Operation:
    """One call, ready to be read."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Door:
    """The calls of one audience."""

    title: str
    words: str
    operations: tuple[Operation, ...]


@blueprint.get("/api/openapi.json")
@permission(ANYONE)
def openapi() -> Response:
    """Give the OpenAPI 3.1 document."""
    response = reply(document())
    response.headers["Cache-Control"] = "public, max-age=300"
    return response


@blueprint.get("/api/docs")
@permission(ANYONE)
def api_docs() -> str:
    """Show the document as a page, with every problem type."""
    spec = document()
    doors = tuple(Door(*words, tuple(_operations(spec, tag))) for tag, words in DOORS.items())
    problems = sorted({(each.slug, each.status, each.title) for each in _problems(PortalError)})
    return render_template("status/api_docs.html", doors=doors, problems=problems)


def document() -> dict[str, Any]:
    """Give the document as flask-openapi made it, with what it leaves out."""
    spec = cast(OpenAPI, current_app).api_doc
    spec["components"]["schemas"].setdefault("Problem", _schema(Problem, spec))
    return cast(dict[str, Any], spec)


def _schema(model: Any, spec: dict[str, Any]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    for name, part in schema.pop("$defs", {}).items():
        spec["components"]["schemas"].setdefault(name, part)
    return cast(dict[str, Any], schema)


def _problems(kind: type[PortalError]) -> Iterator[type[PortalError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _problems(each)


def _operations(spec: Mapping[str, Any], tag: str) -> Iterator[Operation]:
    for path, item in sorted(spec["paths"].items()):
        for method, said in item.items():
            if tag in said.get("tags", ()):
                yield _operation(spec, path, method, said)


def _operation(spec: Any, path: str, method: str, said: Mapping[str, Any]) -> Operation:
    media = said.get("requestBody", {}).get("content", {})
    schema = media.get("application/json", {}).get("schema")
    binary = tuple(Field("(body)", kind, True, "") for kind in media if kind != "application/json")
    return Operation(
        anchor=said["operationId"],
        method=method.upper(),
        path=path,
        summary=said.get("summary", ""),
        description=said.get("description", ""),
        parameters=tuple(_parameter(each) for each in said.get("parameters", ())),
        body=tuple(_fields(spec, schema, "", 0)) if schema else binary,
        answers=tuple(
            (status, answer.get("description", "")) for status, answer in said["responses"].items()
        ),
    )


def _parameter(said: Mapping[str, Any]) -> Field:
    words = said.get("description", "") or f"in the {said['in']}"
    return Field(said["name"], _type(said.get("schema", {})), said.get("required", False), words)


def _fields(spec: Any, schema: Mapping[str, Any], path: str, depth: int) -> Iterator[Field]:
    whole = _resolve(spec, schema)
    if depth > DEEPEST:
        return
    if whole.get("type") == "array":
        yield from _fields(spec, whole["items"], f"{path}[]", depth + 1)
    for name, part in whole.get("properties", {}).items():
        inner = _resolve(spec, part)
        here = f"{path}.{name}" if path else name
        words = str(inner.get("description", "")).split("\n")[0]
        yield Field(here, _type(inner), name in whole.get("required", ()), words)
        yield from _fields(spec, inner, here, depth + 1)


def _resolve(spec: Any, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference, and look through `anything or null`."""
    options = [each for each in schema.get("anyOf", ()) if each.get("type") != "null"]
    if len(options) == 1:
        return _resolve(spec, options[0])
    reference = schema.get("$ref", "")
    if not reference:
        return schema
    found: Mapping[str, Any] = spec["components"]["schemas"][reference.rpartition("/")[2]]
    return found


def _type(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(str(each) for each in schema["enum"])
    if "const" in schema:
        return str(schema["const"])
    kind = schema.get("format") or schema.get("type") or "any"
    return str(kind)
