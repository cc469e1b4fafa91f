"""Every page answers for those it is meant for, in every state of a return."""

import re
import uuid
from datetime import timedelta

from qcportal import clock, devices
from qcportal.db import db
from qcportal.history import SYSTEM
from tests.world import World, a_capture, an_arrival, an_inspection, csrf_of

THUMBHASH = "1QcSHQRnh493V4dIh4eXh1h4kJUI"


def a_day(world: World) -> dict[str, dict]:
    """Register returns and bring each into another state."""
    made = {name: world.register() for name in ("new", "passed", "failed", "waiting", "absent")}
    world.assign(*[rvp["return_id"] for name, rvp in made.items() if name != "new"])
    for name in ("passed", "failed", "waiting", "absent"):
        rvp = made[name]
        forms = world.forms(rvp["return_id"])
        slots = ("front", "damage") if name == "absent" else ("front", "damage", "imei")
        captures = [a_capture(forms[slot], thumbhash=THUMBHASH) for slot in slots]
        inspection = an_inspection(rvp, *captures)
        if name == "failed":
            inspection["items"][0]["answers"][1] |= {"value": "yes", "result": "mismatch"}
        assert world.field("POST", "/inspections", inspection).status_code == 201
        here = slots[:-1] if name == "waiting" else slots
        world.callback(*[an_arrival(forms[s], version_id=forms[s]["photo_id"]) for s in here])
    return made


def test_a_merchant_reads_its_list_and_each_return(world: World) -> None:
    made = a_day(world)
    browser = world.signed_in(world.a.owner)
    listing = browser.get("/returns").text
    for rvp in made.values():
        assert f"/returns/{rvp['return_id']}" in listing
        page = browser.get(f"/returns/{rvp['return_id']}")
        assert page.status_code == 200
        assert "Which IMEI does *#06# show?" in page.text
        assert browser.get(f"/returns/{rvp['return_id']}?view=2").status_code == 200
    for tab in ("failed", "passed", "needs_review", "on_the_way", "missing"):
        assert browser.get(f"/returns?tab={tab}").status_code == 200
    assert made["failed"]["return_id"] in browser.get("/returns?tab=failed").text
    assert made["waiting"]["return_id"] in browser.get("/returns?tab=on_the_way").text
    assert made["absent"]["return_id"] in browser.get("/returns?tab=missing").text
    assert browser.get("/").status_code == 200


def test_a_search_finds_by_awb_order_and_sku(world: World) -> None:
    rvp = world.register()
    world.register()
    browser = world.signed_in(world.a.viewer)
    exact = browser.get("/returns", query_string={"q": " ".join(rvp["awb"])})
    assert exact.headers["Location"].endswith(rvp["return_id"])
    for query in (rvp["awb"][:8], rvp["client_order_number"].lower()):
        text = browser.get("/returns", query_string={"q": query}).text
        assert text.count('class="row-link"') == 1
    both = browser.get("/returns", query_string={"q": "nuv-p8"}).text
    assert both.count('class="row-link"') == 2
    assert "Nothing matches" in browser.get("/returns?q=zzz").text


def test_a_strange_return_is_not_found(world: World) -> None:
    rvp = world.register(store=world.b)
    browser = world.signed_in(world.a.owner)
    for path in ("", "/live?since=1.1.1"):
        assert browser.get(f"/returns/{rvp['return_id']}{path}").status_code == 404
    photo = next(iter(world.photo_rows(rvp["return_id"]).values()))
    assert browser.get(f"/photos/{photo.id}").status_code == 404
    assert browser.get(f"/photos/{photo.id}/preview.webp").status_code == 404
    assert browser.get("/admin").status_code == 404
    assert browser.get(f"/admin/photos/{photo.id}/original").status_code == 404


