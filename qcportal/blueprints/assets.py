"""Static files under names that carry a digest of their bytes, so that browsers keep them.

Styles are joined at start-up, into one file for every page and one more per folder that only some
pages need (`FOLDERS`); there is no build step and no bundler.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from flask import Flask, Response, abort, request
from markupsafe import Markup

STATIC = Path(__file__).resolve().parents[1] / "static"
BUNDLE = "app.css"
FOLDERS = (
    "claims", "desk", "disputes", "enrolment", "inspection", "judging", "lists", "phone",
    "receipt", "rules", "sheet", "viewer", "webhooks",
)  # fmt: skip
SPRITE = "icons.svg"
LAYERS = "@layer reset, tokens, base, layout, components, pages, utilities;\n"
ORDER = ("tokens.css", "themes.css", "base.css", "layout.css")
LAST = "utilities.css"
YEAR = 31_536_000

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_PACKED = {".css", ".js", ".svg"}
_REFERENCE = re.compile(
    r"""(?P<before>url\(|from\s*|import\s*\(?)(?P<quote>["'])(?P<name>[^"':#]+)"""
)
_REMARK = re.compile(r"^ *(?://.*)?\n|^ +", re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_DECLARED = re.compile(r"^([\w-]+): ")
_LINE_END = re.compile(r"([{};,])\n")


def bundle_css(root: Path = STATIC) -> str:
    """Join the style sheets of every page in the order of their layers."""
    folder = root / "css"
    parts = [folder / name for name in ORDER]
    parts += sorted((folder / "components").glob("*.css"))
    parts += sorted((folder / "pages").glob("*.css"))
    return LAYERS + _joined([*parts, folder / LAST])


def bundle_folder(name: str, root: Path = STATIC) -> str:
    """Join the style sheets of one of the `FOLDERS`, in their layers too."""
    return LAYERS + _joined(sorted((root / "css" / name).glob("*.css")))


def _joined(paths: list[Path]) -> str:
    """Give the text of the sheets without comments and the white space that only people need."""
    text = "\n".join(path.read_text() for path in paths)
    lines = (line.strip() for line in _COMMENT.sub("", text).splitlines())
    return _LINE_END.sub(r"\1", "\n".join(_DECLARED.sub(r"\1:", line) for line in lines if line))


@dataclass(frozen=True)
class Asset:
    """One file as it is sent; `packed` is its gzip form where that is smaller."""

    body: bytes
    packed: bytes | None
    mimetype: str


class Assets:
    """Every static file by its plain name and by its fingerprinted one, held in memory."""

    def __init__(self, root: Path = STATIC) -> None:
        self._root = root
        self._names: dict[str, str] = {}
        self._files: dict[str, Asset] = {}
        self._drawn: dict[tuple[str, int | str], Markup] = {}
        for path in sorted(root.rglob("*")):
            if path.suffix in _TYPES and path.is_file() and path.suffix != ".css":
                self._take(path.relative_to(root).as_posix())
        bundles = {BUNDLE: bundle_css(root)}
        bundles |= {f"{name}.css": bundle_folder(name, root) for name in FOLDERS}
        for name, text in bundles.items():
            self._keep(name, self._linked(name, text).encode())
        sprite = self._files[self.name(SPRITE)].body.decode()
        self._icons = frozenset(re.findall(r'<symbol id="([^"]+)"', sprite))

    def url(self, plain: str) -> str:
        """Give the address of a file; KeyError if there is none of this name."""
        return f"/static/{self.name(plain)}"

    def icon_url(self, icon: str) -> str:
        """Give the address of one icon in the sprite; KeyError if it was never cut."""
        if icon not in self._icons:
            raise KeyError(f"no icon {icon!r} in {SPRITE}; tests/browser/icons.py adds it")
        return f"{self.url(SPRITE)}#{icon}"

    def icon(self, name: str, size: int | str = "") -> Markup:
        """Give the tag of one icon in the sprite; decoration only, the word stands beside it.

        A page has a hundred and more of them, so each is put together once.
        """
        drawn = self._drawn.get((name, size))
        if drawn is None:
            kind, url = f" icon-{size}" if size else "", self.icon_url(name)
            tag = Markup('<svg class="icon{}" aria-hidden="true"><use href="{}"/></svg>')
            drawn = self._drawn[name, size] = tag.format(kind, url)
        return drawn

    def name(self, plain: str) -> str:
        """Give the fingerprinted name of `plain` ("js/app.js"); KeyError if there is none."""
        return self._names[plain]

    def find(self, fingerprinted: str) -> Asset | None:
        """Give the file that is published under this exact name."""
        return self._files.get(fingerprinted)

    def _take(self, plain: str) -> str:
        if plain not in self._names:
            body = (self._root / plain).read_bytes()
            if plain.endswith(".js") and not plain.startswith("vendor/"):
                body = self._linked(plain, _REMARK.sub("", body.decode())).encode()
            self._keep(plain, body)
        return self._names[plain]

    def _linked(self, plain: str, text: str) -> str:
        """Point every relative reference at the fingerprinted name of its file."""
        folder = PurePosixPath(plain).parent

        def replaced(match: re.Match[str]) -> str:
            target = PurePosixPath(match["name"])
            published = PurePosixPath(self._take((folder / target).as_posix()))
            start = "./" if match["name"].startswith("./") else ""
            new = start + (target.parent / published.name).as_posix()
            return f"{match['before']}{match['quote']}{new}"

        return _REFERENCE.sub(replaced, text)

    def _keep(self, plain: str, body: bytes) -> None:
        path = PurePosixPath(plain)
        digest = hashlib.sha256(body).hexdigest()[:12]
        published = path.with_name(f"{path.stem}.{digest}{path.suffix}").as_posix()
        packed = gzip.compress(body, 9, mtime=0) if path.suffix in _PACKED else None
        self._names[plain] = published
        self._files[published] = Asset(body, packed, _TYPES[path.suffix])


def register(app: Flask, root: Path = STATIC) -> Assets:
    """Serve the files under `/static/` and give templates `asset_url` and `icon`.

    The app has to be made with `static_folder=None`: Flask's own route has no fingerprints.
    """
    if app.has_static_folder:
        raise RuntimeError("make the app with static_folder=None; assets.py serves /static/")
    assets = Assets(root)

    def static(name: str) -> Response:
        asset = assets.find(name)
        if asset is None:
            abort(404)
        return _answer(asset)

    app.add_url_rule("/static/<path:name>", "static", static)
    app.add_template_global(assets.url, "asset_url")
    app.add_template_global(assets.icon, "icon")
    return assets


def _answer(asset: Asset) -> Response:
    packed = asset.packed if "gzip" in request.headers.get("Accept-Encoding", "") else None
    response = Response(packed or asset.body, content_type=asset.mimetype)
    response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    if asset.packed:
        response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response
