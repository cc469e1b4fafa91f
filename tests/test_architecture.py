"""The house rules of imports, sizes, names and doors, read off the code itself."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

import qcportal
from qcportal import blueprints
from qcportal.blueprints import access

ROOT = Path(qcportal.__file__).parent.parent
PACKAGE = ROOT / "qcportal"
SINGLES = [ROOT / "wsgi.py", ROOT / "lambda_relay.py"]
FILES = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if "migrations" not in path.parts and "vendor" not in path.parts
] + SINGLES
NAMES = [str(path.relative_to(ROOT)) for path in FILES]

# Each room and the rooms it may look into; what stands further down may import what is above it.
ORDER = [
    ["clock", "language", "errors", "signing", "signing_keys", "sigv4", "upload_forms", "config",
     "imaging", "capture_kinds", "thumbhash", "tokens", "logs", "weak_passwords", "rules",
     "adapters", "imaging_server", "stored_objects", "fetching", "outgoing"],
    ["db"],
    ["s3_calls", "questions", "migrating"],
    ["tenancy", "storage", "queues"],
    ["history"],
    ["accounts"],
    ["sessions", "devices", "api_keys", "totp", "catalogue", "jobs", "saved_views"],
    ["catalogue_import", "invitations", "password_resets", "phones"],
    ["returns"],
    ["rulebooks"],
    ["inspections"],
    ["photos"],
    ["manifests"],
    ["reviews"],
    ["likeness"],
    ["disputes"],
    ["intake", "doorstep", "webhooks", "verification", "mail"],
    ["reconciliation"],
    ["results", "trials", "uploads", "reports"],
    ["exports"],
    ["packs"],
    ["worker"],
    ["blueprints"],
    ["__init__"],
    ["doctor"],
    ["commands"],
    ["demo"],
    ["cli"],
]  # fmt: skip
HEIGHT = {room: number for number, rooms in enumerate(ORDER) for room in rooms}
PURE = set(ORDER[0])
IN_REQUESTS = {
    "request", "session", "g", "url_for", "render_template", "redirect", "flash", "current_app",
    "abort", "make_response", "jsonify",
}  # fmt: skip
LOWER_SIDE = {"errors", "clock", "capture_kinds", "config", "signing_keys", "sigv4", "upload_forms"}
BANNED = {"utils", "helpers", "common", "misc", "services", "managers", "base", "constants"}
BANNED |= {"models", "models_", "util", "helper", "lib", "tools"}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def room_of(path: Path) -> str:
    """Name the room of a file: the first part under the package."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0]


