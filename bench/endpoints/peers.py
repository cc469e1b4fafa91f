"""Peers that do the same job, installed into a folder that is kept, where they can be installed."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.endpoints.servers import Server, gunicorn, running
from qcportal.demo import processes
from qcportal.demo.progress import step

HERE = Path(__file__).resolve().parent
COMPANION = "@uppy/companion@6"
DJANGO = ("django", "django-s3direct", "gunicorn")
KEYS = {"AWS_ACCESS_KEY_ID": "AKIASIGNER", "AWS_SECRET_ACCESS_KEY": "signer-secret"}
INSTALL_SECONDS = 600


@contextmanager
def companion(folder: Path, log: Path, processes_wanted: int) -> Iterator[Server | None]:
    """Run Uppy Companion inside the block, in so many processes; None where it cannot be had."""
    if not _install_companion(folder / "companion"):
        yield None
        return
    node = shutil.which("node") or "node"
    ports = [processes.choose_port(0) for _ in range(processes_wanted)]
    script, where = str(HERE / "companion.mjs"), str((folder / "companion").resolve())
    commands = [([node, script, where, str(port)], port) for port in ports]
    with running(commands, KEYS | {"NODE_ENV": "production"}, log) as server:
        yield server


@contextmanager
def s3direct(folder: Path, log: Path) -> Iterator[Server | None]:
    """Run django-s3direct under the same gunicorn inside the block; None where it is not to be had.

    Its Python is one of its own, so that nothing of it comes near the portal's packages.
    """
    python = folder.resolve() / "django" / "bin" / "python"
    if not _install_django(python):
        yield None
        return
    environment = {"PYTHONPATH": str(HERE)}
    with gunicorn("peer_django:app", environment, log, python=str(python)) as server:
        yield server


def _install_companion(folder: Path) -> bool:
    if (folder / "node_modules" / "@uppy" / "companion").is_dir():
        return True
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        step("Uppy Companion is left out: it needs node and npm")
        return False
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}')
    return _run("Uppy Companion", [npm, "install", "--no-audit", "--no-fund", COMPANION], folder)


def _install_django(python: Path) -> bool:
    if python.exists():
        return True
    home = python.parents[1]
    home.parent.mkdir(parents=True, exist_ok=True)
    made = _run("django-s3direct", [sys.executable, "-m", "venv", str(home)], home.parent)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if made and _run("django-s3direct", [*pip, *DJANGO], home.parent):
        return True
    shutil.rmtree(home, ignore_errors=True)
    return False


def _run(name: str, command: list[str], folder: Path) -> bool:
    step(f"{name} is installed into {folder.name}/")
    try:
        subprocess.run(
            command, cwd=folder, check=True, capture_output=True, timeout=INSTALL_SECONDS
        )
    except (subprocess.SubprocessError, OSError) as error:
        step(f"{name} is left out: it cannot be installed ({type(error).__name__})")
        return False
    return True
