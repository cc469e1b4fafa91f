"""One real upload through a real form, and what S3 does with forms that are not filled rightly."""

import base64
import hashlib
import io
import os
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from PIL import Image

from qcportal import clock
from qcportal.capture_kinds import SHIPPED
from qcportal.doctor import store as asking
from qcportal.doctor import web
from qcportal.doctor.findings import Finding, failed, ok, skipped, warning
from qcportal.errors import PortalError
from qcportal.photos.tables import PROBES
from qcportal.storage import FormWanted, PhotoStore, UploadForm

OPEN = ("sha256", "captured-at", "note")
CHECKSUM = "x-amz-checksum-sha256"
ADVICE = {
    "InvalidAccessKeyId": "AWS does not know QCPORTAL_SIGNER_ACCESS_KEY_ID: was it deleted?",
    "SignatureDoesNotMatch": "QCPORTAL_SIGNER_SECRET_ACCESS_KEY is not that key's secret.",
    "AccessDenied": "Give the signer the policy of FormSigner in deploy/aws.yaml (put under u/).",
    "NoSuchBucket": "Check QCPORTAL_BUCKET and QCPORTAL_REGION.",
    "PermanentRedirect": "Check QCPORTAL_REGION: the bucket is elsewhere.",
    "TemporaryRedirect": "A new bucket redirects for some hours; or check QCPORTAL_REGION.",
}
ELSE = "Compare QCPORTAL_BUCKET, QCPORTAL_REGION and QCPORTAL_S3_ENDPOINT with the bucket's."


@dataclass
class Sent:
    """What the probe got S3 to store: keys, the upload's digest and its version."""

    body: bytes
    key: str = ""
    version_id: str = ""
    stored: list[str] = field(default_factory=list)

    @property
    def sha256(self) -> str:
        """Give the digest of what was sent, in hex."""
        return hashlib.sha256(self.body).hexdigest()


def picture() -> bytes:
    """Make a small JPEG that is in no other bucket."""
    noise, file = Image.frombytes("L", (64, 64), os.urandom(64 * 64)), io.BytesIO()
    noise.save(file, "JPEG", quality=90)
    return file.getvalue()


def send(store: PhotoStore, sent: Sent) -> Iterator[Finding]:
    """Send the probe; notes in `sent` where S3 stored it."""
    first = _new_key()
    try:
        form = _form(store, first)
        answer = web.post_form(form.url, _filled(form, sent.body), sent.body)
    except PortalError as error:
        yield failed("form", error.detail, "See the findings about principals and signer above.")
        return
    except web.Unreachable as error:
        yield failed("form", f"nobody takes it: {error}", ELSE)
        return
    if answer.status != 201 or f"<Key>{first}</Key>" not in answer.text:
        yield _refusal(answer, store, sent.body)
        return
    sent.key, sent.version_id = first, answer.headers.get("x-amz-version-id", "")
    sent.stored.append(first)
    yield ok("form", f"S3 stored {first} (201, {len(sent.body)} bytes)")


def send_wrong_forms(store: PhotoStore, sent: Sent) -> Iterator[Finding]:
    """Try what S3 and the signer's policy should refuse; notes in `sent` what was stored."""
    try:
        yield asking.check_signer_cannot_read(store, sent.key)
        yield from _wrong_checksum(store, sent)
        yield _left_out(store, sent)
        yield _elsewhere(store, sent)
    except (PortalError, web.Unreachable) as error:
        yield warning("form", f"S3 stopped answering: {error}", "Run the doctor again.")


