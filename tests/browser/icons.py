"""The icon sprite: what it holds, which names the code mentions, and the cutter that adds icons.

By hand: `python tests/browser/icons.py FOLDER NAME...` adds icons of the unpacked lucide-static
package in FOLDER and drops those that nothing mentions any more.
"""

import ast
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SPRITE = ROOT / "qcportal/static/icons.svg"
TEMPLATES = ROOT / "qcportal/templates"
BLUEPRINTS = ROOT / "qcportal/blueprints"

_PLACE_OF_ICON = {"Badge": 1, "NavItem": 1, "Note": 1, "Task": 0, "Verdict": 1}


def in_sprite() -> set[str]:
    """List the icons that the sprite holds."""
    return (
        set(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text())) if SPRITE.exists() else set()
    )


def named() -> set[str]:
    """List the icons named where only an icon can stand, in templates and view data."""
    found = {
        name
        for path in TEMPLATES.rglob("*.html")
        for name in re.findall(r"""\bicon\(\s*"([a-z0-9-]+)\"""", path.read_text())
    }
    for path in BLUEPRINTS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            found |= _icon_of(node) if isinstance(node, ast.Call) else set()
    return found


def mentioned() -> set[str]:
    """List every quoted word, any of which may be an icon."""
    files = [*TEMPLATES.rglob("*.html"), *BLUEPRINTS.rglob("*.py")]
    return {word for path in files for word in re.findall(r'"([a-z0-9-]+)"', path.read_text())}


def cut(folder: Path, more: list[str]) -> None:
    """Write the sprite anew, with strokes a little thinner than Lucide's own."""
    names = sorted((in_sprite() & mentioned()) | named() | set(more))
    symbols = [_symbol(name, (folder / "icons" / f"{name}.svg").read_text()) for name in names]
    SPRITE.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    )


def _icon_of(call: ast.Call) -> set[str]:
    place = _PLACE_OF_ICON.get(getattr(call.func, "id", getattr(call.func, "attr", "")))
    if place is None:
        return set()
    values = call.args[place : place + 1] + [k.value for k in call.keywords if k.arg == "icon"]
    return {v.value for v in values if isinstance(v, ast.Constant) and isinstance(v.value, str)}


def _symbol(name: str, drawing: str) -> str:
    body = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
    if body is None:
        raise ValueError(f"{name} is not an SVG")
    lines = "".join(line.strip() for line in body[1].splitlines()).replace(" />", "/>")
    return (
        f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" '
        f'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">{lines}</symbol>'
    )


if __name__ == "__main__":
    cut(Path(sys.argv[1]), sys.argv[2:])
