"""The running portal: reachable, ready, and taking the relay's calls with our secret."""

from collections.abc import Iterator

from qcportal import clock, signing
from qcportal.config import Settings
from qcportal.doctor import web
from qcportal.doctor.findings import Finding, failed, ok, skipped

DOOR = "/api/v1/callbacks/s3"


def address(settings: Settings, given: str) -> str:
    """Give where the portal answers: as told, else https on the first host it answers to."""
    if given:
        return given.rstrip("/")
    hosts = [host for host in settings.trusted_hosts if not host.startswith(".")]
    return f"https://{hosts[0]}" if settings.production and hosts else ""


def check_portal(settings: Settings, url: str) -> Iterator[Finding]:
    """Ask the running portal whether it is ready, and knock at the relay's door."""
    if not url:
        yield skipped("portal", "its address is not known; give it with --url")
        return
    try:
        ready, door = web.ask(f"{url}/readyz"), _knock(url, settings.callback_secrets[0])
    except web.Unreachable as error:
        mend = "Start it (docs/operations.md), and look at the proxy and the certificate."
        yield failed("portal", f"nobody answers: {error}", mend)
        return
    yield judge_readiness(url, ready)
    yield judge_door(door)


def judge_readiness(url: str, answer: web.Answer) -> Finding:
    """Judge the answer of /readyz."""
    if answer.status == 200:
        return ok("portal", f"{url} is ready")
    mend = "400: is the host name in QCPORTAL_TRUSTED_HOSTS? 503: its database is away."
    return failed("portal", f"{url}/readyz answers {answer.status}", mend)


def judge_door(answer: web.Answer) -> Finding:
    """Judge the answer to a signed call that tells of nothing, which a good door finds invalid."""
    if answer.status == 400 and "/arrivals" in answer.text:
        return ok("callback door", "takes our callback secret")
    if answer.status == 401:
        said = "the running portal refuses our signature: it has other secrets, or another clock"
        return failed("callback door", said, "Restart it with these QCPORTAL_CALLBACK_SECRETS.")
    said = f"POST {DOOR} answers {answer.status}: no portal of this kind"
    return failed("callback door", said, "Look at the address and at the proxy's paths.")


def _knock(url: str, secret: str) -> web.Answer:
    body = b'{"arrivals": []}'
    headers = signing.sign("doctor", clock.now(), body, secret)
    return web.ask(url + DOOR, body=body, headers={"Content-Type": "application/json", **headers})
