"""What the relay sends: one entry per stored object version."""

import base64
import json
import re
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints

from qcportal import clock
from qcportal.blueprints.typed import Flag, Moment, Number, Strict, Whole
from qcportal.blueprints.visits import NOTE, carried_in
from qcportal.photos import Arrival

DIGEST = re.compile(r"[0-9a-f]{64}")
HASHES = r"^[0-9a-f]{16}$|^[0-9a-f]{48}$"  # of relays before likenesses were found, and since

Share = Annotated[Number, Field(ge=0, le=1)]


class ImageBody(Strict):
    """What was found in a picture, or why it would not open and how often that was tried."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    width: Annotated[Whole, Field(ge=1, le=1_000_000)] | None = None
    height: Annotated[Whole, Field(ge=1, le=1_000_000)] | None = None
    format: Annotated[str, StringConstraints(max_length=20)] | None = None
    dhash: Annotated[str, StringConstraints(pattern=HASHES)] | None = None
    blur: Number | None = None
    sharpest: Number | None = None
    brightness: Number | None = None
    dark: Share | None = None
    bright: Share | None = None
    thumbnails: Annotated[list[Whole], Field(max_length=10)] = []
    refused: Annotated[str, StringConstraints(max_length=300)] | None = None
    tries: Annotated[Whole, Field(ge=1, le=100)] | None = None


class ArrivalBody(Strict):
    """One object version; `gone` when it was not there any more as the relay looked."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    bucket: Annotated[str, StringConstraints(min_length=1, max_length=255)]
    key: Annotated[str, StringConstraints(min_length=1, max_length=1024)]
    version_id: Annotated[str, StringConstraints(max_length=300)] = ""
    sequencer: Annotated[str, StringConstraints(max_length=100)] | None = None
    place: Annotated[Whole, Field(ge=0, le=1_000_000_000)] | None = None
    event_name: Annotated[str, StringConstraints(max_length=100)] | None = None
    event_time: Moment | None = None
    size: Annotated[Whole, Field(ge=0, le=5_497_558_138_880)] | None = None
    etag: Annotated[str, StringConstraints(max_length=300)] | None = None
    content_type: Annotated[str, StringConstraints(max_length=300)] | None = None
    stored_at: Moment | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] | None = None
    sha256_source: Literal["s3", "relay"] | None = None
    metadata: dict[str, Annotated[str, StringConstraints(max_length=4096)]] = {}
    image: ImageBody | None = None
    content: Any = None
    content_error: Annotated[str, StringConstraints(max_length=300)] | None = None
    gone: Flag = False

    def arrival(self) -> Arrival:
        """Give the domain's value; a digest that is none counts as not declared."""
        declared = self.metadata.get("sha256", "").strip().lower()
        return Arrival(
            bucket=self.bucket,
            key=self.key,
            version_id=self.version_id,
            sequencer=self.sequencer or "",
            size=self.size or 0,
            content_type=self.content_type or "",
            stored_at=self.stored_at or self.event_time or clock.now(),
            sha256=self.sha256,
            sha256_source=self.sha256_source or "none",
            declared_sha256=declared if DIGEST.fullmatch(declared) else None,
            gone=self.gone,
            place=self.place,
            metadata=self.metadata,
            image=self.image.model_dump(exclude_none=True) if self.image else {},
        )

    def carried(self) -> Any:
        """Give the raw inspection that came with the object, as its body or in its note."""
        return carried_in(self.content, self.content_error, self.metadata)


class CallbackBody(Strict):
    """Up to a hundred arrivals."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    arrivals: Annotated[list[ArrivalBody], Field(min_length=1, max_length=100)]


def note_of(inspection: object) -> str:
    """Write an inspection as a form's note: for clients whose answers fit into 2 KB."""
    return NOTE + base64.urlsafe_b64encode(json.dumps(inspection).encode()).decode().rstrip("=")
