"""What the pages for people say is so: links, pictures, settings, paths, commands and examples."""

import io
import json
import re
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import click
import pytest
from flask import Flask
from PIL import Image

from qcportal import accounts, api_keys, config
from qcportal.api_keys import SCOPES
from qcportal.cli import main
from qcportal.disputes import Deadlines
from qcportal.history import SYSTEM
from qcportal.storage import PhotoStore
from tests import documented_machine
from tests.printed_exchanges import FENCE, Exchange, Reader, exchanges
from tests.world import Store, World, a_capture, an_arrival

ROOT = Path(config.__file__).parent.parent
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "deploy" / "README.md",
]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")
LARGEST_PICTURE = 300_000


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def prose(text: str) -> str:
    """Give a page without its code."""
    return FENCE.sub("", text)


def fences(text: str, kind: str) -> list[str]:
    return [body for label, body in FENCE.findall(text) if label.strip() == kind]


def anchors(text: str) -> set[str]:
    """Give what GitHub makes of the headings."""
    headings = re.findall(r"^#+ (.+)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


# --- links and pictures ------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_link_between_files_leads_somewhere(name: str) -> None:
    page = ROOT / name
    dead = []
    for pair in LINK.findall(prose(read(name))):
        target = pair[0] or pair[1]
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there.read_text())):
            dead.append(target)
    assert dead == []


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_says_what_it_shows(name: str) -> None:
    text = read(name)
    alts = re.findall(r"!\[([^\]]*)\]", prose(text))
    for tag in re.findall(r"<img [^>]*>", text):
        found = re.search(r'alt="([^"]*)"', tag)
        alts.append(found[1] if found else "")
    assert all(len(alt) > 20 for alt in alts)


