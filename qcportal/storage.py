"""PhotoStore: the bucket as the portal sees it, and the only door to S3 in the package.

It hands out upload forms and reading URLs (arithmetic, no network) and asks S3 for facts.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, BinaryIO
from urllib.parse import quote, urlsplit

from qcportal import s3_calls, sigv4, stored_objects, upload_forms
from qcportal.errors import Invalid, NotFound, TooLarge
from qcportal.signing_keys import SigningKeys, effective_expiry
from qcportal.stored_objects import StoredObject as StoredObject
from qcportal.stored_objects import StoredVersion as StoredVersion
from qcportal.upload_forms import FormBatch as FormBatch
from qcportal.upload_forms import FormWanted as FormWanted
from qcportal.upload_forms import UploadForm as UploadForm

DERIVED_PREFIXES = ("d/", "c/", "i/", "x/")
"""Thumbnails of photos, which may expire and be made again, catalogue pictures, imports, and files
that were made for people to download."""
READING_WINDOW_SECONDS = 120
SETTINGS = {
    "location": "get_bucket_location",
    "versioning": "get_bucket_versioning",
    "cors": "get_bucket_cors",
    "notification": "get_bucket_notification_configuration",
    "lifecycle": "get_bucket_lifecycle_configuration",
    "encryption": "get_bucket_encryption",
    "public_access": "get_public_access_block",
}


@dataclass(frozen=True)
class StoreSettings:
    """Where the bucket is and how forms are made; lifetimes are in seconds.

    `public_endpoint_url` is what phones and browsers use, where it differs from what the portal
    uses. `signer_*` are the keys of the principal that forms are signed with (it may only put
    under `prefix`), `reader_*` of the one that reads the bucket and signs reading URLs; without
    them boto3's usual chain of credentials is asked. `checksum_fields` makes S3 check the SHA-256
    that the phone declares.
    """

    bucket: str
    region: str
    endpoint_url: str | None = None
    public_endpoint_url: str | None = None
    prefix: str = "u/"
    addressing: str = "virtual"
    signer_access_key: str | None = None
    signer_secret_key: str | None = field(default=None, repr=False)
    reader_access_key: str | None = None
    reader_secret_key: str | None = field(default=None, repr=False)
    form_lifetime: int = 12 * 3600
    minimum_form_lifetime: int = 15 * 60
    checksum_fields: bool = False


class PhotoStore:
    """The bucket of one deployment; safe to share between threads."""

    def __init__(self, settings: StoreSettings) -> None:
        self.settings = settings
        self._making = threading.Lock()
        self._place = sigv4.Bucket(
            settings.bucket,
            settings.region,
            settings.public_endpoint_url or settings.endpoint_url,
            settings.addressing,
        )
        signer = (settings.signer_access_key, settings.signer_secret_key)
        reader = (settings.reader_access_key, settings.reader_secret_key)
        self._form_keys = SigningKeys(lambda: _keys(settings.region, *signer))
        self._reading_keys = SigningKeys(lambda: _keys(settings.region, *reader))

    @cached_property
    def _reader(self) -> Any:
        given = self.settings
        return s3_calls.session(given.region, given.reader_access_key, given.reader_secret_key)

    @cached_property
    def _client(self) -> Any:
        """Make the client when S3 is first asked; who only signs does without its 10 MB."""
        with self._making:  # a session of boto3 is not for several threads at once
            return self._reader.client(
                "s3",
                endpoint_url=self.settings.endpoint_url,
                config=s3_calls.client_config(self.settings.addressing),
            )

    @property
    def public_origin(self) -> str:
        """Give the origin that forms and photos live on, for the Content-Security-Policy."""
        parts = urlsplit(self._place.url)
        return f"{parts.scheme}://{parts.netloc}"

    def issue_forms(self, wanted: Sequence[FormWanted], at: datetime) -> FormBatch:
        """Sign a form for each wanted upload, valid from `at` (aware).

        A key outside the prefix is Invalid; a form that would end too soon is Unavailable.
        """
        upload_forms.check_keys(wanted, self.settings.prefix)
        settings, at = self.settings, at.replace(microsecond=0)
        scope = sigv4.Scope(self._form_keys.at(at), settings.region, at)
        expires_at = effective_expiry(
            scope.credentials,
            at,
            lifetime=settings.form_lifetime,
            minimum=settings.minimum_form_lifetime,
        )
        offer = upload_forms.Offer(self._place, expires_at, settings.checksum_fields)
        return upload_forms.sign(wanted, scope, offer)

    def reading_url(
        self,
        key: str,
        version_id: str,
        *,
        content_type: str,
        at: datetime,
        expires: int = 300,
        download_name: str | None = None,
    ) -> str:
        """Give a signed GET URL for one version; call it only after the access check.

        It is signed as of the start of a window, so that a page opened twice within it gets the
        same URL and the browser's cache works; it ends `expires` seconds after that start.
        """
        start = int(at.timestamp()) // READING_WINDOW_SECONDS * READING_WINDOW_SECONDS
        query = {"versionId": version_id} if version_id else {}
        query["response-content-type"] = content_type
        query["response-content-disposition"] = _disposition(download_name)
        query["response-cache-control"] = f"private, max-age={READING_WINDOW_SECONDS}"
        start_at = datetime.fromtimestamp(start, UTC)
        scope = sigv4.Scope(self._reading_keys.at(at), self.settings.region, start_at)
        return sigv4.presign_get(self._place, key, scope, expires_in=expires, query=query)

    def head(self, key: str, version_id: str | None = None) -> StoredObject | None:
        """Ask S3 for the facts of one version (default: the latest); None if there is none.

        Unavailable when S3 is away, and when it forbids the question: S3 says 403 for a missing
        key to somebody who may not list, so 403 never means missing.
        """
        request = {"Bucket": self.settings.bucket, "Key": key, **_version(version_id)}
        try:
            with s3_calls.translated(f"HEAD {key}"):
                answer = self._client.head_object(**request, ChecksumMode="ENABLED")
        except NotFound:
            return None
        return stored_objects.read_head(key, answer)

    def get(self, key: str, version_id: str, *, limit: int) -> bytes:
        """Read one version whole; NotFound without it, TooLarge over `limit` bytes."""
        with s3_calls.translated(f"GET {key}"):
            answer = self._client.get_object(
                Bucket=self.settings.bucket, Key=key, **_version(version_id)
            )
            with answer["Body"] as body:
                if answer["ContentLength"] > limit:
                    raise TooLarge(f"{key} has {answer['ContentLength']} bytes, over {limit}.")
                data: bytes = body.read()
        return data

    def read_in_parts(
        self, key: str, version_id: str, etag: str = "", *, start: int = 0
    ) -> Iterator[bytes]:
        """Read one version, whatever its size, in parts of 1 MiB, from the byte `start` on.

        With an `etag` it is Unavailable if it changed.
        """
        with s3_calls.translated(f"GET {key}"):
            pinned = {"Key": key, **_version(version_id)}
            pinned |= {"IfMatch": etag} if etag else {}
            pinned |= {"Range": f"bytes={start}-"} if start else {}
            answer = self._client.get_object(Bucket=self.settings.bucket, **pinned)
            with closing(answer["Body"]) as body:
                yield from body.iter_chunks(1024 * 1024)

    def put_derived(self, key: str, data: bytes, content_type: str) -> None:
        """Store a file of the portal's own, never under `u/`: evidence is not touched."""
        _check_derived(key)
        with s3_calls.translated(f"PUT {key}"):
            self._client.put_object(
                Bucket=self.settings.bucket, Key=key, Body=data, ContentType=content_type
            )

    def put_derived_file(self, key: str, source: BinaryIO, content_type: str) -> None:
        """Store a file of the portal's own, whatever its size, in parts of 8 MiB of memory each.

        `source` is read to its end and need not be seekable; what it raises ends the upload.
        """
        _check_derived(key)
        with s3_calls.translated(f"PUT {key}"):
            self._client.upload_fileobj(
                source,
                self.settings.bucket,
                key,
                ExtraArgs={"ContentType": content_type},
                Config=s3_calls.in_parts(),
            )

    def list_versions(self, prefix: str, *, page_size: int = 1000) -> Iterator[StoredVersion]:
        """List every object version under a prefix, page by page."""
        place = {"Bucket": self.settings.bucket, "Prefix": prefix}
        listing = self._client.get_paginator("list_object_versions")
        pages = listing.paginate(**place, PaginationConfig={"PageSize": page_size})
        with s3_calls.translated(f"listing {prefix}"):
            for page in pages:
                yield from map(stored_objects.read_version, page.get("Versions", ()))

    def configuration(self) -> dict[str, Any]:
        """Read how the bucket is set up: versioning, cors, notification and lifecycle."""
        return {
            "versioning": self.setting("versioning").get("Status", "Off"),
            "cors": self.setting("cors").get("CORSRules", []),
            "notification": self.setting("notification"),
            "lifecycle": self.setting("lifecycle").get("Rules", []),
        }

    def setting(self, name: str) -> dict[str, Any]:
        """Read one setting of the bucket (see `SETTINGS`) as S3 gives it; {} where it is unset."""
        with s3_calls.translated(f"the bucket's {name.replace('_', ' ')}"):
            ask = getattr(self._client, SETTINGS[name])
            return s3_calls.setting(ask, {"Bucket": self.settings.bucket})

    def queue_state(self, arn: str) -> dict[str, str]:
        """Read the attributes of the queue that the bucket's events go to (SQS)."""
        region, account, name = arn.split(":")[3:6]
        host = self.settings.endpoint_url or f"https://sqs.{region}.amazonaws.com"
        client = self._reader.client(
            "sqs",
            region_name=region,
            endpoint_url=self.settings.endpoint_url,
            config=s3_calls.queue_config(),
        )
        with s3_calls.translated(f"the queue {name}"):
            answer = client.get_queue_attributes(
                QueueUrl=f"{host}/{account}/{name}", AttributeNames=["All"]
            )
        attributes: dict[str, str] = answer.get("Attributes", {})
        return attributes


def _keys(region: str, access_key: str | None, secret_key: str | None) -> sigv4.Credentials:
    """Give the keys of the settings, or those that boto3's usual chain has at the moment."""
    if access_key and secret_key:
        return sigv4.Credentials(access_key, secret_key)
    return s3_calls.frozen_credentials(s3_calls.session(region, access_key, secret_key))


def _check_derived(key: str) -> None:
    if not key.startswith(DERIVED_PREFIXES) or not upload_forms.KEY.fullmatch(key):
        raise Invalid(f"Derived files are not kept at {key!r}.")


def _version(version_id: str | None) -> dict[str, str]:
    return {"VersionId": version_id} if version_id else {}


def _disposition(download_name: str | None) -> str:
    # RFC 6266 and RFC 8187; a percent-encoded name can hold no quote and no line break.
    name = quote(download_name or "", safe="")
    return f"attachment; filename*=UTF-8''{name}" if name else "inline"
