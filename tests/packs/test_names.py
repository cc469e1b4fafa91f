"""Names of files in a pack are harmless, whatever things are called."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.packs import names


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Whole item", "whole-item"),
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\Windows\\x.exe", "c-windows-x-exe"),
        ("डिब्बा", "photo"),
        ("Café \u202egpj.exe", "cafe-gpj-exe"),
        ("", "photo"),
        ("CON", "con"),
    ],
)
def test_titles_become_names(title: str, expected: str) -> None:
    name = names.original(7, title, "0190b6a0-5c4e-7d3a-9a41-0c5e6f7a8b9c", "image/jpeg")
    assert name == f"007-{expected}-6f7a8b9c.jpg"


@given(st.text(), st.text())
def test_no_name_leaves_its_folder(title: str, kind: str) -> None:
    name = names.original(1, title, "0190b6a0-5c4e-7d3a-9a41-0c5e6f7a8b9c", kind)
    assert re.fullmatch(r"[a-z0-9-]+\.[a-z0-9]+", name)
    assert len(name) < 90


@pytest.mark.parametrize(
    ("kind", "ending"),
    [("image/png", "png"), ("IMAGE/JPEG; charset=x", "jpg"), ("text/html", "bin"), ("", "bin")],
)
def test_endings_follow_the_type(kind: str, ending: str) -> None:
    assert names.extension(kind) == ending