def _wrong_checksum(store: PhotoStore, sent: Sent) -> Iterator[Finding]:
    if not store.settings.checksum_fields:
        yield skipped("checksum", "forms ask for none (QCPORTAL_FORM_CHECKSUMS); the relay hashes")
        return
    held = store.head(sent.key, sent.version_id or None)
    own = "keeps its own SHA-256 of it" if held and held.sha256 else "keeps no SHA-256 of it"
    form = _form(store, _new_key())
    other = _filled(form, sent.body + b"!")
    answer = web.post_form(form.url, other, sent.body)
    if answer.status == 201:
        sent.stored.append(form.fields["key"])
        said = f"S3 took a photo with a wrong {CHECKSUM} and {own}"
        mend = "The digest is still checked on arrival, from the relay's own hash of the bytes."
        yield warning("checksum", said, mend)
        return
    yield ok("checksum", f"S3 refuses a wrong {CHECKSUM} ({_told(answer)}) and {own}")


def _left_out(store: PhotoStore, sent: Sent) -> Finding:
    form = _form(store, _new_key())
    fields = _filled(form, sent.body)
    fields.pop("x-amz-meta-note")
    answer = web.post_form(form.url, fields, sent.body)
    if answer.status == 201:
        sent.stored.append(form.fields["key"])
        return ok("open fields", "S3 takes a form with an open field left out")
    said = f"S3 refuses a form with an open field left out ({_told(answer)})"
    return ok("open fields", f"{said}, so apps must send every field")


def _elsewhere(store: PhotoStore, sent: Sent) -> Finding:
    """Try to put where uploads have no business: thumbnails, which expire by themselves."""
    outside = PhotoStore(replace(store.settings, prefix="d/"))
    form = _form(outside, _new_key().replace(PROBES, "d/doctor/"))
    answer = web.post_form(form.url, _filled(form, sent.body), sent.body)
    if answer.status == 201:
        return asking.too_mighty("may put outside of u/")
    return ok("signer", f"may not put outside of u/ ({_told(answer)})")


def _refusal(answer: web.Answer, store: PhotoStore, body: bytes) -> Finding:
    if answer.status == 201:
        said = "somebody answered 201 without our key: that was not S3"
        return failed("form", said, "Look for a proxy or captive portal between here and S3.")
    mend = next((text for code, text in ADVICE.items() if code in answer.text), ELSE)
    if store.settings.checksum_fields and _is_taken_without_checksum(store, body):
        mend = "The same form without checksum fields is taken: set QCPORTAL_FORM_CHECKSUMS=false."
    return failed("form", f"S3 refused it ({_told(answer)})", mend)


def _is_taken_without_checksum(store: PhotoStore, body: bytes) -> bool:
    form = _form(PhotoStore(replace(store.settings, checksum_fields=False)), _new_key())
    try:
        return web.post_form(form.url, _filled(form, body), body).status == 201
    except web.Unreachable:
        return False


def _new_key() -> str:
    # Without the dashes of a photo's id, by which the relay would keep thumbnails.
    return f"{PROBES}{clock.now():%Y/%m/%d}/{uuid.uuid4().hex}.jpg"


def _form(store: PhotoStore, key: str) -> UploadForm:
    kind = SHIPPED["photo"]
    wanted = FormWanted(
        key=key,
        content_type=kind.default_content_type,
        min_bytes=kind.min_bytes,
        max_bytes=kind.max_bytes,
        metadata={"executive-id": "doctor", "kind": kind.name},
        open_metadata=OPEN,
    )
    return store.issue_forms([wanted], clock.now()).forms[0]


def _filled(form: UploadForm, declared: bytes) -> dict[str, str]:
    digest = hashlib.sha256(declared)
    values = {
        "x-amz-meta-sha256": digest.hexdigest(),
        "x-amz-meta-captured-at": clock.now().isoformat(timespec="seconds"),
        "x-amz-meta-note": "probe",
        CHECKSUM: base64.b64encode(digest.digest()).decode(),
    }
    return {name: values.get(name, value) for name, value in form.fields.items()}


def _told(answer: web.Answer) -> str:
    code = re.search(r"<Code>(\w+)</Code>", answer.text)
    reason = re.search(r"<Message>([^<]{1,160})", answer.text)
    parts = [str(answer.status), code[1] if code else "", reason[1] if reason else ""]
    return " ".join(part for part in parts if part)
