"""Strict: what Shippo's real test mode refuses is refused, with its own words where known."""

from collections.abc import Iterator

import pytest

from tests.sandbox.caller import Caller
from tests.world import World


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    world = World.start(tmp_path_factory.mktemp("strict"), SANDBOX_STRICT="1")
    yield world
    assert world.stop() == 0


def test_only_shippos_own_numbers_are_tracked_with_a_test_key(strict: World) -> None:
    shippo = Caller(strict.url)
    number = shippo.label()["tracking_number"]
    said = {"detail": "usps is not a valid test tracking carrier. Please use 'shippo'"}
    body = {"carrier": "usps", "tracking_number": number}
    for answer in (
        shippo.call("GET", f"/tracks/usps/{number}"),
        shippo.call("POST", "/tracks", json=body),
    ):
        assert (answer.status_code, answer.json()) == (400, said)
    assert shippo.get("/tracks/shippo/SHIPPO_TRANSIT")["tracking_status"]["status"] == "TRANSIT"
    wrong = shippo.call("GET", f"/tracks/shippo/{number}")
    assert (wrong.status_code, wrong.json() != said) == (400, True)


def test_a_live_key_tracks_real_carriers(strict: World) -> None:
    live = Caller(strict.url, "shippo_live_0123456789")
    label = live.label()
    strict.scan(label["tracking_number"], "TRANSIT", "package_accepted")
    assert live.get(f"/tracks/usps/{label['tracking_number']}")["transaction"] == label["object_id"]


def test_a_test_label_never_moves(strict: World) -> None:
    shippo = Caller(strict.url)
    label = shippo.label()
    with pytest.raises(RuntimeError, match="strict: in Shippo's test mode"):
        strict.scan(label["tracking_number"], "TRANSIT")
    with pytest.raises(RuntimeError, match="strict"):
        strict.journey(label["tracking_number"], "smooth")
    assert shippo.get(f"/transactions/{label['object_id']}")["tracking_status"] == "UNKNOWN"


def test_ups_quotes_and_does_not_sell(strict: World) -> None:
    shippo = Caller(strict.url)
    label = shippo.label("ups_ground")
    assert (label["status"], label["tracking_number"]) == ("ERROR", None)
    (message,) = label["messages"]
    assert (message["source"], "not yet registered" in message["text"]) == ("UPS", True)
    assert Caller(strict.url, "shippo_live_0123456789").label("ups_ground")["status"] == "SUCCESS"


def test_the_list_of_refunds_lies_behind_a_slash(strict: World, shippo: Caller) -> None:
    answer = Caller(strict.url).call("GET", "/refunds?results=3")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/refunds/?results=3")
    assert Caller(strict.url).call("GET", "/refunds/?results=3").status_code == 200
    assert shippo.call("GET", "/refunds").status_code == 200


def test_so_does_how_far_the_sign_up_with_a_carrier_has_come(strict: World) -> None:
    path = "/carrier_accounts/reg-status"
    answer = Caller(strict.url).call("GET", f"{path}?carrier=ups")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{path}/?carrier=ups")
    assert Caller(strict.url).get(f"{path}/?carrier=ups")["status"] == "APPROVED"
