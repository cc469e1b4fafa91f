"""Signing: our signer beside boto3, minio's client and the floor of hashing alone.

    python bench/signing.py --peers build/peers --json build/signing.json

Forms one by one, 240 forms of a run sheet in one call, and reading URLs of a page of 150
thumbnails; everybody signs the same and the signatures are compared first. Rounds are interleaved,
figures are medians of processor and wall time per form or URL. minio's client is no part of the
product: `pip install --target build/peers minio` puts it aside, and without it its rows are left
out. The status is 1 where signatures differ.
"""

import base64
import hmac
import statistics
import sys
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench import signers, telling
from bench.signers import AT, KEYS, REGION, TERMS, Contender
from qcportal import sigv4

FORMS, THUMBNAILS = 240, 150
HEAD = ("us each", "cpu", "x floor", "boto3 / it", "wall", "x floor", "boto3 / it")
FLOOR, BOTO = "floor", "boto3"
BEATEN, OVER_FLOOR = 10.0, 4.0


def main() -> int:
    """Check, measure, and print a table for each kind of work."""
    asked = telling.asking(__doc__)
    asked.add_argument("--rounds", type=int, default=15)
    asked.add_argument("--budget", type=int, default=480, help="signatures a contender and round")
    asked.add_argument("--peers", type=Path, metavar="DIR", help="where minio's client was put")
    options = asked.parse_args()
    boto, minio = signers.Boto(), peer(options.peers)
    for words in signers.check(boto, minio):
        print(f"checked: {words}")
    found = {}
    for name, contenders in work(boto, minio).items():
        print()
        found[name] = measure(name, contenders, rounds=options.rounds, budget=options.budget)
        show(name, found[name])
    print()
    judge(found["one form"])
    telling.write(options.json, "signing", {"rounds": options.rounds, "us": found})
    return 0


def peer(folder: Path | None) -> signers.Minio | None:
    """Give minio's client, or say that there is none."""
    try:
        return signers.Minio(folder)
    except ImportError:
        print("minio's client is not here and is left out: pip install --target DIR minio, "
              "then --peers DIR")  # fmt: skip
        return None


def work(boto: signers.Boto, minio: signers.Minio | None) -> dict[str, list[Contender]]:
    """Give the contenders of each kind of work, the floor first and boto3 second."""
    forms = [signers.form(number) for number in range(FORMS)]
    keys = [signers.thumbnail(number) for number in range(THUMBNAILS)]
    wanted, store = [signers.wanted(number) for number in range(FORMS)], signers.store()
    signed = sigv4.sign_post(forms[0], signers.SCOPE, TERMS)
    key, policy = signers.SCOPE.key, base64.b64decode(signed["policy"])

    def one(*, of: sigv4.Form = forms[0]) -> object:
        return sigv4.sign_post(of, sigv4.Scope(KEYS, REGION, AT), TERMS)

    def floor() -> object:
        return hmac.digest(key, base64.b64encode(policy), "sha256").hex()

    def minios(name: str, count: int, run: Any) -> list[Contender]:
        return [Contender(name, count, run)] if minio else []

    return {
        "one form": [
            Contender(FLOOR, 1, floor),
            Contender(BOTO, 1, lambda: boto.form(forms[0])),
            *minios("minio", 1, lambda: minio.form(forms[0])),
            Contender("ours: sigv4.sign_post", 1, one),
            Contender("ours: PhotoStore.issue_forms", 1, lambda: store.issue_forms(wanted[:1], AT)),
        ],
        f"{FORMS} forms": [
            Contender(FLOOR, FORMS, lambda: [floor() for _ in forms]),
            Contender(BOTO, FORMS, lambda: [boto.form(each) for each in forms]),
            *minios("minio", FORMS, lambda: [minio.form(each) for each in forms]),
            Contender("ours: PhotoStore.issue_forms", FORMS, lambda: store.issue_forms(wanted, AT)),
        ],
        f"{THUMBNAILS} reading URLs": [
            Contender(FLOOR, THUMBNAILS, lambda: [hashed(key, policy) for _ in keys]),
            Contender(BOTO, THUMBNAILS, lambda: [boto.url(each) for each in keys]),
            *minios("minio", THUMBNAILS, lambda: [minio.url(each) for each in keys]),
            Contender("ours: PhotoStore.reading_url", THUMBNAILS, lambda: [
                signers.reading_url(store, each) for each in keys]),
        ],
    }  # fmt: skip


def hashed(key: bytes, request: bytes) -> str:
    """Hash as a URL needs it: SHA-256 of a request as long as a policy, HMAC of a short text."""
    return hmac.digest(key, sha256(request).hexdigest().encode(), "sha256").hex()


def measure(
    name: str, contenders: Sequence[Contender], *, rounds: int, budget: int
) -> dict[str, dict[str, float]]:
    """Give the median microseconds of processor and wall per signature of each contender."""
    seen: dict[str, list[tuple[float, float]]] = {each.name: [] for each in contenders}
    for number in range(rounds):
        telling.progress(f"{name}: round {number + 1} of {rounds}", done=number + 1 == rounds)
        # Each round starts with another contender, so that none always runs on a warm core.
        start = number % len(contenders)
        for each in (*contenders[start:], *contenders[:start]):
            seen[each.name].append(timed(each, max(1, budget // each.count)))
    return {
        each: dict(
            zip(("cpu", "wall"), map(statistics.median, zip(*taken, strict=True)), strict=True)
        )
        for each, taken in seen.items()
    }


def timed(contender: Contender, calls: int) -> tuple[float, float]:
    """Give the microseconds of processor and of wall that one signature takes."""
    cpu, wall = time.process_time_ns(), time.perf_counter_ns()
    for _ in range(calls):
        contender.run()
    each = calls * contender.count * 1000
    return (time.process_time_ns() - cpu) / each, (time.perf_counter_ns() - wall) / each


def show(name: str, medians: dict[str, dict[str, float]]) -> None:
    """Print the table of one kind of work."""
    rows = []
    for contender, taken in medians.items():
        cells: list[object] = [contender]
        for clock in ("cpu", "wall"):
            own = taken[clock]
            cells += [own, own / medians[FLOOR][clock], medians[BOTO][clock] / own]
        rows.append(cells)
    telling.table((name, *HEAD[1:]), rows)


def judge(medians: dict[str, dict[str, float]]) -> None:
    """Say whether one form is signed as fast as it should be."""
    own = medians["ours: sigv4.sign_post"]["cpu"]
    beaten, over = medians[BOTO]["cpu"] / own, own / medians[FLOOR]["cpu"]
    good = beaten >= BEATEN and over <= OVER_FLOOR
    print(f"one form, processor: {beaten:.1f} times faster than boto3 (wanted {BEATEN:.0f}), "
          f"{over:.1f} times the floor (wanted {OVER_FLOOR:.0f} at most): "
          f"{'as wanted' if good else 'MISSED'}")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