@pytest.mark.parametrize("path", sorted((ROOT / "docs/images").iterdir()), ids=lambda p: p.name)
def test_pictures_are_small_and_used(path: Path) -> None:
    assert path.stat().st_size < LARGEST_PICTURE
    assert any(f"images/{path.name}" in read(name) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_no_page_names_a_place_of_somebodys_machine(name: str) -> None:
    assert re.findall(r"/(?:home|Users)/\w|/(?:root|work|tmp)/", read(name)) == []


# --- settings and commands ---------------------------------------------------------------------


def test_the_readme_has_exactly_the_settings() -> None:
    wanted = [
        f"| `{name}` | {f'`{default}`' if default else ''} | {why} |".replace(" | ", "\0", 2)
        .replace(" | ", r" \| ")
        .replace("\0", " | ")
        for name, default, why in config.table()
    ]
    assert [line for line in README.splitlines() if line.startswith("| `QCPORTAL_")] == wanted


@pytest.mark.parametrize("name", NAMES)
def test_every_make_target_that_is_named_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    code = "\n".join([*re.findall(r"`([^`\n]+)`", prose(read(name))), *fences(read(name), "sh")])
    assert set(re.findall(r"\bmake ([a-z-]+)", code)) <= targets


@pytest.mark.parametrize("name", NAMES)
def test_every_qcportal_command_that_is_named_exists_with_its_options(name: str) -> None:
    code = "\n".join([*re.findall(r"`([^`\n]+)`", prose(read(name))), *fences(read(name), "sh")])
    for line in re.findall(r"(?<![\w/.])(?:\.venv/bin/)?qcportal ([a-z][a-z-]+[^\n`]*)", code):
        command = main.commands.get(line.split()[0])
        assert command is not None, line
        known = {option for each in command.params for option in each.opts + each.secondary_opts}
        assert set(re.findall(r"(?<!\S)--[a-z-]+", line)) <= known, line
        assert isinstance(command, click.Command)


@pytest.mark.parametrize(
    ("target", "module", "told"),
    [("demo", "qcportal.demo", "--exit"), ("chaos", "qcportal.demo.chaos", "--photos")],
)
def test_the_options_of_programs_that_are_named_exist(target: str, module: str, told: str) -> None:
    shown = subprocess.run(
        [sys.executable, "-m", module, "--help"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    ).stdout
    named = {
        option
        for name in NAMES
        for arguments in re.findall(rf"make {target} ARGS=\"?([^\"`\n]+)", read(name))
        for option in re.findall(r"--[a-z-]+", arguments)
    }
    assert told in named
    assert all(option in shown for option in named)


# --- the tree ----------------------------------------------------------------------------------


def drawn_tree() -> list[str]:
    """Give every path of the tree drawn in docs/architecture.md."""
    (drawing,) = fences(read("docs/architecture.md"), "text")
    paths, folder = [], ""
    for line in drawing.splitlines():
        names = re.match(r"( *)((?:[\w./-]+(?:, )?)+)(?:  |$)", line)
        assert names, line
        inside = folder if names[1] else ""
        for each in names[2].split(", "):
            paths.append(inside + each)
        if not names[1]:
            folder = names[2] if names[2].endswith("/") else ""
    return paths


def test_every_path_of_the_drawn_tree_exists() -> None:
    assert [path for path in drawn_tree() if not (ROOT / path).exists()] == []


def test_the_drawn_tree_leaves_out_nothing_of_the_package() -> None:
    drawn = {path.rstrip("/") for path in drawn_tree()}
    real = {
        f"qcportal/{each.name}"
        for each in (ROOT / "qcportal").iterdir()
        if each.name != "__pycache__" and (each.is_dir() or each.suffix == ".py")
    }
    assert real <= drawn


def test_every_path_named_in_the_architecture_exists() -> None:
    words = re.findall(r"`([\w./-]+)`", prose(read("docs/architecture.md")))
    paths = [each for each in words if each.endswith(("/", ".py", ".yaml")) and each[0] != "/"]
    assert paths
    assert [p for p in paths if not ((ROOT / p).exists() or (ROOT / "qcportal" / p).exists())] == []


# --- the machine of disputes ---------------------------------------------------------------------


def test_the_page_on_disputes_prints_the_machines_own_table() -> None:
    printed = [line for line in read("docs/disputes.md").splitlines() if line.startswith("| `")]
    rows = [line for line in printed if line.count("|") == 5]
    assert rows == documented_machine.table()


def test_the_page_on_disputes_names_the_deadlines_and_every_event() -> None:
    text = read("docs/disputes.md")
    limits = Deadlines()
    for clock, days in (
        ("file_by", f"{limits.file_days} days"),
        ("reply_by", f"{limits.reply_days} working days"),
        ("decide_by", f"{limits.decide_days} working days"),
        ("appeal_by", f"{limits.appeal_days} days"),
    ):
        assert re.search(rf"^\| `{clock}` \|.*\| {days} \|$", text, re.MULTILINE), clock
    code = "".join(path.read_text() for path in (ROOT / "qcportal/disputes").glob("*.py"))
    told = re.findall(r'tell="(\w+)"|"dispute\.(\w+)"', code)
    assert {name for pair in told for name in pair if name} <= set(
        re.findall(r"`[\w.]*?(\w+)`", text)
    )


# --- the walk-through --------------------------------------------------------------------------


def test_what_the_page_quotes_stands_in_the_walk_through() -> None:
    script = read("docs/walkthrough.sh")
    quoted = fences(read("docs/field-app.md"), "bash")
    assert len(quoted) >= 6
    assert [block for block in quoted if block not in script] == []


def test_the_page_runs_steps_that_the_walk_through_has() -> None:
    known = set(re.findall(r"^#   walkthrough\.sh ([a-z-]+)", read("docs/walkthrough.sh"), re.M))
    used = set(re.findall(r"walkthrough\.sh ([a-z-]+)", read("docs/field-app.md")))
    assert used == known


@pytest.mark.parametrize("name", [*NAMES, "docs/walkthrough.sh"])
def test_every_address_of_the_portal_that_is_named_exists(lite_app: Flask, name: str) -> None:
    doors = lite_app.url_map.bind("portal.example")
    strange = []
    for path in set(re.findall(r"/api/[\w./<>-]*[\w>]", read(name))):
        methods = doors.allowed_methods(re.sub(r"<\w+_id>", str(uuid.uuid4()), path))
        if not methods and path not in {"/api/v1", "/api/v1/field"}:
            strange.append(path)
    assert strange == []


# --- the examples ------------------------------------------------------------------------------


@pytest.fixture
def newcomer(lite_app: Flask) -> World:
    """A world in which the merchant of the pages has a key and nothing else yet."""
    world = World(lite_app)
    with world.inside():
        merchant = accounts.create_merchant(slug="volt", name="Volt Bazaar", by=SYSTEM)
        _, key = api_keys.create(merchant, name="erp", scopes=SCOPES, expires_at=None, by=SYSTEM)
        world.a = Store(merchant.id, "volt", key, "", "")
    return world


def test_every_exchange_on_the_partners_page_goes_as_printed(
    newcomer: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PhotoStore, "put_derived", lambda *_: None)
    reader, count = Reader(), 0
    for exchange in exchanges(read("docs/partner-api.md")):
        if exchange.meanwhile:
            _visit(newcomer, next(iter(reader.known.values())))
            continue
        _follow(newcomer, reader, exchange)
        count += 1
    assert count >= 9


def _follow(world: World, reader: Reader, exchange: Exchange) -> None:
    headers = {"Authorization": f"Bearer {world.a.token}", "Content-Type": "application/json"}
    data: Any = reader.translate(exchange.body)
    if "Content-Type: image/jpeg" in exchange.headers:
        data, headers["Content-Type"] = _picture(), "image/jpeg"
    path = reader.translate(exchange.path)
    answer = world.client.open(path, method=exchange.method, headers=headers, data=data)
    assert answer.status_code == exchange.status, answer.text
    reader.compare(json.loads(exchange.answer), answer.get_json())


def _visit(world: World, return_id: str) -> None:
    """Let the executive do the return: all answers match, one photo is not taken."""
    world.assign(return_id)
    sheet = world.field("GET", "/run-sheet").get_json()
    (item,) = sheet["stops"][0]["items"]
    answers = [
        {"check": check["key"], "result": "match", "value": check["expected"]}
        for check in item["checklist"]["checks"]
    ]
    forms = world.forms(return_id)
    captures = [a_capture(forms[slot], bytes(2000)) for slot in ("front", "imei")]
    body = {
        "client_inspection_id": str(uuid.uuid4()),
        "return_id": return_id,
        "items": [{"item_id": item["item_id"], "answers": answers}],
        "captures": captures,
        "shipment_state": "picked",
    }
    assert world.field("POST", "/inspections", body).status_code == 201
    told = world.callback(*[an_arrival(forms[slot], bytes(2000)) for slot in ("front", "imei")])
    assert {each["outcome"] for each in told.get_json()["arrivals"]} == {"verified"}


def _picture() -> bytes:
    held = io.BytesIO()
    Image.linear_gradient("L").resize((900, 600)).save(held, "JPEG")
    return held.getvalue()
