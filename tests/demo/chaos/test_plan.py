"""The plan of a fault run follows from its seed, and has every kind of mishap however small."""

from collections import Counter

from qcportal.demo.chaos.acts import acts
from qcportal.demo.chaos.plan import MOST, RARE, Fate, PlannedPhoto, Scale, Visit, digest


def drawn(seed: int, photos: int) -> list[PlannedPhoto]:
    """Plan as a run does, with four photos at every door."""
    scale = Scale(seed, photos)
    doors = scale.doors()
    fates = scale.fates([4] * len(doors))
    return [
        PlannedPhoto(door.awb, f"slot-{place}", fate, scale.visit(door.number))
        for door, own in zip(doors, fates, strict=True)
        for place, fate in enumerate(own)
    ]


def test_the_same_seed_gives_the_same_plan_and_another_one_another() -> None:
    assert drawn(7, 300) == drawn(7, 300)
    assert digest(drawn(7, 300)) == digest(drawn(7, 300))
    assert digest(drawn(7, 300)) != digest(drawn(8, 300))


def test_the_smallest_plan_has_every_fate_and_every_visit() -> None:
    for seed in range(1, 6):
        photos = drawn(seed, 120)[:120]
        assert {each.fate for each in photos} == set(Fate)
        assert {each.visit for each in photos} == set(Visit)


def test_dear_fates_stay_rare_in_a_large_plan() -> None:
    counts = Counter(each.fate for each in drawn(7, 10_000))
    assert all(counts[fate] <= most for fate, most in MOST.items())
    assert all(counts[fate] for fate in RARE)
    assert counts[Fate.PLAIN] > 7_000


def test_returns_of_special_visits_have_plain_photos_only() -> None:
    special = {Visit.CONTESTED, Visit.EARLY}
    odd = [each for each in drawn(7, 2_000) if each.visit in special]
    assert odd
    assert {each.fate for each in odd} == {Fate.PLAIN}


def test_a_full_run_kills_often_enough() -> None:
    full = Scale(7, 10_000)
    assert full.worker_kills >= 50
    assert full.database_kills >= 10
    assert full.photos * full.copies >= 30_000


def test_acts_follow_each_other_and_none_waits_for_what_it_holds_back() -> None:
    all_acts = acts(60, 12)
    assert all(act.start < act.end < 1 for act in all_acts)
    pairs = zip(all_acts, all_acts[1:], strict=False)
    assert all(one.end <= two.start for one, two in pairs)
