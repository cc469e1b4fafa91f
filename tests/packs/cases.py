"""Returns whose photos really lie in a bucket, made through the doors of phone and relay."""

import io
import uuid
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageDraw

from qcportal import packs
from qcportal.packs import Archive, Contents
from tests.disputes.cases import a_claim
from tests.held_bucket import HeldBucket
from tests.world import Store, World, a_capture, a_return, an_arrival, an_inspection, an_item

HINDI = "क्या यह वही वस्तु है? डिब्बे पर खरोंच"
HOSTILE = "../../etc/passwd\u202egpj.exe\0 =cmd|' /C calc'!A0 <script>"


def a_photo(number: int, size: tuple[int, int] = (900, 1200)) -> bytes:
    """Draw a picture that differs from all others."""
    picture = Image.new("RGB", size, (40 + 30 * number % 200, 90, 160))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((100, 100, 500 + 40 * number, 700), fill=(230, 200, 40 * number % 255))
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=85)
    return held.getvalue()


def a_packed_return(
    world: World, bucket: HeldBucket, *, store: Store | None = None, here: int = 3,
    failed: bool = False, **changes: Any,
) -> dict[str, Any]:  # fmt: skip
    """Register, photograph and inspect a return; `here` of its three photos arrive.

    Gives it as the API does, with `files`: the bytes by slot.
    """
    item = an_item(name=changes.pop("name", "Nuvio P8 phone"))
    rvp = world.register(store=store, **(a_return(items=[item]) | changes))
    world.assign(rvp["return_id"])
    forms = world.forms(rvp["return_id"])
    slots = [slot for slot in ("front", "damage", "imei") if slot in forms]
    files = {slot: a_photo(number) for number, slot in enumerate(slots)}
    captures = [a_capture(forms[slot], data) for slot, data in files.items()]
    body = an_inspection(rvp, *captures)
    if failed:
        answers = body["items"][0]["answers"]
        answers[1] |= {"result": "mismatch", "value": "yes", "remarks": HINDI}
        body["app_verdict"] = "failed"
    answer = world.field("POST", "/inspections", body)
    assert answer.status_code == 201, answer.get_json()
    sent = dict(list(files.items())[:here])
    arrivals = []
    for slot, data in sent.items():
        version = bucket.put(forms[slot]["key"], data)
        arrivals.append(an_arrival(forms[slot], data, version_id=version))
    if arrivals:
        told = world.callback(*arrivals)
        assert told.status_code == 200, told.get_json()
    return rvp | {"files": sent, "forms": forms}


def raised(world: World, rvp: dict[str, Any]) -> Any:
    """Raise a dispute on a return, with a box on its first photo."""
    from qcportal import disputes
    from tests.disputes.cases import CLAIMS

    with world.inside():
        claim = a_claim(world, rvp)
        begun = disputes.draft(claim, by=CLAIMS)
        return disputes.send(begun.id, by=CLAIMS).id


def packed(world: World, bucket: HeldBucket, return_id: str) -> tuple[Archive, Contents]:
    """Make the archive of a return as a request does."""
    with world.inside():
        contents, checked = packs.look(bucket.store, packs.gather(uuid.UUID(return_id)))
        packs.keep(list(contents.originals.values()), checked)
        return packs.pack(bucket.store, contents, checked), contents


def whole(archive: Archive) -> bytes:
    """Give all bytes of an archive."""
    return b"".join(archive.stream(0, archive.size))


def files_of(rvp: Mapping[str, Any]) -> set[bytes]:
    """Give the files of a return that were sent."""
    return set(rvp["files"].values())
