"""Shippo's official SDK tracks, refunds, manages webhooks and is told no here."""

import time

import pytest
import requests
import shippo
from shippo.models import components, errors, operations

from tests.contract.sdk import buy, client, parcel, quote, recipient
from tests.world import World

# The SDK warns that an account without parameters is no dataclass of its own.
BARE = r"ignore:Failed to decode \{\} Union dataclasses:UserWarning"
# And it wants `object_updated` on a scan; Shippo's own test numbers send null there.
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


def test_a_refund_is_pending_and_then_paid(sdk: shippo.Shippo) -> None:
    label = buy(sdk, quote(sdk).rates[0].object_id)
    refund = sdk.refunds.create(transaction=label.object_id)
    assert refund.status.value == "PENDING"
    assert sdk.transactions.get(label.object_id).status.value == "REFUNDPENDING"
    for _ in range(100):
        if sdk.refunds.get(refund.object_id).status.value == "SUCCESS":
            break
        time.sleep(0.05)
    assert sdk.transactions.get(label.object_id).status.value == "REFUNDED"
    assert [each.object_id for each in sdk.refunds.list().results] == [refund.object_id]


def test_webhooks_are_made_read_changed_listed_and_deleted(sdk: shippo.Shippo) -> None:
    made = sdk.webhooks.create_webhook(
        components.WebhookUpdateRequest(
            event=components.WebhookEventTypeEnum.TRACK_UPDATED,
            url="http://127.0.0.1:1/x",
            is_test=True,
        )
    )
    changed = sdk.webhooks.update_webhook(
        made.object_id,
        components.WebhookUpdateRequest(
            event=components.WebhookEventTypeEnum.TRANSACTION_CREATED, url="http://127.0.0.1:1/y"
        ),
    )
    assert (changed.event, changed.url, changed.active) == (
        "transaction_created",
        "http://127.0.0.1:1/y",
        True,
    )
    assert changed.object_updated == made.object_updated
    assert sdk.webhooks.get_webhook(made.object_id) == changed
    assert made.object_id in [each.object_id for each in sdk.webhooks.list_webhooks().results]
    sdk.webhooks.delete_webhook(made.object_id)
    with pytest.raises(errors.SDKError) as refused:
        sdk.webhooks.get_webhook(made.object_id)
    assert (refused.value.status_code, refused.value.body) == (404, '{"detail":"Not found."}')


@pytest.mark.filterwarnings(BARE)
def test_addresses_parcels_and_accounts(sdk: shippo.Shippo) -> None:
    address = sdk.addresses.create(recipient())
    assert address.is_complete is True
    assert sdk.addresses.get(address.object_id) == address
    assert sdk.addresses.list().results[0] == address
    box = sdk.parcels.create(parcel())
    assert sdk.parcels.get(box.object_id).weight == "2"
    assert sdk.parcels.list().results[0].object_id == box.object_id
    accounts = sdk.carrier_accounts.list(operations.ListCarrierAccountsRequest(results=25)).results
    assert len(accounts) == 15
    assert sdk.carrier_accounts.get(accounts[0].object_id).carrier == accounts[0].carrier
    by_id = quote(sdk, address_to=address.object_id, parcels=[box.object_id])
    assert by_id.address_to == address


def test_errors_say_what_shippo_says(sdk: shippo.Shippo, world: World) -> None:
    refusals = [
        (lambda: sdk.transactions.get("0" * 32), 404, '"Not found."'),
        (lambda: buy(sdk, "0" * 32), 400, '"rate":["Rate with supplied object_id'),
        (lambda: quote(sdk, parcels=[]), 400, '"parcels":["This field is required."]'),
        (lambda: quote(sdk, metadata="x" * 101), 400, "no more than 100 characters"),
        (lambda: sdk.tracking_status.get("SHIPPO_NOTHING", "shippo"), 400, '"detail"'),
        (lambda: sdk.tracking_status.get("123456789012", "nobody"), 400, '"detail"'),
    ]
    for act, status, text in refusals:
        with pytest.raises(errors.SDKError) as refused:
            act()
        assert (refused.value.status_code, text in refused.value.body) == (status, True), (
            refused.value.body
        )


def test_the_token_decides_what_exists(sdk: shippo.Shippo, world: World) -> None:
    label = buy(sdk, quote(sdk).rates[0].object_id)
    with requests.Session() as session:
        live = client(world, "shippo_live_0123456789", session)
        with pytest.raises(errors.SDKError, match="Not found") as absent:
            live.transactions.get(label.object_id)
        assert absent.value.status_code == 404
        stranger = client(world, "shippo_other_123", session)
        with pytest.raises(errors.SDKError) as refused:
            stranger.transactions.get(label.object_id)
        assert (refused.value.status_code, refused.value.body) == (
            401,
            '{"detail":"Token does not exist"}',
        )
