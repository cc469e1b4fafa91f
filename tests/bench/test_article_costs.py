"""What a million photos cost: each price is multiplied with what it is asked for, and no more."""

from dataclasses import replace

import pytest

from bench.article.costs import GB, MILLION, Prices, Usage, per_million
from bench.article.figures import usage

FREE = Prices(**dict.fromkeys(vars(Prices()), 0.0))
EACH = GB / MILLION
"""The bytes of a photo of which a million are one GB as AWS bills it."""
PHOTO = Usage(200 * EACH, "mumbai", mumbai_ocean_bytes=2 * EACH, relayed=True, mumbai_servers=2)


@pytest.mark.parametrize(
    ("price", "dollars", "kind", "total"),
    [
        ("put_thousand", 0.005, "requests", 5.0),
        ("mumbai_storage", 0.025, "storage", 5.0),
        ("mumbai_to_internet", 0.1093, "seen once", 21.86),
        ("mumbai_to_us", 0.086, "over the ocean", 0.17),
        ("lambda_million", 0.2, "relay", 0.2),
        ("lambda_gb_second", 0.0000166667, "relay", 1.25),
        ("sqs_million", 0.4, "relay", 1.2),
        ("us_server_hour", 0.05, "servers", 73.0),
        ("mumbai_server_hour", 0.1, "servers", 146.0),
    ],
)
def test_each_price_counts_once_in_its_own_line(
    price: str, dollars: float, kind: str, total: float
) -> None:
    found = per_million(PHOTO, replace(FREE, **{price: dollars}))
    assert found == dict.fromkeys(found, 0.0) | {kind: total, "total": total}


@pytest.mark.parametrize("price", ["us_storage", "us_to_internet"])
def test_a_photo_in_mumbai_costs_nothing_in_the_us(price: str) -> None:
    assert per_million(PHOTO, replace(FREE, **{price: 1.0}))["total"] == 0


def test_a_gb_is_what_aws_bills_as_one() -> None:
    assert GB == 1_073_741_824


def test_without_a_relay_nothing_is_relayed() -> None:
    assert per_million(Usage(1000, "us"))["relay"] == 0


def test_the_total_is_the_sum_of_the_lines() -> None:
    found = per_million(PHOTO)
    total = found.pop("total")
    assert sum(found.values()) == pytest.approx(total, abs=0.05)


def test_only_the_file_server_needs_servers_in_mumbai() -> None:
    arms = ("conventional", "file server", "direct", "one call", "ours")
    assert [arm for arm in arms if usage(arm, 1).mumbai_servers] == ["file server"]
    assert [arm for arm in arms if usage(arm, 1).stored_in == "us"] == ["conventional"]
