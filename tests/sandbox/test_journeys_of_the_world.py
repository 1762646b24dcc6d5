"""Journeys of the world: carriers that fail, rates that vanish, storms and silence."""

import time
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.contract.listener import Listener
from tests.sandbox.caller import PARCEL, RECIPIENT, SENDER, Caller
from tests.world import World

TIMEOUT = {
    "source": "USPS",
    "code": "carrier_timeout",
    "text": "The carrier did not answer in time. Please try again later.",
}


def quoted(shippo: Caller) -> dict[str, Any]:
    wanted = {"address_from": SENDER, "address_to": RECIPIENT, "parcels": [PARCEL]}
    return dict(shippo.post("/shipments", **wanted))


def amounts(shipment: dict[str, Any]) -> dict[str, Decimal]:
    """The cheapest of each service."""
    found: dict[str, Decimal] = {}
    for rate in shipment["rates"]:
        token, amount = rate["servicelevel"]["token"], Decimal(rate["amount"])
        found[token] = min(amount, found.get(token, amount))
    return found


def carriers(shipment: dict[str, Any]) -> set[str]:
    return {rate["provider"] for rate in shipment["rates"]}


def rate_of(shipment: dict[str, Any], service: str) -> str:
    return next(
        str(rate["object_id"])
        for rate in shipment["rates"]
        if rate["servicelevel"]["token"] == service
    )


def bought(shippo: Caller, rate: str) -> tuple[int, dict[str, Any]]:
    answer = shippo.call("POST", "/transactions", json={"rate": rate, "async": False})
    return answer.status_code, answer.json()


def unknown(rate: str) -> tuple[int, dict[str, Any]]:
    return 400, {"rate": [f"Rate with supplied object_id {rate} not found."]}


def test_nothing_is_amiss_at_first(world: World) -> None:
    on = world.get("journey")
    assert (on["name"], on["does"].startswith("Nothing is amiss")) == ("calm", True)


def test_a_carrier_that_is_down_neither_quotes_nor_sells(world: World, shippo: Caller) -> None:
    before = quoted(shippo)
    assert carriers(before) == {"USPS", "UPS"}
    on = world.world_journey("carrier_down")
    assert (on["name"], on["carrier"], world.get("journey")) == ("carrier_down", "usps", on)
    during = quoted(shippo)
    assert carriers(during) == {"UPS"}
    assert TIMEOUT in during["messages"]
    status, refused = bought(shippo, rate_of(before, "usps_priority"))
    assert (status, refused["status"], refused["messages"]) == (201, "ERROR", [TIMEOUT])
    assert (refused["tracking_number"], refused["label_url"]) == (None, None)
    assert bought(shippo, rate_of(during, "ups_ground"))[1]["status"] == "SUCCESS"
    world.world_journey("calm")
    assert amounts(quoted(shippo)) == amounts(before)
    assert bought(shippo, rate_of(before, "usps_priority"))[1]["status"] == "SUCCESS"


def test_which_carrier_is_down_can_be_said(world: World, shippo: Caller) -> None:
    world.world_journey("carrier_down", carrier="ups")
    during = quoted(shippo)
    assert carriers(during) == {"USPS"}
    sources = [said["source"] for said in during["messages"] if said["code"] == "carrier_timeout"]
    assert set(sources) == {"UPS"}


def test_a_purchase_that_waits_while_the_carrier_goes_down_ends_in_an_error(
    world: World, shippo: Caller
) -> None:
    rate = shippo.rate()
    queued = shippo.post("/transactions", rate=rate)
    world.world_journey("carrier_down")
    assert queued["status"] == "QUEUED"
    settled = shippo.settled(queued["object_id"])
    assert (settled["status"], settled["messages"]) == ("ERROR", [TIMEOUT])


def test_half_the_carriers_refuse(world: World, shippo: Caller) -> None:
    before = quoted(shippo)
    world.world_journey("half_refuse")
    during = quoted(shippo)
    assert carriers(during) == {"USPS"}
    usps = {name: amount for name, amount in amounts(before).items() if name.startswith("usps")}
    assert amounts(during) == usps
    throttled = {"source": "UPS", "code": "", "text": "Hard: Too Many Requests"}
    assert throttled in during["messages"]
    assert not any(said["source"] == "USPS" for said in during["messages"])


