"""What can go wrong, in the domain's words; the web layer makes problem JSON or a page of it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from qcportal.language import lazy_gettext


@dataclass(frozen=True)
class Fault:
    """One thing wrong with one place of an input.

    `path` is an RFC 6901 JSON pointer into what was sent (`""` is the whole of it), `code` a
    stable snake_case word for programs, `message` a sentence for people and `suggestion` the
    mend, where one can be guessed.
    """

    path: str
    code: str
    message: str
    suggestion: str | None = None

    def as_json(self) -> dict[str, str]:
        """Give the fault as JSON, without an empty suggestion."""
        return {key: value for key, value in asdict(self).items() if value is not None}


class PortalError(Exception):
    """Base of everything the domain raises on purpose; carries its HTTP status and a title."""

    status = 500
    slug = "error"
    title = lazy_gettext("Something went wrong")

    def __init__(self, detail: str = "", *, faults: Iterable[Fault] = ()) -> None:
        super().__init__(detail or self.title)
        self.detail = str(detail or self.title)
        self.faults: Sequence[Fault] = tuple(faults)


class Invalid(PortalError):
    """The input breaks its contract; `faults` names every place."""

    status = 400
    slug = "invalid"
    title = lazy_gettext("The request is not valid")


class Unauthorized(PortalError):
    """Nobody we know is asking."""

    status = 401
    slug = "unauthorized"
    title = lazy_gettext("Sign in or send a valid credential")


class Forbidden(PortalError):
    """The asker is known, and may not."""

    status = 403
    slug = "forbidden"
    title = lazy_gettext("This is not allowed for you")


class NotFound(PortalError):
    """There is no such thing, or not for this asker: the two must look alike."""

    status = 404
    slug = "not-found"
    title = lazy_gettext("There is no such thing here")


class Conflict(PortalError):
    """The thing is not in the state that the change needs, or exists with other content."""

    status = 409
    slug = "conflict"
    title = lazy_gettext("This does not fit what is already recorded")


class TooLarge(PortalError):
    """The body is over the limit of its door."""

    status = 413
    slug = "too-large"
    title = lazy_gettext("The request is too large")


class TooMany(PortalError):
    """The asker has to wait; `retry_after` is in seconds."""

    status = 429
    slug = "too-many-requests"
    title = lazy_gettext("Too many tries, wait a little")

    def __init__(self, detail: str = "", *, retry_after: int = 60) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class Unavailable(PortalError):
    """Something we stand on is away; `retry_after` is in seconds and nothing was lost."""

    status = 503
    slug = "unavailable"
    title = lazy_gettext("Try again in a moment")

    def __init__(self, detail: str = "", *, retry_after: int = 5) -> None:
        super().__init__(detail)
        self.retry_after = retry_after