def test_an_original_is_not_there_before_it_came(world: World) -> None:
    photo = next(iter(world.photo_rows(world.register()["return_id"]).values()))
    for browser, path in (
        (world.signed_in(world.a.owner), f"/photos/{photo.id}?download=1"),
        (world.signed_in(world.admin), f"/admin/photos/{photo.id}/original"),
    ):
        answer = browser.get(path)
        assert answer.status_code == 404
        assert "not here yet" in answer.text
    photo = next(iter(world.photo_rows(world.register(store=world.b)["return_id"]).values()))
    assert world.signed_in(world.a.owner).get(f"/photos/{photo.id}").status_code == 404


def test_a_stranger_is_sent_to_sign_in_and_back(world: World) -> None:
    answer = world.client.get("/returns?tab=failed")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in?next=/returns?tab%3Dfailed"


def test_the_poll_fills_in_what_arrived_and_then_stops(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    forms = world.forms(rvp["return_id"])
    captures = [a_capture(forms[slot], thumbhash=THUMBHASH) for slot in ("front", "damage", "imei")]
    world.field("POST", "/inspections", an_inspection(rvp, *captures))
    browser = world.signed_in(world.a.owner)
    page = browser.get(f"/returns/{rvp['return_id']}").text
    url = page.split('id="live" hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert browser.get(url).status_code == 204
    preview = page.split('class="photo-blur" src="')[1].split('"')[0]
    assert browser.get(preview).mimetype == "image/webp"
    with world.app.app_context():
        later = clock.now() + timedelta(seconds=10)
    with clock.frozen(later):
        arrivals = [an_arrival(forms[slot]) for slot in ("front", "damage", "imei")]
        world.callback(*arrivals)
        filled = browser.get(url).text
    assert "All 3 photos here" in filled
    url = filled.split('id="live" hx-get="')[1].split('"')[0].replace("&amp;", "&")
    picture = {"width": 800, "height": 600, "format": "JPEG", "thumbnails": [96, 320, 640, 1200]}
    with clock.frozen(later + timedelta(seconds=4)):
        world.callback(*[each | {"image": picture} for each in arrivals])
        filled = browser.get(url).text
    assert "-640.webp" in filled
    assert "hx-get" not in filled.split('id="live"')[1].split(">")[0]


def test_the_poll_fills_in_photos_that_no_check_shows(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    forms = world.forms(rvp["return_id"])
    slots = ("front", "damage", "imei", "spare-1")
    captures = [a_capture(forms[slot], slot.encode() * 300) for slot in slots]
    captures[-1]["title"] = "Box from behind"
    world.field("POST", "/inspections", an_inspection(rvp, *captures))
    browser = world.signed_in(world.a.owner)
    page = browser.get(f"/returns/{rvp['return_id']}").text
    url = page.split('id="live" hx-get="')[1].split('"')[0].replace("&amp;", "&")
    world.callback(an_arrival(forms["spare-1"], b"spare-1" * 300))
    filled = browser.get(url).text
    assert "Photo arrived: Box from behind." in filled
    other = filled.split('hx-target="#other-photos"')[1].split("</hx-partial>")[0]
    assert f"spare-1-{forms['spare-1']['photo_id']}" in other
    assert "On its way" not in other


def test_admins_see_the_preview_of_a_photo_that_is_on_its_way(world: World) -> None:
    rvp = world.register()
    world.assign(rvp["return_id"])
    form = world.forms(rvp["return_id"])["front"]
    capture = a_capture(form, thumbhash=THUMBHASH)
    world.field("POST", "/captures", {"return_id": rvp["return_id"], "captures": [capture]})
    browser = world.signed_in(world.admin)
    page = browser.get(f"/admin/returns/{rvp['return_id']}").text
    preview = page.split('class="photo-blur" src="')[1].split('"')[0]
    assert browser.get(preview).mimetype == "image/webp"
    assert world.signed_in(world.a.owner).get(preview).status_code == 404


def test_admins_reach_every_page(world: World) -> None:
    made = a_day(world)
    browser = world.signed_in(world.admin)
    for path in ("", "/merchants", "/users", "/people", "/devices", "/run-sheets", "/returns"):
        assert browser.get(f"/admin{path}").status_code == 200, path
    assert browser.get(f"/admin/merchants/{world.a.id}").status_code == 200
    assert browser.get(f"/admin/returns/{made['failed']['return_id']}").status_code == 200
    world.callback(an_arrival({"key": "u/nobody/knows.jpg", "photo_id": "x"}))
    assert "u/nobody/knows.jpg" in browser.get("/admin/parked").text
    assert browser.get("/account/sessions").status_code == 200


def test_admins_make_what_the_carrier_needs(world: World) -> None:
    browser = world.signed_in(world.admin)
    token = csrf_of(browser, "/admin/merchants")
    answer = browser.post(
        "/admin/merchants", data={"name": "Nook", "slug": "nook", "csrf_token": token}
    )
    assert answer.status_code == 303
    detail = answer.headers["Location"]
    key = browser.post(
        f"{detail}/keys", data={"name": "erp", "scopes": ["returns:read"], "csrf_token": token}
    )
    assert key.status_code == 201
    secret = key.text.split("<code>")[1].split("</code>")[0]
    assert world.call("GET", "/api/v1/returns", token=secret).status_code == 200
    assert secret not in browser.get(detail).text
    person = {"name": "Nina", "code": "E-9", "hub": "Thane", "csrf_token": token}
    assert browser.post("/admin/people", data=person).status_code == 303
    again = browser.post("/admin/people", data=person)
    assert again.status_code == 409 and "is taken" in again.text


def test_people_are_shown_page_by_page_and_nobody_is_left_out(world: World) -> None:
    with world.inside():
        for number in range(60):
            devices.create_executive(
                code=f"X-{number}", name=f"Same {number % 2}", hub=f"Hub {number % 3}", by=SYSTEM
            )
        everybody = [each.code for each in db.session.scalars(devices.select_executives())]
    browser, seen, address = world.signed_in(world.admin), [], "/admin/people"
    while address:
        page = browser.get(address).text
        codes = re.findall(r'<span class="mono">([^<]+)</span>', page)
        assert 0 < len(codes) <= 25 and f"{len(everybody)} people" in page
        seen += codes
        assert (">First</a>" in page) == (address != "/admin/people")
        more = re.search(r'href="(/admin/people[?]after=[^"]+)" rel="next"', page)
        address = more[1].replace("&amp;", "&") if more else ""
    assert seen == everybody
    for bad, status in (("nobody", 404), (str(uuid.uuid4()), 404)):
        assert browser.get(f"/admin/people?after={bad}").status_code == status


def test_enrolment_shows_a_code_that_a_phone_can_use_once(world: World) -> None:
    browser = world.signed_in(world.clerk)
    token = csrf_of(browser, "/admin/people")
    form = {"executive_id": str(world.executive_id), "csrf_token": token}
    page = browser.post("/admin/enrolments", data=form)
    assert page.status_code == 201 and "<svg" in page.text
    code = page.text.split('class="enrol-code">')[1].split("<")[0]
    status = page.text.split('hx-get="')[1].split('"')[0]
    assert browser.get(status).status_code == 204
    assert world.call("POST", "/api/v1/field/enrolments", {"code": code}).status_code == 201
    assert "is ready" in browser.get(status).text
    assert world.call("POST", "/api/v1/field/enrolments", {"code": code}).status_code == 401


def test_an_auditor_looks_but_does_not_touch(world: World) -> None:
    with world.inside():
        auditor = world._person("audit@carrier.example", "Auditor", "auditor", None)
    browser = world.signed_in(auditor)
    assert browser.get("/admin/merchants").status_code == 200
    token = csrf_of(browser, "/admin/merchants")
    answer = browser.post("/admin/merchants", data={"name": "X", "slug": "x", "csrf_token": token})
    assert answer.status_code == 403
