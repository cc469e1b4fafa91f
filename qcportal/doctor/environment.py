"""The settings: complete, read by their right names, and safe. Pure."""

import difflib
from collections.abc import Iterator, Mapping

from qcportal import clock, config, errors, signing
from qcportal.config import PREFIX, Settings
from qcportal.doctor.findings import Finding, failed, ok, warning

SHORTEST_SECRET_BYTES = 24


def check_settings(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Check what the portal was told, without asking anybody."""
    yield _environment(settings)
    yield from _misspelt(environ)
    yield _principals(settings)
    yield _callback_secrets(settings)


def _environment(settings: Settings) -> Finding:
    if settings.production:
        return ok("settings", "complete, environment production")
    return warning(
        "settings",
        f"complete, but the environment is {settings.environment!r}: cookies are not bound to "
        "https and weak settings are let through",
        f"Set {PREFIX}ENVIRONMENT=production where real people sign in.",
    )


def _misspelt(environ: Mapping[str, str]) -> Iterator[Finding]:
    known = [name for name, _, _ in config.table()]
    for name in sorted(environ):
        # What the demo's child processes pass to each other is not meant for people.
        if not name.startswith(PREFIX) or name in known or name.startswith(f"{PREFIX}DEMO_"):
            continue
        near = difflib.get_close_matches(name, known, n=1)
        meant = f"Did you mean {near[0]}? " if near else ""
        mend = meant + "`qcportal config` lists every setting."
        yield warning("settings", f"{name} is set, but no setting has this name", mend)


def _principals(settings: Settings) -> Finding:
    halves = {
        "SIGNER": (settings.signer_access_key_id, settings.signer_secret_access_key),
        "PORTAL": (settings.portal_access_key_id, settings.portal_secret_access_key),
    }
    for name, (access_key, secret_key) in halves.items():
        if bool(access_key) != bool(secret_key):
            said = f"only one of {PREFIX}{name}_ACCESS_KEY_ID and _SECRET_ACCESS_KEY is set"
            return failed("principals", said, "Set both, or neither to use boto3's own chain.")
    signer, portal = halves["SIGNER"][0], halves["PORTAL"][0]
    mend = f"Make a key of the stack's SignerUser for {PREFIX}SIGNER_* (deploy/README.md)."
    if not signer:
        said = "forms are signed with boto3's own chain: each form carries that principal's rights"
        return warning("principals", said, mend)
    if signer == portal:
        return failed("principals", "the signer and the reader are the same principal", mend)
    return ok("principals", "forms and reading have a principal each")


def _callback_secrets(settings: Settings) -> Finding:
    check, secrets = "callback secrets", settings.callback_secrets
    mend = f"`qcportal secret --callback` makes one; {PREFIX}CALLBACK_SECRETS and the stack's"
    mend += " CallbackSecret must agree."
    for place, secret in enumerate(secrets, start=1):
        fault = _secret_fault(secret)
        if fault:
            return failed(check, f"secret {place} of {len(secrets)} {fault}", mend)
    if len(secrets) > 2:
        said = f"{len(secrets)} secrets are good: more than a rotation needs"
        return warning(check, said, "Keep the one in use, and the next one during a rotation.")
    many = "two are good: a rotation is under way" if len(secrets) == 2 else "one is set"
    return ok(check, many)


def _secret_fault(secret: str) -> str:
    if not secret.startswith("whsec_"):
        return "does not start with whsec_"
    try:
        signing.sign("doctor", clock.now(), b"", secret)
    except errors.Invalid:
        return "is not whsec_ and base64"
    weight = len(secret.removeprefix("whsec_")) * 3 // 4
    return "" if weight >= SHORTEST_SECRET_BYTES else f"holds {weight} bytes, which can be guessed"
