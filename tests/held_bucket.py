"""A bucket of S3 inside the process, with the portal's own store on it, for tests of made files."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from flask import Flask
from moto import mock_aws

from qcportal.storage import PhotoStore, StoreSettings

BUCKET, REGION = "photos", "ap-south-1"


@dataclass(frozen=True)
class HeldBucket:
    """The bucket as its owner sees it, and the portal's store on it."""

    client: Any
    store: PhotoStore

    def put(self, key: str, data: bytes) -> str:
        """Store an object as a phone's upload does, and give its version."""
        answer = self.client.put_object(Bucket=BUCKET, Key=key, Body=data, ContentType="image/jpeg")
        return str(answer["VersionId"])

    def get(self, key: str) -> bytes:
        """Give the latest version of an object."""
        body: bytes = self.client.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return body

    def keys(self, prefix: str) -> list[str]:
        """List what lies under a prefix."""
        listed = self.client.list_objects_v2(Bucket=BUCKET, Prefix=prefix)
        return [each["Key"] for each in listed.get("Contents", ())]


@contextmanager
def held_bucket(app: Flask) -> Iterator[HeldBucket]:
    """Let the app work on a bucket of its own inside the block."""
    keys = {"aws_access_key_id": "AKIAREADER", "aws_secret_access_key": "reader"}
    before = app.extensions["qcportal.store"]
    with mock_aws():
        client = boto3.client("s3", REGION, **keys)
        place = {"LocationConstraint": REGION}
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        on = {"Status": "Enabled"}
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration=on)
        store = PhotoStore(
            StoreSettings(
                bucket=BUCKET,
                region=REGION,
                signer_access_key="AKIASIGNER",
                signer_secret_key="signer",
                reader_access_key="AKIAREADER",
                reader_secret_key="reader",
            )
        )
        app.extensions["qcportal.store"] = store
        try:
            yield HeldBucket(client, store)
        finally:
            app.extensions["qcportal.store"] = before
