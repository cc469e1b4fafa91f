"""How fast and how far things are: the phone's access network, and the oceans between the hosts.

Rates and delays of EDGE, 3G and 4G are those of WebPageTest's connectivity.ini.sample ("Mobile
Edge", "3G", "4G"), those of 2G of Firefox's throttling profile "Regular 2G".
"""

from dataclasses import dataclass, replace

PHONE, MUMBAI, US = "phone", "mumbai", "us"
TO_MUMBAI, TO_US, MUMBAI_TO_US = 0.020, 0.250, 0.220
"""Round trips in seconds: from the carrier's gateway in India to either, and between the two."""

BACKBONE_RATE = 200e6
KB = 1000


@dataclass(frozen=True)
class Profile:
    """An access network: bit/s up and down, seconds of round trip and jitter, and how to use it.

    `phones` is how many work at once, each with an access link of its own; few where the rate is
    high, so that no processor of this machine is what is measured. `queue` is what may wait in the
    network before a link, in bytes, `loss` the share of packets that vanish.
    """

    name: str
    title: str
    up: float
    down: float
    rtt: float
    jitter: float
    phones: int
    queue: int = 64_000
    loss: float = 0.0

    def delay(self, one: str, other: str) -> float:
        """Give the seconds one way between two hosts."""
        ends = {one, other}
        if PHONE not in ends:
            return MUMBAI_TO_US / 2
        return (self.rtt + (TO_MUMBAI if MUMBAI in ends else TO_US)) / 2

    def seconds_to_send(self, size: int) -> float:
        """Give how long bytes take up the access link at the very least."""
        return size * 8 / self.up

    def changed(self, *, phones: int | None, loss: float | None) -> "Profile":
        """Give it with other phones or another loss, where given."""
        return replace(
            self,
            phones=self.phones if phones is None else phones,
            loss=self.loss if loss is None else loss,
        )


PROFILES = {
    each.name: each
    for each in (
        Profile("edge", "EDGE", 200e3, 240e3, 0.840, 0.080, 30),
        Profile("2g", "2G", 50e3, 250e3, 0.300, 0.060, 30),
        Profile("3g", "3G", 768e3, 1.6e6, 0.300, 0.030, 8, queue=96_000),
        Profile("4g", "4G", 9e6, 9e6, 0.170, 0.010, 3, queue=256_000),
    )
}
