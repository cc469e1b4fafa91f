"""Differences between two versions: each kind in words, and none without a change of content."""

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qcportal.rules.differences import Change, Difference, differences
from qcportal.rules.document import digest, parse
from tests.rules.books import KINDS, check, rule
from tests.rules.test_document_rows import WHOLE

OLD = parse(WHOLE, kinds=KINDS)


def changed(*path, to=None, without=False):
    """Give the differences after one place of the document got another value."""
    document = copy.deepcopy(WHOLE)
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    if without:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    return differences(OLD, parse(document, kinds=KINDS))


@pytest.mark.parametrize(
    ("path", "to", "expected"),
    [
        (["title"], "New",
         Difference("changed", "title", "The rulebook", "", (Change("Title", "Book", "New"),))),
        (["tables", 1, "categories"], ["phones", "tablets"],
         Difference("changed", "table", "“Phones”", "",
                    (Change("Categories", "phones", "phones, tablets"),))),
        (["rules", 1, "cells", "price"], "> 900",
         Difference("changed", "row", "“Rule costly” in “Shirts”", "costly",
                    (Change("Cell price", ">= 5000", "> 900"),))),
        (["rules", 3, "qc"], "photos_only",
         Difference("changed", "row", "“Rule wrong” in “Every item”", "wrong",
                    (Change("Route", "no check", "photos only"),))),
        (["rules", 1, "checks", 0, "expected"], {"value": "S"},
         Difference("changed", "check", "“Rule costly” in “Shirts”: “Which IMEI?”", "costly",
                    (Change("Right answer", "the item's attributes.size", "S"),))),
        (["rules", 0, "photos", 0, "min_count"], 2,
         Difference("changed", "photo", "“Rule all” in “Every item”: “Front”", "all",
                    (Change("How many", "1", "2"),))),
        (["decisions", 0, "answers", "tag"], "yes",
         Difference("changed", "decision", "“The tag is gone” in “Shirts”", "no-tag",
                    (Change("Answer to tag", "no", "yes"),))),
        (["synonyms", "fits", 0], ["S", "tiny"],
         Difference("changed", "synonyms", "“fits”", "",
                    (Change("Words", "S, small", "S, tiny"),))),
        (["review", "minutes"], 20,
         Difference("changed", "review", "Time to decide", "",
                    (Change("Minutes to decide", "15", "20"),))),
    ],
)  # fmt: skip
def test_a_changed_place_is_one_difference_in_words(path, to, expected):
    assert changed(*path, to=to) == (expected,)


def test_what_is_added_or_removed_is_told_with_all_its_parts():
    new = rule("new", check(), title="Phones again", cells={"brand": "acme"})
    (added,) = changed(
        "rules", to=[*WHOLE["rules"], new | {"checks": [WHOLE["rules"][0]["checks"][0]]}]
    )
    assert (added.kind, added.what, added.row) == ("added", "row", "new")
    assert Change("Cell brand", "", "acme") in added.changes
    assert Change("Checks", "", "Is the tag attached?") in added.changes
    (removed,) = changed("review", without=True)
    assert (removed.kind, removed.changes[0]) == (
        "removed", Change("Minutes to decide", "15", ""),
    )  # fmt: skip
    (gone,) = changed("rules", 0, "photos", without=True)
    assert (gone.kind, gone.what) == ("removed", "photo")


def test_a_row_that_only_moved_is_told_as_moved():
    rules = WHOLE["rules"]
    (moved,) = changed("rules", to=[rules[1], rules[2], rules[0], rules[3]])
    assert (moved.kind, moved.what, moved.row) == ("moved", "row", "all")
    (swapped,) = changed("synonyms", "fits", to=WHOLE["synonyms"]["fits"][::-1])
    assert (swapped.kind, swapped.what) == ("moved", "synonyms")


def test_commas_in_a_value_do_not_hide_where_it_ends():
    listed = ["phones, tablets", "phones"]
    (difference,) = changed("tables", 1, "categories", to=listed)
    assert difference.changes[0].after == "“phones, tablets”, phones"


PARTS = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["Book", "Other"]),
        "tables": st.lists(st.sampled_from(WHOLE["tables"]), unique_by=str),
        "rules": st.lists(
            st.builds(
                lambda name, checks, parts: rule(name, *checks, **parts),
                st.sampled_from(["a", "b", "c"]),
                st.lists(
                    st.builds(
                        lambda key, parts: check(key, **parts),
                        st.sampled_from(["one", "two"]),
                        st.sampled_from([{}, {"required": False}]),
                    ),
                    unique_by=lambda each: each["key"],
                ),
                st.fixed_dictionaries(
                    {
                        "photos": st.lists(
                            st.builds(
                                lambda many: {
                                    "key": "front", "title": "F", "kind": "photo", "min_count": many
                                },
                                st.integers(1, 2),
                            ),
                            min_size=1,
                            max_size=3,
                        ),
                        "cells": st.dictionaries(
                            st.sampled_from(["price", "mrp"]), st.sampled_from(["> 1", "> 2"])
                        ),
                        "when": st.sampled_from(["", "price > 1"]),
                        "qc": st.sampled_from(["full", "none"]),
                    }
                ),
            ),
            min_size=1,
            unique_by=lambda each: each["id"],
        ),
        "decisions": st.lists(
            st.builds(
                lambda name, verdict: {"id": name, "verdict": verdict},
                st.sampled_from(["a", "b", "c"]),
                st.sampled_from(["pass", "fail"]),
            ),
            unique_by=lambda each: each["id"],
        ),
        "synonyms": st.dictionaries(
            st.sampled_from(["a", "b"]),
            st.lists(st.sampled_from([["x", "y"], ["x", "z"], ["p", "q"]]), max_size=3),
        ),
        "review": st.none() | st.fixed_dictionaries({"minutes": st.integers(1, 2)}),
    }
)  # fmt: skip
BOOKS = PARTS.map(lambda document: parse(document, kinds=KINDS))


@given(BOOKS, BOOKS)
def test_there_is_no_difference_if_and_only_if_the_digests_are_equal(old, new):
    found = differences(old, new)
    assert (found == ()) is (digest(old) == digest(new))
    assert all(each.where for each in found)
    assert all(each.changes for each in found if each.kind == "changed")
    assert differences(old, old) == ()
