"""Verify an evidence pack with nothing but Python 3: `python3 verify.py [folder or file.zip]`.

It reads manifest.json and checks every file's length and SHA-256, that no file is missing or was
added, and that the history is the chain of hashes it claims to be. It ends with status 1 and says
what is wrong; it changes nothing and asks nobody.
"""

import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import IO, Any

GENESIS = "0" * 64
BODY = ("seq", "action", "actor_kind", "actor_id", "actor_label", "chain", "at", "data",
        "merchant_id")  # fmt: skip
PART = 1024 * 1024


class Folder:
    """The files of a pack that was unpacked."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> set[str]:
        """Name every file, with slashes."""
        files = (each for each in self.path.rglob("*") if each.is_file())
        return {each.relative_to(self.path).as_posix() for each in files}

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading bytes."""
        return (self.path / name).open("rb")


class Zip:
    """The files of one pack inside a ZIP; `root` is its folder in an archive of many."""

    def __init__(self, held: zipfile.ZipFile, root: str = "") -> None:
        self.held, self.root = held, root

    def names(self) -> set[str]:
        """Name every file."""
        inside = {name for name in self.held.namelist() if name.startswith(self.root)}
        return {name[len(self.root) :] for name in inside if not name.endswith("/")}

    def open(self, name: str) -> IO[bytes]:
        """Open a file for reading bytes."""
        return self.held.open(self.root + name)


def faults_of(pack: "Folder | Zip") -> list[str]:
    """Say everything that is wrong with a pack."""
    with pack.open("manifest.json") as file:
        manifest = json.load(file)
    listed = {each["path"]: each for each in manifest["files"]}
    present = pack.names() - {"manifest.json"}
    faults = [f"{name}: not in the manifest" for name in sorted(present - set(listed))]
    faults += [f"{name}: missing" for name in sorted(set(listed) - present)]
    for name in sorted(set(listed) & present):
        faults += check_file(pack, listed[name])
    if manifest["history"]["file"] in present:
        with pack.open(manifest["history"]["file"]) as file:
            events = [json.loads(line) for line in file.read().decode("utf-8").splitlines()]
        faults += check_chains(events, manifest["history"]["chains"])
    return faults


def check_file(pack: "Folder | Zip", said: dict[str, Any]) -> list[str]:
    """Compare a file with what the manifest says of it."""
    digest, size = hashlib.sha256(), 0
    with pack.open(said["path"]) as file:
        while part := file.read(PART):
            digest.update(part)
            size += len(part)
    if size != said["size"]:
        return [f"{said['path']}: has {size} bytes instead of {said['size']}"]
    if digest.hexdigest() != said["sha256"]:
        return [f"{said['path']}: its SHA-256 is another one"]
    return []


def check_chains(events: list[Any], chains: list[Any]) -> list[str]:
    """Follow every chain from its beginning to the head that the manifest names."""
    faults = []
    known = {chain["id"] for chain in chains}
    faults += [f"history: unknown chain {each['chain']}" for each in events
               if each["chain"] not in known][:1]  # fmt: skip
    for chain in chains:
        own = [each for each in events if each["chain"] == chain["id"]]
        faults += follow(chain, own)
    return faults


def follow(chain: dict[str, Any], events: list[Any]) -> list[str]:
    """Follow one chain: each event names the hash before it and has its own."""
    tip = GENESIS
    for place, event in enumerate(events, 1):
        if event["seq"] != place or event["previous_hash"] != tip:
            return [f"history of the {chain['of']}: event {place} does not follow"]
        if not event.get("withheld") and event["hash"] != link(tip, event):
            return [f"history of the {chain['of']}: event {place} was changed"]
        tip = event["hash"]
    if len(events) != chain["events"] or (events and tip != chain["head"]):
        return [f"history of the {chain['of']}: it ends too early"]
    return []


def link(tip: str, event: dict[str, Any]) -> str:
    """Give the hash of an event: SHA-256 over the hash before it, a line end, and its JSON."""
    body = {name: event[name] for name in BODY}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{tip}\n{text}".encode()).hexdigest()


def packs_in(path: Path) -> dict[str, Folder | Zip]:
    """Find the packs at a path: a folder, a ZIP of one, or a ZIP of many."""
    if path.is_dir():
        return {str(path): Folder(path)}
    held = zipfile.ZipFile(path)
    ends = [name for name in held.namelist() if name.endswith("manifest.json")]
    roots = [name[: -len("manifest.json")] for name in ends]
    return {root or str(path): Zip(held, root) for root in roots}


def main(path: Path) -> int:
    """Verify what lies at a path, and say so."""
    packs = packs_in(path)
    wrong = 0
    for name, pack in packs.items():
        faults = faults_of(pack)
        wrong += bool(faults)
        for fault in faults:
            sys.stdout.write(f"WRONG  {name}: {fault}\n")
    if not packs:
        sys.stdout.write(f"WRONG  {path}: there is no manifest.json\n")
        return 1
    sys.stdout.write(
        f"{len(packs) - wrong} of {len(packs)} evidence packs are whole and unchanged.\n"
    )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent))
