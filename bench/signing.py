"""Signing speed: our signer beside boto3 and beside the floor (one HMAC-SHA256 and one base64).

Interleaved rounds, CPU time, medians; run `python -m bench.signing` from the checkout.
"""

import argparse
import base64
import hmac
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.config import Config

from qcportal import sigv4, storage

KEYS = sigv4.Credentials("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
AT = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
BUCKET = "proofs"
REGION = "ap-south-1"
BATCH = 240


@dataclass(frozen=True)
class Contender:
    """One way to sign: `run` signs `forms` forms per call."""

    name: str
    forms: int
    run: Callable[[], object]


def _shared_conditions() -> list[sigv4.Condition]:
    return [
        {"success_action_status": "201"},
        {"x-amz-meta-executive-id": "0198f3a0-0000-7000-8000-00000000beef"},
        {"x-amz-checksum-algorithm": "SHA256"},
        ("starts-with", "$x-amz-checksum-sha256", ""),
        ("starts-with", "$x-amz-meta-sha256", ""),
        ("starts-with", "$x-amz-meta-captured-at", ""),
        ("starts-with", "$x-amz-meta-note", ""),
    ]


def _form(number: int) -> sigv4.Form:
    photo = f"0198f3a0-0000-7000-8000-{number:012x}"
    return sigv4.Form(
        f"u/2026/01/31/merchant/AWB{number:09d}/front-{photo}.jpg",
        {"Content-Type": "image/jpeg", "x-amz-meta-photo-id": photo},
        (
            {"Content-Type": "image/jpeg"},
            {"x-amz-meta-photo-id": photo},
            ("content-length-range", 1_000, 5_000_000),
        ),
    )


def _wanted(number: int) -> storage.FormWanted:
    form = _form(number)
    return storage.FormWanted(
        key=form.key,
        content_type="image/jpeg",
        min_bytes=1_000,
        max_bytes=5_000_000,
        metadata={
            "photo-id": form.fields["x-amz-meta-photo-id"],
            "executive-id": "0198f3a0-0000-7000-8000-00000000beef",
        },
        open_metadata=("sha256", "captured-at", "note"),
    )


def _store_contender() -> Contender:
    store = storage.PhotoStore(
        storage.StoreSettings(
            BUCKET,
            REGION,
            signer_access_key=KEYS.access_key,
            signer_secret_key=KEYS.secret_key,
            checksum_fields=True,
        )
    )
    wanted = [_wanted(number) for number in range(BATCH)]
    name = f"PhotoStore.issue_forms, {BATCH} forms"
    return Contender(name, BATCH, lambda: store.issue_forms(wanted, AT))


def _boto_client() -> Any:
    return boto3.client(
        "s3",
        region_name=REGION,
        aws_access_key_id=KEYS.access_key,
        aws_secret_access_key=KEYS.secret_key,
        config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}),
    )


def _post_contenders() -> list[Contender]:
    scope = sigv4.Scope(KEYS, REGION, AT)
    shared = _shared_conditions()
    terms = sigv4.Terms(BUCKET, 3600, {"success_action_status": "201"}, shared)
    forms = [_form(number) for number in range(BATCH)]
    client = _boto_client()
    document = base64.b64decode(sigv4.sign_post(forms[0], scope, terms)["policy"])

    def boto() -> object:
        own = [*shared, *forms[0].conditions]
        return client.generate_presigned_post(
            BUCKET, forms[0].key, Fields=dict(forms[0].fields), Conditions=own, ExpiresIn=3600
        )

    def floor() -> object:
        return hmac.digest(scope.key, base64.b64encode(document), "sha256").hex()

    def one() -> object:
        return sigv4.sign_post(forms[0], sigv4.Scope(KEYS, REGION, AT), terms)

    def batch() -> object:
        return sigv4.sign_posts(forms, sigv4.Scope(KEYS, REGION, AT), terms)

    return [
        Contender("floor: base64 + HMAC", 1, floor),
        Contender("boto3 generate_presigned_post", 1, boto),
        Contender("sigv4.sign_post", 1, one),
        Contender(f"sigv4.sign_posts, {BATCH} forms", BATCH, batch),
        _store_contender(),
    ]


def _url_contenders() -> list[Contender]:
    client, key = _boto_client(), _form(1).key
    place = sigv4.Bucket(BUCKET, REGION)
    query = {"versionId": "3sL4kqtJlcpXroDTDmJ", "response-content-type": "image/jpeg"}
    params = {
        "Bucket": BUCKET,
        "Key": key,
        "VersionId": query["versionId"],
        "ResponseContentType": "image/jpeg",
    }
    return [
        Contender(
            "boto3 generate_presigned_url",
            1,
            lambda: client.generate_presigned_url("get_object", Params=params, ExpiresIn=300),
        ),
        Contender(
            "sigv4.presign_get",
            1,
            lambda: sigv4.presign_get(
                place, key, sigv4.Scope(KEYS, REGION, AT), expires_in=300, query=query
            ),
        ),
    ]


def _micros_per_form(contender: Contender, budget: int) -> float:
    calls = max(1, budget // contender.forms)
    begun = time.process_time_ns()
    for _ in range(calls):
        contender.run()
    return (time.process_time_ns() - begun) / calls / contender.forms / 1000


def measure(contenders: Sequence[Contender], *, rounds: int, budget: int) -> dict[str, float]:
    """Give the median CPU microseconds per form of each contender over interleaved rounds."""
    seen: dict[str, list[float]] = {contender.name: [] for contender in contenders}
    for number in range(rounds):
        # Each round starts with another contender, so that none always runs on a warm core.
        turned = [*contenders[number % len(contenders) :], *contenders[: number % len(contenders)]]
        for contender in turned:
            seen[contender.name].append(_micros_per_form(contender, budget))
    return {name: statistics.median(values) for name, values in seen.items()}


def _print_table(medians: dict[str, float], floor: float, boto: float) -> None:
    print(f"{'':36}{'us/form':>10}{'x floor':>10}{'boto3 / it':>12}")
    for name, micros in medians.items():
        print(f"{name:36}{micros:10.2f}{micros / floor:10.2f}{boto / micros:12.1f}")


def main() -> None:
    """Measure and print both tables and the cost of one call of 240 forms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--budget", type=int, default=480, help="forms per contender and round")
    options = parser.parse_args()
    posts = measure(_post_contenders(), rounds=options.rounds, budget=options.budget)
    urls = measure(_url_contenders(), rounds=options.rounds, budget=options.budget)
    floor, boto, *_, batch = posts.values()
    _print_table(posts, floor, boto)
    print()
    _print_table(urls, floor, next(iter(urls.values())))
    print(f"\nPhotoStore.issue_forms of {BATCH}: {batch * BATCH / 1000:.2f} ms CPU")


if __name__ == "__main__":
    main()
