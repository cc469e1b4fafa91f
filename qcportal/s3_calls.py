"""How the portal talks to S3: sessions, time-outs, and S3's refusals as errors of ours.

A part of storage.py, the only door to S3; nobody else imports it. boto3 is loaded when S3 is asked:
a worker that only signs, with keys from the settings, does without its 9 MB.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from qcportal import sigv4
from qcportal.errors import Invalid, NotFound, PortalError, Unavailable

PART = 8 * 1024 * 1024
_ABSENT = {"404", "NoSuchKey", "NoSuchVersion", "NotFound", "405", "MethodNotAllowed"}
_UNSET = {
    "NoSuchCORSConfiguration",
    "NoSuchLifecycleConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
    "ServerSideEncryptionConfigurationNotFoundError",
}


def session(region: str, access_key: str | None, secret_key: str | None) -> Any:
    """Open a session with these keys, or without them with boto3's usual chain of credentials."""
    import boto3

    return boto3.session.Session(
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        region_name=region,
    )


def in_parts() -> Any:
    """Give how a file is stored in parts, one after the other."""
    from boto3.s3.transfer import TransferConfig

    return TransferConfig(multipart_threshold=PART, multipart_chunksize=PART, use_threads=False)


def queue_config() -> Any:
    """Give how the client of the bucket's queue behaves: short time-outs, one more try."""
    from botocore.config import Config

    return Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2})


def client_config(addressing: str) -> Any:
    """Give how every client of the bucket behaves: SigV4, short time-outs, one more try."""
    from botocore.config import Config

    return Config(
        signature_version="s3v4",
        s3={"addressing_style": addressing},
        connect_timeout=3,
        read_timeout=5,
        retries={"total_max_attempts": 2, "mode": "standard"},
        # S3-compatible stores do not all know the newer default checksums.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )


def frozen_credentials(session: Any) -> sigv4.Credentials:
    """Give a session's keys as they are now; Unavailable without any."""
    with translated("the credentials"):
        source = session.get_credentials()
        frozen = source.get_frozen_credentials() if source else None
    if frozen is None:
        raise Unavailable("There are no AWS credentials to sign with.", retry_after=60)
    # botocore shows the end of temporary credentials nowhere else.
    ends = getattr(source, "_expiry_time", None)
    return sigv4.Credentials(frozen.access_key, frozen.secret_key, frozen.token, ends)


@contextmanager
def translated(question: str) -> Iterator[None]:
    """Turn what S3 and boto3 raise inside the block into errors of ours."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        raise _portal_error(error, question) from error
    except BotoCoreError as error:
        raise Unavailable(f"S3 did not answer ({question}): {type(error).__name__}") from error


def _portal_error(error: Any, question: str) -> PortalError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _ABSENT:
        return NotFound(f"S3 has nothing there ({question}).")
    if status == 403:
        return Unavailable(f"S3 forbids {question} ({code}): misconfigured?", retry_after=60)
    if status == 400:
        return Invalid(f"S3 cannot read the request ({question}): {code}")
    return Unavailable(f"S3 refused ({question}): {code}")


def setting(ask: Callable[..., dict[str, Any]], bucket: Mapping[str, str]) -> dict[str, Any]:
    """Read one setting of a bucket; {} where it is unset."""
    from botocore.exceptions import ClientError

    try:
        answer = ask(**bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] in _UNSET:
            return {}
        raise
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}
