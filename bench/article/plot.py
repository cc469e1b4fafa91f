"""A profile's figures as an SVG: for each size a bar per architecture, drawn by hand."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from bench.article.arms import ARMS

WIDTH, LEFT, RIGHT, TOP = 760, 128, 92, 74
ROW, BAR, GAP = 24, 14, 34
SCALE = WIDTH - LEFT - RIGHT
STEPS = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500)
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2933 }
.dim { fill: #5a6772; font-size: 12px } .title { font-weight: 600; font-size: 15px }
.grid { stroke: #d8dee4 } .go { fill: #9db4c8 } .see { fill: #33658a } .ours { fill: #0b7a53 }
.mark { fill: #c2570c } .paper { fill: #ffffff }
@media (prefers-color-scheme: dark) {
  text { fill: #e4e9ee } .dim { fill: #9aa7b2 } .grid { stroke: #37424c } .go { fill: #4d6478 }
  .see { fill: #7fb2d9 } .ours { fill: #3fc08d } .mark { fill: #f5a15c } .paper { fill: #14191e }
}
"""


def draw(found: Mapping[str, Any]) -> str:
    """Give the SVG of one profile's times (medians)."""
    sizes = sorted({cell["size"] for cell in found["latency"]})
    longest = max(_longest(cell) for cell in found["latency"])
    height = TOP + len(sizes) * (len(ARMS) * ROW + GAP) + 30
    parts = [*_head(found, height), *_axis(longest, height)]
    for place, size in enumerate(sizes):
        top = TOP + place * (len(ARMS) * ROW + GAP)
        cells = {cell["arm"]: cell for cell in found["latency"] if cell["size"] == size}
        parts.append(_text(12, top + 12, f"{size // 1000} KB from the camera", "dim"))
        parts += _bars(cells, top + 20, longest)
    return "\n".join([*parts, "</svg>", ""])


def _head(found: Mapping[str, Any], height: int) -> Iterator[str]:
    title = f"{found['title']}: seconds from capture until the merchant sees the photo (median)"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{escape(title)}">'
    )
    yield f"<style>{STYLE}</style>"
    yield f'<rect class="paper" width="{WIDTH}" height="{height}"/>'
    yield _text(12, 26, title, "title")
    yield '<rect class="go" x="12" y="40" width="14" height="7"/>'
    yield _text(32, 48, "executive may move on", "dim")
    yield '<rect class="see" x="190" y="38" width="14" height="11"/>'
    yield _text(210, 48, "merchant sees the photo", "dim")
    yield '<circle class="mark" cx="384" cy="44" r="5"/>'
    yield _text(396, 48, "merchant sees a preview", "dim")


def _axis(longest: float, height: int) -> Iterator[str]:
    every = next((step for step in STEPS if longest / step <= 7), STEPS[-1])
    for count in range(int(longest / every) + 1):
        x, label = LEFT + _x(count * every, longest), f"{count * every:g} s"
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 8}" y2="{height - 28}"/>'
        yield f'<text class="dim" x="{x:.1f}" y="{height - 10}" text-anchor="middle">{label}</text>'


def _bars(cells: Mapping[str, Mapping[str, Any]], top: float, longest: float) -> Sequence[str]:
    parts = []
    for place, arm in enumerate(ARMS):
        y, cell = top + place * ROW, cells.get(arm)
        parts.append(_text(24, y + 12, arm))
        if cell is None:
            parts.append(_text(LEFT + 6, y + 12, "not measured: longer than two minutes", "dim"))
            continue
        seen, moved = cell["seen"]["p50"], cell["moved_on"]["p50"]
        kind = "ours" if arm == "ours" else "see"
        parts.append(_rect(kind, y, BAR - 4, _x(seen, longest)))
        parts.append(_rect("go", y + BAR - 4, 4, _x(moved, longest)))
        end = LEFT + _x(max(seen, moved), longest) + 8
        parts.append(_text(end, y + 11, f"{seen:.1f} s", "dim"))
        if cell["preview"] and arm == "ours":
            x = LEFT + _x(cell["preview"]["p50"], longest)
            parts.append(f'<circle class="mark" cx="{x:.1f}" cy="{y + BAR / 2:.1f}" r="5"/>')
    return parts


def _rect(kind: str, y: float, height: float, width: float) -> str:
    return f'<rect class="{kind}" x="{LEFT}" y="{y:g}" width="{width:.1f}" height="{height:g}"/>'


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:.1f}" y="{y:g}">{escape(text)}</text>'


def _x(seconds: float, longest: float) -> float:
    return seconds / longest * SCALE


def _longest(cell: Mapping[str, Any]) -> float:
    return max(float(cell[name]["p50"]) for name in ("seen", "moved_on"))
