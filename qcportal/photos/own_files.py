"""Files that a merchant adds to a dispute: expected like every photo, and proved like one."""

from dataclasses import dataclass

from sqlalchemy import func, insert, select

from qcportal import clock, errors, history
from qcportal.capture_kinds import CaptureKind
from qcportal.db import EVERY_COLUMN, db, new_id
from qcportal.history import Actor, Entry
from qcportal.language import gettext as _
from qcportal.photos import claims
from qcportal.photos.expecting import Place, plain
from qcportal.photos.tables import Photo
from qcportal.returns import Return

OWN = "dispute"
"""The purpose of such a file; no phone is asked for it, and it is none of the return's photos."""
SHOWN = ("picture", "player", "sound", "download")


@dataclass(frozen=True)
class OwnFile:
    """A file that somebody is about to send; without `sha256` it is stored but not verified.

    `name` is what people call it, `size` is in bytes.
    """

    kind: str
    content_type: str
    name: str
    size: int | None = None
    sha256: str | None = None


def expect_own(
    rvp: Return, wanted: OwnFile, place: Place, *, merchant_slug: str, by: Actor
) -> Photo:
    """Write the row of one file, announced where its digest is told; raises Invalid.

    The row is there before any form, so that a file that never comes can be seen.
    """
    kind = _kind_of(wanted, place)
    photo_id, at = new_id(), clock.now()
    folder = f"u/{at:%Y/%m/%d}/{plain(merchant_slug)}/{plain(rvp.awb)}"
    last = select(func.max(Photo.position)).where(Photo.return_id == rvp.id)
    row = {
        "id": photo_id,
        "merchant_id": rvp.merchant_id,
        "return_id": rvp.id,
        "slot": f"{OWN}-{photo_id.hex}",
        "title": wanted.name,
        "position": (db.session.scalar(last) or 0) + 1,
        "purpose": OWN,
        "required": False,
        "kind": kind.name,
        "content_type": wanted.content_type,
        "min_bytes": kind.min_bytes,
        "max_bytes": kind.max_bytes,
        "bucket": place.bucket,
        "key": f"{folder}/{OWN}-{photo_id}.{kind.content_types[wanted.content_type]}",
        "expected_at": at,
        "form_issued_at": at,
        "captured_reported_at": at if wanted.sha256 else None,
        "claimed_sha256": wanted.sha256,
        "claimed_bytes": wanted.size if wanted.sha256 else None,
    }
    db.session.execute(insert(Photo), [row], execution_options=EVERY_COLUMN)
    if wanted.sha256:
        told = {str(photo_id): claims.digest_of({**dict.fromkeys(claims.CLAIMS), **row})}
        entry = Entry(rvp.id, rvp.merchant_id, "photos_announced", by, {"claims": told})
        history.record([entry])
    return db.session.scalars(select(Photo).where(Photo.id == photo_id)).one()


def _kind_of(wanted: OwnFile, place: Place) -> CaptureKind:
    kind = place.kinds.get(wanted.kind)
    if kind is None or kind.shown_as not in SHOWN:
        known = sorted(name for name, each in place.kinds.items() if each.shown_as in SHOWN)
        words = _("Send one of: %(list)s.", list=", ".join(known))
        raise errors.Invalid(faults=[errors.Fault("/kind", "unknown_kind", words)])
    faults = []
    if wanted.content_type not in kind.content_types:
        words = _(
            "A %(kind)s is %(list)s.",
            kind=kind.title,
            list=", ".join(kind.content_types),
        )
        faults.append(errors.Fault("/content_type", "wrong_type", words))
    if wanted.size is not None and not kind.min_bytes <= wanted.size <= kind.max_bytes:
        words = _(
            "A %(kind)s has %(least)s to %(most)s bytes.",
            kind=kind.title,
            least=kind.min_bytes,
            most=kind.max_bytes,
        )
        faults.append(errors.Fault("/bytes", "wrong_size", words))
    if not 0 < len(wanted.name.strip()) <= 300:
        faults.append(errors.Fault("/name", "bad_name", _("Give a name of 1 to 300 characters.")))
    if faults:
        raise errors.Invalid(faults=faults)
    return kind
