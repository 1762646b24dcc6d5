"""Shippo's official SDK quotes, buys, gets, lists, tracks and manages webhooks here."""

import time
from collections.abc import Iterator

import pytest
import requests
import shippo
from shippo.models import components, errors, operations

from tests.world import TOKEN, World

# The SDK wants `object_updated` on a scan; Shippo's own test numbers send null there.
# It also warns that an account without parameters is no dataclass of its own.
BARE = r"ignore:Failed to decode \{\} Union dataclasses:UserWarning"
NULLS = "ignore:'NoneType' object value of non-optional type object_updated:RuntimeWarning"


@pytest.fixture
def sdk(world: World) -> Iterator[shippo.Shippo]:
    with requests.Session() as session:
        yield _client(world, TOKEN, session)


def _client(world: World, token: str, session: requests.Session) -> shippo.Shippo:
    return shippo.Shippo(
        api_key_header=token,
        shippo_api_version="2018-02-08",
        server_url=world.url,
        client=session,
    )


def sender(**changed: str) -> components.AddressCreateRequest:
    given = {
        "name": "Quayside",
        "street1": "1 Ferry Building",
        "city": "San Francisco",
        "state": "CA",
        "zip": "94111",
        "country": "US",
        "email": "dock@quayside.test",
    }
    return components.AddressCreateRequest(**{**given, **changed})


def recipient(**changed: str) -> components.AddressCreateRequest:
    return sender(
        name="Alice", street1="350 5th Ave", city="New York", state="NY", zip="10118", **changed
    )


def parcel() -> components.ParcelCreateRequest:
    return components.ParcelCreateRequest(
        length="10",
        width="8",
        height="4",
        distance_unit=components.DistanceUnitEnum.IN,
        weight="2",
        mass_unit=components.WeightUnitEnum.LB,
    )


def quote(sdk: shippo.Shippo, **more: object) -> components.Shipment:
    given = {
        "address_from": sender(),
        "address_to": recipient(),
        "parcels": [parcel()],
        "async_": False,
    }
    return sdk.shipments.create(components.ShipmentCreateRequest(**{**given, **more}))


def buy(
    sdk: shippo.Shippo, rate: str, *, later: bool = False, metadata: str = ""
) -> components.Transaction:
    return sdk.transactions.create(
        components.TransactionCreateRequest(rate=rate, async_=later, metadata=metadata)
    )


def listed(**where: object) -> operations.ListTransactionsRequest:
    return operations.ListTransactionsRequest(**where)


def settled(sdk: shippo.Shippo, object_id: str) -> components.Transaction:
    for _ in range(100):
        transaction = sdk.transactions.get(object_id)
        if transaction.status is not components.TransactionStatusEnum.QUEUED:
            return transaction
        time.sleep(0.05)
    raise AssertionError("still queued")


def test_a_shipment_is_quoted_by_several_services_with_text_for_money(sdk: shippo.Shippo) -> None:
    shipment = quote(sdk)
    assert shipment.status is components.ShipmentStatus.SUCCESS
    assert {"USPS", "UPS"} == {rate.provider for rate in shipment.rates}
    assert all(isinstance(rate.amount, str) and rate.currency == "USD" for rate in shipment.rates)
    assert all(message.text for message in shipment.messages)
    marks = [mark.value for rate in shipment.rates for mark in rate.attributes]
    assert sorted(marks) == ["BESTVALUE", "CHEAPEST", "FASTEST"]


def test_the_same_question_has_the_same_price(sdk: shippo.Shippo) -> None:
    first, second = quote(sdk), quote(sdk)
    assert [rate.amount for rate in first.rates] == [rate.amount for rate in second.rates]


def test_a_shipment_quoted_later_has_no_rates_at_first(sdk: shippo.Shippo) -> None:
    shipment = quote(sdk, async_=True)
    assert (shipment.status, shipment.rates) == (components.ShipmentStatus.QUEUED, [])
    for _ in range(100):
        found = sdk.shipments.get(shipment.object_id)
        if found.status is components.ShipmentStatus.SUCCESS:
            break
        time.sleep(0.05)
    assert len(found.rates) == len(sdk.rates.list_shipment_rates(shipment.object_id).results) > 5


def test_a_rate_is_read_again_by_its_id(sdk: shippo.Shippo) -> None:
    rate = quote(sdk).rates[0]
    assert sdk.rates.get(rate.object_id) == rate


def test_a_label_bought_at_once_has_a_number_and_a_file(sdk: shippo.Shippo, world: World) -> None:
    transaction = buy(sdk, quote(sdk).rates[0].object_id, metadata="o=Q-10234;a=1")
    assert transaction.status is components.TransactionStatusEnum.SUCCESS
    assert transaction.metadata == "o=Q-10234;a=1"
    assert transaction.tracking_status is components.TrackingStatusEnum.UNKNOWN
    assert transaction.tracking_number in transaction.tracking_url_provider
    label = requests.get(transaction.label_url, timeout=5)
    assert label.content.startswith(b"%PDF")
    assert [sold["tracking_number"] for sold in world.ledger()] == [transaction.tracking_number]


