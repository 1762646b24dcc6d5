"""Shippo's official SDK follows parcels here, sold ones, strangers' and Shippo's test numbers."""

import pytest
import shippo
from shippo.models import components, errors

from tests.contract.sdk import buy, quote, rate
from tests.world import World

# The SDK wants `object_updated` on a scan; Shippo's own test numbers send null there.
NULLS = "ignore:'NoneType' object value of non-optional type object_updated:RuntimeWarning"


def test_a_bought_label_is_tracked_from_nothing_to_the_door(
    sdk: shippo.Shippo, world: World
) -> None:
    label = buy(sdk, quote(sdk).rates[0].object_id)
    track = sdk.tracking_status.get(label.tracking_number, "usps")
    assert (track.tracking_status, track.tracking_history) == (None, [])
    assert track.transaction == label.object_id
    for _ in range(8):
        world.next_scan(label.tracking_number)
    track = sdk.tracking_status.get(label.tracking_number, "usps")
    assert track.tracking_status.status is components.TrackingStatusEnum.DELIVERED
    assert [event.status.value for event in track.tracking_history][:2] == [
        "PRE_TRANSIT",
        "TRANSIT",
    ]
    assert sdk.transactions.get(label.object_id).tracking_status.value == "DELIVERED"


def test_a_number_can_be_registered_with_words_of_ones_own(sdk: shippo.Shippo) -> None:
    track = sdk.tracking_status.create("ups", "1Z5R89390357567127", metadata="order 7")
    assert (track.metadata, track.tracking_history, track.transaction) == ("order 7", [], None)
    assert track.tracking_status.status is components.TrackingStatusEnum.UNKNOWN
    assert sdk.tracking_status.get("1Z5R89390357567127", "ups").metadata == "order 7"


@pytest.mark.filterwarnings(NULLS)
@pytest.mark.parametrize(
    ("name", "length"),
    [
        ("PRE_TRANSIT", 1),
        ("UNKNOWN", 1),
        ("TRANSIT", 2),
        ("FAILURE", 3),
        ("DELIVERED", 4),
        ("RETURNED", 5),
    ],
)
def test_the_six_magic_numbers_tell_their_stories(
    sdk: shippo.Shippo, name: str, length: int
) -> None:
    for track in (
        sdk.tracking_status.get(f"SHIPPO_{name}", "shippo"),
        sdk.tracking_status.create("shippo", f"SHIPPO_{name}"),
    ):
        assert track.tracking_status.status.value == name
        assert len(track.tracking_history) == length
        assert track.tracking_status.substatus is None


@pytest.mark.filterwarnings(NULLS)
def test_the_magic_failure_is_dated_after_the_delivery(sdk: shippo.Shippo) -> None:
    history = sdk.tracking_status.get("SHIPPO_DELIVERED", "shippo").tracking_history
    assert history[2].status_date > history[3].status_date


@pytest.mark.filterwarnings(NULLS)
def test_a_test_number_is_what_shippo_says_it_is(sdk: shippo.Shippo) -> None:
    track = sdk.tracking_status.create("shippo", "SHIPPO_RETURNED", metadata="mine")
    assert track.metadata == "Shippo test tracking"
    assert (track.servicelevel.token, track.servicelevel.name) == (
        "shippo_priority",
        "Priority Mail",
    )
    assert (track.address_from.city, track.address_to.zip) == ("San Francisco", "60611")
    assert (track.transaction, track.messages) == (None, [])
    chain = [event.status.value for event in track.tracking_history]
    assert chain == ["UNKNOWN", "TRANSIT", "FAILURE", "DELIVERED", "RETURNED"]
    first = track.tracking_history[0].status_date
    hours = [
        round((event.status_date - first).total_seconds() / 3600)
        for event in track.tracking_history
    ]
    assert hours == [0, 28, 64, 52, 72]
    assert [event.location.city for event in track.tracking_history][1:4] == [
        "San Francisco",
        "Memphis",
        "Chicago",
    ]


@pytest.mark.filterwarnings(NULLS)
def test_a_test_numbers_days_move_and_its_events_stay_the_same(
    sdk: shippo.Shippo, world: World
) -> None:
    before = sdk.tracking_status.get("SHIPPO_TRANSIT", "shippo")
    world.advance(24)
    after = sdk.tracking_status.get("SHIPPO_TRANSIT", "shippo")
    assert [each.object_id for each in before.tracking_history] == [
        each.object_id for each in after.tracking_history
    ]
    assert round((after.eta - before.eta).total_seconds() / 3600) == 24
    delivered = sdk.tracking_status.get("SHIPPO_DELIVERED", "shippo")
    days = (after.eta - delivered.eta).total_seconds() / 86400
    assert (round(days), round((delivered.eta - delivered.original_eta).days)) == (4, 1)


def test_a_registration_is_answered_with_200_every_time(sdk: shippo.Shippo, world: World) -> None:
    """Any other code is an error to the SDK."""
    label = buy(sdk, rate(sdk))
    for _ in range(2):
        track = sdk.tracking_status.create("usps", label.tracking_number, metadata="order 7")
        assert (track.transaction, track.metadata) == (label.object_id, "order 7")


@pytest.mark.parametrize(
    ("number", "carrier"), [("SHIPPO_LOST", "shippo"), ("123456789012", "pigeon")]
)
def test_what_is_no_number_or_no_carrier_is_refused(
    sdk: shippo.Shippo, number: str, carrier: str
) -> None:
    for ask in (sdk.tracking_status.get, sdk.tracking_status.create):
        with pytest.raises(errors.SDKError) as refused:
            ask(tracking_number=number, carrier=carrier)
        assert (refused.value.status_code, '"detail"' in refused.value.body) == (400, True)