def is_for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def imported(path: Path) -> set[str]:
    """Give every module named in an import, as `package.module.name`."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            found |= {f"{node.module}.{each.name}" for each in node.names}
    return found


def rooms_used(path: Path) -> set[str]:
    rooms = set()
    for name in imported(path):
        parts = name.split(".")
        if parts[0] == "qcportal" and len(parts) > 1:
            rooms.add(parts[1] if parts[1] in HEIGHT else "__init__")
    return rooms


def outside(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)} - {"qcportal"}


# --- imports -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("qcportal/")])
def test_every_module_looks_only_into_the_rooms_above_it(name: str) -> None:
    path = ROOT / name
    room = room_of(path)
    assert room in HEIGHT, f"{room} has no place in the order of the house; give it one"
    for other in rooms_used(path) - {room}:
        if room in PURE and other in PURE:
            continue
        assert HEIGHT[other] < HEIGHT[room], f"{name} looks down into {other}"


@pytest.mark.parametrize(
    "name", [n for n in NAMES if n.startswith("qcportal/") and room_of(ROOT / n) in PURE]
)
def test_the_core_is_pure(name: str) -> None:
    barred = {"flask", "sqlalchemy", "flask_sqlalchemy", "boto3", "botocore", "alembic"}
    if name == "qcportal/signing_keys.py":
        barred -= {"boto3", "botocore"}
    assert outside(ROOT / name) & barred == set()


@pytest.mark.parametrize("name", [n for n in NAMES if n.startswith("qcportal/rules/")])
def test_the_rules_know_errors_words_and_each_other_only(name: str) -> None:
    assert rooms_used(ROOT / name) <= {"rules", "errors", "language"}


@pytest.mark.parametrize("name", [n for n in NAMES if "/blueprints/" not in n])
def test_only_blueprints_know_the_request(name: str) -> None:
    if name == "qcportal/__init__.py":
        return
    flask = {each.split(".")[1] for each in imported(ROOT / name) if each.startswith("flask.")}
    assert flask & IN_REQUESTS == set()


@pytest.mark.parametrize("name", NAMES)
def test_only_views_the_command_line_and_jobs_commit(name: str) -> None:
    may = name.startswith(
        ("qcportal/blueprints/", "qcportal/commands/", "qcportal/demo/", "qcportal/doctor/")
    ) or name in {"qcportal/cli.py", "qcportal/worker.py"}
    if may:
        return
    calls = [
        node.lineno
        for node in ast.walk(tree(ROOT / name))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "commit"
    ]
    assert calls == []


@pytest.mark.parametrize("name", NAMES)
def test_boto3_has_one_door(name: str) -> None:
    may = {"storage.py", "s3_calls.py", "signing_keys.py", "queues.py"}
    may = {f"qcportal/{each}" for each in may} | {"lambda_relay.py"}
    if name in may or name.startswith("qcportal/demo/"):
        return
    assert outside(ROOT / name) & {"boto3", "botocore"} == set()


def test_the_relay_stands_alone() -> None:
    relay = ROOT / "lambda_relay.py"
    ours = {name for name in imported(relay) if name.startswith("qcportal")}
    assert ours <= {"qcportal.imaging", "qcportal.imaging.analyse_limited"} or all(
        name.startswith("qcportal.imaging") or name == "qcportal.imaging" for name in ours
    )
    assert "flask" not in outside(relay)


AUDIENCES = sorted(blueprints.AUDIENCES)


@pytest.mark.parametrize(
    "name", [n for n in NAMES if n.split("/")[2:3] and n.split("/")[2] in AUDIENCES]
)
def test_no_audience_knows_another(name: str) -> None:
    mine = name.split("/")[2]
    known = {
        part[2]
        for part in (each.split(".") for each in imported(ROOT / name))
        if part[:2] == ["qcportal", "blueprints"] and len(part) > 2 and part[2] in AUDIENCES
    }
    assert known <= {mine}


# --- sizes and names ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_three_hundred_lines_at_most(name: str) -> None:
    # The relay deploys as one file, and carries the one that looks at pictures with it.
    most = {"lambda_relay.py": 660, "qcportal/imaging.py": 330}.get(name, 300)
    assert len((ROOT / name).read_text().splitlines()) <= most


def functions(path: Path) -> list[ast.FunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree(path)) if isinstance(node, kinds)]


@pytest.mark.parametrize("name", NAMES)
def test_a_function_has_forty_lines_at_most(name: str) -> None:
    long = [
        f"{each.name}: {each.end_lineno - each.lineno + 1}"
        for each in functions(ROOT / name)
        if each.end_lineno - each.lineno + 1 > 40
    ]
    assert long == []


NESTING = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match)


def depth(node: ast.AST, level: int = 0) -> int:
    deepest = level
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST):
                continue
            chained = field == "orelse" and isinstance(node, ast.If) and isinstance(child, ast.If)
            deeper = isinstance(child, NESTING) and not chained
            is_other = isinstance(child, ast.FunctionDef | ast.ClassDef | ast.Lambda)
            deepest = max(deepest, level if is_other else depth(child, level + deeper))
    return deepest


@pytest.mark.parametrize("name", NAMES)
def test_nesting_stays_flat(name: str) -> None:
    deep = {each.name: depth(each) for each in functions(ROOT / name) if depth(each) > 3}
    assert deep == {}


@pytest.mark.parametrize("name", NAMES)
def test_files_are_named_for_things(name: str) -> None:
    assert set(Path(name).with_suffix("").parts).isdisjoint(BANNED)


@pytest.mark.parametrize("name", NAMES)
def test_every_module_says_what_it_is(name: str) -> None:
    said = ast.get_docstring(tree(ROOT / name))
    assert said or (ROOT / name).stat().st_size == 0
    assert len((said or "").splitlines()) <= 16


@pytest.mark.parametrize("name", NAMES)
def test_every_function_is_annotated(name: str) -> None:
    bare = []
    for each in functions(ROOT / name):
        arguments = [*each.args.posonlyargs, *each.args.args, *each.args.kwonlyargs]
        missing = [one.arg for one in arguments if one.annotation is None]
        if each.returns is None or set(missing) - {"self", "cls"}:
            bare.append(each.name)
    assert bare == []


def tracked_texts() -> list[Path]:
    kinds = {".py", ".html", ".css", ".js", ".md", ".cfg", ".toml", ".yaml", ".yml", ".json", ""}
    skipped = {".git", "vendor", "__pycache__", "build", ".venv", "node_modules", ".demo"}
    return [
        path
        for place in ("qcportal", "tests", "bench", "deploy", "docs", ".ci")
        for path in (ROOT / place).rglob("*")
        if path.is_file() and path.suffix in kinds and not skipped & set(path.parts)
    ]


def test_no_file_names_a_place_of_somebodys_machine() -> None:
    own = re.compile(r"(/home/\w+|/Users/\w+|C:\\\\Users|/root/|/work/[a-z]|/tmp/v/)")
    found = {}
    for path in tracked_texts():
        if path.name == Path(__file__).name:
            continue
        hit = own.search(path.read_text(encoding="utf-8", errors="ignore"))
        if hit:
            found[str(path.relative_to(ROOT))] = hit[0]
    assert found == {}


# --- the doors ---------------------------------------------------------------------------------


@pytest.fixture
def rules(lite_app: Flask) -> list:
    return list(lite_app.url_map.iter_rules())


def test_the_security_map_names_every_door_with_its_guard() -> None:
    table = {
        name: (each.prefix, each.guard.__name__, each.errors, each.csrf)
        for name, each in blueprints.AUDIENCES.items()
    }
    assert table == {
        "field": ("/api/v1/field", "guard_device", "problem", False),
        "partner": ("/api/v1", "guard_api_key", "problem", False),
        "callbacks": ("/api/v1/callbacks", "guard_relay", "problem", False),
        "status": ("/", "guard_anyone", "problem", False),
        "session": ("/", "guard_browser", "page", True),
        "shared": ("/shared", "guard_link", "page", True),
        "merchant": ("/", "guard_merchant", "page", True),
        "admin": ("/admin", "guard_admin", "page", True),
    }
    assert all(0 <= each.largest_body <= 8_388_608 for each in blueprints.AUDIENCES.values())


def test_every_blueprint_is_an_audience_and_lies_under_its_prefix(lite_app: Flask, rules) -> None:
    known = set(blueprints.AUDIENCES) | {"openapi"}
    assert set(lite_app.blueprints) <= known
    for rule in rules:
        audience = blueprints.AUDIENCES.get(rule.endpoint.partition(".")[0])
        if audience is not None:
            assert rule.rule.startswith(audience.prefix)


def test_every_endpoint_declares_a_permission_that_is_known(lite_app: Flask) -> None:
    for endpoint, view in lite_app.view_functions.items():
        if endpoint != "static":
            assert getattr(view, "permission", None) in access.KNOWN, endpoint


def test_an_app_with_a_view_without_permission_does_not_start(lite_app: Flask) -> None:
    lite_app.view_functions["bare"] = lambda: ""
    try:
        with pytest.raises(RuntimeError, match="bare"):
            access.check_permissions(lite_app)
    finally:
        del lite_app.view_functions["bare"]


def test_what_anybody_may_call_is_pinned(lite_app: Flask, rules) -> None:
    open_to_all = {
        rule.rule
        for rule in rules
        if rule.endpoint != "static"
        and lite_app.view_functions[rule.endpoint].permission == access.ANYONE
    }
    assert open_to_all - {"/api/openapi.json", "/api/docs", "/api/problems/<slug>"} <= {
        "/healthz", "/readyz", "/sign-in", "/theme", "/language", "/join", "/join/<uuid:id>",
        "/forgot-password", "/new-password", "/new-password/<uuid:id>", "/api/v1/field/enrolments",
        "/static/<path:filename>", "/assets/<path:name>", "/assets/<digest>/<path:name>",
        "/static/<tag>/<path:name>",
    }  # fmt: skip


def test_the_doors_without_csrf_are_the_ones_without_cookies() -> None:
    free = {name for name, each in blueprints.AUDIENCES.items() if not each.csrf}
    assert free == {"field", "partner", "callbacks", "status"} == set(access.CSRF_FREE)
    for name in free - {"status"}:
        assert blueprints.AUDIENCES[name].guard in {
            access.guard_device, access.guard_api_key, access.guard_relay,
        }  # fmt: skip


def test_urls_are_in_kebab_case(rules) -> None:
    part = re.compile(
        r"[a-z0-9]+(-[a-z0-9]+)*(\.json|\.csv|\.zip|\.pdf|\.svg|\.webp|\.webmanifest)?|<[^>]+>"
    )
    for rule in rules:
        for piece in rule.rule.strip("/").split("/"):
            assert not piece or part.fullmatch(piece), rule.rule


def test_no_url_carries_a_token_but_a_shared_link_which_is_one(rules) -> None:
    for rule in rules:
        assert "link" not in rule.arguments or rule.endpoint.startswith("shared.")
        assert rule.arguments.isdisjoint({"token", "code", "secret", "key", "signature"}), rule.rule


def test_posts_are_verbs_and_gets_change_nothing(rules) -> None:
    for rule in rules:
        if "GET" in rule.methods:
            assert not re.search(r"/(delete|cancel|end|revoke|publish|assign)$", rule.rule)
