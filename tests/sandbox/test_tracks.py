"""Tracks: registrations of numbers, and what a carrier measured."""

from tests.sandbox.caller import Caller
from tests.world import World


def test_package_details_are_told_when_they_were_asked_for(shippo: Caller, world: World) -> None:
    number = shippo.label("ups_ground")["tracking_number"]
    asked = {"carrier": "ups", "tracking_number": number}
    assert "weight" not in shippo.post("/tracks", **asked)
    track = shippo.post("/tracks", **asked, include_package_details=True)
    assert track["weight"] == [{"value": "2", "unit": "lb"}]
    (size,) = track["dimensions"]
    assert size == {"length": "10", "width": "8", "height": "4", "unit": "in"}
    assert shippo.get(f"/tracks/ups/{number}")["weight"] == track["weight"]


def test_only_ups_and_fedex_measure_and_only_what_was_sold_here_has_a_size(
    shippo: Caller, world: World
) -> None:
    usps = {"carrier": "usps", "tracking_number": shippo.label()["tracking_number"]}
    assert "weight" not in shippo.post("/tracks", **usps, include_package_details=True)
    fedex = {"carrier": "fedex", "tracking_number": "123456789012"}
    track = shippo.post("/tracks", **fedex, include_package_details=True)
    assert (track["weight"], track["dimensions"]) == ([], [])


def test_words_of_ones_own_stay_until_others_come(shippo: Caller) -> None:
    asked = {"carrier": "usps", "tracking_number": shippo.label()["tracking_number"]}
    assert shippo.post("/tracks", **asked)["metadata"] is None
    assert shippo.post("/tracks", **asked, metadata="order 7")["metadata"] == "order 7"
    assert shippo.post("/tracks", **asked)["metadata"] == "order 7"
    long = shippo.call("POST", "/tracks", json={**asked, "metadata": "x" * 101})
    assert (long.status_code, list(long.json())) == (400, ["metadata"])
