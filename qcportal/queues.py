"""The queue of S3's events and its dead letters, for those who look into them or poll themselves.

Asked with boto3's usual chain of credentials: the portal's own principals may do none of this.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from qcportal.errors import Unavailable

BATCH = 10
"""The most messages that SQS gives or takes at once (Amazon SQS API)."""


@dataclass(frozen=True)
class Letter:
    """One message; `receipt` is what it is deleted by, for as long as it is hidden."""

    id: str
    body: str
    receipt: str
    tries: int
    sent_ms: int

    def as_record(self) -> dict[str, Any]:
        """Give it as Lambda hands messages on."""
        return {
            "eventSource": "aws:sqs",
            "messageId": self.id,
            "receiptHandle": self.receipt,
            "body": self.body,
            "attributes": {"ApproximateReceiveCount": str(self.tries)},
        }


class Queue:
    """One SQS queue by its address; every question raises Unavailable when SQS does not answer.

    A `hurried` one gives up after three seconds; the others outlast any long poll.
    """

    def __init__(
        self, url: str, region: str, endpoint_url: str | None = None, *, hurried: bool = False
    ) -> None:
        self.url = url
        patience = Config(
            connect_timeout=1 if hurried else 3,
            read_timeout=2 if hurried else 30,
            retries={"total_max_attempts": 1 if hurried else 3},
        )
        with _translated("the credentials"):
            self._client = boto3.client(
                "sqs", region_name=region, endpoint_url=endpoint_url, config=patience
            )

    def attributes(self) -> Mapping[str, str]:
        """Read all attributes of the queue."""
        with _translated(self.url):
            answer = self._client.get_queue_attributes(QueueUrl=self.url, AttributeNames=["All"])
        found: Mapping[str, str] = answer.get("Attributes", {})
        return found

    def receive(self, *, wait: int = 0, hide: int | None = None, most: int = BATCH) -> list[Letter]:
        """Take up to `most` messages, ten at most, waiting up to `wait` seconds for the first.

        They are hidden from others for `hide` seconds, or as long as the queue says.
        """
        request: dict[str, Any] = {} if hide is None else {"VisibilityTimeout": hide}
        with _translated(self.url):
            answer = self._client.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=most,
                WaitTimeSeconds=wait,
                MessageSystemAttributeNames=["ApproximateReceiveCount", "SentTimestamp"],
                **request,
            )
        return [_read(message) for message in answer.get("Messages", [])]

    def delete(self, letters: Sequence[Letter]) -> None:
        """Acknowledge up to ten messages; one that is not deleted only comes again."""
        if letters:
            entries = [{"Id": str(n), "ReceiptHandle": each.receipt} for n, each in _ids(letters)]
            with _translated(self.url):
                self._client.delete_message_batch(QueueUrl=self.url, Entries=entries)

    def show_again(self, letters: Sequence[Letter]) -> None:
        """Let up to ten hidden messages be seen by others at once."""
        if letters:
            entries = [
                {"Id": str(n), "ReceiptHandle": each.receipt, "VisibilityTimeout": 0}
                for n, each in _ids(letters)
            ]
            with _translated(self.url):
                self._client.change_message_visibility_batch(QueueUrl=self.url, Entries=entries)

    def send(self, letters: Sequence[Letter]) -> list[Letter]:
        """Send up to ten messages of another queue; gives those that the queue took."""
        entries = [{"Id": str(n), "MessageBody": each.body} for n, each in _ids(letters)]
        with _translated(self.url):
            answer = self._client.send_message_batch(QueueUrl=self.url, Entries=entries)
        return [letters[int(each["Id"])] for each in answer.get("Successful", [])]


def url_of(arn: str, endpoint_url: str | None = None) -> str:
    """Give the address of the queue with this ARN."""
    region, account, name = arn.split(":")[3:6]
    return f"{endpoint_url or f'https://sqs.{region}.amazonaws.com'}/{account}/{name}"


def _ids(letters: Sequence[Letter]) -> Iterator[tuple[int, Letter]]:
    yield from enumerate(letters[:BATCH])


def _read(message: Mapping[str, Any]) -> Letter:
    attributes = message.get("Attributes", {})
    return Letter(
        id=message["MessageId"],
        body=message["Body"],
        receipt=message["ReceiptHandle"],
        tries=int(attributes.get("ApproximateReceiveCount", "1")),
        sent_ms=int(attributes.get("SentTimestamp", "0")),
    )


@contextmanager
def _translated(question: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        raise Unavailable(f"SQS refused ({question}): {code}") from error
    except NoCredentialsError as error:
        text = "Nobody told with which AWS credentials to ask SQS: set AWS_ACCESS_KEY_ID and"
        raise Unavailable(f"{text} AWS_SECRET_ACCESS_KEY, or AWS_PROFILE.") from error
    except BotoCoreError as error:
        raise Unavailable(f"SQS did not answer ({question}): {type(error).__name__}") from error
