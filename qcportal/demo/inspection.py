"""What an executive does at one door: which pictures are taken and what is answered."""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from qcportal.demo import goods, pictures, views
from qcportal.demo.pictures import Picture
from qcportal.demo.plan import Door, Fate

SUFFIX = re.compile(r"-i\d+$")
PIECE = re.compile(r"_(\d+)$")
POOR_SHARE = 0.15
FLAGS = {"blurred": "blurred", "dark": "too_dark", "bright": "too_bright"}
STEPS = 0.00015  # degrees, about 16 m
REFUSED = "The customer did not let me open it"


@dataclass(frozen=True)
class Shot:
    """One picture to be taken for one photo of the run sheet; a spare one says what it shows.

    `view` numbers how the phone is held; None takes the picture as it is.
    """

    photo_id: str
    picture: Picture
    spare: bool = False
    item_id: str | None = None
    check: str | None = None
    view: int | None = None

    def taken(self) -> bytes:
        """Give the photo's bytes."""
        if self.view is None:
            return pictures.named(pictures.content(self.picture), self.photo_id)
        return pictures.named(views.taken_anew(self.picture, self.view), self.photo_id)


def shots(door: Door, stop: dict[str, Any]) -> list[Shot]:
    """Give the pictures of one stop: every slot, and a spare close-up of most flaws.

    The same door and stop give the same pictures, so a phone that starts again has them again.
    """
    skus = {item["item_id"]: item["client_sku_id"] for item in stop["items"]}
    dice = Random(door.awb)
    slots = [photo for photo in stop["photos"] if photo["purpose"] == "slot"]
    found = [_shot(door, photo, skus[photo["item_id"]], dice) for photo in slots]
    spare = next((photo for photo in stop["photos"] if photo["purpose"] == "spare"), None)
    flawed = [(item, sku) for item, sku in skus.items() if door.flaws[sku]]
    if spare and flawed and dice.random() < 0.6:
        item_id, sku = flawed[0]
        flaw = door.flaws[sku]
        assert flaw is not None
        shown = [shot.picture for shot in found if shot.picture.defect]
        again = [picture for picture in shown if picture.defect == flaw.defect]
        if again:
            check = flaw.check if flaw.check in _checks(stop, item_id) else None
            found.append(Shot(spare["photo_id"], again[0], True, item_id, check, door.view))
    return found


def capture(shot: Shot, digest: str, size: int, at: datetime, pickup: dict[str, Any]) -> Any:
    """Give the announcement of a photo as the field API takes it."""
    told: dict[str, Any] = {
        "photo_id": shot.photo_id,
        "sha256": digest,
        "bytes": size,
        "captured_at": at.isoformat(),
        "width": shot.picture.width,
        "height": shot.picture.height,
        "thumbhash": pictures.preview(shot.picture),
    }
    if pickup.get("latitude"):
        told["location"] = _place(pickup, Random(f"place/{pickup['address']}"))
    if shot.spare:
        told |= {"item_id": shot.item_id, "check": shot.check, "title": "Close-up of the fault"}
    return {name: value for name, value in told.items() if value is not None}


def tried(shot: Shot, advice: dict[str, Any], dice: Random) -> dict[str, Any]:
    """Give how often the app says it took a photo: a poor one until it may pass, with its flag."""
    flag = FLAGS.get(shot.picture.quality)
    if flag is None:
        return {"tries": dice.choices([1, 2], [0.9, 0.1])[0]}
    return {"tries": advice["accept_after_tries"], "accepted_flags": [flag]}


def report(door: Door, stop: dict[str, Any], started: datetime, finished: datetime) -> Any:
    """Give the inspection as the field API takes it, without captures."""
    body: dict[str, Any] = {
        "client_inspection_id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"demo:{door.awb}")),
        "return_id": stop["return_id"],
        "items": [_answers(door, item) for item in stop["items"]],
        "started_at": started.isoformat(),
        "finished_at": finished.isoformat(),
    }
    checks = [check for item in stop["items"] for check in _asked(item)]
    if not any(check.get("last_digits") for check in checks):
        body["app_verdict"] = door.fate.value  # else the app was not told what is right
    if door.fate is Fate.REVIEW and not any(door.flaws.values()):
        body["remarks"] = REFUSED
    return body


