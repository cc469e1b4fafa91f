"""Capture kinds: what a slot may want, as data. A new kind of file is configuration, never code."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from qcportal.language import lazy_gettext

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")
EXTENSION = re.compile(r"[a-z0-9]{1,8}")
PARTS = ("title", "content_types", "min_bytes", "max_bytes", "shown_as")
SHOWN_AS = ("picture", "player", "sound", "download", "hidden")


@dataclass(frozen=True)
class CaptureKind:
    """One kind: its content types with the extension each is stored under, and its size range.

    `min_bytes` and `max_bytes` are enforced by S3 through the form and again on arrival;
    `shown_as` tells the pages how to show it (picture, player, sound, download, hidden).
    """

    name: str
    title: str
    content_types: Mapping[str, str]
    min_bytes: int
    max_bytes: int
    shown_as: str = "download"

    @property
    def default_content_type(self) -> str:
        """Give the content type that a form asks for when the app names none."""
        return next(iter(self.content_types))


SHIPPED: Mapping[str, CaptureKind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            CaptureKind(
                "photo",
                lazy_gettext("Photo"),
                {"image/jpeg": "jpg", "image/webp": "webp", "image/png": "png"},
                1_024,
                12_582_912,
                "picture",
            ),
            CaptureKind(
                "video",
                lazy_gettext("Video"),
                {"video/mp4": "mp4", "video/webm": "webm"},
                1_024,
                104_857_600,
                "player",
            ),
            CaptureKind(
                "signature",
                lazy_gettext("Signature"),
                {"image/png": "png", "image/svg+xml": "svg"},
                64,
                524_288,
                "picture",
            ),
            CaptureKind(
                "document",
                lazy_gettext("Document"),
                {"application/pdf": "pdf", "image/jpeg": "jpg"},
                64,
                20_971_520,
                "download",
            ),
            CaptureKind(
                "inspection",
                lazy_gettext("Inspection"),
                {"application/json": "json"},
                2,
                65_536,
                "hidden",
            ),
        )
    }
)


def parse_kinds(document: object) -> Mapping[str, CaptureKind]:
    """Read a JSON object of kinds and add them to the shipped ones; ValueError names the fault.

    Shape: `{"audio_note": {"title", "content_types": {"audio/mp4": "m4a"}, "min_bytes",
    "max_bytes", "shown_as"}}`.
    """
    if not isinstance(document, dict):
        raise ValueError("capture kinds are a JSON object of name -> kind")
    kinds = dict(SHIPPED)
    for name, body in document.items():
        kinds[name] = _parse_kind(name, body)
    return MappingProxyType(kinds)


def _parse_kind(name: str, body: object) -> CaptureKind:
    if not NAME.fullmatch(name) or not isinstance(body, dict):
        raise ValueError(f"{name!r}: a kind is a lower-case name with an object")
    unknown = sorted(body.keys() - PARTS)
    if unknown:
        raise ValueError(f"{name}: {unknown[0]!r} is not one of {', '.join(PARTS)}")
    types = body.get("content_types")
    if not isinstance(types, dict) or not types:
        raise ValueError(f"{name}: content_types is an object of content type -> extension")
    for content_type, extension in types.items():
        named = isinstance(extension, str) and EXTENSION.fullmatch(extension)
        if not CONTENT_TYPE.fullmatch(content_type) or not named:
            raise ValueError(f"{name}: {content_type!r} -> {extension!r} cannot be used")
    smallest, largest = body.get("min_bytes", 1), body.get("max_bytes")
    if not isinstance(smallest, int) or not isinstance(largest, int):
        raise ValueError(f"{name}: min_bytes and max_bytes are whole numbers")
    shown_as = str(body.get("shown_as", "download"))
    if not 0 < smallest <= largest <= 5_368_709_120 or shown_as not in SHOWN_AS:
        raise ValueError(f"{name}: wrong size range, or shown_as not one of {SHOWN_AS}")
    return CaptureKind(name, str(body.get("title", name)), types, smallest, largest, shown_as)
