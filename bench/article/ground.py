"""All that runs while photos are sent: the portal, S3 and the relay, and the plain servers.

The portal is the real one under gunicorn, S3, queue and Lambda are the embedded AWS with
deploy/aws.yaml in it, and the relay calls the portal over the network between Mumbai and the US.
"""

import sys
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bench.article import network, servers
from bench.article.network import HOST, Network, Ports, Service
from bench.article.profiles import Profile
from bench.article.sight import Sight
from qcportal import accounts, api_keys, clock, config, create_app, devices, returns
from qcportal.api_keys import SCOPES
from qcportal.demo import carrier, children, people, processes, stage
from qcportal.demo.carrier import Carrier
from qcportal.demo.embedded_aws import EmbeddedAws
from qcportal.demo.goods import STORES
from qcportal.demo.past import carrier_day
from qcportal.demo.processes import choose_port
from qcportal.demo.progress import step
from qcportal.demo.stack import Wish
from qcportal.demo.state import State
from qcportal.demo.wire import Api
from qcportal.history import SYSTEM

CALLBACKS = "/api/v1/callbacks/s3"
STOP_SECONDS = 5.0
PLAIN = "plain"
SERVER = (
    *("-m", "gunicorn", "--no-control-socket", "-c", "python:bench.article.serving"),
    "bench.article.servers:create()",
)


@dataclass(frozen=True)
class Visit:
    """One return with one photo to be taken, and its form, fetched in the morning."""

    return_id: str
    item_id: str
    photo_id: uuid.UUID
    check: str
    url: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Ground:
    """What the phones share; `tokens` and `visits` are by phone, visits are used up."""

    network: Network
    sight: Sight
    tokens: list[str]
    visits: list["deque[Visit]"]


@contextmanager
def opened(profile: Profile, kind: str, visits: int, folder: Path) -> Iterator[Ground]:
    """Have everything up inside the block, with so many visits for each phone."""
    folder.mkdir(parents=True, exist_ok=True)
    kept = State(folder, day=carrier_day(clock.now()).isoformat())
    ports = {service: choose_port(0) for service in Service}
    with ExitStack() as stack:
        net = stack.enter_context(network.opened(profile, ports, kind))
        step(f"{profile.title}: {profile.phones} phones, network by {net.kind}")
        aws = stack.enter_context(EmbeddedAws(port=ports[Service.S3]))
        wish = Wish(imaging=False, concurrency=4)
        deployed = aws.deploy(net.portal_from_mumbai + CALLBACKS, kept.callback_secret, wish)
        settings = stage.portal_settings(kept, deployed) | {"QCPORTAL_SPARE_SLOTS": "0"}
        app = create_app(config.from_environment(settings))
        carrier.migrate(app)
        ready = stack.enter_context(_plain_servers(ports, folder))
        log = folder / "portal.log"
        origin = stack.enter_context(processes.portal(ports[Service.PORTAL], settings, log))
        ready()
        tokens = _prepare(Carrier(app, origin, kept), profile.phones, visits)
        sight = Sight(kept.database, servers.database(folder / PLAIN))
        sight.start()
        stack.callback(sight.stop)
        yield Ground(net, sight, tokens, [_fetch(Api(origin, each)) for each in tokens])


@contextmanager
def _plain_servers(ports: Ports, folder: Path) -> Iterator[Callable[[], None]]:
    """Run the servers that are not the portal inside the block; gives what awaits them."""
    own, log = folder / PLAIN, folder / f"{PLAIN}.log"
    servers.prepare(own)
    listening = [ports[Service.CONVENTIONAL], ports[Service.FILES]]
    environment = {servers.FOLDER: str(own), "ARTICLE_PORTS": ",".join(map(str, listening))}
    process = processes.start([sys.executable, *SERVER], environment, log)
    try:
        yield lambda: processes.await_ready(process, f"http://{HOST}:{listening[0]}", log)
    finally:
        children.end(process, seconds=STOP_SECONDS)


def _prepare(crew: Carrier, phones: int, visits: int) -> list[str]:
    """Hire an executive per phone and fill their run sheets; gives the phones' tokens."""
    step(f"{phones * visits} returns are registered and assigned")
    _open_account(crew)
    team = carrier.hire(crew, phones)
    ids = _register(crew, phones * visits)
    day = date.fromisoformat(crew.state.day)
    for phone, executive in enumerate(team):
        with crew.working():
            sheet = devices.open_run_sheet(devices.get_executive(executive), day)
            returns.assign(sheet, ids[phone::phones], by=SYSTEM)
    return [crew.state.device_tokens[people.executive(n)[0]] for n in range(phones)]


def _open_account(crew: Carrier) -> None:
    """Create one merchant with an API key; nobody signs in here."""
    store = STORES[0]
    with crew.working():
        merchant = accounts.create_merchant(slug=store.slug, name=store.name, by=SYSTEM)
        _, token = api_keys.create(
            merchant, name="Order system", scopes=SCOPES, expires_at=None, by=SYSTEM
        )
    crew.state.api_keys[store.slug] = token


def _register(crew: Carrier, count: int) -> list[uuid.UUID]:
    api = crew.partner(STORES[0])
    bodies = [_return(number) for number in range(count)]
    ids = []
    for start in range(0, count, carrier.PER_CALL):
        some = {"returns": bodies[start : start + carrier.PER_CALL]}
        for result in api.call("POST", "/api/v1/returns/bulk", some)["results"]:
            ids.append(uuid.UUID(result["return"]["return_id"]))
    api.close()
    return ids


def _return(number: int) -> dict[str, Any]:
    """Give a return of one article with one question that wants one photo."""
    question = {"id": "box", "question": "Is the box there?", "type": "yes_no", "photo": True}
    return {
        "client_request_id": f"article-{number}",
        "client_order_number": f"A-{number}",
        "pickup": {
            "name": "Meera Joshi",
            "phone": "+91 98200 00000",
            "address": "12 Lake Road",
            "city": "Pune",
            "pincode": "411014",
        },
        "items": [
            {
                "client_sku_id": "STR-01",
                "name": "Stryda shoe",
                "category": "Shoes",
                "price": 2999,
                "return_reason": "Changed my mind",
                "questions": [question | {"expected": "yes", "required": True}],
            }
        ],
    }


def _fetch(api: Api) -> "deque[Visit]":
    """Fetch run sheet and forms as a phone does in the morning, where the network is good."""
    sheet = api.call("GET", "/api/v1/field/run-sheet")
    body = {"run_sheet_id": sheet["run_sheet_id"]}
    forms = api.call("POST", "/api/v1/field/forms", body)["forms"] if sheet["stops"] else []
    api.close()
    by_photo = {form["photo_id"]: form for form in forms}
    visits: deque[Visit] = deque()
    for stop in sheet["stops"]:
        (photo,) = [each for each in stop["photos"] if each["purpose"] == "slot"]
        form, (item,) = by_photo[photo["photo_id"]], stop["items"]
        (check,) = item["checklist"]["checks"]
        own = (stop["return_id"], item["item_id"], uuid.UUID(photo["photo_id"]), check["key"])
        visits.append(Visit(*own, form["url"], form["fields"]))
    return visits
