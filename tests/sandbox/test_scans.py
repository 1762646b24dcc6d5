"""Scans: what the carrier saw, in the order it happened, told the way Shippo tells it."""

import pytest
import requests

from sandbox.carriers.statuses import STATUS_OF, SUBSTATUSES
from tests.sandbox.caller import Caller
from tests.world import World

NEEDING_SOMEBODY = {
    "address_issue",
    "contact_carrier",
    "delivery_attempted",
    "location_inaccessible",
    "notice_left",
    "package_damaged",
    "pickup_available",
    "reschedule_delivery",
    "package_unclaimed",
    "package_undeliverable",
    "package_lost",
}


@pytest.fixture
def number(shippo: Caller) -> str:
    return str(shippo.label()["tracking_number"])


def test_an_ordinary_life_has_eight_steps_from_the_label_to_the_door(
    world: World, number: str
) -> None:
    steps = [world.next_scan(number)["tracking_status"] for _ in range(8)]
    assert [step["substatus"]["code"] for step in steps] == [
        "information_received",
        "package_accepted",
        "package_departed",
        "package_arrived",
        "package_departed",
        "package_arrived",
        "out_for_delivery",
        "delivered",
    ]
    assert (steps[0]["location"]["city"], steps[-1]["location"]["city"]) == (
        "San Francisco",
        "New York",
    )
    with pytest.raises(RuntimeError, match="409"):
        world.next_scan(number)


def test_after_trouble_life_goes_on_where_it_was(world: World, number: str) -> None:
    for _ in range(3):
        world.next_scan(number)
    world.scan(number, "TRANSIT", "delivery_attempted")
    assert world.next_scan(number)["tracking_status"]["substatus"]["code"] == "package_arrived"


def test_a_scan_says_all_it_was_asked_to_say(world: World, number: str) -> None:
    world.scan(
        number,
        "TRANSIT",
        "package_held",
        city="Boise",
        state="ID",
        details="Held at the depot.",
        at="2027-03-12T09:30:00Z",
    )
    event = world.scan(number, "UNKNOWN", at="2020-01-01T00:00:00+01:00")["tracking_history"][0]
    assert (event["status"], event["status_date"]) == ("UNKNOWN", "2019-12-31T23:00:00.000Z")
    held = world.scan(number, "UNKNOWN", at="2020-01-01T00:00:00Z")["tracking_status"]
    assert (held["status_date"], held["status_details"]) == (
        "2027-03-12T09:30:00.000Z",
        "Held at the depot.",
    )
    assert held["location"] == {"city": "Boise", "state": "ID", "zip": "", "country": "US"}


def test_a_late_scan_takes_its_place_and_does_not_take_the_headline(
    world: World, number: str
) -> None:
    world.scan(number, "DELIVERED", at="2027-03-12T12:00:00Z")
    track = world.scan(number, "TRANSIT", "out_for_delivery", at="2027-03-12T08:00:00Z")
    assert [event["status"] for event in track["tracking_history"]] == ["TRANSIT", "DELIVERED"]
    assert track["tracking_status"]["status"] == "DELIVERED"


def test_the_usual_substatus_is_filled_in_and_none_can_be_asked_for(
    world: World, number: str
) -> None:
    assert world.scan(number, "FAILURE")["tracking_status"]["substatus"] == {
        "code": "package_undeliverable",
        "text": "The parcel cannot be delivered.",
        "action_required": True,
    }
    assert world.scan(number, "TRANSIT", "")["tracking_status"]["substatus"] is None


def test_there_are_twenty_seven_substatuses_and_eleven_ask_for_somebody() -> None:
    asking = {code for code, each in SUBSTATUSES.items() if each["action_required"]}
    assert (len(SUBSTATUSES), len(STATUS_OF), asking) == (27, 27, NEEDING_SOMEBODY)


@pytest.mark.parametrize("said", [{"status": "LOST"}, {"status": "TRANSIT", "substatus": "eaten"}])
def test_words_no_carrier_knows_are_refused(
    world: World, number: str, said: dict[str, str]
) -> None:
    with pytest.raises(RuntimeError, match="400"):
        world.scan(number, **said)


def test_a_number_nobody_sold_cannot_be_scanned(world: World) -> None:
    with pytest.raises(RuntimeError, match="404"):
        world.scan("9400100000000000000000", "TRANSIT")


def test_a_number_of_a_stranger_can_be_registered_and_scanned(world: World, shippo: Caller) -> None:
    shippo.post("/tracks", carrier="fedex", tracking_number="123456789012", metadata="order 9")
    track = world.scan("123456789012", "TRANSIT", "package_accepted")
    assert (track["carrier"], track["transaction"], track["metadata"]) == ("fedex", None, "order 9")


def test_a_number_never_heard_of_has_no_history(shippo: Caller) -> None:
    track = shippo.get("/tracks/usps/9400100000000000000000")
    assert (track["tracking_status"]["status"], track["tracking_history"]) == ("UNKNOWN", [])
    assert shippo.call("GET", "/tracks/usps/--").status_code == 400


def test_a_parcel_on_its_way_is_not_refunded(world: World, shippo: Caller) -> None:
    label = shippo.label()
    world.scan(label["tracking_number"], "TRANSIT", "package_accepted")
    assert shippo.post("/refunds", transaction=label["object_id"])["status"] == "ERROR"
    assert shippo.get(f"/transactions/{label['object_id']}")["status"] == "REFUNDREJECTED"


def test_parcels_are_found_by_status_and_carrier(world: World, shippo: Caller, number: str) -> None:
    other = shippo.label("ups_ground")["tracking_number"]
    world.scan(number, "TRANSIT")

    def found(**where: str) -> list[str]:
        return [parcel["number"] for parcel in world.parcels(**where)]

    assert found() == [other, number]
    assert found(status="TRANSIT") == found(carrier="usps") == [number]
    assert found(status="UNKNOWN") == found(carrier="ups") == [other]
    assert found(status="TRANSIT", carrier="ups") == []


def test_a_status_or_carrier_that_there_is_not_is_said(world: World) -> None:
    for query in ("status=LOST", "carrier=pigeon"):
        answer = requests.get(f"{world.url}/_sandbox/parcels?{query}", timeout=5)
        assert (answer.status_code, query[:6] in answer.json()["error"]) == (400, True)
