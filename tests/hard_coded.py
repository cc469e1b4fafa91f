"""Finds what a person would read in templates and in Python, and that no catalogue knows."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

SAYING = {
    "_", "gettext", "ngettext", "pgettext", "npgettext", "lazy_gettext", "later", "lazy_ngettext",
}  # fmt: skip
READ_ALOUD = {"aria-label", "aria-description", "title", "placeholder", "alt", "label"}
NAMES = {"Doorstep"}
"""What is the same in every language."""

_TRANS = re.compile(r"\{%-?\s*trans\b.*?\{%-?\s*endtrans\s*-?%\}", re.DOTALL)
_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]{2,}")
_NAME = re.compile(r"[\w%]+[-/][\w%/-]*|plain-\w+")
_SENTENCE = re.compile(r"[A-Z][a-z]|.*\s[a-z]{2,}|.*[a-z,]\s+[a-z]|\s+[a-z]{2,}|[a-z]{2,}\s+$")


class _Page(HTMLParser):
    """Collects words between tags and in attributes that are read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in {"code", "kbd"}
        for name, value in attrs:
            spoken = name in READ_ALOUD or (name.startswith("data-") and " " in (value or ""))
            if spoken and "\0" not in name:
                self._keep(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in {"code", "kbd"}

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self._keep(data)

    def _keep(self, text: str) -> None:
        for piece in text.split("\0"):
            of_a_tag = '="' in piece or '">' in piece or piece.rstrip().endswith('"')
            of_a_tag |= piece.lstrip().startswith("<") or bool(_NAME.fullmatch(piece.strip()))
            if _WORD.search(piece) and not of_a_tag and piece.strip(" –·\n") not in NAMES:
                self.found.append(" ".join(piece.split()))


def in_template(source: str, classes: set[str]) -> list[str]:
    """List the words of a template outside of the catalogue: in its HTML and its expressions."""
    page = _Page()
    bare = _JINJA.sub("\0", _TRANS.sub("\0", source))
    page.feed(bare.replace("<\0", "<x").replace("</\0", "</x"))
    page.close()
    return page.found + list(_constants(source, classes))


def _constants(source: str, classes: set[str]) -> Iterator[str]:
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    said = {
        id(inner)
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in SAYING
        for inner in call.args
    }
    compared = {
        id(inner) for each in tree.find_all(nodes.Compare) for inner in each.find_all(nodes.Const)
    }
    for const in tree.find_all(nodes.Const):
        text = const.value
        if not isinstance(text, str) or id(const) in said | compared or not _SENTENCE.match(text):
            continue
        known = classes | {name.removeprefix("button-") for name in classes}
        names = {each for each in text.split() if each in known or _NAME.fullmatch(each)}
        of_a_tag = "<" in text or '="' in text
        if set(text.split()) != names and not of_a_tag and text.strip() not in NAMES:
            yield text


def in_python(path: Path) -> list[tuple[int, str]]:
    """List the line and text of each string that reads like a sentence and is not looked up."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed = _docstrings(tree) | _looked_up(tree) | _for_programs(tree)
    return sorted(
        (node.lineno, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in passed
        and _SENTENCE.match(node.value)
    )


def _docstrings(tree: ast.Module) -> set[int]:
    return {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}


def _looked_up(tree: ast.Module) -> set[int]:
    return {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and _name(node.func) in SAYING
        for each in node.args
        for inner in ast.walk(each)
    }


def _for_programs(tree: ast.Module) -> set[int]:
    """Pass what goes to programmers: bugs that are raised, annotations and log lines."""
    found: set[int] = set()
    for node in ast.walk(tree):
        parts: list[ast.AST | None] = []
        if isinstance(node, ast.Call) and _name(node.func) in {
            "RuntimeError",
            "ValueError",
            "TypeError",
            "LookupError",
            "KeyError",
            "AssertionError",
        }:
            parts = [node]
        elif isinstance(node, ast.arg | ast.AnnAssign):
            parts = [node.annotation]
        elif isinstance(node, ast.FunctionDef):
            parts = [node.returns]
        found |= {id(inner) for part in parts if part for inner in ast.walk(part)}
    return found


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")
