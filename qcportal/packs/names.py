"""Names of files in a pack, out of whatever people and phones call things. Pure."""

import re
import unicodedata

_LONGEST = 60
_TYPES = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "audio/mpeg": "mp3",
    "application/pdf": "pdf",
    "application/json": "json",
    "text/plain": "txt",
}


def safe(text: str, *, otherwise: str = "file") -> str:
    """Give a part of a file name that every system takes: letters of ASCII, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return (
        re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:_LONGEST].strip("-").lower() or otherwise
    )


def extension(content_type: str) -> str:
    """Give the ending of a file of this type; `bin` for one that is not known."""
    return _TYPES.get(content_type.partition(";")[0].strip().lower(), "bin")


def original(number: int, title: str, photo_id: str, content_type: str) -> str:
    """Name an original: its number, what it is called, and enough of its id to tell it apart."""
    return f"{number:03}-{safe(title, otherwise='photo')}-{photo_id[-8:]}.{extension(content_type)}"
