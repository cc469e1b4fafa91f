"""What a browser loads for a page: its style sheets, and its scripts with all that they import."""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Self
from urllib.parse import urljoin

from flask import Flask
from flask.testing import FlaskClient

_SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
_SCRIPT = re.compile(r'(?:<script[^>]* src|data-script)="([^"]+)"')
_IMPORT = re.compile(r"""(?:from\s*|import\s*\(?\s*)["']([^"']+)["']""")
_CLASSES = re.compile(r'class="([^"]*)"')
_STYLED = re.compile(r"\.([a-z][\w-]*)")
_DIGEST = re.compile(r"\.[0-9a-f]{12}\.")


@dataclass(frozen=True)
class Linked:
    """A page's files, with their bytes of gzip; its classes, and those it has styles for."""

    styles: dict[str, int]
    scripts: dict[str, int]
    classes: set[str]
    styled: set[str]

    @classmethod
    def by(cls, client: FlaskClient, path: str) -> Self:
        """Read a page and follow what it links."""
        text = client.get(path).text
        sheets, scripts = _SHEET.findall(text), set(_SCRIPT.findall(text))
        waiting = list(scripts)
        while waiting:
            address = waiting.pop()
            found = {urljoin(address, name) for name in _imports(client, address)} - scripts
            scripts |= found
            waiting += found
        return cls(
            styles={_name(address): len(_packed(client, address)) for address in sheets},
            scripts={_name(address): len(_packed(client, address)) for address in scripts},
            classes={name for value in _CLASSES.findall(text) for name in value.split()},
            styled={name for sheet in sheets for name in _STYLED.findall(client.get(sheet).text)},
        )

    @staticmethod
    def weight(files: dict[str, int]) -> int:
        """Give the bytes of gzip of some files together."""
        return sum(files.values())


def sent(client: FlaskClient, app: Flask, name: str) -> bytes:
    """Give one static file, by its plain name, as it is sent."""
    url: Any = app.jinja_env.globals["asset_url"]
    return _packed(client, url(name))


def _imports(client: FlaskClient, address: str) -> list[str]:
    return [] if "/vendor/" in address else _IMPORT.findall(client.get(address).text)


def _packed(client: FlaskClient, address: str) -> bytes:
    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    return bytes(answer.data)


def _name(address: str) -> str:
    return PurePosixPath(_DIGEST.sub(".", address)).name
