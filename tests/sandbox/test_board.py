"""What the board shows: found, cut, turned over and told whole, in pages that are quick."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from bs4 import BeautifulSoup

from tests.contract.listener import Listener
from tests.sandbox.caller import PARCEL, Caller
from tests.sandbox.test_pages import letter, text
from tests.until import until
from tests.world import TWILIO_TOKEN, World

PAGES = ("", "plays", "trouble", "deliveries", "calls", "sold", "mailbox", "phone")
QUICKER = 5
"""How many times slower a page may be among thirty times as many parcels."""

FULL = 1500


def soup(world: World, page: str, /, **query: Any) -> BeautifulSoup:
    answer = requests.get(f"{world.url}/_sandbox/{page}", query, timeout=10)
    assert answer.status_code == 200, answer.text
    return BeautifulSoup(answer.text, "html.parser")


def words(page: BeautifulSoup, selector: str = "main") -> str:
    found = page.select_one(selector)
    assert found is not None, selector
    return " ".join(found.get_text(" ").split())


def numbers(page: BeautifulSoup) -> list[str]:
    return ["".join(found.get_text().split()) for found in page.select(".parcel h2 a")]


def bought(shippo: Caller, service: str = "usps_priority", **more: Any) -> str:
    return str(shippo.label(service, **more)["tracking_number"])


def test_a_parcel_is_found_by_its_number_its_last_digits_and_its_reference(
    world: World, shippo: Caller
) -> None:
    one, other = bought(shippo, metadata="qs1:Harbour-7"), bought(shippo, metadata="qs1:Quay-8")
    for sought in (one, f"{one[:4]} {one[4:9]}  {one[9:]}", one[-6:], "harbour-7"):
        assert numbers(soup(world, "", q=sought)) == [one], sought
    assert numbers(soup(world, "", q="qs1:")) == [other, one]
    assert "No parcel is like that" in words(soup(world, "", q="nobody"))
    assert numbers(soup(world, "", q="%")) == []


def test_the_list_is_cut_by_where_parcels_are_and_by_their_carrier(
    world: World, shippo: Caller
) -> None:
    waiting, moving, other = bought(shippo), bought(shippo), bought(shippo, "ups_ground")
    world.scan(moving, "TRANSIT", "package_accepted")
    world.scan(other, "TRANSIT", "package_accepted")
    assert numbers(soup(world, "")) == [other, moving, waiting]
    assert numbers(soup(world, "", status="UNKNOWN")) == [waiting]
    assert numbers(soup(world, "", status="TRANSIT")) == [other, moving]
    assert numbers(soup(world, "", status="TRANSIT", carrier="ups")) == [other]
    world.scan(moving, "DELIVERED")
    assert numbers(soup(world, "", status="TRANSIT")) == [other]
    assert words(soup(world, ""), ".tabs").startswith("All 3 Not scanned 1")


def test_a_long_list_is_turned_over_and_back_and_shows_each_parcel_once(world: World) -> None:
    world.post("populate", parcels=60)
    seen, page = [], soup(world, "", carrier="usps")
    while True:
        seen += numbers(page)
        older = page.select_one("#older")
        if older is None:
            break
        page = linked(world, older)
    known = [each for each in listed(world) if each["carrier"] == "usps"]
    assert seen == [each["number"] for each in known]
    assert len(seen) == len(set(seen))
    back = page.select_one("#newer")
    assert back is None or set(numbers(linked(world, back))) <= set(seen)


def listed(world: World) -> list[dict[str, Any]]:
    return [each for page in (1, 2, 3) for each in world.get("parcels", page=page)]


def linked(world: World, link: Any) -> BeautifulSoup:
    return BeautifulSoup(requests.get(world.url + link["href"], timeout=5).text, "html.parser")


def test_a_turned_page_leads_back_to_the_newest(world: World) -> None:
    world.post("populate", parcels=60)
    first = soup(world, "")
    second = linked(world, first.select_one("#older"))
    third = linked(world, second.select_one("#older"))
    assert (len(numbers(first)), len(numbers(second)), len(numbers(third))) == (25, 25, 10)
    assert numbers(linked(world, third.select_one("#newer"))) == numbers(second)
    assert numbers(linked(world, second.select_one("#newer"))) == numbers(first)
    assert numbers(soup(world, "", before="x", after="-3")) == numbers(first)


def test_a_parcel_has_a_page_of_all_that_is_known_of_it(
    world: World, shippo: Caller, listener: Listener
) -> None:
    shippo.listen(listener.url)
    label = shippo.label(metadata="qs1:10226")
    number = str(label["tracking_number"])
    world.post(f"parcels/{number}/journey", name="weather_delay")
    world.advance(12)
    shippo.get(f"/tracks/usps/{number}")
    shippo.get(f"/transactions/{label['object_id']}")
    text(world, "+14155550123", f"On its way: {number[:10]} {number[10:]}")
    letter(world, f"Follow it: {number}")
    page = soup(world, f"parcel/{number}")
    assert page.h1 is not None
    assert "".join(page.h1.get_text().split()) == number
    told = words(page)
    for known in ("qs1:10226", label["object_id"], "USPS Priority Mail", "New York, NY 10118"):
        assert known in told, known
    assert "Departed" in words(page, "#story")
    assert len(page.select(".tl-plan li")) == 7
    assert "Weather delay since" in words(page, "#story")
    hooks = [words_of(each) for each in page.select("#hooks .line-what")]
    assert hooks == ["track_updated"] * 3 + ["transaction_created"]
    asked = words(page, "#asked")
    assert f"/tracks/usps/{number}" in asked
    assert f"/transactions/{label['object_id']}" in asked
    assert {"+14155550123", "b@quayside.test"} <= set(
        words(page, "#letters").replace(",", "").split()
    )
    picture = requests.get(f"{world.url}/_sandbox/parcel/{number}/label", timeout=10)
    assert picture.content.startswith(b"\x89PNG")


def words_of(tag: Any) -> str:
    return " ".join(tag.get_text(" ").split())


def test_a_scan_that_was_reported_late_shows_when_it_was_heard(
    world: World, shippo: Caller
) -> None:
    number = bought(shippo)
    world.scan(number, "TRANSIT", "package_accepted", at="2026-01-02T03:04:00Z")
    said = words(soup(world, f"parcel/{number}"), "#story")
    assert "2 Jan" in said
    assert "03:04 heard" in said


def test_a_number_nobody_sold_or_registered_has_no_page(world: World) -> None:
    page = requests.get(f"{world.url}/_sandbox/parcel/9400", timeout=5)
    assert (page.status_code, "No parcel has this number" in page.text) == (404, True)
    picture = requests.get(f"{world.url}/_sandbox/parcel/9400/label", timeout=5)
    assert picture.status_code == 404


def test_steps_go_as_far_as_the_parcel_and_stop_where_it_ended(
    world: World, shippo: Caller
) -> None:
    number = bought(shippo)
    assert steps(world, number) == "now todo todo todo todo"
    world.scan(number, "TRANSIT", "package_arrived")
    assert steps(world, number) == "done done now todo todo"
    world.scan(number, "TRANSIT", "package_held")
    assert steps(world, number) == "done done done late todo todo"
    world.scan(number, "TRANSIT", "delivery_attempted")
    assert steps(world, number) == "done done done done late todo"
    world.scan(number, "RETURNED")
    assert steps(world, number) == "done done done done stop"
    world.scan(number, "DELIVERED")
    assert steps(world, number) == "done done done done done"


def steps(world: World, number: str) -> str:
    found = soup(world, f"parcel/{number}").select("#progress .step")
    return " ".join(str(each["class"][1]).removeprefix("step-") for each in found)


@pytest.fixture
def hesitant() -> Iterator[Listener]:
    somebody = Listener(503, 200)
    yield somebody
    somebody.close()


def test_deliveries_tell_their_attempts_and_are_cut_by_what_became_of_them(
    world: World, shippo: Caller, hesitant: Listener
) -> None:
    shippo.listen(hesitant.url)
    taken, forged, withheld = bought(shippo), bought(shippo), bought(shippo)
    world.post(f"parcels/{forged}/journey", name="forged_signature")
    world.post(f"parcels/{withheld}/journey", name="webhooks_never_sent")
    until(lambda: "503 200" in words(soup(world, "deliveries")))
    assert "track_updated" in words(soup(world, "deliveries", view="forged"), "#deliveries")
    assert forged[-4:] in words(soup(world, "deliveries", view="forged")).replace(" ", "")
    only = words(soup(world, "deliveries", view="withheld"), "#deliveries .line")
    assert withheld[-4:] in only.replace(" ", "")
    assert "Withheld" in only
    assert "only written down" in only
    shown = soup(world, "deliveries", view="done")
    assert len(shown.select(".line")) == 4
    assert "Shippo-API-Version" in words(shown, ".line .heads")
    assert '"tracking_number"' in words(shown, ".line .source")
    assert taken not in words(soup(world, "deliveries", view="failed"))
    assert "None of these" in words(soup(world, "deliveries", view="failed"))


def test_deliveries_of_twilio_tell_whose_phone_and_can_be_seen_alone(
    world: World, shippo: Caller, listener: Listener
) -> None:
    shippo.listen(listener.url)
    shippo.label()
    called_back(world, listener.url)
    listener.wait(2)
    page = soup(world, "deliveries", **{"from": "twilio"})
    lines = [words_of(each) for each in page.select(".line-what b")]
    assert "text queued" in lines
    assert all(line.startswith("text ") for line in lines)
    assert "+14155550123" in words(page, ".line-what")
    assert "text" not in words(soup(world, "deliveries", **{"from": "shippo"}), ".line-what")


def called_back(world: World, url: str) -> None:
    form = {"To": "+14155550123", "From": "+15005550006", "Body": "Hello", "StatusCallback": url}
    messages = f"{world.url}/2010-04-01/Accounts/AC1/Messages.json"
    requests.post(messages, form, auth=("AC1", TWILIO_TOKEN), timeout=5)


def test_a_label_sold_twice_is_marked_and_two_parcels_of_one_shipment_are_not(
    world: World, shippo: Caller
) -> None:
    rate = shippo.rate("ups_ground", parcels=[PARCEL, PARCEL])
    shippo.post("/transactions", rate=rate, **{"async": False})
    page = soup(world, "sold")
    assert len(page.select("tbody tr")) == 2
    assert "sold twice" not in words(page)
    rate = shippo.rate()
    for _ in range(2):
        shippo.post("/transactions", rate=rate, **{"async": False})
    page = soup(world, "sold")
    assert [len(page.select(found)) for found in ("tbody tr", "tr.twice")] == [4, 2]
    assert "Sold twice 1" in words(page, ".tile-bad")


def test_the_ledger_adds_up_by_carrier_and_currency(world: World, shippo: Caller) -> None:
    labels = [bought(shippo), bought(shippo), bought(shippo, "ups_ground")]
    costs = {line["tracking_number"]: float(line["amount"]) for line in world.ledger()}
    tiles = {words_of(each) for each in soup(world, "sold").select(".tile")}
    usps = costs[labels[0]] + costs[labels[1]]
    assert tiles == {f"USPS {usps:,.2f} USD 2 labels", f"UPS {costs[labels[2]]:,.2f} USD 1 label"}


def test_requests_are_cut_by_method_path_and_answer_and_name_the_fault(
    world: World, shippo: Caller
) -> None:
    world.reset()
    world.fault("GET", "/parcels", "status", code=502)
    shippo.get("/addresses")
    shippo.call("GET", "/parcels")
    shippo.call("POST", "/parcels", json={})
    assert len(soup(world, "calls").select("tbody tr")) == 3
    assert "/parcels 502 status" in words(soup(world, "calls", status="5xx"), "tbody")
    assert "/parcels 502 status" in words(soup(world, "calls", status="struck"), "tbody")
    assert "/parcels 400" in words(soup(world, "calls", method="POST"), "tbody")
    assert words(soup(world, "calls", path="addr"), "tbody").endswith("/addresses 200")
    assert "No call is like that" in words(soup(world, "calls", status="429"))


def test_every_page_tells_how_the_world_stands(world: World) -> None:
    assert words(soup(world, "sold"), "#state") == "Calm No faults No limits Bought labels move"
    world.post("journey", name="carrier_down", carrier="ups")
    world.fault("GET", "/parcels", "latency")
    world.post("webhooks/policy", drop_every=5)
    for path in PAGES:
        assert words(soup(world, path), "#state").startswith(
            "A carrier is down 1 fault planned The post misbehaves No limits"
        ), path


def test_an_empty_board_teaches_with_a_line_for_the_shell(world: World) -> None:
    world.reset()
    for path in ("calls", "", "trouble", "deliveries", "sold"):
        assert words(soup(world, path), "pre.command").startswith(f"curl {world.url}"), path


def test_words_from_outside_are_only_words(world: World, shippo: Caller) -> None:
    evil = "<script>alert(1)</script>"
    shippo.label(metadata=evil)
    for path, query in (("", {"q": evil}), ("", {}), ("sold", {}), ("calls", {"path": evil})):
        page = soup(world, path, **query)
        assert len(page.select("script")) == 1, path
    page = soup(world, "", said=evil)
    assert evil in words(page, "#told")


def test_a_page_is_as_quick_in_a_full_world(world: World) -> None:
    paths = ("", "?status=DELIVERED&carrier=correos", "?q=zzz", "sold")
    world.post("populate", parcels=50)
    before = [taken_s(world, path) for path in paths]
    world.post("populate", parcels=FULL)
    for path, few in zip(paths, before, strict=True):
        many = taken_s(world, path)
        assert many < QUICKER * few, (path, few, many)


def taken_s(world: World, path: str) -> float:
    """The quickest of thirty: others may be at work on this machine, and for a while."""
    times = []
    for _ in range(30):
        begun = time.monotonic()
        assert requests.get(f"{world.url}/_sandbox/{path}", timeout=5).ok
        times.append(time.monotonic() - begun)
    return min(times)
