"""Deploy deploy/aws.yaml into an AWS with a relay of today's code, and give what the portal needs.

Written for the embedded AWS; it makes access keys that it hands out in the clear.
"""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from qcportal.demo import lambda_bundle
from qcportal.errors import Unavailable

REGION = "ap-south-1"
TEMPLATE = lambda_bundle.ROOT / "deploy" / "aws.yaml"
STACK = "qcportal"
CODE_BUCKET = "qcportal-relay-code"
DEPLOY_SECONDS = 60

Client = Callable[[str], Any]


@dataclass(frozen=True)
class Credentials:
    """An access key of one principal."""

    access_key_id: str
    secret_access_key: str = field(repr=False)


@dataclass(frozen=True)
class Deployment:
    """What the portal has to know about the deployed stack."""

    bucket: str
    endpoint_url: str
    region: str
    signer: Credentials
    portal: Credentials
    queue_url: str
    pictures_queue_url: str
    dead_letter_queue_url: str
    function_name: str


@dataclass(frozen=True)
class Wish:
    """What to deploy; `concurrency` is how many relays may work at once."""

    bucket: str = "qcportal-demo"
    imaging: bool = True
    concurrency: int = 2
    origins: str = "*"


def deploy(client: Client, callback_url: str, secret: str, wish: Wish) -> Deployment:
    """Create or update the stack; `client(service)` gives a boto3 client that may do anything.

    Raises Unavailable with CloudFormation's reasons when it does not come up.
    """
    outputs = _apply(
        client("cloudformation"),
        {
            "BucketName": wish.bucket,
            "CallbackUrl": callback_url,
            "CallbackSecret": secret,
            "CodeBucket": CODE_BUCKET,
            "CodeKey": _upload_code(client("s3"), imaging=wish.imaging),
            "AllowedOrigins": wish.origins,
            "RelayConcurrency": str(wish.concurrency),
            "PictureConcurrency": "2",
            "PlainHttp": "allowed",
        },
    )
    return Deployment(
        bucket=outputs["Bucket"],
        endpoint_url=client("s3").meta.endpoint_url,
        region=REGION,
        signer=_fresh_key(client("iam"), outputs["SignerUser"]),
        portal=_fresh_key(client("iam"), outputs["PortalUser"]),
        queue_url=outputs["QueueUrl"],
        pictures_queue_url=outputs["PicturesQueueUrl"],
        dead_letter_queue_url=outputs["DeadLetterQueueUrl"],
        function_name=outputs["FunctionName"],
    )


def _upload_code(store: Any, *, imaging: bool) -> str:
    with tempfile.TemporaryDirectory() as folder:
        code = lambda_bundle.build(Path(folder) / "relay.zip", imaging=imaging).read_bytes()
    key = f"relay-{sha256(code).hexdigest()[:16]}.zip"
    try:
        store.create_bucket(
            Bucket=CODE_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
    except store.exceptions.BucketAlreadyOwnedByYou:
        pass
    store.put_object(Bucket=CODE_BUCKET, Key=key, Body=code)
    return key


def _apply(stacks: Any, parameters: dict[str, str]) -> dict[str, str]:
    change = {
        "StackName": STACK,
        "TemplateBody": TEMPLATE.read_text(),
        "Capabilities": ["CAPABILITY_IAM"],
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()
        ],
    }
    try:
        stacks.create_stack(**change)
    except stacks.exceptions.AlreadyExistsException:
        _update(stacks, change)
    return _settled(stacks)


def _fresh_key(iam: Any, user: str) -> Credentials:
    for old in iam.list_access_keys(UserName=user)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=user, AccessKeyId=old["AccessKeyId"])
    key = iam.create_access_key(UserName=user)["AccessKey"]
    return Credentials(key["AccessKeyId"], key["SecretAccessKey"])


def _update(stacks: Any, change: dict[str, Any]) -> None:
    try:
        stacks.update_stack(**change)
    except ClientError as error:
        if "No updates" not in str(error):
            raise


def _settled(stacks: Any) -> dict[str, str]:
    """Wait for the stack; raises Unavailable with the reasons when it failed."""
    deadline = time.monotonic() + DEPLOY_SECONDS
    while time.monotonic() < deadline:
        stack = stacks.describe_stacks(StackName=STACK)["Stacks"][0]
        status = stack["StackStatus"]
        if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
            return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        if not status.endswith("_IN_PROGRESS"):
            break
        time.sleep(0.05)
    events = stacks.describe_stack_events(StackName=STACK)["StackEvents"]
    reasons = [e["ResourceStatusReason"] for e in events if e.get("ResourceStatusReason")]
    raise Unavailable("The stack was not deployed: " + "; ".join(reasons[:5]))
