"""What was uploaded: a CSV alone, or a ZIP of one CSV and pictures."""

import io
import struct
import zipfile
import zlib

from qcportal.catalogue_import.sheets import Sheet
from qcportal.errors import Fault, Invalid

MOST_CSV_BYTES = 104_857_600
MOST_PICTURE_BYTES = 10_485_760
_PICTURES = (".jpg", ".jpeg", ".png", ".webp")
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OSError,
    RuntimeError, ValueError,
)  # fmt: skip


class NoPicture(Exception):
    """There is no such picture; the text is a sentence for people."""


class Upload:
    """The sheet of an upload, and the pictures that came with it; raises Invalid for others."""

    def __init__(self, data: bytes) -> None:
        self._zip: zipfile.ZipFile | None = None
        self._pictures: dict[str, zipfile.ZipInfo] = {}
        if data.startswith(b"PK\x03\x04"):
            data = self._open(data)
        self.sheet = Sheet(data)

    @property
    def has_files(self) -> bool:
        """Tell whether pictures can be files of this upload."""
        return self._zip is not None

    def picture(self, name: str) -> bytes:
        """Give a picture by its file name, in whatever folder and case; raises NoPicture."""
        info = self._pictures.get(name.lower())
        if info is None or self._zip is None:
            raise NoPicture(f"The ZIP holds no file {name[:80]}.")
        try:
            return _read(self._zip, info, MOST_PICTURE_BYTES)
        except _BROKEN as error:
            raise NoPicture(f"{name[:80]} cannot be read from the ZIP.") from error

    def _open(self, data: bytes) -> bytes:
        """Find the one CSV and the pictures; what macOS adds is passed by."""
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            infos = [each for each in self._zip.infolist() if _is_file(each)]
            sheets = [each for each in infos if each.filename.lower().endswith((".csv", ".tsv"))]
            if len(sheets) != 1:
                raise _invalid(f"The ZIP holds {len(sheets)} CSV files; it has to hold one.")
            content = _read(self._zip, sheets[0], MOST_CSV_BYTES)
        except _BROKEN as error:
            raise _invalid("The ZIP is damaged, encrypted or too large to open.") from error
        for info in infos:
            if info.filename.lower().endswith(_PICTURES):
                self._pictures.setdefault(_name(info).lower(), info)
        return content


def _is_file(info: zipfile.ZipInfo) -> bool:
    hidden = info.filename.startswith("__MACOSX/") or _name(info).startswith(".")
    return not info.is_dir() and not hidden


def _name(info: zipfile.ZipInfo) -> str:
    return info.filename.replace("\\", "/").rpartition("/")[2]


def _read(held: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """Read a member; what says it is small and is not ends here all the same."""
    with held.open(info) as member:
        data = member.read(most + 1)
    if len(data) > most:
        raise ValueError("too large")
    return data


def _invalid(words: str) -> Invalid:
    return Invalid(faults=[Fault("", "bad_zip", words)])
