"""Reads single values out of a carrier's payload, where one thing is written in many ways."""

import re
from typing import Any

from qcportal.adapters.payload import Part

HIGHEST_PRICE = 100_000_000
MAX_QUANTITY = 1_000
MAX_IMAGES = 20
MAX_ATTRIBUTES = 60
_ADDRESS = re.compile(r"https://[!-~]{3,1000}")
_PINCODE = re.compile(r"[1-9][0-9]{5}")
_AWB = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _-]{5,39}")
_DECIMAL = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
_FLAGS = {
    "true": True, "yes": True, "y": True, "1": True,
    "false": False, "no": False, "n": False, "0": False,
}  # fmt: skip
_SPELLINGS = {"color": "colour", "colour_name": "colour", "color_name": "colour"}


def text(part: Part, name: str, *, most: int = 300) -> str:
    """Read a text, also where a number stands; over-long is a fault, since a cut text misleads."""
    found = _scalar(part.take(name))
    if found is None:
        part.unusable(name, "A text is wanted here.")
        return ""
    if len(found) > most:
        part.report.fault(part.at(name), "too_long", f"At most {most} characters are wanted here")
        return ""
    return found


def needed(part: Part, name: str, *, most: int) -> str:
    """Read a text that the return cannot do without."""
    faults = len(part.report.faults)
    found = text(part, name, most=most)
    if not found and len(part.report.faults) == faults:
        part.report.fault(part.at(name), "missing", "The return cannot do without it")
    return found


def joined(part: Part, *names: str, most: int, joint: str = " ") -> str:
    """Read several texts as one."""
    found = joint.join(filter(None, (text(part, name, most=most) for name in names)))
    if len(found) > most:
        told = f"Together with the keys beside it at most {most} characters are wanted"
        part.report.fault(part.at(names[0]), "too_long", told)
    return found[:most]


def phone(part: Part, name: str) -> str:
    """Read a phone number, or several in a list."""
    sent = part.take(name)
    if not isinstance(sent, list):
        return text(part, name, most=40)
    found = ", ".join(filter(None, (_scalar(each) for each in sent)))
    if len(found) > 40 or None in map(_scalar, sent):
        part.unusable(name, "Phone numbers of at most 40 characters together are kept.")
        return ""
    return found


def awb(part: Part, name: str) -> str | None:
    """Read a waybill."""
    found = text(part, name, most=40)
    if found and not _AWB.fullmatch(found):
        told = "A waybill is 6 to 40 letters, digits, spaces, _ and -"
        part.report.fault(part.at(name), "not_a_waybill", told)
    return found or None


def pincode(part: Part, name: str) -> str:
    """Read a PIN code of six digits, spaces left out."""
    found = text(part, name).replace(" ", "")
    if found and not _PINCODE.fullmatch(found):
        part.report.fault(part.at(name), "not_a_pincode", "A PIN code has six digits")
        return ""
    return found


def price(part: Part, *names: str) -> float | None:
    """Read the first of these keys that has something, as rupees."""
    name = next((each for each in names if part.has(each)), names[0])
    found = (_scalar(part.take(name)) or "").replace(",", "")
    if not found and not part.has(name):
        return None
    if not _DECIMAL.fullmatch(found) or float(found) > HIGHEST_PRICE:
        part.unusable(name, "This is no price in rupees.")
        return None
    return float(found)


def quantity(part: Part, name: str) -> int:
    """Read how many pieces; 1 where nothing is said."""
    found = _scalar(part.take(name))
    if found == "":
        return 1
    whole = re.fullmatch(r"([0-9]{1,6})(\.0+)?", found or "")
    if whole is None or not 1 <= int(whole[1]) <= MAX_QUANTITY:
        told = f"A number of pieces from 1 to {MAX_QUANTITY} is wanted"
        part.report.fault(part.at(name), "not_a_quantity", told)
        return 1
    return int(whole[1])


def degrees(part: Part, name: str, *, most: float) -> float | None:
    """Read a latitude or longitude of at most so many degrees."""
    found = _scalar(part.take(name))
    if found == "":
        return None
    digits = found or ""
    if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,15})?", digits) or abs(float(digits)) > most:
        part.unusable(name, "This is no place on earth in degrees.")
        return None
    return float(digits)


def flag(part: Part, name: str, *, default: bool) -> bool:
    """Read true or false in the ways carriers write it."""
    found = _scalar(part.take(name))
    if found == "":
        return default
    answer = _FLAGS.get((found or "?").lower())
    if answer is None:
        part.unusable(name, f"This is neither true nor false; taken as {str(default).lower()}.")
        return default
    return answer


def images(part: Part, *names: str) -> list[str]:
    """Read web addresses of pictures, from lists or single texts; only https is ever shown."""
    usable: list[str] = []
    for name in names:
        sent = part.take(name)
        for place, each in enumerate(sent if isinstance(sent, list) else [sent]):
            path = f"{part.at(name)}/{place}" if isinstance(sent, list) else part.at(name)
            _keep_image(part, path, each, usable)
    return usable


def attributes(part: Part, names: list[str]) -> dict[str, str]:
    """Read these keys as an item's attributes, by the name that rules know them under."""
    kept: dict[str, str] = {}
    for name in names:
        found, known = _scalar(part.take(name)), attribute_name(name)
        if found is None or len(found) > 300 or len(name) > 80:
            part.unusable(name, "An attribute is a text of at most 300 characters.")
        elif not known or known in kept or len(kept) == MAX_ATTRIBUTES:
            part.unusable(name, "Its name is not free for one more attribute.")
        elif found:
            kept[known] = found
    return kept


def attribute_name(name: str) -> str:
    """Give an attribute's name as rules know it: `Serial No.` is `serial_no`, `color` `colour`."""
    plain = re.sub(r"[^0-9a-z]+", "_", name.lower()).strip("_")
    return _SPELLINGS.get(plain, plain)


def present(**parts: Any) -> dict[str, Any]:
    """Give what says something, so that a left-out value stays left out."""
    return {name: value for name, value in parts.items() if value not in (None, "", [], {})}


def _keep_image(part: Part, path: str, sent: object, usable: list[str]) -> None:
    if sent in (None, ""):
        return
    found = sent.strip() if isinstance(sent, str) else ""
    if not _ADDRESS.fullmatch(found):
        told = "A picture has an address that starts with https://."
        part.report.note(path, "unusable", told, sent)
    elif len(usable) == MAX_IMAGES:
        part.report.note(path, "unusable", f"At most {MAX_IMAGES} pictures are kept.", sent)
    else:
        usable.append(found)


def _scalar(value: object) -> str | None:
    """Give a JSON scalar as text, the empty one for null; None for an object or a list."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, int | float):
        return str(value) if abs(value) < 10**30 else None
    return value.strip() if isinstance(value, str) else None
