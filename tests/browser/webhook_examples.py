"""Example pages of webhooks."""

from datetime import timedelta

from wtforms import SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice

from qcportal.blueprints.showing.webhooks import DELIVERY_BADGES, ENDPOINT_BADGES
from qcportal.blueprints.shown.frame import Badge, Fact, Note
from qcportal.blueprints.shown.webhooks import (
    DeliveryPage,
    DeliveryRow,
    EndpointDoors,
    EndpointPage,
    EndpointRow,
    EndpointsPage,
    StateTab,
    TryView,
)
from tests.browser.admin_examples import ExampleForm
from tests.browser.examples import NOW

URL = "https://erp.fern.example/hooks/of-doorstep-checks?shop=12"
BODY = '{\n  "type": "photo.verified",\n  "data": {\n    "awb": "773044182096"\n  }\n}'


class EndpointForm(ExampleForm):
    url = StringField("Address", description="https, on its usual port.")
    note = StringField("Note", description="For your own people.")
    event_types = SelectMultipleField(
        "Only tell of",
        choices=[SelectChoice(name, name) for name in ("photo.verified", "return.created")],
        description="Nothing ticked means everything.",
    )


def endpoints(*, empty: bool = False) -> EndpointsPage:
    rows = (
        EndpointRow(
            "/webhooks/1", URL, "ERP", "Everything", ENDPOINT_BADGES["active"], NOW, 12, 0
        ),
        EndpointRow(
            "/webhooks/2", "https://b.example/", "", "2 event types", ENDPOINT_BADGES["paused"],
            None, 1204, 3,
        ),
    )  # fmt: skip
    return EndpointsPage("Fern Home", () if empty else rows, "/webhooks/add")


def endpoint(*, empty: bool = False) -> EndpointPage:
    tabs = tuple(
        StateTab(key, DELIVERY_BADGES[key].text, 3, f"/webhooks/1?state={key}")
        for key in ("delivered", "waiting", "held", "dead")
    )
    rows = tuple(
        DeliveryRow(
            "/webhooks/1/deliveries/1", "photo.verified", "A photo is held", NOW, badge, 2,
            NOW + timedelta(minutes=2) if state == "waiting" else None,
        )
        for state, badge in DELIVERY_BADGES.items()
    )  # fmt: skip
    paused = Note("late", "circle-minus", "Nothing is sent here now.", "It answered 410 Gone.")
    return EndpointPage(
        back="/webhooks",
        url=URL,
        note="ERP",
        badge=ENDPOINT_BADGES["paused"],
        notes=(paused,),
        facts=(Fact("Told of", "Everything"), Fact("Last delivered", "Never")),
        tabs=(StateTab("", "All", 12, "/webhooks/1"), *tabs),
        open_tab="held" if empty else "",
        rows=() if empty else rows,
        doors=EndpointDoors(*[f"/webhooks/1/{name}" for name in "abcdefg"]),
        older="/webhooks/1?before=2",
        new_secret="whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    )


def delivery(*, empty: bool = False) -> DeliveryPage:
    headers = (Fact("content-type", "application/json", mono=True),)
    tries = (
        TryView(
            NOW, Badge("late", "circle-x", "Not taken"), "Answered 500, after 240 ms", headers,
            headers, "Internal Server Error\n" * 3,
        ),
        TryView(
            NOW, Badge("late", "circle-x", "Not taken"), "It did not come in time.", headers, (), ""
        ),
    )  # fmt: skip
    return DeliveryPage(
        back="/webhooks/1",
        endpoint=URL,
        type="photo.verified",
        said="A photo is held and is the one the phone announced",
        badge=DELIVERY_BADGES["waiting"],
        facts=(Fact("Event", "msg_" + "a1" * 16, mono=True), Fact("Tries", "2")),
        body=BODY,
        tries=() if empty else tries,
        again="/webhooks/1/deliveries/1/replay",
    )
