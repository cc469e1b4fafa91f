"""Example integrity panels and the page of a photo's life."""

from datetime import timedelta

from qcportal.blueprints.shown.frame import Badge, Fact, Link, Note
from qcportal.blueprints.shown.integrity import Digest, Integrity, Seal, VersionLine
from qcportal.blueprints.shown.photo_life import PhotoLifePage
from qcportal.blueprints.shown.photos import PhotoState, PhotoView, Quality
from qcportal.blueprints.shown.return_page import Event
from tests.browser.examples import NOW

HELD, OTHER = "9f2c41aa5d3e4b7c" * 4, "03be71c2d9a84f60" * 4
AT = NOW - timedelta(hours=3)
WHOLE = Badge("", "shield-check", "The record of this return is whole: 14 entries")
CLAIMED = (
    Fact("Taken", "Sun 22 Nov 2026, 10:43:05 IST"),
    Fact("Phone clock", "1 m ahead of the server"),
    Fact("Place", "12 m from the address, ±8 m"),
    Fact("Place is made up", "Says the phone itself", "triangle-alert", "late"),
)
KNOWN = (
    Fact("Announced to us", "Sun 22 Nov 2026, 10:42:09 IST"),
    Fact("Stored by S3", "Sun 22 Nov 2026, 10:42:11 IST"),
    Fact("Found to match", "Sun 22 Nov 2026, 10:42:12 IST"),
)


def reliable(*, life_href: str = "") -> Integrity:
    """Show a photo that matches at each step."""
    seal = Seal(
        Badge("", "shield-check", "Matches"),
        "The photo we hold is the one the phone announced.",
        reliable=True,
    )
    steps = ("The phone announced", "Sent with the file", "S3 computed", "The portal holds")
    digests = tuple(Digest(who, HELD, agrees=True) for who in steps)
    return Integrity("Front", seal, digests, CLAIMED, KNOWN, _versions()[:1], WHOLE, life_href)


def doubtful(*, life_href: str = "") -> Integrity:
    """Show a photo that came in two versions, neither of them as announced."""
    seal = Seal(
        Badge("miss", "shield-alert", "Does not match"),
        "The photo we hold does not match what the phone announced. Do not rely on this photo.",
        reliable=False,
    )
    digests = (
        Digest("The phone announced", OTHER, agrees=False),
        Digest("S3 computed", HELD, agrees=True),
        Digest("The portal holds", HELD, agrees=True),
    )
    broken = Badge("miss", "shield-alert", "The record of this return was changed.")
    return Integrity("Front", seal, digests, CLAIMED, KNOWN, _versions(), broken, life_href)


def _versions() -> tuple[VersionLine, ...]:
    evidence, other = (
        Badge("", "shield-check", "The evidence"),
        Badge("miss", "copy", "Other bytes"),
    )
    later = AT + timedelta(minutes=4)
    return (
        VersionLine(evidence, "3HL4kqtJ", HELD, 930_000, AT, AT, "the relay", href="/pictures/a"),
        VersionLine(other, "9xKp21mZ", OTHER, 880_000, later, later, "the reconciler"),
    )


def life(*notes: Note) -> PhotoLifePage:
    """Show the page of a photo that is in doubt."""
    return PhotoLifePage(
        photo=PhotoView(
            "p",
            PhotoState.CONFLICT,
            "Front",
            "Door photo: Front",
            quality=Quality(("Blurred", "Too dark"), "Taken 3 times; accepted although blurred."),
        ),
        badge=Badge("miss", "copy", "Two versions"),
        awb="773044182096",
        merchant="Fern Home",
        back=Link("/admin/returns/9bX2", "The return"),
        integrity=doubtful(),
        facts=(
            Fact("Slot", "front"),
            Fact(
                "Name in the bucket",
                f"u/2026/11/22/fern/773044182096/front-{HELD[:36]}.jpg",
                mono=True,
            ),
        ),
        events=(
            Event("Photo does not match what was announced", AT, "entry 6", "miss", strong=True),
            Event("Told by the relay", AT, "Other bytes · version 9xKp21mZ", "miss"),
            Event("Stored by S3", AT, "0.9 MB, version 3HL4kqtJ"),
            Event("Asked for", AT - timedelta(days=1), "the checklist was frozen"),
        ),
        faults=("The history tells a fact that the row does not hold.",),
        notes=notes,
    )
