"""Every setting once, with its default and its reason; production refuses to start half-set.

A setting is read from the environment as `QCPORTAL_<NAME>`, upper case.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from qcportal.capture_kinds import SHIPPED, CaptureKind, parse_kinds

PREFIX = "QCPORTAL_"
MIGRATIONS = Path(__file__).resolve().parent / "migrations"


class ConfigError(Exception):
    """The environment does not give a complete, safe configuration; the text names each fault."""


def _setting(default: Any, why: str) -> Any:
    return field(default=default, metadata={"why": why})


def _secret(default: Any, why: str) -> Any:
    return field(default=default, metadata={"why": why}, repr=False)


@dataclass(frozen=True)
class Settings:
    """What the portal needs to know before it starts."""

    environment: str = _setting("production", "production | development | test | demo")
    secret_key: str = _secret("", "signs CSRF tokens; 32+ random characters")
    database_url: str = _secret("sqlite:///qcportal.db", "SQLite file or Postgres (psycopg 3)")
    trusted_hosts: tuple[str, ...] = _setting((), "host names the portal answers to")
    proxy_hops: int = _setting(0, "exact number of reverse proxies in front (X-Forwarded-*)")
    bucket: str = _setting("", "bucket that receives the photos")
    region: str = _setting("ap-south-1", "region of the bucket: Mumbai, close to the phones")
    s3_endpoint: str = _setting("", "other S3 endpoint than AWS, for the embedded one")
    s3_public_endpoint: str = _setting("", "the endpoint as phones and browsers reach it")
    signer_access_key_id: str = _setting("", "principal that may only put under u/; else boto3's")
    signer_secret_access_key: str = _secret("", "secret of the signer")
    portal_access_key_id: str = _setting("", "principal that reads the bucket; else boto3's chain")
    portal_secret_access_key: str = _secret("", "secret of the reader")
    form_lifetime: int = _setting(43_200, "seconds a form lives: one shift")
    form_minimum_lifetime: int = _setting(900, "shorter than this a form is refused (503)")
    form_checksums: bool = _setting(True, "let S3 check the SHA-256 sent with a form")
    callback_secrets: tuple[str, ...] = _secret((), "whsec_ secrets of the relay; two in rotation")
    late_after: int = _setting(1_800, "seconds after which an announced photo is late")
    missing_after: int = _setting(172_800, "seconds after which an announced photo is missing")
    accept_after_tries: int = _setting(3, "tries after which a flagged photo is accepted")
    arrival_target: int = _setting(360, "seconds from capture to verified that we aim at")
    arrival_percent: int = _setting(97, "percent of photos that should be here within the target")
    fastest_kmh: int = _setting(150, "speed between doors from which admins are asked; 0: never")
    farthest_m: int = _setting(5_000, "metres from the address from which they are; 0: never")
    spare_slots: int = _setting(3, "photo slots per return for what nobody planned")
    capture_kinds: Mapping[str, CaptureKind] = field(
        default_factory=lambda: SHIPPED,
        metadata={"why": "JSON file of capture kinds, added to the shipped ones"},
    )
    public_url: str = _setting("", "the portal's address in mails; else https and the first host")
    mail_host: str = _setting("", "SMTP server that takes our mail; without one none is sent")
    mail_port: int = _setting(587, "its port: 587 with starttls, 465 with tls")
    mail_security: str = _setting("starttls", "starttls | tls | none (on the same machine only)")
    mail_user: str = _setting("", "whom the SMTP server knows us as, if it asks")
    mail_password: str = _secret("", "the password of that user")
    mail_from: str = _setting("", "sender of every mail: Doorstep <portal@example.com>")
    mail_folder: str = _setting("", "folder that takes mails instead of a server; - prints them")
    log_level: str = _setting("INFO", "DEBUG | INFO | WARNING | ERROR")

    @property
    def production(self) -> bool:
        """Tell whether the safe defaults may not be loosened."""
        return self.environment == "production"

    @property
    def secure_cookies(self) -> bool:
        """Tell whether cookies are bound to https; only the demo and tests speak plain http."""
        return self.environment == "production"

    @property
    def origin(self) -> str:
        """Give the portal's own address as people reach it, without a slash; empty if unknown."""
        hosts = [host for host in self.trusted_hosts if not host.startswith(".")]
        first = f"https://{hosts[0]}" if hosts else ""
        return (self.public_url or first).rstrip("/")

    @property
    def sends_mail(self) -> bool:
        """Tell whether mail is set up."""
        return bool(self.mail_host or self.mail_folder)

    def check(self) -> None:
        """Raise ConfigError with every fault when the portal could not run safely with this."""
        faults = list(_faults(self))
        if faults:
            lines = "\n".join(f"  {PREFIX}{name}: {why}" for name, why in faults)
            raise ConfigError(f"The configuration is not complete:\n{lines}")


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings; raises ConfigError naming each value that cannot be read."""
    values, faults = {}, []
    for spec in fields(Settings):
        text = environ.get(PREFIX + spec.name.upper())
        if text is None:
            continue
        try:
            values[spec.name] = _read(spec, text)
        except (ValueError, OSError) as error:
            faults.append(f"  {PREFIX}{spec.name.upper()}: {error}")
    if faults:
        raise ConfigError("The configuration cannot be read:\n" + "\n".join(faults))
    return Settings(**values)


def table() -> list[tuple[str, str, str]]:
    """Give (variable, default, reason) of every setting, for the README and `qcportal config`."""
    rows = []
    for spec in fields(Settings):
        default = "" if spec.default is MISSING else spec.default
        shown = "the shipped kinds" if spec.name == "capture_kinds" else _shown(default)
        rows.append((PREFIX + spec.name.upper(), shown, spec.metadata["why"]))
    return rows


def _shown(default: object) -> str:
    if isinstance(default, tuple):
        return ",".join(default)
    return str(default)


def _read(spec: "Field[Any]", text: str) -> Any:
    if spec.name == "capture_kinds":
        return parse_kinds(json.loads(Path(text).read_text()))
    if isinstance(spec.default, bool):
        return _flag(text)
    if isinstance(spec.default, int):
        return int(text)
    if isinstance(spec.default, tuple):
        return tuple(part.strip() for part in text.replace(" ", ",").split(",") if part.strip())
    return text


def _flag(text: str) -> bool:
    lowered = text.strip().lower()
    if lowered in {"1", "true", "yes", "on"}:
        return True
    if lowered in {"0", "false", "no", "off", ""}:
        return False
    raise ValueError(f"{text!r} is neither true nor false")


def _faults(settings: Settings) -> list[tuple[str, str]]:
    known = {"production", "development", "test", "demo"}
    checks = [
        ("ENVIRONMENT", settings.environment in known, f"one of {', '.join(sorted(known))}"),
        ("BUCKET", bool(settings.bucket), "name the bucket that receives the photos"),
        ("CALLBACK_SECRETS", bool(settings.callback_secrets), "at least one whsec_ secret"),
        ("SECRET_KEY", len(settings.secret_key) >= 32, "32 random characters or more"),
    ]
    if settings.sends_mail:
        securities = {"starttls", "tls", "none"}
        checks += [
            ("MAIL_FROM", "@" in parseaddr(settings.mail_from)[1], "the sender's mail address"),
            ("MAIL_SECURITY", settings.mail_security in securities, "starttls, tls or none"),
            ("PUBLIC_URL", settings.origin.startswith("http"), "the portal's address, for links"),
        ]
    if settings.production:
        checks += [
            ("TRUSTED_HOSTS", bool(settings.trusted_hosts), "the host names of the portal"),
            ("S3_ENDPOINT", not settings.s3_endpoint.startswith("http://"), "https only"),
            ("SECRET_KEY", len(set(settings.secret_key)) >= 10, "not random enough"),
        ]
    return [(name, why) for name, good, why in checks if not good]
