"""Journeys that vary by seed, speed, border and carrier; replaced, and through a restart."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.contract.listener import Listener
from tests.sandbox.caller import SENDER, Caller
from tests.sandbox.hearing import Told
from tests.sandbox.stories import MANY, SMOOTH_WITH_SEED_7, STORIES
from tests.world import World

REACHABLE = {"email": "dock@quayside.test", "phone": "+14155550100"}
BERLIN = {**REACHABLE, "name": "Berta", "street1": "Unter den Linden 1", "city": "Berlin"}
BERLIN |= {"state": "", "zip": "10117", "country": "DE"}
MUNICH = {**BERLIN, "street1": "Marienplatz 1", "city": "Munich", "zip": "80331"}
LONDON = {**BERLIN, "street1": "1 High Street", "city": "London", "zip": "SW1A 1AA"}
LONDON |= {"country": "GB"}
LEEDS = {**LONDON, "city": "Leeds", "zip": "LS1 1UR"}
PARIS = {**BERLIN, "street1": "1 rue de Rivoli", "city": "Paris", "zip": "75001", "country": "FR"}
LYON = {**PARIS, "city": "Lyon", "zip": "69001"}
ITEM = {"description": "Mug", "quantity": 1, "net_weight": "1", "mass_unit": "lb"}
ITEM |= {"value_amount": "10", "value_currency": "USD", "origin_country": "US"}
CUSTOMS = {"certify": True, "certify_signer": "Quayside", "contents_type": "MERCHANDISE"}
CUSTOMS |= {"non_delivery_option": "RETURN", "eel_pfc": "NOEEI_30_37_a", "items": [ITEM]}


def sold(shippo: Caller, service: str, sender: Any, recipient: Any, **more: Any) -> str:
    rate = shippo.rate(service, address_from=sender, address_to=recipient, **more)
    label = shippo.post("/transactions", rate=rate, **{"async": False})
    assert label["status"] == "SUCCESS", label["messages"]
    return str(label["tracking_number"])


def planned(world: World, number: str, name: str, **how: Any) -> list[dict[str, Any]]:
    return list(world.journey(number, name, **how)["journey"]["steps"])


def hours_and_places(steps: list[dict[str, Any]]) -> list[tuple[float, str, str]]:
    return [(each["hour"], each["substatus"], each["location"]["city"]) for each in steps]


def test_a_seed_varies_hours_hubs_and_words_as_written_down(
    world: World, shippo: Caller, listener: Listener
) -> None:
    shippo.listen(listener.url, "track_updated")
    number = shippo.label()["tracking_number"]
    track = shippo.get(f"/tracks/usps/{number}")
    told = Told(track, world.journey(number, "smooth", seed=7)["journey"]["began"])
    world.advance(MANY)
    data = [told.read(each.body)["data"] for each in listener.heard]
    assert data == told.snapshots(SMOOTH_WITH_SEED_7)


@pytest.mark.parametrize("name", ["refused_returned", "out_of_order", "duplicated"])
def test_two_runs_with_one_seed_differ_in_ids_and_dates_only(
    world: World, shippo: Caller, listener: Listener, name: str
) -> None:
    shippo.listen(listener.url, "track_updated")
    runs = []
    for seed in (3, 3, 4):
        number = shippo.label()["tracking_number"]
        track = shippo.get(f"/tracks/usps/{number}")
        told = Told(track, world.journey(number, name, seed=seed)["journey"]["began"])
        world.advance(MANY)
        data = [told.read(each.body)["data"] for each in listener.heard]
        runs.append([snapshot["tracking_history"] for snapshot in data])
        listener.heard.clear()
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_hours_vary_by_fifteen_percent_and_never_their_order(world: World, shippo: Caller) -> None:
    number = shippo.label()["tracking_number"]
    plain = [step["hour"] for step in planned(world, number, "refused_returned")]
    for seed in range(1, 6):
        varied = [step["hour"] for step in planned(world, number, "refused_returned", seed=seed)]
        assert varied == sorted(varied)
        assert varied != plain
        for was, now in zip(plain, varied, strict=True):
            assert abs(now - was) <= 0.15 * was + 0.01


def test_speed_shortens_everything_alike(world: World, shippo: Caller) -> None:
    number = shippo.label()["tracking_number"]
    hours = [step["hour"] for step in planned(world, number, "smooth", speed=4)]
    assert hours == [0, 1.5, 2.75, 5, 6, 10, 11.75, 13.25]


def test_a_parcel_to_another_country_passes_customs(world: World, shippo: Caller) -> None:
    sender = {**SENDER, "phone": "+14155550100"}
    service = "usps_priority_mail_international"
    number = sold(shippo, service, sender, BERLIN, customs_declaration=CUSTOMS)
    assert hours_and_places(planned(world, number, "smooth")) == [
        (0, "information_received", "San Francisco"),
        (6, "package_accepted", "San Francisco"),
        (11, "package_departed", "San Francisco"),
        (20, "package_arrived", "Memphis"),
        (24, "package_departed", "Memphis"),
        (38, "package_processing", "Frankfurt"),
        (50, "package_processed", "Frankfurt"),
        (76, "package_arrived", "Berlin"),
        (83, "out_for_delivery", "Berlin"),
        (89, "delivered", "Berlin"),
    ]


def test_what_customs_add_is_silent_where_all_is_and_comes_with_the_burst(
    world: World, shippo: Caller, listener: Listener
) -> None:
    sender = {**SENDER, "phone": "+14155550100"}
    service = "usps_priority_mail_international"
    number = sold(shippo, service, sender, BERLIN, customs_declaration=CUSTOMS)
    shippo.listen(listener.url, "track_updated")
    world.journey(number, "burst_after_silence")
    world.advance(107)
    assert len(listener.heard) == 1
    world.advance(2)
    histories = [len(json.loads(each.body)["data"]["tracking_history"]) for each in listener.heard]
    assert histories == list(range(1, 11))


def test_within_the_customs_union_there_are_no_customs(world: World, shippo: Caller) -> None:
    number = sold(shippo, "dpd_de_classic", BERLIN, MUNICH)
    at_home = [step["substatus"] for step in planned(world, number, "smooth")]
    number = sold(shippo, "dpd_de_classic", BERLIN, PARIS)
    assert [step["substatus"] for step in planned(world, number, "smooth")] == at_home
    assert "package_processing" not in at_home


def test_carriers_write_as_they_do_and_leave_out_what_they_leave_out(
    world: World, shippo: Caller
) -> None:
    evri = sold(shippo, "hermes_uk_parcelshop_dropoff", LONDON, LEEDS)
    world.journey(evri, "smooth")
    colissimo = sold(shippo, "colissimo_home", PARIS, LYON)
    world.journey(colissimo, "missed_delivery")
    world.advance(MANY)
    told = shippo.get(f"/tracks/hermes_uk/{evri}")["tracking_history"]
    nowhere = {"city": "", "state": "", "zip": "", "country": "GB"}
    assert [event["location"] for event in told] == [nowhere] * 8
    assert told[5]["status_details"] == "At your local depot"
    told = shippo.get(f"/tracks/colissimo/{colissimo}")["tracking_history"]
    assert {event["substatus"] for event in told} == {None}
    assert [event["status"] for event in told][-2:] == ["TRANSIT", "DELIVERED"]
    assert told[4]["status_details"] == "Votre colis est en cours d'acheminement."
    assert told[3]["location"] == {"city": "Saran", "state": "", "zip": "45770", "country": "FR"}


def test_a_strangers_number_makes_its_journey_without_places_or_promises(
    world: World, shippo: Caller, listener: Listener
) -> None:
    shippo.listen(listener.url, "track_updated")
    shippo.post("/tracks", carrier="fedex", tracking_number="986578788855")
    world.journey("986578788855", "weather_delay")
    world.advance(MANY)
    last = json.loads(listener.heard[-1].body)["data"]
    assert (len(listener.heard), last["tracking_status"]["status"]) == (10, "DELIVERED")
    assert (last["eta"], last["original_eta"], last["transaction"]) == (None, None, None)
    assert {event["location"] for event in last["tracking_history"]} == {None}


def test_every_registration_of_the_number_hears_every_snapshot(
    world: World, shippo: Caller, listener: Listener
) -> None:
    number = shippo.label()["tracking_number"]
    shippo.post("/tracks", carrier="usps", tracking_number=number)
    shippo.listen(listener.url, "track_updated")
    world.journey(number, "stalled_midway")
    world.advance(MANY)
    assert len(listener.heard) == 8


def test_a_new_journey_replaces_what_was_left_of_the_old(
    world: World, shippo: Caller, listener: Listener
) -> None:
    shippo.listen(listener.url, "track_updated")
    number = shippo.label()["tracking_number"]
    world.journey(number, "smooth")
    world.advance(25)
    world.journey(number, "damaged")
    world.advance(MANY)
    codes = [
        event["substatus"]["code"]
        for event in shippo.get(f"/tracks/usps/{number}")["tracking_history"]
    ]
    assert codes == [
        *("information_received", "package_accepted", "package_departed"),
        *("package_arrived", "package_departed"),
        *("information_received", "package_accepted", "package_departed", "package_arrived"),
        *("package_damaged", "package_held", "package_disposed"),
    ]
    assert len(listener.heard) == 12


def test_a_journey_goes_on_after_a_restart(tmp_path: Path, listener: Listener) -> None:
    world = World.start(tmp_path)
    caller = Caller(world.url)
    caller.listen(listener.url, "track_updated")
    number = caller.label()["tracking_number"]
    track = caller.get(f"/tracks/usps/{number}")
    told = Told(track, world.journey(number, "missed_delivery")["journey"]["began"])
    world.advance(52.5)
    world.stop()
    world.run()
    world.advance(MANY)
    data = [told.read(each.body)["data"] for each in listener.heard]
    assert data == told.snapshots(STORIES["missed_delivery"])
    world.stop()


def test_many_parcels_on_their_way_take_turns_by_the_hour(
    world: World, shippo: Caller, listener: Listener
) -> None:
    shippo.listen(listener.url, "track_updated")
    names = ["smooth", "weather_delay", "refused_returned"]
    for name in names:
        world.journey(shippo.label()["tracking_number"], name)
    world.advance(MANY)
    dates = [
        json.loads(each.body)["data"]["tracking_status"]["status_date"] for each in listener.heard
    ]
    assert len(dates) == 8 + 10 + 14
    assert dates == sorted(dates)


def test_the_list_of_parcels_tells_where_they_are_and_what_comes_next(
    world: World, shippo: Caller
) -> None:
    first = shippo.label(metadata="order 1")
    second = shippo.label("ups_ground", metadata="order 2")
    began = world.journey(first["tracking_number"], "smooth", seed=0)["journey"]["began"]
    world.advance(21)
    newest, oldest = world.parcels()
    assert newest["number"] == second["tracking_number"]
    assert (newest["carrier"], newest["status"], newest["journey"]) == ("ups", "UNKNOWN", None)
    assert oldest["metadata"] == "order 1"
    assert oldest["transaction"] == first["object_id"]
    assert (oldest["status"], oldest["substatus"]) == ("TRANSIT", "package_arrived")
    assert oldest["place"] == {"city": "Memphis", "state": "TN", "zip": "37501", "country": "US"}
    told = Told({}, began)
    assert told.hours(oldest["last_scan"]) == 20
    journey = oldest["journey"]
    assert (journey["name"], journey["seed"]) == ("smooth", 0)
    assert journey["next"]["substatus"] == "package_departed"
    assert told.hours(journey["next"]["at"]) == 24
    assert world.parcels(number=first["tracking_number"]) == [oldest]
    assert world.parcels(page=2) == []
    steps = world.parcel(first["tracking_number"])["journey"]["steps"]
    assert [step["done"] for step in steps] == [True] * 4 + [False] * 4
    world.advance(MANY)
    assert world.parcels(number=first["tracking_number"])[0]["journey"]["next"] is None


def test_pages_of_parcels_are_twenty_five_long(world: World, shippo: Caller) -> None:
    world.populate(30)
    assert [len(world.parcels(page=page)) for page in (1, 2, 3)] == [25, 5, 0]
    with pytest.raises(RuntimeError, match="400"):
        world.parcels(page=0)


@pytest.mark.parametrize(
    ("number", "asked", "said"),
    [
        ("9400100000000000000000", {"name": "smooth"}, "404.*no parcel"),
        (None, {"name": "teleported"}, "404.*smooth"),
        (None, {}, "404.*unknown journey None"),
        (None, {"name": "smooth", "seed": "x"}, "400.*seed is a number"),
        (None, {"name": "smooth", "speed": 0}, "400.*speed is a number"),
        (None, {"name": "storm_429"}, "404.*POST /_sandbox/journey"),
    ],
)
def test_what_cannot_be_played_is_refused_with_what_can(
    world: World, shippo: Caller, number: str | None, asked: dict[str, Any], said: str
) -> None:
    sold_here = number or shippo.label()["tracking_number"]
    with pytest.raises(RuntimeError, match=said):
        world.post(f"parcels/{sold_here}/journey", **asked)


def test_every_journey_is_described_in_a_sentence(world: World) -> None:
    told = world.get("journeys")
    assert all(each["does"].endswith(".") and len(each["does"]) > 40 for each in told)
    assert [each["scope"] for each in told] == ["parcel"] * 18 + ["world"] * 9


def test_a_scan_can_be_put_at_the_end_of_the_history(world: World, shippo: Caller) -> None:
    number = shippo.label()["tracking_number"]
    world.scan(number, "DELIVERED", at="2027-03-12T12:00:00Z")
    late = world.scan(number, "TRANSIT", at="2027-03-12T08:00:00Z", place_in_history="end")
    assert [event["status"] for event in late["tracking_history"]] == ["DELIVERED", "TRANSIT"]
    assert late["tracking_status"]["status"] == "DELIVERED"
    with pytest.raises(RuntimeError, match=r"400.*place_in_history"):
        world.scan(number, "TRANSIT", place_in_history="start")
