"""One direction of a link as arithmetic: what its rate and its queue do to each packet."""


class Pipe:
    """A link that sends one thing after the other; `rate` in bit/s, `queue` in bytes."""

    def __init__(self, rate: float, queue: float = float("inf")) -> None:
        self._rate, self._queue = rate, queue
        self._free_at = 0.0

    def admit(self, size: int, now: float) -> float | None:
        """Give when the last bit of so many bytes has left; None when the queue has no room."""
        begins = max(self._free_at, now)
        if (begins - now) * self._rate / 8 > self._queue:
            return None
        self._free_at = begins + size * 8 / self._rate
        return self._free_at

    def wait(self, now: float) -> float:
        """Give the seconds that something would wait which came now."""
        return max(0.0, self._free_at - now)
