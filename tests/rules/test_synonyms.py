"""Words that mean the same."""

import pytest

from qcportal.rules.comparators import letters_of
from qcportal.rules.synonyms import BUILT_IN, others


@pytest.mark.parametrize(
    ("name", "word", "other"),
    [
        ("colours", "Navy-Blue", "navy"),
        ("colours", "नीला", "blue"),
        ("colours", "GRAY", "grey"),
        ("colours", "sunehra", "gold"),
        ("sizes", "Small", "s"),
        ("sizes", "XXL", "2xl"),
        ("sizes", "Free Size", "one size"),
    ],
)
def test_a_word_knows_the_others_of_its_group(name, word, other):
    assert other in others(word, {}, name)
    assert letters_of(word) not in map(letters_of, others(word, {}, name))


def test_navy_is_not_blue():
    assert "blue" not in others("navy", {}, "colours")


def test_a_list_of_the_rulebook_takes_the_place_of_the_built_in_one():
    lists = {"colours": (("midnight", "black"), ("Black", "onyx"))}
    assert others("BLACK", lists, "colours") == ("midnight", "onyx")
    assert others("navy", lists, "colours") == ()
    assert others("small", lists, "sizes")


def test_an_unknown_list_and_an_empty_word_have_no_others():
    assert others("red", {}, "flavours") == ()
    assert others("--", {}, "colours") == ()


@pytest.mark.parametrize("name", BUILT_IN)
def test_no_word_stands_in_two_groups(name):
    words = [letters_of(word) for group in BUILT_IN[name] for word in group]
    assert sorted(words) == sorted(set(words))
    assert all(words)
    assert len(BUILT_IN[name]) >= (30 if name == "colours" else 8)
