"""Build the relay's zip: `python -m qcportal.demo.lambda_bundle [--imaging] OUT`.

The same sources give the same bytes, so that a changed digest means changed code.
"""

import argparse
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCAL = "local"
ARCHITECTURES = {"arm64": "aarch64", "x86_64": "x86_64"}
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment that a zip can hold


def build(path: Path, *, imaging: bool, architecture: str = LOCAL, python: str = "3.13") -> Path:
    """Write the zip to `path` and give it back.

    `imaging` adds the picture module, and Pillow's wheel (in the version installed here) for the
    Lambda's `architecture` ("arm64" or "x86_64") and `python`; with "local" the zip relies on
    the Pillow of the interpreter that will run it, which is what the embedded AWS does. Only
    the wheel needs the network.
    """
    with tempfile.TemporaryDirectory() as folder:
        members = {"lambda_relay.py": ROOT / "lambda_relay.py"}
        if imaging:
            for name in ("imaging.py", "imaging_server.py"):
                members[name] = ROOT / "qcportal" / name
            if architecture != LOCAL:
                members |= _pillow(Path(folder), architecture, python)
        _write(path, members)
    return path


def _write(path: Path, members: dict[str, Path]) -> None:
    with zipfile.ZipFile(path, "w") as bundle:
        for name in sorted(members):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, members[name].read_bytes())


def _pillow(folder: Path, architecture: str, python: str) -> dict[str, Path]:
    """Unpack the wheel for the Lambda's platform (Amazon Linux 2023 has glibc 2.34)."""
    platforms = [f"manylinux_2_{minor}_{ARCHITECTURES[architecture]}" for minor in (28, 17)]
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--no-deps", "--no-compile", "--only-binary=:all:", "--target", str(folder)]
    command += [f"--platform={platform}" for platform in platforms]
    command += [f"--python-version={python}", "--implementation=cp"]
    subprocess.run([*command, f"pillow=={version('pillow')}"], check=True)  # noqa: S603
    return dict(_files(folder))


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in folder.rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            yield file.relative_to(folder).as_posix(), file


def main() -> None:
    """Build as the command line says."""
    parser = argparse.ArgumentParser(description="Build the relay's Lambda zip.")
    parser.add_argument("out", type=Path, help="where to write the zip")
    parser.add_argument("--imaging", action="store_true", help="measure pictures, make thumbnails")
    parser.add_argument("--platform", default="arm64", choices=[LOCAL, *ARCHITECTURES])
    parser.add_argument("--python", default="3.13", help="the Lambda's runtime")
    asked = parser.parse_args()
    built = build(
        asked.out,
        imaging=asked.imaging,
        architecture=asked.platform,
        python=asked.python,
    )
    print(f"{built}: {built.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
