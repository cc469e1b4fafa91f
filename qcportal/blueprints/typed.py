"""Types that JSON is read with: strict, bounded, and refusing what no database can keep."""

import base64
import binascii
import json
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from flask import current_app, request
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StringConstraints,
)

from qcportal import errors
from qcportal.errors import Fault
from qcportal.language import gettext as _

View = TypeVar("View", bound=Callable[..., Any])
MAX_DEPTH = 24
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class Strict(BaseModel):
    """A JSON object whose every field is known."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _uuid_text(value: Any) -> Any:
    if isinstance(value, uuid.UUID) or (isinstance(value, str) and _UUID.fullmatch(value)):
        return value
    raise ValueError("give a UUID like 0190b6a0-5c4e-7d3a-9a41-0c5e6f7a8b9c")


def _moment_text(value: Any) -> Any:
    if isinstance(value, datetime) or (isinstance(value, str) and _MOMENT.fullmatch(value)):
        return value
    raise ValueError("give a moment with its zone (RFC 3339), like 2026-11-22T10:42:16+05:30")


def _in_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("this moment lies before the year 1 or after 9999 in UTC") from error


Uid = Annotated[uuid.UUID, BeforeValidator(_uuid_text), Field(json_schema_extra={"format": "uuid"})]
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_moment_text),
    AfterValidator(_in_utc),
    Field(json_schema_extra={"format": "date-time", "pattern": f"^{_MOMENT.pattern}$"}),
]
Flag = StrictBool
Whole = StrictInt
Number = StrictFloat
Short = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Text = Annotated[str, StringConstraints(max_length=300)]
Named = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Long = Annotated[str, StringConstraints(max_length=2_000)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
# RFC 3986: an address is written in ASCII; other letters are percent-encoded.
Address = Annotated[str, StringConstraints(pattern=r"^https://[!-~]{3,1000}$")]


def read_json() -> None:
    """Check the body of this request as JSON before any model sees it; raises Invalid or 415.

    Every text must be one that a database can keep: no NUL, no lone surrogate.
    """
    if request.routing_exception is not None or request.method not in {"POST", "PUT", "PATCH"}:
        return
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "raw_body", False):
        return
    if getattr(view, "no_body", False) and not request.get_data(cache=True):
        return
    if request.mimetype != "application/json":
        raise WrongType("Send JSON with the content type application/json.")
    try:
        body = parse_json(request.get_data(cache=True))
    except (ValueError, RecursionError) as error:
        fault = Fault("", "not_json", f"This is not JSON: {error}"[:300])
        raise errors.Invalid("The body is not JSON.", faults=[fault]) from error
    check_texts(body, besides=getattr(view, "carries", None))


def carries(pattern: str) -> Callable[[View], View]:
    """Mark a view whose body carries parts, by their pointers, that it checks for itself."""

    def mark(view: View) -> View:
        view.carries = re.compile(pattern)  # type: ignore[attr-defined]
        return view

    return mark


def takes_no_body(view: View) -> View:
    """Mark a view that needs no body; an empty JSON object is as good as none."""
    view.no_body = True  # type: ignore[attr-defined]
    return view


def takes_raw_body(view: View) -> View:
    """Mark a view whose body is no JSON."""
    view.raw_body = True  # type: ignore[attr-defined]
    return view


def parse_json(data: bytes | str, **_options: Any) -> Any:
    """Read JSON as RFC 8259 has it, without NaN and numbers over all bounds.

    Raises ValueError, or RecursionError for what is nested too deeply to be read.
    """
    return json.loads(data, parse_constant=_refuse_constant, parse_float=_finite)


def check_texts(body: object, *, besides: re.Pattern[str] | None = None) -> None:
    """Raise Invalid for texts that no database can keep; `besides` names pointers to pass by."""
    faults = list(_unkeepable(body, "", 0, besides))
    if faults:
        raise errors.Invalid(faults=faults[:100])


class WrongType(errors.PortalError):
    """The body is of a type that this door does not read."""

    status = 415
    slug = "unsupported-media-type"
    title = "Unsupported media type"


def check_arguments() -> None:
    """Refuse query arguments with characters that no database can keep."""
    faults = [
        Fault(f"/{name}", "bad_text", _("NUL and lone surrogates cannot be kept."))
        for name, value in request.args.items(multi=True)
        if _is_bad(value) or _is_bad(name)
    ]
    if faults:
        raise errors.Invalid(faults=faults)


def decode_base64(text: str) -> bytes:
    """Decode standard or URL-safe base64, padded or not; raises ValueError."""
    plain = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _finite(text: str) -> float:
    """Read a number: 3.0 is the whole number 3, which JSON does not write in one way only."""
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{text[:20]} is too large a number")
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _is_bad(text: str) -> bool:
    return "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text)


def _unkeepable(
    value: Any, path: str, depth: int, besides: re.Pattern[str] | None
) -> Iterator[Fault]:
    if besides is not None and besides.fullmatch(path):
        return
    if depth > MAX_DEPTH:
        yield Fault(path, "too_deep", f"Nest at most {MAX_DEPTH} levels.")
    elif isinstance(value, str) and _is_bad(value):
        yield Fault(path, "bad_text", _("NUL and lone surrogates cannot be kept."))
    elif isinstance(value, dict):
        for name, each in value.items():
            if _is_bad(name):
                yield Fault(path, "bad_name", "A field's name cannot be kept.")
            else:
                yield from _unkeepable(each, f"{path}/{_escaped(name)}", depth + 1, besides)
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _unkeepable(each, f"{path}/{place}", depth + 1, besides)


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
