"""What a million photos cost at AWS' list prices, by architecture.

List prices in US dollars, first tier, without discounts, free tiers or taxes. docs/performance.md
says where each was looked up, when, and which could not be; AWS' own pages are in SOURCES.
"""

from collections.abc import Mapping
from dataclasses import dataclass

GB = 2**30  # what AWS bills as one
MILLION = 1_000_000
HOURS_A_MONTH = 730
SOURCES = (
    "https://aws.amazon.com/s3/pricing/",
    "https://aws.amazon.com/ec2/pricing/on-demand/",
    "https://aws.amazon.com/lambda/pricing/",
    "https://aws.amazon.com/sqs/pricing/",
)


@dataclass(frozen=True)
class Prices:
    """Dollars: per 1,000 puts, per GB, per GB and month, per million requests, per hour."""

    put_thousand: float = 0.005
    get_thousand: float = 0.0004
    mumbai_storage: float = 0.025
    us_storage: float = 0.023
    mumbai_to_internet: float = 0.1093
    mumbai_to_us: float = 0.086
    us_to_internet: float = 0.09
    lambda_million: float = 0.20
    lambda_gb_second: float = 0.0000166667
    sqs_million: float = 0.40
    us_server_hour: float = 0.0416
    mumbai_server_hour: float = 0.0448


@dataclass(frozen=True)
class Usage:
    """What an architecture does with one photo, and the servers that it keeps up all month.

    `photo_bytes` are stored for a month and seen once in full; `mumbai_ocean_bytes` are sent by
    Mumbai's own machines over the ocean per photo. `relayed` says that event, queue and function
    carry the news. Servers are t3.medium, two of a kind so that one may fail.
    """

    photo_bytes: float
    stored_in: str
    mumbai_ocean_bytes: float = 0.0
    relayed: bool = False
    us_servers: int = 2
    mumbai_servers: int = 0
    lambda_seconds: float = 0.3
    lambda_gb: float = 0.25
    sqs_requests: float = 3.0


def per_million(usage: Usage, prices: Prices | None = None) -> dict[str, float]:
    """Give dollars by kind for a million photos a month, and their `total`.

    Bytes that phones send cost nothing at AWS; what their operators ask is not in here.
    """
    asked = prices or Prices()
    in_mumbai = usage.stored_in == "mumbai"
    gigabytes = usage.photo_bytes * MILLION / GB
    storage = asked.mumbai_storage if in_mumbai else asked.us_storage
    seen = asked.mumbai_to_internet if in_mumbai else asked.us_to_internet
    lines = {
        "requests": MILLION / 1000 * (asked.put_thousand + asked.get_thousand),
        "storage": gigabytes * storage,
        "seen once": gigabytes * seen,
        "over the ocean": usage.mumbai_ocean_bytes * MILLION / GB * asked.mumbai_to_us,
        "relay": _relay(usage, asked) if usage.relayed else 0.0,
        "servers": HOURS_A_MONTH * _servers(usage, asked),
    }
    rounded: Mapping[str, float] = {name: round(value, 2) for name, value in lines.items()}
    return {**rounded, "total": round(sum(lines.values()), 2)}


def _relay(usage: Usage, prices: Prices) -> float:
    seconds = usage.lambda_seconds * usage.lambda_gb * MILLION
    get_for_digest = MILLION / 1000 * 2 * prices.get_thousand
    functions = prices.lambda_million + seconds * prices.lambda_gb_second
    return functions + usage.sqs_requests * prices.sqs_million + get_for_digest


def _servers(usage: Usage, prices: Prices) -> float:
    us = usage.us_servers * prices.us_server_hour
    return us + usage.mumbai_servers * prices.mumbai_server_hour