@pytest.mark.parametrize(
    ("name", "factor"), [("rate_gone", "1"), ("price_up_4", "1.04"), ("price_up_40", "1.40")]
)
def test_a_rate_that_is_gone_is_quoted_again_at_its_new_price(
    world: World, shippo: Caller, name: str, factor: str
) -> None:
    before = quoted(shippo)
    old = rate_of(before, "usps_priority")
    world.world_journey(name)
    assert bought(shippo, old) == unknown(old)
    assert shippo.get(f"/rates/{old}")["object_id"] == old
    again = quoted(shippo)
    cent = Decimal("0.01")
    assert amounts(again) == {
        token: (amount * Decimal(factor)).quantize(cent, ROUND_HALF_UP)
        for token, amount in amounts(before).items()
    }
    status, label = bought(shippo, rate_of(again, "usps_priority"))
    assert (status, label["status"]) == (201, "SUCCESS")
    sold = world.ledger()[-1]["amount"]
    assert Decimal(sold) == amounts(again)["usps_priority"]
    world.world_journey("calm")
    assert amounts(quoted(shippo)) == amounts(before)


def test_the_cheapest_service_is_gone_and_not_quoted_again(world: World, shippo: Caller) -> None:
    before = quoted(shippo)
    prices = amounts(before)
    cheapest = min(prices, key=lambda token: prices[token])
    world.world_journey("service_gone")
    for token in (cheapest, "ups_ground"):
        assert bought(shippo, rate_of(before, token)) == unknown(rate_of(before, token))
    assert set(prices) - set(amounts(quoted(shippo))) == {cheapest}
    assert bought(shippo, rate_of(quoted(shippo), "ups_ground"))[1]["status"] == "SUCCESS"


def test_which_service_is_gone_can_be_said(world: World, shippo: Caller) -> None:
    before = amounts(quoted(shippo))
    on = world.world_journey("service_gone", service="ups_ground")
    assert on["service"] == "ups_ground"
    assert set(before) - set(amounts(quoted(shippo))) == {"ups_ground"}


def test_in_a_storm_every_call_is_one_too_many_until_it_passes(
    world: World, shippo: Caller
) -> None:
    started = time.monotonic()
    world.world_journey("storm_429", seconds=1.5)
    nobody = Caller(world.url, "nobody")
    answers = [shippo.call(method, "/shipments") for method in ("GET", "POST", "GET", "POST")]
    answers.append(nobody.call("GET", "/parcels"))
    assert [answer.status_code for answer in answers] == [429] * 5
    assert {answer.text for answer in answers} == {"Too Many Requests"}
    assert {answer.headers["Content-Type"] for answer in answers} == {"text/plain; charset=utf-8"}
    waits = [answer.headers.get("Retry-After") for answer in answers]
    assert waits[:2] + waits[3:] == [None] * 4
    assert waits[2] in ("1", "2")
    assert world.get("journey")["seconds_left"] <= 1.5
    while shippo.call("GET", "/shipments").status_code == 429:
        time.sleep(0.05)
    assert 1.4 < time.monotonic() - started < 3
    assert world.get("journey")["name"] == "calm"


def test_without_webhooks_nothing_is_sent_and_everything_is_in_the_log(
    world: World, shippo: Caller, listener: Listener
) -> None:
    shippo.listen(listener.url)
    world.world_journey("no_webhooks")
    number = shippo.label()["tracking_number"]
    world.journey(number, "duplicated")
    world.advance(30)
    assert listener.heard == []
    told = [(line["event"], line["mischief"]) for line in world.webhooks()]
    assert told[0] == ("transaction_created", "withheld")
    assert set(told[1:]) == {("track_updated", "withheld")}
    assert len(told) == 1 + 9
    world.world_journey("calm")
    world.advance(30)
    assert len(listener.heard) == 4
    assert [line["mischief"] for line in world.webhooks()][-4:] == [None] * 4


def test_one_follows_the_other_and_a_reset_calms(world: World, shippo: Caller) -> None:
    world.world_journey("carrier_down")
    world.world_journey("price_up_4")
    assert carriers(quoted(shippo)) == {"USPS", "UPS"}
    world.reset()
    assert world.get("journey")["name"] == "calm"


def test_it_is_still_on_after_a_restart(tmp_path: Path) -> None:
    world = World.start(tmp_path)
    before = world.world_journey("carrier_down", carrier="ups")
    world.stop()
    world.run()
    assert world.get("journey") == before
    assert carriers(quoted(Caller(world.url))) == {"USPS"}
    world.stop()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"name": "flood"}, "404.*carrier_down.*storm_429"),
        ({"name": "smooth"}, "404.*POST /_sandbox/parcels/<number>/journey"),
        ({}, "404.*unknown journey None"),
        ({"name": "carrier_down", "carrier": "pigeon"}, "400.*carrier is one of usps, ups"),
        ({"name": "service_gone", "service": "pigeon_post"}, "400.*service is one of usps"),
        ({"name": "storm_429", "seconds": "long"}, "400.*seconds is a number"),
    ],
)
def test_what_nobody_knows_is_refused_with_what_is_known(
    world: World, asked: dict[str, str], said: str
) -> None:
    with pytest.raises(RuntimeError, match=said):
        world.post("journey", **asked)