def test_a_label_bought_later_is_queued_and_then_there(sdk: shippo.Shippo) -> None:
    transaction = buy(sdk, quote(sdk).rates[0].object_id, later=True)
    assert transaction.status is components.TransactionStatusEnum.QUEUED
    assert transaction.tracking_number is None
    assert transaction.label_url is None
    assert settled(sdk, transaction.object_id).status is components.TransactionStatusEnum.SUCCESS


@pytest.mark.filterwarnings(BARE)
def test_a_label_bought_in_one_call_carries_its_rate(sdk: shippo.Shippo) -> None:
    accounts = sdk.carrier_accounts.list(operations.ListCarrierAccountsRequest(results=25)).results
    usps = next(account.object_id for account in accounts if account.carrier == "usps")
    shipment = components.ShipmentCreateRequest(
        address_from=sender(), address_to=recipient(), parcels=[parcel()]
    )
    transaction = sdk.transactions.create(
        components.InstantTransactionCreateRequest(
            shipment=shipment, carrier_account=usps, servicelevel_token="usps_priority"
        )
    )
    assert transaction.status is components.TransactionStatusEnum.SUCCESS
    assert transaction.rate.servicelevel_token == "usps_priority"
    assert transaction.rate.carrier_account == usps


def test_a_refusal_comes_inside_a_success(sdk: shippo.Shippo) -> None:
    nameless = quote(sdk, address_to=recipient().__class__(country="US", zip="10118", state="NY"))
    transaction = buy(sdk, nameless.rates[0].object_id)
    assert transaction.status is components.TransactionStatusEnum.ERROR
    assert 'Attribute "address_to.name" must not be empty.' in [
        m.text for m in transaction.messages
    ]


def test_dpd_uk_quotes_and_does_not_sell(sdk: shippo.Shippo) -> None:
    london = {"city": "London", "state": "", "zip": "SE1 9PZ", "country": "GB"}
    shipment = quote(sdk, address_from=sender(**london), address_to=sender(**london))
    dpd = next(rate for rate in shipment.rates if rate.provider == "DPD UK")
    assert dpd.currency == "GBP"
    transaction = settled(sdk, buy(sdk, dpd.object_id, later=True).object_id)
    assert transaction.status is components.TransactionStatusEnum.ERROR


def test_it_sells_twice_when_asked_twice(sdk: shippo.Shippo, world: World) -> None:
    rate = quote(sdk).rates[0].object_id
    bought = {buy(sdk, rate).object_id for _ in range(2)}
    found = sdk.transactions.list(listed(rate=rate, results=100)).results
    assert (
        {each.object_id for each in found}
        == bought
        == {sold["object_id"] for sold in world.ledger()}
    )


def test_lists_are_paged_newest_first_with_whole_addresses(sdk: shippo.Shippo) -> None:
    rate = quote(sdk).rates[0].object_id
    bought = [buy(sdk, rate).object_id for _ in range(5)]
    seen, number, found = [], 1, None
    while found is None or found.next:
        found = sdk.transactions.list(listed(rate=rate, page=number, results=2))
        seen += [each.object_id for each in found.results]
        number += 1
    assert seen == bought[::-1]
    middle = sdk.transactions.list(listed(rate=rate, page=2, results=2))
    assert "page=3" in middle.next
    assert "page=1" in middle.previous
    following = requests.get(
        middle.next, headers={"Authorization": f"ShippoToken {TOKEN}"}, timeout=5
    )
    assert [each["object_id"] for each in following.json()["results"]] == [bought[0]]


def test_lists_are_filtered_by_what_became_of_a_label(sdk: shippo.Shippo, world: World) -> None:
    rate = quote(sdk).rates[0].object_id
    resting, moving = buy(sdk, rate), buy(sdk, rate)
    world.scan(moving.tracking_number, "TRANSIT", "package_accepted")
    in_transit = listed(tracking_status=components.TrackingStatusEnum.TRANSIT)
    assert [each.object_id for each in sdk.transactions.list(in_transit).results] == [
        moving.object_id
    ]
    unknown = listed(tracking_status=components.TrackingStatusEnum.UNKNOWN)
    assert [each.object_id for each in sdk.transactions.list(unknown).results] == [
        resting.object_id
    ]
    wrong = listed(object_status=components.TransactionStatusEnum.ERROR)
    assert sdk.transactions.list(wrong).results == []


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
        live = _client(world, "shippo_live_0123456789", session)
        with pytest.raises(errors.SDKError, match="Not found") as absent:
            live.transactions.get(label.object_id)
        assert absent.value.status_code == 404
        stranger = _client(world, "shippo_other_123", session)
        with pytest.raises(errors.SDKError) as refused:
            stranger.transactions.get(label.object_id)
        assert (refused.value.status_code, refused.value.body) == (
            401,
            '{"detail":"Token does not exist"}',
        )
