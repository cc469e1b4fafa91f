"""What runs while a fault run runs: embedded AWS, doors, courier, database and the portal."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qcportal import clock, config, create_app
from qcportal.demo import carrier, stage
from qcportal.demo.carrier import Carrier
from qcportal.demo.chaos import databases
from qcportal.demo.chaos.acts import Scene
from qcportal.demo.chaos.attacks import PATH, Attacker
from qcportal.demo.chaos.courier import Courier
from qcportal.demo.chaos.databases import Database
from qcportal.demo.chaos.doors import CallbackDoor, S3Trouble
from qcportal.demo.chaos.ground import Bucket, Ground, Pace
from qcportal.demo.chaos.kinds import Tally
from qcportal.demo.chaos.office import Office
from qcportal.demo.chaos.plan import Scale
from qcportal.demo.chaos.portal import Portal
from qcportal.demo.chaos.proxy import Door
from qcportal.demo.chaos.rotation import Rotation
from qcportal.demo.embedded_aws import EmbeddedAws
from qcportal.demo.past import carrier_day
from qcportal.demo.processes import choose_port
from qcportal.demo.progress import step
from qcportal.demo.stack import Deployment, Wish
from qcportal.demo.state import State

EVENTS = "chaos-events"
WHO = ("phones", "relay", "portal")
COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


@dataclass(frozen=True)
class Site:
    """All that runs."""

    carrier: Carrier
    scene: Scene
    database: Database
    aws: EmbeddedAws
    deployment: Deployment
    troubles: tuple[S3Trouble, ...]

    def calm(self) -> None:
        """End the faults of networks; what they did so far has to be mended now."""
        for trouble in self.troubles:
            trouble.calm = True
        self.scene.callbacks.calm = True
        self.scene.ground.courier.hurried.set()

    def await_quiet(self, seconds: float) -> bool:
        """Wait until no event is on its way any more; gives False when that took too long."""
        sqs, until = self.aws.client("sqs"), time.monotonic() + seconds
        while time.monotonic() < until:
            if not self.scene.ground.courier.waiting and not self._count_waiting(sqs):
                return True
            time.sleep(0.3)
        return False

    def _count_waiting(self, sqs: Any) -> int:
        asked = {"QueueUrl": self.deployment.queue_url, "AttributeNames": [*COUNTS]}
        found = sqs.get_queue_attributes(**asked)["Attributes"]
        return sum(int(found[name]) for name in COUNTS)


@dataclass(frozen=True)
class _Doors:
    """Where phones, relay and portal find S3, and where the relay finds the portal."""

    phones: str
    relay: str
    portal: str
    callbacks: str


@contextmanager
def opened(kind: str, scale: Scale, folder: Path) -> Iterator[Site]:
    """Have everything up inside the block; `kind` is postgres or sqlite."""
    (folder / "diaries").mkdir(parents=True)
    kept, tally = State(folder, day=carrier_day(clock.now()).isoformat()), Tally()
    port, callbacks = choose_port(0), CallbackDoor(tally)
    troubles = tuple(S3Trouble(scale.seed, who, tally) for who in WHO)
    with ExitStack() as stack:
        step(f"A {kind} database and the embedded AWS")
        database = stack.enter_context(databases.opened(kind, folder))
        aws = stack.enter_context(EmbeddedAws())
        doors = _open_doors(stack, aws.port, port, troubles, callbacks)
        deployed = aws.deploy(doors.callbacks, kept.callback_secret, Wish(imaging=False))
        _send_relay_through(aws, deployed, doors.relay)
        settings = _settings(kept, deployed, database, doors)
        app = create_app(config.from_environment(settings))
        carrier.migrate(app)
        portal = stack.enter_context(Portal(port, settings, folder))
        crew = Carrier(app, portal.origin, kept)
        office = _open_office(crew, scale)
        courier = _open_courier(aws, deployed, scale, tally)
        stack.callback(courier.stop)
        bucket = Bucket(aws.client("s3"), deployed.bucket)
        ground = _ground(scale, folder, courier, bucket, office)
        attacker = Attacker(portal.origin, deployed.bucket, tally)
        stack.callback(attacker.close)
        rotation = Rotation(portal, aws.client("secretsmanager"), kept.callback_secret)
        lambdas = aws.client("lambda")
        scene = Scene(ground, portal, database, callbacks, attacker, rotation, lambdas, {}, [])
        yield Site(crew, scene, database, aws, deployed, troubles)


def _open_doors(
    stack: ExitStack,
    s3_port: int,
    portal_port: int,
    troubles: Sequence[S3Trouble],
    callbacks: CallbackDoor,
) -> _Doors:
    """Open a door for everybody, for as long as the stack."""
    told = stack.enter_context(Door(portal_port, callbacks.manner()))
    phones, relay, portal = (Door(s3_port, each.manner()) for each in troubles)
    for door in (phones, relay, portal):
        stack.enter_context(door)
    return _Doors(phones.url, relay.url, portal.url, f"{told.url}{PATH}")


def _settings(
    kept: State, deployed: Deployment, database: Database, doors: _Doors
) -> dict[str, str]:
    return stage.portal_settings(kept, deployed) | {
        "QCPORTAL_DATABASE_URL": database.url,
        "QCPORTAL_S3_ENDPOINT": doors.portal,
        "QCPORTAL_S3_PUBLIC_ENDPOINT": doors.phones,
    }


def _ground(scale: Scale, folder: Path, courier: Courier, bucket: Bucket, office: Office) -> Ground:
    crew = office.carrier
    store = crew.app.extensions["qcportal.store"]
    pace, tally = Pace(scale.photos), courier.tally
    return Ground(scale, crew.origin, folder, tally, courier, bucket, store, office, pace)


def _send_relay_through(aws: EmbeddedAws, deployment: Deployment, url: str) -> None:
    """Let the relay reach S3 through a door of its own."""
    lambdas, name = aws.client("lambda"), deployment.function_name
    known = lambdas.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    environment = {"Variables": known | {"AWS_ENDPOINT_URL_S3": url}}
    lambdas.update_function_configuration(FunctionName=name, Environment=environment)


def _open_office(crew: Carrier, scale: Scale) -> Office:
    carrier.open_accounts(crew)
    office = Office(crew, carrier.hire(crew, scale.executives))
    office.publish_rulebooks()
    office.let_go()
    return office


def _open_courier(aws: EmbeddedAws, deployment: Deployment, scale: Scale, tally: Tally) -> Courier:
    """Let S3 tell the courier's queue instead of the relay's."""
    sqs, s3 = aws.client("sqs"), aws.client("s3")
    own = sqs.create_queue(QueueName=EVENTS)["QueueUrl"]
    asked = {"QueueUrl": own, "AttributeNames": ["QueueArn"]}
    arn = sqs.get_queue_attributes(**asked)["Attributes"]["QueueArn"]
    policy = {"Version": "2012-10-17", "Statement": [_sends(arn, deployment.bucket)]}
    sqs.set_queue_attributes(QueueUrl=own, Attributes={"Policy": json.dumps(policy)})
    told = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
    told |= {"Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "u/"}]}}}
    s3.put_bucket_notification_configuration(
        Bucket=deployment.bucket, NotificationConfiguration={"QueueConfigurations": [told]}
    )
    target = deployment.queue_url
    courier = Courier(sqs, (own, target), tally, seed=scale.seed, copies=scale.copies)
    courier.start()
    return courier


def _sends(arn: str, bucket: str) -> dict[str, Any]:
    """Let S3 send a bucket's events to a queue."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": "s3.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{bucket}"}},
    }
