"""What the JSON doors answer, as documented models, and how it is written."""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """A documented JSON object."""

    model_config = ConfigDict(extra="forbid")


class FaultAnswer(Answer):
    """One thing wrong: an RFC 6901 pointer, a stable code, words, perhaps the mend."""

    path: str
    code: str
    message: str
    suggestion: str | None = None


class Problem(Answer):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FaultAnswer] | None = None


_MEDIA = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_WORDS = {
    400: "Not valid; every fault with its path",
    401: "No valid credential",
    403: "The credential may not do this",
    404: "No such thing, or not yours",
    405: "Wrong method",
    409: "Does not fit what is recorded",
    413: "Too large",
    415: "Not JSON",
    429: "Too many tries",
    503: "Something is away; try again",
}
PROBLEMS: dict[Any, Any] = {
    status: {"description": words, "content": _MEDIA} for status, words in _WORDS.items()
}


class Named(Answer):
    """A thing with its name."""

    id: uuid.UUID
    name: str


def reply(body: Any, status: int = 200) -> Response:
    """Answer with JSON that nobody may keep; moments are RFC 3339 in UTC."""
    text = json.dumps(body, default=_plain, ensure_ascii=False, separators=(",", ":"))
    response = Response(text, status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, uuid.UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
