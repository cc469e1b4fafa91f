"""The switch for single keys: kept in the account, for whoever is signed in and nobody else."""

from tests.world import World, csrf_of

PATH = "/settings/keyboard"


def test_single_keys_go_off_and_on_for_one_person(world: World) -> None:
    browser, other = world.signed_in(world.a.owner), world.signed_in(world.a.viewer)
    assert 'data-keys="off"' not in browser.get("/").text
    token = csrf_of(browser, PATH)
    answer = browser.post(PATH, data={"csrf_token": token}, follow_redirects=True)
    assert "Single keys are off." in answer.text
    assert 'data-keys="off"' in browser.get("/").text
    assert 'data-keys="off"' not in other.get("/").text
    again = {"csrf_token": token, "single_keys": "on"}
    assert "Single keys are on." in browser.post(PATH, data=again, follow_redirects=True).text
    assert 'data-keys="off"' not in browser.get("/").text


def test_an_admin_has_the_switch_too_and_a_stranger_signs_in_first(world: World) -> None:
    assert "Use single keys" in world.signed_in(world.admin).get(PATH).text
    assert world.client.get(PATH).status_code == 303
    assert world.signed_in(world.a.viewer).post(PATH).status_code == 400
