"""A whole site for tests: the embedded AWS with the stack deployed, and the portal it calls."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from werkzeug.serving import make_server

from qcportal import create_app
from qcportal.db import db
from qcportal.demo.embedded_aws import EmbeddedAws
from qcportal.demo.stack import Wish
from tests.conftest import make_settings, migrate
from tests.databases import free_port
from tests.world import SECRET, World

PICTURES = Path(__file__).parents[1] / "qcportal" / "demo" / "pictures"


@dataclass(frozen=True)
class Site:
    """A running portal with its world, and the S3 that phones send to."""

    url: str
    world: World
    aws: EmbeddedAws

    def delete(self, key: str, version_id: str) -> None:
        """Delete one version for good, as somebody with the keys of the account could."""
        bucket = self.world.app.extensions["qcportal.settings"].bucket
        self.aws.client("s3").delete_object(Bucket=bucket, Key=key, VersionId=version_id)

    def send(self, form: dict[str, Any], data: bytes) -> requests.Response:
        """Send a file with a form as a phone does: fields first, the file last."""
        fields = dict(form["fields"])
        fields["x-amz-meta-sha256"] = hashlib.sha256(data).hexdigest()
        parts = [(name, (None, value)) for name, value in fields.items()]
        return requests.post(form["url"], files=[*parts, ("file", ("photo", data))], timeout=20)


@contextmanager
def running(folder: Path, *, imaging: bool, **changes: object) -> Iterator[Site]:
    """Run the site inside the block; everything it needs lies in the folder."""
    port, database = free_port(), f"sqlite:///{folder / 'portal.db'}"
    url = f"http://127.0.0.1:{port}"
    migrate(database)
    with EmbeddedAws() as aws:
        wish = Wish(bucket="qcportal-tests", imaging=imaging)
        deployed = aws.deploy(f"{url}/api/v1/callbacks/s3", SECRET, wish)
        settings = make_settings(
            database,
            bucket=deployed.bucket,
            s3_endpoint=deployed.endpoint_url,
            signer_access_key_id=deployed.signer.access_key_id,
            signer_secret_access_key=deployed.signer.secret_access_key,
            portal_access_key_id=deployed.portal.access_key_id,
            portal_secret_access_key=deployed.portal.secret_access_key,
            **changes,
        )
        app = create_app(settings)
        server = make_server("127.0.0.1", port, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield Site(url, World(app), aws)
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            with app.app_context():
                db.engine.dispose()
