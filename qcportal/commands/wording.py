"""`qcportal words`: gathers what code and templates say into the catalogues of every language."""

import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

from qcportal import language

PACKAGE = Path(language.__file__).parent
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "later": None,
    "ngettext": (1, 2),
    "lazy_ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
TEMPLATES = {"newstyle_gettext": "true", "silent": "false"}
UNREAD = ("templates/sheet/", "demo/", "migrations/", "static/")
"""What no person of a store or the carrier reads: the component sheet, the demo."""


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; status 1 where a catalogue is behind.")
def words(*, check: bool) -> None:
    """Bring the catalogues of every language up to what code and templates say today."""
    said, behind = gather(), []
    for code in foreign():
        path = file_of(code)
        written, held = renewed(said, code), path.read_bytes() if path.exists() else b""
        if written == held:
            continue
        behind.append(code)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(written)
    click.echo(_report(said, behind, check=check))
    if check and behind:
        raise SystemExit(1)


def foreign() -> list[str]:
    """List the languages that need a catalogue."""
    return [code for code in language.LANGUAGES if code != language.ENGLISH]


def file_of(code: str) -> Path:
    """Give where the catalogue of a language lies."""
    return language.FOLDER / code / "LC_MESSAGES" / "messages.po"


def gather() -> Catalog:
    """Collect every sentence, with the files it stands in."""
    said = Catalog(charset="utf-8")
    for path in _sources():
        name = path.relative_to(PACKAGE).as_posix()
        for _line, message, _comments, context in _messages(path):
            said.add(message, locations=[(name, 0)], context=context)
    return said


def renewed(said: Catalog, code: str) -> bytes:
    """Give a catalogue as it should be: every sentence of today, and the translations it has."""
    path = file_of(code)
    held = read_po(io.BytesIO(path.read_bytes()), locale=code) if path.exists() else Catalog(code)
    fresh = Catalog(locale=code, charset="utf-8", fuzzy=False)
    for message in said:
        if not message.id:
            continue
        before = held.get(message.id, message.context)
        kept = before.string if before is not None and not before.fuzzy else None
        fresh.add(message.id, kept, locations=_files(message.locations), context=message.context)
    return _written(fresh)


def untranslated(code: str) -> int:
    """Count the sentences that a language still lacks."""
    held = read_po(io.BytesIO(file_of(code).read_bytes()), locale=code)
    return sum(not _is_whole(message.string) for message in held if message.id)


def _sources() -> Iterator[Path]:
    for path in sorted([*PACKAGE.rglob("*.py"), *(PACKAGE / "templates").rglob("*.html")]):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith(UNREAD) and not name.endswith("_examples.py"):
            yield path


def _messages(path: Path) -> Iterable[Any]:
    method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
    options = {} if path.suffix == ".py" else TEMPLATES
    with path.open("rb") as source:
        yield from extract(method, source, keywords=KEYWORDS, options=options)


def _files(locations: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    return [(name, 0) for name in sorted({name for name, _line in locations})]


def _written(catalogue: Catalog) -> bytes:
    """Write without dates, versions and line numbers: only what a change really changed."""
    held = io.BytesIO()
    write_po(held, catalogue, width=100, sort_output=True, include_lineno=False, omit_header=True)
    plural = f"nplurals={catalogue.num_plurals}; plural={catalogue.plural_expr};"
    head = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Language: {catalogue.locale}\\n"\n"Plural-Forms: {plural}\\n"\n\n'
    )
    return head.encode() + held.getvalue()


def _is_whole(string: Any) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


def _report(said: Catalog, behind: list[str], *, check: bool) -> str:
    lines = [f"{len(said)} sentences."]
    for code in foreign():
        state = "as they are" if code not in behind else "behind" if check else "renewed"
        lacks = untranslated(code) if file_of(code).exists() else len(said)
        lines.append(f"{code}: {state}, {lacks} without a translation.")
    return "\n".join(lines)
