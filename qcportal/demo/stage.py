"""What runs while a demo runs: the embedded AWS with the stack in it, and the portal."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from qcportal import config, create_app
from qcportal.config import Settings
from qcportal.demo import carrier
from qcportal.demo.carrier import Carrier
from qcportal.demo.embedded_aws import EmbeddedAws
from qcportal.demo.processes import HOST, choose_port, portal, worker
from qcportal.demo.progress import step
from qcportal.demo.stack import Deployment, Wish
from qcportal.demo.state import State

PORT = 8700


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for; `pace` in seconds from door to door.

    A `throwaway` folder is emptied at the end when all went well.
    """

    returns: int
    executives: int
    pace: float
    exits: bool
    fresh: bool
    folder: Path
    throwaway: bool
    port: int
    seed: int
    imaging: bool


@dataclass(frozen=True)
class Stage:
    """All that runs and is known once the processes are up."""

    wanted: Wanted
    carrier: Carrier
    settings: Settings
    aws: EmbeddedAws
    deployment: Deployment


@contextmanager
def opened(wanted: Wanted, kept: State) -> Iterator[Stage]:
    """Have the embedded AWS, the portal and its worker up inside the block."""
    usual = kept.portal_port or (0 if wanted.exits else PORT)
    port = choose_port(wanted.port or usual)
    aws = EmbeddedAws(port=kept.aws_port, state=wanted.folder / "aws")
    with aws:
        step(f"Embedded AWS at {aws.endpoint_url}; deploying deploy/aws.yaml")
        callback = f"http://{HOST}:{port}/api/v1/callbacks/s3"
        wish = Wish(imaging=wanted.imaging)
        deployment = aws.deploy(callback, kept.callback_secret, wish)
        kept.portal_port, kept.aws_port = port, aws.port
        kept.save()
        environment = portal_settings(kept, deployment)
        settings = config.from_environment(environment)
        app = create_app(settings)
        carrier.migrate(app)
        with (
            portal(port, environment, wanted.folder / "portal.log") as origin,
            worker(environment, wanted.folder / "worker.log", whole=not wanted.exits),
        ):
            step(f"Portal at {origin}")
            yield Stage(wanted, Carrier(app, origin, kept), settings, aws, deployment)


def portal_settings(kept: State, deployment: Deployment) -> dict[str, str]:
    """Give the portal's settings as environment variables."""
    return {
        "QCPORTAL_ENVIRONMENT": "demo",
        "QCPORTAL_SECRET_KEY": kept.secret_key,
        "QCPORTAL_DATABASE_URL": f"sqlite:///{kept.database.resolve()}",
        "QCPORTAL_BUCKET": deployment.bucket,
        "QCPORTAL_REGION": deployment.region,
        "QCPORTAL_S3_ENDPOINT": deployment.endpoint_url,
        "QCPORTAL_SIGNER_ACCESS_KEY_ID": deployment.signer.access_key_id,
        "QCPORTAL_SIGNER_SECRET_ACCESS_KEY": deployment.signer.secret_access_key,
        "QCPORTAL_PORTAL_ACCESS_KEY_ID": deployment.portal.access_key_id,
        "QCPORTAL_PORTAL_SECRET_ACCESS_KEY": deployment.portal.secret_access_key,
        "QCPORTAL_CALLBACK_SECRETS": kept.callback_secret,
        "QCPORTAL_PUBLIC_URL": f"http://{HOST}:{kept.portal_port}",
        "QCPORTAL_MAIL_FROM": "Doorstep <portal@carrier.example>",
        "QCPORTAL_MAIL_FOLDER": str(kept.database.resolve().parent / "mail"),
        "QCPORTAL_LOG_LEVEL": "WARNING",
        # The demo's people need seconds from door to door, where others need minutes.
        "QCPORTAL_FASTEST_KMH": "0",
    }