def _place(pickup: dict[str, Any], dice: Random) -> dict[str, Any]:
    """Give where the phone says it is: a few steps from the address, as GPS sees it."""
    return {
        "latitude": round(pickup["latitude"] + dice.gauss(0, STEPS), 6),
        "longitude": round(pickup["longitude"] + dice.gauss(0, STEPS), 6),
        "accuracy_m": round(dice.uniform(4, 25), 1),
        "mock": False,
    }


def _shot(door: Door, photo: dict[str, Any], sku: str, dice: Random) -> Shot:
    product, flaw = goods.product_of(sku), door.flaws[sku]
    key = SUFFIX.sub("", photo["slot"])
    slot = PIECE.sub("", key)
    defect = flaw.defect if flaw and _is_flawed(door, key) else None
    picture = pictures.at_the_door(product, slot, defect=defect, nth=dice.randrange(5))
    poor = pictures.poor(product)
    if slot == "whole" and flaw is None and poor and dice.random() < POOR_SHARE:
        picture = poor
    same = (picture.product, picture.angle)
    planted = [each for each in door.planted if (each.product, each.angle) == same]
    if planted:
        return Shot(photo["photo_id"], planted[0])
    return Shot(photo["photo_id"], picture, view=door.view)


def _answers(door: Door, item: dict[str, Any]) -> dict[str, Any]:
    sku = item["client_sku_id"]
    flaw, checks = door.flaws[sku], _asked(item)
    unchecked = _last_required(checks) if door.fate is Fate.REVIEW and flaw is None else None
    wrong = _wrong_check(checks, flaw.check) if flaw else None
    answers = []
    for check in checks:
        base = PIECE.sub("", check["key"])
        if check["key"] == unchecked:
            answers.append({"check": unchecked, "result": "not_checked", "remarks": REFUSED})
        elif flaw and base == wrong and _is_flawed(door, check["key"]):
            value = flaw.value if wrong == flaw.check else "no"
            answers.append(_said(check, value, result="mismatch") | {"remarks": flaw.remarks})
        else:
            answers.append(_match(check, sku))
    return {"item_id": item["item_id"], "answers": answers}


def _match(check: dict[str, Any], sku: str) -> dict[str, Any]:
    expected = check.get("expected")
    if check.get("last_digits"):
        expected = goods.printed(sku, PIECE.sub("", check["key"]))
    if expected is None:
        return {"check": check["key"], "result": "match"}
    whole = isinstance(expected, float) and expected.is_integer()
    return _said(check, str(int(expected)) if whole else str(expected), result="match")


def _said(check: dict[str, Any], value: str, *, result: str) -> dict[str, Any]:
    """Give an answer with a value: the end of a masked one, which nobody at the door can judge."""
    if last := check.get("last_digits"):
        return {"check": check["key"], "value": value[-last:]}
    return {"check": check["key"], "result": result, "value": value}


def _is_flawed(door: Door, key: str) -> bool:
    """Tell whether the piece that a key of a check or slot belongs to has its item's flaw."""
    found = PIECE.search(key)
    return door.flawed_piece in (None, int(found[1]) if found else 1)


def _asked(item: dict[str, Any]) -> list[dict[str, Any]]:
    checks: list[dict[str, Any]] = (item["checklist"] or {"checks": []})["checks"]
    return checks


def _wrong_check(checks: list[dict[str, Any]], wanted: str) -> str:
    keys = [check["key"] for check in checks]
    return wanted if wanted in keys else str(keys[0])


def _last_required(checks: list[dict[str, Any]]) -> str | None:
    required = [check["key"] for check in checks if check["required"]]
    return required[-1] if required else None


def _checks(stop: dict[str, Any], item_id: str) -> set[str]:
    (item,) = [each for each in stop["items"] if each["item_id"] == item_id]
    return {check["key"] for check in _asked(item)}
