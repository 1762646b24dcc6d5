"""What the board does: every button in a browser, with its script and without, and by keyboard."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.contract.listener import Listener
from tests.sandbox.caller import Caller
from tests.sandbox.test_pages import browser, page  # noqa: F401  one browser for all pages
from tests.until import until
from tests.world import World


@pytest.fixture
def board(world: World, page: Page) -> Page:  # noqa: F811
    page.goto(f"{world.url}/_sandbox/")
    return page


def way(board: Page, name: str) -> None:
    board.get_by_role("navigation", name="Board").get_by_role("link", name=name).click()
    board.get_by_role("heading", level=1, name=name).wait_for()


def told(board: Page, words: str) -> None:
    board.locator("#told", has_text=words).wait_for()


def test_a_journey_is_played_from_the_list_and_told_there(
    world: World, shippo: Caller, board: Page
) -> None:
    number = str(shippo.label()["tracking_number"])
    board.reload()
    board.get_by_text(f"Something else for {number}").click()
    board.get_by_label(f"Journey for {number}").select_option("weather_delay")
    board.get_by_role("button", name=f"Play journey for {number}").click()
    board.locator(".playing", has_text="Weather delay, next accepted").wait_for()
    assert world.get(f"parcels/{number}")["journey"]["name"] == "weather_delay"


def test_a_journey_is_played_for_a_number_with_a_seed_and_a_speed(
    world: World, shippo: Caller, board: Page
) -> None:
    number = str(shippo.label()["tracking_number"])
    way(board, "Journeys")
    board.get_by_label("Tracking number").fill(f"{number[:4]} {number[4:]}")
    board.get_by_label("Seed").fill("7")
    board.get_by_label("Speed").fill("24")
    board.get_by_role("button", name="Play Lost").click()
    told(board, "It has begun.")
    journey = world.get(f"parcels/{number}")["journey"]
    assert (journey["name"], journey["seed"], journey["speed"]) == ("lost", 7, 24)


def test_a_number_that_is_nobodys_is_explained_on_the_page(board: Page) -> None:
    way(board, "Journeys")
    board.get_by_label("Tracking number").fill("9400")
    board.get_by_role("button", name="Play Lost").click()
    told(board, "no parcel with the number 9400")
    assert board.locator("h1").inner_text() == "Journeys"


def test_a_journey_of_the_world_begins_and_is_calmed(world: World, board: Page) -> None:
    way(board, "Journeys")
    board.get_by_label("Which carrier").select_option("ups")
    board.get_by_role("button", name="Play A carrier is down").click()
    board.locator("#weather", has_text="A carrier is down: UPS").wait_for()
    board.locator("#state", has_text="A carrier is down").wait_for()
    assert world.get("journey")["carrier"] == "ups"
    board.get_by_role("button", name="Calm it").click()
    board.locator("#state", has_text="Calm").wait_for()
    assert world.get("journey")["name"] == "calm"


def test_a_ready_made_fault_is_planned_strikes_and_is_removed(
    world: World, shippo: Caller, board: Page
) -> None:
    way(board, "Faults")
    board.get_by_role("button", name="Plan it Shippo is down").click()
    told(board, "Planned: Shippo is down.")
    board.locator("#faults", has_text="Another status").wait_for()
    assert shippo.call("GET", "/addresses").status_code == 503
    board.reload()
    expect(board.locator(".fault-told")).to_have_text("struck 1 of 1 call")
    board.get_by_role("button", name=re.compile("Remove fault")).click()
    board.locator("#faults", has_text="Nothing planned").wait_for()
    assert shippo.call("GET", "/addresses").status_code == 200


def test_a_fault_of_ones_own_has_the_parameters_of_its_kind(world: World, board: Page) -> None:
    way(board, "Faults")
    board.get_by_role("link", name="Another status").click()
    board.get_by_label("Method").select_option("POST")
    board.get_by_label("Path").fill("/shipments")
    board.get_by_label("Every so many").fill("3")
    board.get_by_label("At most times").fill("2")
    board.get_by_label("Status code").fill("429")
    board.get_by_label("Retry-After").fill("5")
    board.get_by_role("button", name="Plan this fault").click()
    board.locator("#faults", has_text="POST /shipments every 3rd, at most 2 times").wait_for()
    fault = world.faults()[0]
    assert fault["match"] == {"method": "POST", "path": "/shipments", "every": 3}
    assert (fault["do"], fault["code"], fault["retry_after"], fault["times"]) == (
        *("status", 429),
        *("5", 2),
    )
    board.get_by_role("button", name="Remove all").click()
    board.locator("#faults", has_text="Nothing planned").wait_for()


def test_a_plan_that_cannot_be_is_explained_on_the_page(world: World, board: Page) -> None:
    way(board, "Faults")
    board.get_by_label("Only number").fill("1")
    board.get_by_label("Every so many").fill("2")
    board.get_by_role("button", name="Plan this fault").click()
    told(board, "match takes one of nth, every, probability")
    assert world.faults() == []


def test_a_delivery_is_opened_and_sent_again(
    world: World, shippo: Caller, listener: Listener, board: Page
) -> None:
    shippo.listen(listener.url)
    shippo.label()
    way(board, "Deliveries")
    board.locator(".line summary").first.click()
    board.get_by_role("button", name="Send twice").click()
    told(board, "Sent again.")
    bodies = [heard.body for heard in listener.wait(3)]
    assert bodies[0] == bodies[1] == bodies[2]


def test_a_sample_goes_to_everyone_who_asked_for_it(
    shippo: Caller, listener: Listener, board: Page
) -> None:
    shippo.listen(listener.url, "track_updated")
    way(board, "Deliveries")
    board.get_by_label("Event of the sample").select_option("track_updated")
    board.get_by_role("button", name="Send a sample").click()
    board.locator(".line", has_text="track_updated").wait_for()
    assert b"SHIPPO_DELIVERED" in listener.wait(1)[0].body


def test_the_post_is_told_to_misbehave_and_to_behave(world: World, board: Page) -> None:
    way(board, "Deliveries")
    board.locator("#post summary").click()
    board.get_by_label("Lose every so many").fill("5")
    board.get_by_label("Order").select_option("Shuffled")
    board.get_by_role("button", name="Set how the post behaves").click()
    board.locator("#policy", has_text="every 5th is lost, they overtake one another").wait_for()
    assert world.get("webhooks/policy")["drop_every"] == 5
    if not board.get_by_role("button", name="Behave well again").is_visible():
        board.locator("#post summary").click()
    board.get_by_role("button", name="Behave well again").click()
    board.locator("#policy", has_text="sends everything once").wait_for()
    assert world.get("webhooks/policy") == {}


def test_the_clock_goes_as_many_hours_as_are_typed(world: World, board: Page) -> None:
    before = world.clock()["offset_s"]
    board.get_by_label("Hours to move the clock ahead").fill("1.5")
    board.get_by_role("button", name="Move the clock so many hours").click()
    until(lambda: world.clock()["offset_s"] == pytest.approx(before + 5400))


def test_beginning_anew_asks_first_and_then_forgets(
    world: World, shippo: Caller, board: Page
) -> None:
    shippo.label()
    way(board, "Ledger")
    assert not board.get_by_role("button", name="Forget everything").is_visible()
    board.get_by_text("Begin anew", exact=True).click()
    assert len(world.ledger()) == 1
    board.get_by_role("button", name="Forget everything").click()
    told(board, "The world begins anew.")
    assert world.ledger() == []


def test_the_search_above_every_page_finds_a_parcel(
    shippo: Caller, board: Page, world: World
) -> None:
    number = str(shippo.label()["tracking_number"])
    shippo.label()
    way(board, "Faults")
    board.get_by_label("Find a parcel").fill(number[-6:])
    board.keyboard.press("Enter")
    expect(board.locator(".parcel")).to_have_count(1)
    board.locator(".parcel h2 a").click()
    board.wait_for_url(f"**/parcel/{number}")


def test_the_keyboard_alone_scans_a_parcel(world: World, shippo: Caller, board: Page) -> None:
    number = str(shippo.label()["tracking_number"])
    board.reload()
    board.locator(f"#label-{number}").focus()
    for _ in range(2):
        board.keyboard.press("Tab")
    board.keyboard.press("Enter")
    board.locator(".pill", has_text=re.compile("^Label created$")).wait_for()


def test_what_is_open_stays_open_while_the_page_renews_itself(
    world: World,
    shippo: Caller,
    browser: Browser,  # noqa: F811
) -> None:
    first = str(shippo.label()["tracking_number"])
    board = browser.new_page()
    board.goto(f"{world.url}/_sandbox/")
    board.get_by_text(f"Something else for {first}").click()
    board.locator("h1").click()
    second = str(shippo.label()["tracking_number"])
    board.locator(f"#next-{second}").wait_for()
    assert board.locator(f"#more-{first}").get_attribute("open") is not None
    assert board.locator(f"#more-{second}").get_attribute("open") is None
    board.close()
