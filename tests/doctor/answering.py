"""A store whose S3 answers what a test wants it to."""

from typing import Any

from qcportal.errors import PortalError
from qcportal.storage import PhotoStore, StoreSettings

SETTINGS = StoreSettings("proofs", "ap-south-1", reader_access_key="A", reader_secret_key="B")
QUEUES = {
    "QueueConfigurations": [
        {"QueueArn": "arn:aws:sqs:ap-south-1:1:q", "Events": ["s3:ObjectCreated:*"]}
    ]
}


class Answering(PhotoStore):
    """A store whose S3 gives these answers, or raises them."""

    def __init__(self, **answers: Any) -> None:
        self.settings = SETTINGS
        self._answers = answers

    def setting(self, name: str) -> dict[str, Any]:
        return self._give(name, {})

    def queue_state(self, arn: str) -> dict[str, str]:
        return self._give(arn.rpartition(":")[2], {})

    def list_versions(self, prefix: str, *, page_size: int = 1000) -> Any:
        yield from self._give("listing", [])

    def _give(self, name: str, usual: Any) -> Any:
        answer = self._answers.get(name, usual)
        if isinstance(answer, PortalError):
            raise answer
        return answer
