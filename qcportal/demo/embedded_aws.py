"""An AWS of our own on 127.0.0.1: ministack as a child process, with deploy/aws.yaml deployed.

For the demo, the integration tests and the benches. It checks signatures, policies and IAM as
AWS does, and runs the relay as a Lambda.
"""

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
from botocore.config import Config

from qcportal.demo import children, lambda_bundle, stack
from qcportal.demo.stack import REGION, Credentials, Deployment, Wish
from qcportal.errors import Unavailable

HOST = "127.0.0.1"
CHILD = Path(__file__).with_name("embedded_aws_child.py")
START_SECONDS, STOP_SECONDS = 30, 10
ROOT_KEY = "AKIAEMBEDDEDAWSROOT0"
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH")


class EmbeddedAws:
    """A ministack child process; a context manager.

    `port` 0 takes a free one. With a `state` folder, objects and stack outlive a stop; give
    the same port then, since the queue's address holds it.
    """

    def __init__(self, *, port: int = 0, state: Path | None = None) -> None:
        self.port = port or _free_port()
        self.state = state
        self.endpoint_url = f"http://{HOST}:{self.port}"
        self._root = Credentials(ROOT_KEY, secrets.token_urlsafe(30))
        self._process: subprocess.Popen[bytes] | None = None
        self._scratch: Path | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Give the child's process id, which is its process group's too; 0 when stopped."""
        return self._process.pid if self._process else 0

    def start(self) -> Self:
        """Start and wait until it answers.

        Raises Unavailable when ministack is not installed, the port is taken or it will not run.
        """
        if importlib.util.find_spec("ministack") is None:
            raise Unavailable("The embedded AWS needs ministack: pip install 'qcportal[demo]'.")
        if _answers(self.port):
            raise Unavailable(
                f"Port {self.port} on {HOST} is taken: stop its owner or give another."
            )
        self._scratch = Path(tempfile.mkdtemp(prefix="qcportal-aws-"))
        log = (self.state or self._scratch) / "ministack.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as sink:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-P", str(CHILD)],  # by path: the portal itself is not needed
                env=self._environment(self._scratch),
                cwd=lambda_bundle.ROOT,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._await_health(log)
        return self

    def stop(self) -> None:
        """End the child and everything it started; what is not in `state` is gone."""
        if self._process:
            children.end(self._process, seconds=STOP_SECONDS)
            self._process = None
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)
            self._scratch = None

    def client(self, service: str, credentials: Credentials | None = None) -> Any:
        """Give a boto3 client of this AWS, as root unless `credentials` say otherwise."""
        who = credentials or self._root
        return boto3.client(
            service,
            endpoint_url=self.endpoint_url,
            region_name=REGION,
            aws_access_key_id=who.access_key_id,
            aws_secret_access_key=who.secret_access_key,
            config=Config(signature_version="s3v4" if service == "s3" else None),
        )

    def deploy(self, callback_url: str, secret: str, wish: Wish | None = None) -> Deployment:
        """Deploy deploy/aws.yaml, or bring what is deployed up to date.

        The principals get fresh access keys each time, as secrets cannot be read back.
        """
        return stack.deploy(self.client, callback_url, secret, wish or Wish())

    def _environment(self, scratch: Path) -> dict[str, str]:
        inherited = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        settings = {
            "QCPORTAL_EMBEDDED_AWS_PARENT": str(os.getpid()),
            "AUTH": "true",
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": HOST,
            "MINISTACK_REGION": REGION,
            "LAMBDA_EXECUTOR": "local",
            "LOG_LEVEL": "WARNING",
            "IOT_MTLS_ENABLED": "0",  # no listener but the one we asked for
            "SFTP_ENABLED": "0",
            "TMPDIR": str(scratch),
            "AWS_ACCESS_KEY_ID": self._root.access_key_id,
            "AWS_SECRET_ACCESS_KEY": self._root.secret_access_key,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        if self.state:
            kept = {"STATE_DIR": "state", "S3_DATA_DIR": "objects"}
            settings |= {name: str(self.state.resolve() / kept[name]) for name in kept}
            settings |= {"PERSIST_STATE": "1", "S3_PERSIST": "1"}
        return inherited | settings

    def _await_health(self, log: Path) -> None:
        process, deadline = self._process, time.monotonic() + START_SECONDS
        while process and process.poll() is None and time.monotonic() < deadline:
            if children.answers(f"{self.endpoint_url}/_ministack/health"):
                return
            time.sleep(0.05)
        tail = log.read_text(errors="replace")[-2000:]
        self.stop()
        raise Unavailable(f"The embedded AWS did not start on port {self.port}:\n{tail}")


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
