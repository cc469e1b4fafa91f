"""Which version is the evidence: the same in whatever order the versions are known."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from qcportal.photos.settling import Version, Wanted, fault_of, settle

START = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
WANTED = Wanted({"image/jpeg"}, 10, 1000, None)
A, B, C = "a" * 64, "b" * 64, "c" * 64


def version(name: str = "v1", *, second: int = 0, sha256: str = A, **changes: object) -> Version:
    values = {
        "version_id": name,
        "sequencer": "00A",
        "stored_at": START + timedelta(seconds=second),
        "size": 100,
        "content_type": "image/jpeg",
        "sha256": sha256,
        "declared_sha256": sha256,
    }
    return Version(**(values | changes))


def test_the_first_stored_version_is_pinned() -> None:
    found = settle(WANTED, [version("v2", second=5), version("v1")])
    assert (found.pinned.version_id, found.verified, found.conflict) == ("v1", True, False)


def test_an_announced_digest_verifies_bytes_that_nobody_declared() -> None:
    bare = version(declared_sha256=None)
    assert not settle(WANTED, [bare]).verified
    assert settle(Wanted({"image/jpeg"}, 10, 1000, A), [bare]).verified


def test_other_bytes_than_announced_are_a_conflict() -> None:
    found = settle(Wanted({"image/jpeg"}, 10, 1000, B), [version(declared_sha256=None)])
    assert (found.verified, found.conflict) == (False, True)


def test_an_unfit_version_never_takes_the_place_of_a_fit_one() -> None:
    found = settle(WANTED, [version("v1", size=3), version("v2", second=5)])
    assert found.pinned.version_id == "v2"
    assert found.refused_reason == "too_small"


def test_each_fault_has_its_own_word() -> None:
    assert fault_of(WANTED, version(size=9)) == "too_small"
    assert fault_of(WANTED, version(size=1001)) == "too_large"
    assert fault_of(WANTED, version(content_type="text/html")) == "wrong_type"
    assert fault_of(WANTED, version(declared_sha256=B)) == "digest_mismatch"
    assert fault_of(WANTED, version(size=10)) is None
    assert fault_of(WANTED, version(size=1000)) is None


versions = st.builds(
    version,
    st.sampled_from(["v1", "v2", "v3", "v4"]),
    second=st.integers(0, 2),
    sha256=st.sampled_from([A, B, C]),
    size=st.sampled_from([5, 100]),
    declared_sha256=st.sampled_from([None, A, B]),
    sequencer=st.sampled_from(["1", "0A", "00B"]),
)
sets = st.lists(versions, max_size=4, unique_by=lambda each: each.version_id)


@given(sets, st.sampled_from([None, A, B]))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_the_order_of_knowing_never_matters(held: list[Version], claimed: str | None) -> None:
    wanted = Wanted({"image/jpeg"}, 10, 1000, claimed)
    results = {settle(wanted, order) for order in itertools.permutations(held)}
    assert len(results) == 1


@given(sets, versions, st.sampled_from([None, A, B]))
@settings(max_examples=200, derandomize=True, deadline=None)
def test_more_knowledge_never_takes_a_fact_back(
    held: list[Version], more: Version, claimed: str | None
) -> None:
    wanted = Wanted({"image/jpeg"}, 10, 1000, claimed)
    if more.version_id in {each.version_id for each in held}:
        return
    before, after = settle(wanted, held), settle(wanted, [*held, more])
    assert after.verified >= before.verified
    assert after.conflict >= before.conflict
    assert (after.pinned is not None) >= (before.pinned is not None)
    assert (after.refused_reason is not None) >= (before.refused_reason is not None)
